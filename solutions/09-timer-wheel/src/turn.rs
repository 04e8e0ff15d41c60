//! One turn of the driver: what is due is fired.
//!
//! A waker is foreign code. It may come back for the driver's lock, by a timer that it makes or drops; it may
//! panic. So the timers are taken out of the wheel under the lock, and woken when it is released, in batches.
//!
//! ```text
//!     lock ─> take out what is due, up to 32 ─> unlock ─> wake ─┐
//!      ^ └──────────────────────────────────────────────────────┘ until nothing is due
//! ```
//!
//! While the lock is released, a timer that is due and still in the wheel may be dropped or reset, also by one
//! of the wakers. It is then taken out of the wheel like any other: there is no list of *the due ones* that
//! the driver goes through.
//!
//! In tokio: `process_at_time` in `runtime/time/mod.rs`.

use std::time::Duration;

use atomic_waker::WakeList;
use harness::isolate::{discard, isolate};
use harness::trace;
use model::loom::sync::MutexGuard;

use crate::handle::{Shared, TimeHandle};
use crate::state::State;
use crate::waiting::{FIRED, SHUT_DOWN, fire};

impl TimeHandle {
    /// Fires what is due, in the owner's place. Returns whether it has looked: not if the owner sleeps, as it
    /// will wake up in time; nor if some other thread has the lock.
    pub fn turn(&self) -> bool {
        let shared = &*self.shared;
        let Some(state) = shared.try_lock() else {
            return false;
        };
        if state.asleep_until.is_some() {
            return false;
        }
        drop(shared.process(state));
        true
    }
}

impl Shared {
    // ANCHOR: process
    /// Fires what is due now. Does not read the clock if there is no timer. Returns the lock, held ever since,
    /// if nothing was due; then all timers are in the wheel.
    pub(crate) fn process<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
    ) -> Option<MutexGuard<'a, State>> {
        if state.is_empty() {
            return Some(state);
        }
        let now = self.clock.since_origin();
        self.process_at_time(state, now)
    }

    /// Fires what is due at `now`, as [`process`](Shared::process).
    pub(crate) fn process_at_time<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        now: Duration,
    ) -> Option<MutexGuard<'a, State>> {
        // ANCHOR: ex-9-4-process
        let mut wakers = WakeList::new();
        let mut is_any_due = false;
        while let Some(timer) = state.next_due(now) {
            is_any_due = true;
            // SAFETY: it was in a list, and we have had the lock ever since.
            if let Some(waker) = unsafe { fire(timer, FIRED) } {
                wakers.push(waker);
            }
            if !wakers.can_push() {
                drop(state);
                wake(&mut wakers);
                state = self.lock();
            }
        }
        if !is_any_due {
            return Some(state);
        }
        drop(state);
        wake(&mut wakers);
        None
        // ANCHOR_END: ex-9-4-process
    }
    // ANCHOR_END: process

    // ANCHOR: shut-down
    /// Fires all timers, also those that come a moment later: what is polled after this finds that the driver is
    /// shut down.
    pub(crate) fn shut_down(&self) {
        let mut wakers = WakeList::new();
        let mut state = self.lock();
        state.is_shut_down = true;
        while let Some(timer) = state.take_any() {
            // SAFETY: it was in a list, and we have had the lock ever since.
            if let Some(waker) = unsafe { fire(timer, SHUT_DOWN) } {
                wakers.push(waker);
            }
            if !wakers.can_push() {
                drop(state);
                wake(&mut wakers);
                state = self.lock();
            }
        }
        drop(state);
        wake(&mut wakers);
    }
    // ANCHOR_END: shut-down
}

/// Wakes all of them. A panic of a waker ends here, as in the scheduler: the driver has nothing to do with
/// it, and other timers are due.
fn wake(wakers: &mut WakeList) {
    let _traced = (!wakers.is_empty()).then(trace::turn_of_time);
    if let Err(payload) = isolate(|| wakers.wake_all()) {
        discard(payload);
    }
}
