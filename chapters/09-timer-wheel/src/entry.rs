//! A future's place with the driver: its timer, and the handle it was made with.
//!
//! The timer is inside of the future. To sleep costs no allocation, and to be dropped no search. What is
//! easy to get wrong is the end: the driver has a pointer into the future, and the future may be dropped or
//! reset on one thread while the driver fires it on another. Both take the driver's lock. The one who
//! comes second finds the state that the first one left:
//!
//! ```text
//!     the future                          the driver
//!     drop: FIRED? no, so lock
//!                                         lock, take out, take the waker, FIRED, unlock
//!     FIRED now: nothing to take out      wake
//! ```
//!
//! In tokio: `TimerEntry` in `runtime/time/entry.rs`.

use std::fmt;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Poll, Waker};

use model::loom::sync::MutexGuard;

use crate::handle::TimeHandle;
use crate::state::{Admitted, Due, State};
use crate::waiting::{FIRED, IDLE, SHUT_DOWN, Waiting};
use crate::wheel::Timer;

/// A part of a future that waits for the clock.
pub(crate) struct Entry {
    handle: TimeHandle,
    timer: Timer<Waiting>,
}

const IS_SHUT_DOWN: &str = "A Reveille context was found, but it is being shutdown.";

impl Entry {
    /// One that waits for nothing yet.
    #[inline]
    pub(crate) fn new(handle: TimeHandle) -> Entry {
        Entry {
            handle,
            timer: Timer::new(Waiting::new()),
        }
    }

    /// Whether it has been fired since it was made or reset last.
    #[inline]
    pub(crate) fn is_fired(&self) -> bool {
        self.timer.value().state() == FIRED
    }

    /// Whether it is fired; if not, `waker` will be woken then. `due` is asked if it does not wait yet.
    ///
    /// # Panics
    ///
    /// If the driver is shut down.
    #[inline]
    pub(crate) fn poll(
        self: Pin<&Self>,
        waker: &Waker,
        due: impl FnOnce(&TimeHandle) -> Due,
    ) -> Poll<()> {
        match self.timer.value().state() {
            IDLE => self.register(waker, due(&self.handle)),
            FIRED => Poll::Ready(()),
            SHUT_DOWN => panic!("{IS_SHUT_DOWN}"),
            _listed => self.poll_listed(waker),
        }
    }

    /// Joins the others.
    fn register(self: Pin<&Self>, waker: &Waker, due: Due) -> Poll<()> {
        // A clone is foreign code, and so it comes before the lock.
        let waker = waker.clone();
        let mut state = self.handle.shared.lock();
        if state.is_shut_down {
            drop(state);
            panic!("{IS_SHUT_DOWN}");
        }
        // SAFETY: we are IDLE, so the timer is in no list; and pinned, and our `drop` takes it out.
        let admitted = unsafe { self.admit(&mut state, due) };
        if admitted == Admitted::Elapsed {
            drop(state);
            self.timer.value().set_state(FIRED);
            return Poll::Ready(());
        }
        // SAFETY: we have the lock.
        let none = unsafe { self.timer.value().replace_waker(Some(waker)) };
        debug_assert!(none.is_none(), "Waker Under Lock: not listed, and has one");
        drop(state);
        self.unpark_if(admitted);
        Poll::Pending
    }

    /// It waits, or has been fired a moment ago. The latest waker is the one to be woken.
    fn poll_listed(self: Pin<&Self>, waker: &Waker) -> Poll<()> {
        let waiting = self.timer.value();
        // Neither a clone nor a drop is done under the lock.
        let mut present = None;
        loop {
            let state = self.handle.shared.lock();
            match waiting.state() {
                FIRED => return Poll::Ready(()),
                SHUT_DOWN => {
                    drop(state);
                    panic!("{IS_SHUT_DOWN}");
                }
                _listed => {}
            }
            // SAFETY: we have the lock.
            if unsafe { waiting.will_wake(waker) } {
                return Poll::Pending;
            }
            if present.is_some() {
                // SAFETY: we have the lock.
                present = unsafe { waiting.replace_waker(present) };
                drop(state);
                drop(present);
                return Poll::Pending;
            }
            drop(state);
            present = Some(waker.clone());
        }
    }

    /// Waits for another deadline from now on. What has been polled is woken then, without another poll.
    pub(crate) fn reset(self: Pin<&Self>, due: impl FnOnce(&TimeHandle) -> Due) {
        let waiting = self.timer.value();
        if self.forget_end() {
            return;
        }
        let due = due(&self.handle);
        let mut state = self.handle.shared.lock();
        if self.forget_end() {
            return;
        }
        // SAFETY: it is in a list, as it is not at its end, and that cannot change under the lock.
        unsafe { state.take_out(self.pointer()) };
        // SAFETY: it is in no list now; and pinned, and our `drop` takes it out.
        let admitted = unsafe { self.admit(&mut state, due) };
        let mut waker = None;
        if admitted == Admitted::Elapsed {
            // SAFETY: we have the lock.
            waker = unsafe { waiting.replace_waker(None) };
            waiting.set_state(FIRED);
        }
        drop(state);
        self.unpark_if(admitted);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether it is in no list. If it has been fired, this is forgotten.
    fn forget_end(&self) -> bool {
        let waiting = self.timer.value();
        match waiting.state() {
            // The driver has no pointer to it any more, so it is ours.
            FIRED => waiting.set_state(IDLE),
            IDLE | SHUT_DOWN => {}
            _listed => return false,
        }
        true
    }

    /// # Safety
    ///
    /// The timer is in no list, and is taken out before the future ends.
    #[inline]
    unsafe fn admit(&self, state: &mut State, due: Due) -> Admitted {
        let clock = &self.handle.shared.clock;
        // SAFETY: as our caller promises.
        unsafe { state.admit(self.pointer(), due, clock) }
    }

    #[inline]
    fn unpark_if(&self, admitted: Admitted) {
        if admitted == Admitted::WaitsForUnpark {
            self.handle.shared.unpark();
        }
    }

    fn pointer(&self) -> NonNull<Timer<Waiting>> {
        NonNull::from(&self.timer)
    }

    /// Takes the timer out before the future ends, unless the driver has done so.
    fn cancel_locked(&self, mut state: MutexGuard<'_, State>) {
        let waiting = self.timer.value();
        // ANCHOR: ex-9-5-cancel
        // After this the driver has no pointer to the timer, whether it took it out itself or we
        // did; the waker that was there is dropped when the lock is free.
        todo!("9.5 cancel")
        // ANCHOR_END: ex-9-5-cancel
    }
}

impl Drop for Entry {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.timer.value().state(), IDLE | FIRED | SHUT_DOWN) {
            self.cancel_locked(self.handle.shared.lock());
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("is_fired", &self.is_fired())
            .finish_non_exhaustive()
    }
}
