//! The allocation that both ends share.
//!
//! # Who may touch what
//!
//! The cells change hands as the word says: see the invariants of [`oneshot`](super), which the
//! callers of the unsafe functions here name. The word and the sender's `AtomicWaker` are for
//! everybody who is not gone.

use std::ptr::NonNull;
use std::task::Waker;

use current_thread::isolate::discard;
use model::loom::cell::UnsafeCell;

use super::state::{End, State};
use crate::AtomicWaker;

// ANCHOR: shared
/// What both ends know.
pub(super) struct Shared<T> {
    /// What has been done, and who is still there.
    pub(super) state: State,
    /// The value. Written by the sender, taken by the receiver, or taken back.
    value: UnsafeCell<Option<T>>,
    /// Whom a send wakes. Written by the receiver, taken by the sender when it has sent.
    rx_waker: UnsafeCell<Option<Waker>>,
    /// Whom a close wakes. Registered by the sender.
    pub(super) tx_waker: AtomicWaker,
}
// ANCHOR_END: shared

impl<T> Shared<T> {
    /// A new channel: one pointer for each end.
    pub(super) fn allocate() -> NonNull<Shared<T>> {
        let shared = Box::new(Shared {
            state: State::new(),
            value: UnsafeCell::new(None),
            rx_waker: UnsafeCell::new(None),
            tx_waker: AtomicWaker::new(),
        });
        NonNull::from(Box::leak(shared))
    }

    /// Puts the value into the cell, which is empty.
    ///
    /// # Safety
    ///
    /// The cell is the caller's (The Value Changes Hands).
    #[inline]
    #[cfg_attr(loom, track_caller)]
    pub(super) unsafe fn put_value(&self, value: T) {
        self.value.with_mut(|cell| {
            // SAFETY: nobody else touches the cell while it is the caller's.
            unsafe { cell.write(Some(value)) };
        });
    }

    /// Takes the value out of the cell, if there is one.
    ///
    /// # Safety
    ///
    /// The cell is the caller's (The Value Changes Hands).
    #[inline]
    #[cfg_attr(loom, track_caller)]
    pub(super) unsafe fn take_value(&self) -> Option<T> {
        self.value.with_mut(|cell| {
            // SAFETY: nobody else touches the cell while it is the caller's.
            unsafe { cell.replace(None) }
        })
    }

    /// Whether there is a value.
    ///
    /// # Safety
    ///
    /// The cell is the caller's (The Value Changes Hands).
    pub(super) unsafe fn has_value(&self) -> bool {
        self.value.with(|cell| {
            // SAFETY: as above, and the reference ends here.
            unsafe { (*cell).is_some() }
        })
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
            // SAFETY: nobody else touches the cell while it is the caller's.
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
            // SAFETY: nobody writes the cell while it is the caller's.
            let present = unsafe { &*cell };
            present
                .as_ref()
                .is_some_and(|present| present.will_wake(waker))
        })
    }

    // ANCHOR: leave
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
    /// `shared` came from [`allocate`](Shared::allocate), and nobody uses it again.
    unsafe fn free(shared: NonNull<Shared<T>>) {
        // SAFETY: it was a box, and it is ours alone.
        let shared = unsafe { Box::from_raw(shared.as_ptr()) };
        // SAFETY: both cells are ours, as all of it is.
        let rx_waker = unsafe { shared.replace_rx_waker(None) };
        // SAFETY: as above.
        let value = unsafe { shared.take_value() };
        debug_assert!(value.is_none(), "The Value Changes Hands: taken by neither");
        // Foreign code: wakers of tasks that may be anybody's. That of the sender is still in its
        // place, and dropped with it; the others are not needed any more.
        let Shared { tx_waker, .. } = *shared;
        discard(tx_waker);
        discard(rx_waker);
    }
    // ANCHOR_END: leave
}
