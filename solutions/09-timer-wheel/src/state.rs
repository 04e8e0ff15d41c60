//! What is under the driver's lock: the wheel, and the timers of this turn.
//!
//! Most timers are timeouts, and most timeouts do not last for long: the answer comes, and the timer is
//! dropped. So a new timer is not sorted at once. As long as the owner of the driver is awake, it goes
//! to the *fresh* list, and is put into the wheel when the owner next asks the driver. Until
//! then nothing can be due, as nothing is fired but by the owner, or in its place.
//!
//! If the owner sleeps there is no such moment, so then a timer goes straight into the wheel; and if
//! it is due before the owner would wake up, the owner is unparked.
//!
//! # Invariants
//!
//! - **Published With The Lock**: `asleep_until` is written in the same step, under the lock, in which the next
//!   expiration was read from the wheel. A timer that comes later sees it (tokio-rs/tokio#6682).
//! - **Awake Is Fresh**: the fresh list is empty while the owner sleeps.

use std::ptr::NonNull;
use std::time::Duration;

use harness::list::LinkedList;
use harness::trace;

use crate::clock::Clock;
use crate::tick;
use crate::waiting::{FRESH, LATER, LISTED, Waiting};
use crate::wheel::{ByLinks, Elapsed, Timer, Wheel};

pub(crate) struct State {
    pub(crate) wheel: Wheel<Waiting>,
    /// The timers that came since the owner last asked.
    fresh: LinkedList<ByLinks<Waiting>>,
    /// While the owner sleeps, the tick that it will wake up at by itself; the last one if it has no reason
    /// to.
    pub(crate) asleep_until: Option<u64>,
    pub(crate) is_shut_down: bool,
}

/// When a timer is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// At this tick.
    At(u64),
    /// So many nanoseconds after the clock is read next, which is at the end of the turn. This is not
    /// exact, and saves to read the clock for a timer that is dropped before.
    After(u64),
}

/// What became of a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the owner may have to be unparked"]
pub(crate) enum Admitted {
    /// It is due already, and in no list.
    Elapsed,
    /// It is in a list.
    Waits,
    /// It is in a list, and the owner of the driver sleeps for too long.
    WaitsForUnpark,
}

impl State {
    pub(crate) fn new() -> State {
        State {
            wheel: Wheel::new(),
            fresh: LinkedList::new(),
            asleep_until: None,
            is_shut_down: false,
        }
    }

    /// Whether there is no timer.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.wheel.is_empty()
    }

    // ANCHOR: admit
    /// Takes a timer in. The clock is read only if that is needed.
    ///
    /// Whether it is due already is told by the time to which the wheel has come, and that is the time of the last
    /// turn in which there was a timer. A clock that is held is asked: it costs nothing that counts, and a
    /// test may rely on it.
    ///
    /// # Safety
    ///
    /// The timer is in no list, and its future stays where it is until it has been
    /// [taken out](State::take_out) or fired.
    #[inline]
    pub(crate) unsafe fn admit(
        &mut self,
        timer: NonNull<Timer<Waiting>>,
        due: Due,
        clock: &Clock,
    ) -> Admitted {
        // SAFETY: it is alive, as our caller promises.
        let node = unsafe { timer.as_ref() };
        let (state, when) = match (self.asleep_until, due) {
            (None, Due::At(tick)) if tick <= self.elapsed(clock) => return Admitted::Elapsed,
            (None, Due::At(tick)) => (FRESH, tick),
            (None, Due::After(nanos)) => (LATER, nanos),
            (Some(until), due) => {
                // SAFETY: as our caller promises.
                return unsafe {
                    self.admit_asleep(timer, due.tick(|| clock.since_origin()), until)
                };
            }
        };
        // SAFETY: it is in no list, so its deadline is ours.
        unsafe { node.set_when(when) };
        node.value().set_state(state);
        // SAFETY: as our caller promises.
        unsafe { self.fresh.push_front(timer) };
        Admitted::Waits
    }

    /// # Safety
    ///
    /// As for `admit`.
    unsafe fn admit_asleep(
        &mut self,
        timer: NonNull<Timer<Waiting>>,
        when: u64,
        until: u64,
    ) -> Admitted {
        // SAFETY: as our caller promises.
        if unsafe { self.wheel.insert(timer, when) }.is_err() {
            return Admitted::Elapsed;
        }
        // SAFETY: it is alive, as our caller promises.
        unsafe { timer.as_ref() }.value().set_state(LISTED);
        if until <= when {
            return Admitted::Waits;
        }
        // The next one that is as early need not unpark again.
        self.asleep_until = Some(when);
        Admitted::WaitsForUnpark
    }
    // ANCHOR_END: admit

    /// The last tick of which it is known that it has come.
    #[inline]
    fn elapsed(&self, clock: &Clock) -> u64 {
        let elapsed = self.wheel.elapsed();
        match clock.is_real() {
            true => elapsed,
            false => elapsed.max(tick::at_or_before(clock.since_origin())),
        }
    }

    // ANCHOR: take-out
    /// Takes a timer out of whatever list it is in.
    ///
    /// # Safety
    ///
    /// It is in one: it is FRESH, LATER or LISTED.
    #[inline]
    pub(crate) unsafe fn take_out(&mut self, timer: NonNull<Timer<Waiting>>) {
        // SAFETY: it is in a list, and so it is alive.
        let state = unsafe { timer.as_ref() }.value().state();
        if state == LISTED {
            // SAFETY: it is in the wheel.
            unsafe { self.wheel.remove(timer) };
        } else {
            // SAFETY: it is in the fresh list.
            let removed = unsafe { self.fresh.remove(timer) };
            // In a model, too: there a timer that ends twice is found by it.
            if cfg!(any(debug_assertions, loom)) {
                assert!(removed.is_some(), "it is neither in the wheel nor fresh");
            }
        }
    }
    // ANCHOR_END: take-out

    // ANCHOR: next-due
    /// Takes out a timer that is due. If there is none, all timers are in the wheel.
    pub(crate) fn next_due(&mut self, now: Duration) -> Option<NonNull<Timer<Waiting>>> {
        if let Some(timer) = self.wheel.poll(tick::at_or_before(now)) {
            trace::fired(|| {
                // SAFETY: it was in a list, whose lock we have had ever since, and so it is alive.
                let node = unsafe { timer.as_ref() };
                // SAFETY: as above, so its deadline is ours.
                (tick::begin(unsafe { node.when() }), now)
            });
            return Some(timer);
        }
        // The wheel has come to `now`, and so each of these goes where it belongs.
        while let Some(timer) = self.fresh.pop_back() {
            // SAFETY: it was in the fresh list.
            if unsafe { self.enter_wheel(timer, now) }.is_err() {
                return Some(timer);
            }
        }
        None
    }

    /// # Safety
    ///
    /// The timer was in the fresh list until now.
    unsafe fn enter_wheel(
        &mut self,
        timer: NonNull<Timer<Waiting>>,
        now: Duration,
    ) -> Result<(), Elapsed> {
        // SAFETY: it was in a list, whose lock we have had ever since, and so it is alive.
        let node = unsafe { timer.as_ref() };
        // SAFETY: as above, so its deadline is ours.
        let when = unsafe { node.when() };
        let due = match node.value().state() {
            LATER => Due::After(when),
            _fresh => Due::At(when),
        };
        let when = due.tick(|| now);
        // SAFETY: it is in no list now, and its future stays until it is out of this one.
        unsafe { self.wheel.insert(timer, when) }
            .inspect_err(|_| trace::fired(|| (tick::begin(when), now)))?;
        node.value().set_state(LISTED);
        Ok(())
    }
    // ANCHOR_END: next-due

    /// Takes out any timer, whenever it is due.
    pub(crate) fn take_any(&mut self) -> Option<NonNull<Timer<Waiting>>> {
        self.fresh.pop_back().or_else(|| self.wheel.poll(u64::MAX))
    }
}

impl Due {
    /// The tick. `now` is what the clock shows, as time since its origin.
    fn tick(self, now: impl FnOnce() -> Duration) -> u64 {
        match self {
            Due::At(tick) => tick,
            Due::After(nanos) => {
                let due = now().saturating_add(Duration::from_nanos(nanos));
                tick::at_or_after(due)
            }
        }
    }
}

// SAFETY: the lists hold pointers to timers, which are `Send` and `Sync`. They are followed by `&mut self`
// only, and so by one thread at a time.
unsafe impl Send for State {}
