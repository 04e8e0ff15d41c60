//! The allocation that both ends share.
//!
//! # Who may touch what
//!
//! The cells change hands as the word says: see the invariants of [`oneshot`](super), which the
//! callers of the unsafe functions here name. Either end may use the word and the sender's
//! `AtomicWaker`, as long as it is not gone.

use std::ptr::NonNull;
use std::task::Waker;

use harness::isolate::discard;
use model::loom::cell::UnsafeCell;

use super::state::{End, State};
use crate::{AtomicWaker, ValueCell};

/// What both ends know.
pub(super) struct Shared<T> {
    /// What has been done, and which end is still there.
    pub(super) state: State,
    /// The value. Written by the sender, taken by the receiver, or taken back.
    pub(super) value: ValueCell<T>,
    /// The waker that a send calls. Written by the receiver, taken by the sender when it has sent.
    rx_waker: UnsafeCell<Option<Waker>>,
    /// The waker that a close calls. Registered by the sender.
    pub(super) tx_waker: AtomicWaker,
}

impl<T> Shared<T> {
    /// A new channel: one pointer for each end. It is made on the heap, because a channel for a large
    /// value is too large for a stack.
    #[allow(
        clippy::multiple_unsafe_ops_per_block,
        reason = "all of them rely on one thing"
    )]
    pub(super) fn allocate() -> NonNull<Shared<T>> {
        let mut shared = Box::<Shared<T>>::new_uninit();
        let place = shared.as_mut_ptr();
        // SAFETY: the fields of a place that is ours alone, and large enough; they are written, and
        // nothing in it is read.
        unsafe {
            (&raw mut (*place).state).write(State::new());
            ValueCell::init(&raw mut (*place).value);
            (&raw mut (*place).rx_waker).write(UnsafeCell::new(None));
            (&raw mut (*place).tx_waker).write(AtomicWaker::new());
        }
        // SAFETY: each of its fields was written.
        let shared = unsafe { shared.assume_init() };
        NonNull::from(Box::leak(shared))
    }

    /// Exchanges the receiver's waker, without running foreign code.
    ///
    /// # Safety
    ///
    /// The cell is the caller's (The Waker Changes Hands).
    #[must_use = "dropping a waker is foreign code: say when"]
    #[cfg_attr(loom, track_caller)]
    pub(super) unsafe fn replace_rx_waker(&self, waker: Option<Waker>) -> Option<Waker> {
        self.rx_waker.with_mut(|cell| {
            // SAFETY: no other code touches the cell while it is the caller's.
            unsafe { cell.replace(waker) }
        })
    }

    /// Whether the receiver's waker is there, and would wake the same task as `waker`.
    ///
    /// # Safety
    ///
    /// The cell is the caller's (The Waker Changes Hands).
    #[cfg_attr(loom, track_caller)]
    pub(super) unsafe fn rx_waker_will_wake(&self, waker: &Waker) -> bool {
        self.rx_waker.with(|cell| {
            // SAFETY: no code writes the cell while it is the caller's.
            let present = unsafe { &*cell };
            present
                .as_ref()
                .is_some_and(|present| present.will_wake(waker))
        })
    }

    /// One end goes. Frees the channel, if the other is gone.
    ///
    /// # Safety
    ///
    /// `shared` came from [`allocate`](Shared::allocate), the caller is `end`, and it does not use
    /// it again.
    #[inline]
    pub(super) unsafe fn leave(shared: NonNull<Shared<T>>, end: End) {
        // SAFETY: the caller is not gone, so it has not been freed (The Last One Frees).
        if unsafe { shared.as_ref() }.state.leave(end) {
            // SAFETY: both are gone, and of the two only we were told so (The Last One Frees).
            unsafe { Shared::free(shared) };
        }
    }

    /// # Safety
    ///
    /// `shared` came from [`allocate`](Shared::allocate), and no code uses it again.
    unsafe fn free(shared: NonNull<Shared<T>>) {
        // SAFETY: it was a box, and it is ours alone.
        let shared = unsafe { Box::from_raw(shared.as_ptr()) };
        // SAFETY: the cell is ours, as all of it is.
        let is_full = unsafe { shared.value.is_full() };
        debug_assert!(!is_full, "The Value Changes Hands: taken by neither");
        let Shared {
            rx_waker, tx_waker, ..
        } = *shared;
        let left = (rx_waker.into_inner(), tx_waker.into_waker());
        if !matches!(left, (None, None)) {
            discard_wakers(left);
        }
    }
}

/// Drops the wakers that no end needs any more. Foreign code: they are those of tasks that we know nothing of. Few
/// channels have one left.
#[cold]
fn discard_wakers((receiver, sender): (Option<Waker>, Option<Waker>)) {
    discard(sender);
    discard(receiver);
}

/// An end that goes when this is dropped.
pub(super) struct Leaving<T> {
    shared: NonNull<Shared<T>>,
    end: End,
}

impl<T> Leaving<T> {
    /// # Safety
    ///
    /// As for [`Shared::leave`], with the use that ends before this is dropped.
    pub(super) unsafe fn new(shared: NonNull<Shared<T>>, end: End) -> Leaving<T> {
        Leaving { shared, end }
    }
}

impl<T> Drop for Leaving<T> {
    fn drop(&mut self) {
        // SAFETY: as our maker has promised.
        unsafe { Shared::leave(self.shared, self.end) };
    }
}
