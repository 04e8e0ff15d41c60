//! What a timer of the driver carries: the waker, and how far it is.
//!
//! ```text
//!             poll                     end of the turn
//!     IDLE ─────────> FRESH, or LATER ────────────────> LISTED
//!      ^  ^              │ cancel                         │ cancel    fire
//!      │  └──────────────┴────────────────────────────────┴─────────────────> FIRED
//!      └──────────────────────────── reset ──────────────────────────────────────┘
//! ```
//!
//! IDLE and FIRED are the future's own: no other thread has a pointer to the timer. In the other three the
//! timer is in a list, and belongs to the holder of the driver's lock.
//!
//! # Invariants
//!
//! - **Waker Under Lock**: the waker is touched by the holder of the driver's lock alone, and a timer that is
//!   in no list has none.
//! - **State Comes Last**: the driver writes FIRED, or SHUT_DOWN, after everything else. From then on the
//!   future may be gone.
//!
//! In tokio: `StateCell` in `runtime/time/entry.rs`. There the state and the deadline share a word, and
//! deadlines must not look like a state.

use std::mem;
use std::ptr::NonNull;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::Waker;

use model::loom::cell::UnsafeCell;
use model::loom::sync::atomic::AtomicU8;

use crate::wheel::Timer;

/// The value of the driver's timers.
pub(crate) struct Waiting {
    /// What to wake (invariant: Waker Under Lock).
    waker: UnsafeCell<Option<Waker>>,
    /// Written by the holder of the lock while the timer is in a list, and by the future else. Read by the
    /// future at any time.
    state: AtomicU8,
}

/// In no list.
pub(crate) const IDLE: u8 = 0;
/// Made in this turn, with a deadline.
pub(crate) const FRESH: u8 = 1;
/// Made in this turn, with nanoseconds that count from the end of the turn.
pub(crate) const LATER: u8 = 2;
/// In the wheel.
pub(crate) const LISTED: u8 = 3;
/// In no list: its deadline has come.
pub(crate) const FIRED: u8 = 4;
/// In no list: the driver has shut down.
pub(crate) const SHUT_DOWN: u8 = 5;

impl Waiting {
    pub(crate) fn new() -> Waiting {
        Waiting {
            waker: UnsafeCell::new(None),
            state: AtomicU8::new(IDLE),
        }
    }

    /// How far the timer is. If it is FIRED, the caller sees what the driver did before.
    #[inline]
    pub(crate) fn state(&self) -> u8 {
        // ORDERING: Acquire, with `fire`.
        self.state.load(Acquire)
    }

    /// Writes the state of a timer that is the caller's: under the lock, or in no list.
    #[inline]
    pub(crate) fn set_state(&self, state: u8) {
        // ORDERING: Relaxed: the driver reads it under the lock, and the future wrote it itself, or takes
        // the lock before it relies on it.
        self.state.store(state, Relaxed);
    }

    /// Whether `waker` would wake the same task. Runs no foreign code.
    ///
    /// # Safety
    ///
    /// The caller holds the driver's lock.
    #[inline]
    pub(crate) unsafe fn will_wake(&self, waker: &Waker) -> bool {
        self.waker.with(|present| {
            // SAFETY: the lock is held (invariant: Waker Under Lock).
            let present = unsafe { &*present };
            present.as_ref().is_some_and(|it| it.will_wake(waker))
        })
    }

    /// Puts `waker` in the place of the one before, which is to be dropped when the lock is released.
    ///
    /// # Safety
    ///
    /// The caller holds the driver's lock.
    #[must_use = "drop it after the lock is released"]
    #[inline]
    pub(crate) unsafe fn replace_waker(&self, waker: Option<Waker>) -> Option<Waker> {
        self.waker.with_mut(|present| {
            // SAFETY: the lock is held (invariant: Waker Under Lock).
            mem::replace(unsafe { &mut *present }, waker)
        })
    }
}

// SAFETY: the waker is `Send`, and goes along with the future.
unsafe impl Send for Waiting {}

// SAFETY: the driver's thread has a pointer to it. It touches the waker under the lock only, which the
// unsafe functions make their callers' duty.
unsafe impl Sync for Waiting {}

/// Ends a timer that is out of its list, and returns what is to be woken.
///
/// # Safety
///
/// The timer was in a list of the driver whose lock the caller has had ever since.
#[must_use = "wake it after the lock is released"]
#[inline]
pub(crate) unsafe fn fire(timer: NonNull<Timer<Waiting>>, state: u8) -> Option<Waker> {
    // SAFETY: its future has not seen yet that it is out of the list, and waits for the lock if it wants
    // to be gone.
    let waiting = unsafe { timer.as_ref() }.value();
    // ANCHOR: ex-9-3-fire
    // The waker is the caller's, and the timer says how it ended; a future that sees that may be
    // freed at once, and nothing that the driver did to it is later than that.
    todo!("9.3 fire")
    // ANCHOR_END: ex-9-3-fire
}
