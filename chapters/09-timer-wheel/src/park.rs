//! The owner's half of the driver: sleeps until the next timer.
//!
//! ```text
//!     park ─> fire what is due ── something was ──> look below, do not sleep
//!                   │ nothing
//!                   v
//!     asleep_until = next expiration ─> unlock ─> park below ─> asleep_until = none ─> fire what is due
//! ```
//!
//! The driver below decides what else may end the sleep: another thread, or a socket.
//!
//! In tokio: `park_internal` in `runtime/time/mod.rs`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use current_thread::Park;
use harness::context;

use crate::clock::{Clock, Passing};
use crate::handle::{Shared, TimeHandle, TimeUnpark};
use crate::tick;

/// Adds timers to what a scheduler sleeps on.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use current_thread::{Runtime, ThreadPark};
/// use timer_wheel::{Clock, TimePark, sleep};
///
/// // A clock that is paused moves to the next timer when all tasks wait.
/// let park = TimePark::with_clock(ThreadPark::new(), Clock::paused());
/// Runtime::with_park(park).block_on(async {
///     sleep(Duration::from_secs(3600)).await;
/// });
/// ```
pub struct TimePark<P> {
    below: P,
    handle: TimeHandle,
    /// How many polls there were since the last look.
    polls: u32,
}

/// After so many polls it looks whether a timer is due, whatever is below: it may be a thread's park, which is
/// never due. A tick is far longer than so many polls.
const POLLS_BETWEEN_LOOKS: u32 = 61;

impl<P: Park> TimePark<P> {
    /// Sleeps on `below`, by the system's clock.
    pub fn new(below: P) -> TimePark<P> {
        TimePark::with_clock(below, Clock::new())
    }

    /// Sleeps on `below`, by the time of `clock`, which may be shared.
    pub fn with_clock(below: P, clock: impl Into<Arc<Clock>>) -> TimePark<P> {
        let shared = Shared::new(clock.into(), Box::new(below.unparker()));
        TimePark {
            below,
            handle: TimeHandle {
                shared: Arc::new(shared),
            },
            polls: 0,
        }
    }

    /// The half that is shared.
    pub fn handle(&self) -> &TimeHandle {
        &self.handle
    }

    /// Sleeps until the next timer, for `limit` at most, or until something else ends the sleep.
    fn sleep(&mut self, limit: Option<Duration>) {
        let shared = &*self.handle.shared;
        let Some(mut state) = shared.process(shared.lock()) else {
            // Tasks are due. What is ready below is not to wait for them.
            return self.below.park_timeout(Duration::ZERO);
        };
        // ANCHOR: ex-9-6-sleep
        // While the owner sleeps, `asleep_until` says until when; it said so before any other
        // thread could have the lock; the sleep ends at the next expiration or at the limit,
        // whichever is first, and then what is due is fired.
        todo!("9.6 sleep")
        // ANCHOR_END: ex-9-6-sleep
    }

    /// Sleeps for so long in the time of our clock; `None` is for ever.
    fn sleep_for(&mut self, timeout: Option<Duration>) {
        let clock = &self.handle.shared.clock;
        match (clock.passing(), timeout) {
            (Passing::ByItself, Some(timeout)) => self.below.park_timeout(timeout),
            (Passing::ByDriver, Some(timeout)) => self.advance(timeout),
            (_, None) | (Passing::NotAtAll, _) => self.below.park(),
        }
    }

    /// Moves the paused clock, unless something is to be done before: another thread has unparked us, or what
    /// is below has woken a task of this thread.
    fn advance(&mut self, timeout: Duration) {
        // ANCHOR: ex-9-7-advance
        // A paused clock moves to the next timer if no task can run, and stands if one can: because
        // another thread has unparked us, or because what is below has woken a task.
        todo!("9.7 advance")
        // ANCHOR_END: ex-9-7-advance
    }
}

impl<P: Park> Park for TimePark<P> {
    type Unpark = TimeUnpark;

    fn unparker(&self) -> TimeUnpark {
        TimeUnpark::new(self.handle.clone())
    }

    fn park(&mut self) {
        self.sleep(None);
    }

    fn park_timeout(&mut self, timeout: Duration) {
        if !timeout.is_zero() {
            return self.sleep(Some(timeout));
        }
        self.below.park_timeout(timeout);
        let shared = &*self.handle.shared;
        drop(shared.process(shared.lock()));
    }

    /// While the clock is held, a look costs nothing that counts, and a test relies on it.
    fn is_due(&mut self, polls: u32) -> bool {
        self.polls = self.polls.saturating_add(polls.max(1));
        let is_due = self.below.is_due(polls)
            || !self.handle.shared.clock.is_real()
            || POLLS_BETWEEN_LOOKS <= self.polls;
        if is_due {
            self.polls = 0;
        }
        is_due
    }

    fn shutdown(&mut self) {
        self.handle.shared.shut_down();
        self.below.shutdown();
    }
}

impl<P> fmt::Debug for TimePark<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimePark")
            .field("handle", &self.handle)
            .finish_non_exhaustive()
    }
}
