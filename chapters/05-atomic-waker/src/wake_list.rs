//! Wakers on their way from under a lock to where they can be called.
//!
//! A thread that takes waiters out of a list holds a lock. It must not wake them there: a waker may
//! come back for the same lock, and then waits for itself. So the thread takes the wakers, gives the
//! lock back, and wakes them. Meanwhile the wakers need a place. An array on the stack costs no
//! allocation, and it is bounded: when it is full, the thread gives the lock back, wakes all in the
//! array, and takes the lock again.
//!
//! ```text
//!     lock ─> take up to 32 ─> unlock ─> wake them ─┐
//!      ^ └──────────────────────────────────────────┘ until none is left
//! ```
//!
//! # Invariants
//!
//! - **One Stretch**: the slots from `woken` to `len` hold a waker, and no others do.
//! - **All Are Woken**: a waker that panics keeps none of the others from being woken.
//!
//! In tokio: `util/wake_list.rs`. There, after a panic, the remaining wakers are dropped, not woken.

use std::fmt;
use std::mem::MaybeUninit;
use std::panic::resume_unwind;
use std::task::Waker;

use harness::isolate::{Payload, discard, isolate};

/// How many wakers are taken from under a lock at a time: few enough for the stack, and enough that
/// the lock is not taken all the time.
pub const CAPACITY: usize = 32;

/// Up to `CAPACITY` wakers, to be woken in the order in which they came.
///
/// # Examples
///
/// ```
/// use std::task::Waker;
///
/// use atomic_waker::WakeList;
///
/// let mut wakers = WakeList::new();
/// while wakers.can_push() {
///     wakers.push(Waker::noop().clone());
/// }
/// // Here the lock is released under which they were collected.
/// wakers.wake_all();
/// assert!(wakers.is_empty());
/// ```
pub struct WakeList {
    slots: [MaybeUninit<Waker>; CAPACITY],
    /// The slots before this one are empty again.
    woken: usize,
    /// The slots from this one on have not been filled yet.
    len: usize,
}

impl WakeList {
    /// An empty list. Writes none of the slots.
    #[inline]
    pub const fn new() -> WakeList {
        WakeList {
            slots: [const { MaybeUninit::uninit() }; CAPACITY],
            woken: 0,
            len: 0,
        }
    }

    /// Whether there is room for one more.
    #[inline]
    pub fn can_push(&self) -> bool {
        self.len < CAPACITY
    }

    /// Whether no waker is in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.woken == self.len
    }

    /// Puts a waker at the end. This is safe under a lock: no foreign code runs.
    ///
    /// # Panics
    ///
    /// If there is no room: ask [`can_push`](WakeList::can_push) first.
    #[inline]
    pub fn push(&mut self, waker: Waker) {
        debug_assert!(self.can_push(), "a full list of wakers: wake them first");
        // `write` drops nothing: there is nothing in the slot (One Stretch).
        self.slots[self.len].write(waker);
        self.len += 1;
    }

    /// Wakes all of them, in order, and leaves the list empty. Not to be called under a lock.
    ///
    /// # Panics
    ///
    /// If one of the wakers panics, with the panic of the first that does: after all of them have
    /// been woken.
    pub fn wake_all(&mut self) {
        // ANCHOR: ex-5-4-wake-all
        // Every waker of the list is woken, in order, also if some of them panic; the caller sees
        // the first panic.
        todo!("5.4 wake-all")
        // ANCHOR_END: ex-5-4-wake-all
    }

    /// Takes the first waker out. An empty list is ready to be filled from the start.
    #[inline]
    fn pop(&mut self) -> Option<Waker> {
        if self.is_empty() {
            self.woken = 0;
            self.len = 0;
            return None;
        }
        let slot = &self.slots[self.woken];
        // First: whatever happens to the waker now, the slot counts as empty.
        self.woken += 1;
        // SAFETY: the slot was one from `woken` to `len`, so it holds a waker (One Stretch), and it
        // no longer is, so the waker is read once.
        Some(unsafe { slot.assume_init_read() })
    }
}

/// Drops the wakers that were not woken.
impl Drop for WakeList {
    fn drop(&mut self) {
        while let Some(waker) = self.pop() {
            discard(waker);
        }
    }
}

impl Default for WakeList {
    fn default() -> WakeList {
        WakeList::new()
    }
}

impl fmt::Debug for WakeList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WakeList")
            .field("len", &(self.len - self.woken))
            .finish()
    }
}
