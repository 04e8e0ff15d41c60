//! The watcher: a parked worker that looks after those that are busy.
//!
//! A push does not wake a worker if the one that pushes is going to run the task itself. It may take long to get there: its
//! next poll may last for a second, and then all that is behind it waits, and the driver with it. So one parked worker sleeps for
//! short times only, as long as another one is awake. After each sleep it looks how fast the others go, and
//!
//! - says of each how far it is [open](crate::door) to thieves: the longer its polls, the farther;
//! - steals from one that is, and takes what no worker has taken yet;
//! - asks the driver, and wakes what is deferred, in the place of one that is stuck.
//!
//! From then on, a push of a worker that is open does wake another one, until the watcher says otherwise. So work is shared
//! at once where that is worth it; and where polls are short, a pool is as fast as one thread, because it works as one.
//!
//! ```text
//!     watcher   sleep 50 µs │ look │ sleep 100 │ look │ ... │ sleep 500 │ look │ sleep 500 │ ...
//! ```
//!
//! A look is some loads, and a sleep is two system calls: at one in 500 µs that is less than one percent of a processor. Where all others
//! sleep now and then, they have time to spare, and two milliseconds are enough: each look takes a processor away from one of them. When
//! all workers are parked, and have been for some looks, nobody watches, and an idle pool costs nothing.
//!
//! # Where it sleeps
//!
//! On its thread, and never on the driver. A watcher that is woken by an event runs its task, and so it watches no more: another worker
//! has to be woken to watch, finds the driver free, and is woken by the next event. A program with one connection then has two
//! threads that wake each other for each message.
//!
//! # When all are awake
//!
//! Then there is no watcher, and one of them may be stuck all the same: in a long poll, or in a short one, if the system has given its processor to
//! another program for some milliseconds. What waits behind that poll is found by a worker that has run out of tasks. But a worker with many
//! sockets asks the driver before that, and each time the driver has new tasks for it. So while there is no watcher, each worker looks after the others
//! when it asks the driver, and takes what waits behind one that is stuck.
//!
//! # Invariants
//!
//! - **Watched**: while one worker is awake and another is parked, one that is parked watches, or one is being woken that will. Who
//!   parks looks whether others are awake; who wakes up looks whether there is a watcher; who stops watching looks
//!   again whether others are awake. All of them write before they look, with a full fence in between.
//!
//! In tokio there is none: a task behind a long poll waits for its end, unless it was announced.

use std::time::{Duration, Instant};

use crate::door::Door;
use crate::pace::{Look, Verdict};
use crate::shared::Shared;

/// What the watcher knows.
#[derive(Debug)]
pub(crate) struct Watch {
    index: usize,
    interval: Duration,
    looked: Duration,
    looks: Box<[Look]>,
    /// How many looks in a row found all others parked, and no count moved.
    quiet: u32,
}

const INTERVAL_MIN: Duration = Duration::from_micros(50);
/// While some worker is so busy that it does not sleep.
const INTERVAL_BUSY: Duration = Duration::from_micros(500);
/// While all sleep now and then.
const INTERVAL_CALM: Duration = Duration::from_millis(2);

/// After so many looks at nothing the watch ends. A program that does something every few milliseconds keeps its watcher; to wake one
/// each time would cost more.
const QUIET_MAX: u32 = 6;

impl Watch {
    /// A model checker has no clock to look at.
    pub(crate) const IS_POSSIBLE: bool = !cfg!(loom);

    pub(crate) fn new(shared: &Shared, index: usize) -> Watch {
        let now = shared.now();
        Watch {
            index,
            interval: INTERVAL_MIN,
            looked: now,
            looks: shared
                .fronts
                .iter()
                .map(|front| front.pace.look(now))
                .collect(),
            quiet: 0,
        }
    }

    /// How long to sleep until the next look.
    pub(crate) fn interval(&self) -> Duration {
        self.interval
    }

    /// Whether there is nothing to watch any more.
    pub(crate) fn is_quiet(&self) -> bool {
        QUIET_MAX <= self.quiet
    }

    // ANCHOR: look
    /// Looks at all other workers, at the time `now`. Returns whether there is something for us to do; what the driver wakes is in our queue.
    pub(crate) fn look(&mut self, shared: &Shared, now: Instant) -> bool {
        let now = shared.since_epoch(now);
        if now - self.looked < INTERVAL_MIN {
            // Woken for something else. So short a time says nothing.
            return false;
        }
        self.looked = now;
        let mut is_any_awake = false;
        let mut is_any_busy = false;
        let mut is_any_long = false;
        let mut is_any_stuck = false;
        let index = self.index;
        for worker in (0..shared.workers()).filter(|&worker| worker != index) {
            let before = self.looks[worker];
            let verdict = self.judge(shared, worker, now);
            is_any_awake |= verdict.is_some();
            is_any_busy |=
                !self.looks[worker].has_slept_since(before) && !shared.idle.is_parked(worker);
            is_any_long |= matches!(verdict, Some(Verdict::Long | Verdict::Stuck));
            if verdict == Some(Verdict::Stuck) {
                is_any_stuck = true;
                shared.wake_deferred(worker);
            }
        }
        self.quiet = match is_any_awake {
            true => 0,
            false => self.quiet + 1,
        };
        let longest = match is_any_busy {
            true => INTERVAL_BUSY,
            false => INTERVAL_CALM,
        };
        self.interval = (self.interval * 2).min(longest);
        if is_any_stuck {
            // In the place of those that do not come to it.
            shared.driver.turn();
        }
        is_any_long && shared.is_any_to_take(self.index)
    }
    // ANCHOR_END: look

    // ANCHOR: find-stuck
    /// Looks at all other workers in the middle of our own work, while there is no watcher. Returns one that is stuck, and has tasks. May wake tasks,
    /// which are queued here then.
    pub(crate) fn find_stuck(&mut self, shared: &Shared) -> Option<usize> {
        let now = shared.now();
        if now - self.looked < INTERVAL_MIN {
            return None;
        }
        self.looked = now;
        let mut found = None;
        let index = self.index;
        for worker in (0..shared.workers()).filter(|&worker| worker != index) {
            if self.judge(shared, worker, now) == Some(Verdict::Stuck) {
                shared.wake_deferred(worker);
                if shared.fronts[worker].has_tasks() {
                    found = Some(worker);
                }
            }
        }
        found
    }
    // ANCHOR_END: find-stuck

    /// What there is to be said of a worker; `None` if it has slept since the last look, and nothing else.
    fn judge(&mut self, shared: &Shared, worker: usize, now: Duration) -> Option<Verdict> {
        let front = &shared.fronts[worker];
        let look = front.pace.look(now);
        let before = std::mem::replace(&mut self.looks[worker], look);
        let verdict = Look::verdict(before, look);
        front.door.set(match verdict {
            Verdict::Short => Door::Shut,
            Verdict::Long => Door::Ajar,
            Verdict::Stuck => Door::Open,
        });
        let has_slept = shared.idle.is_parked(worker) && look.is_as(before);
        (!has_slept).then_some(verdict)
    }
}

impl Shared {
    /// Whether a worker that is open to thieves has a task, or the inject queue has.
    fn is_any_to_take(&self, index: usize) -> bool {
        !self.inject.is_empty() || self.is_any_to_steal(index)
    }

    /// Whether another worker that is open to thieves has a task.
    pub(crate) fn is_any_to_steal(&self, index: usize) -> bool {
        let mut fronts = self.fronts.iter().enumerate();
        fronts.any(|(worker, front)| worker != index && front.has_spare())
    }
}
