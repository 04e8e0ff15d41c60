//! The loop that runs tasks.
//!
//! ```text
//!          ┌──> the root future, if it was woken ── ready ──> its output
//!          │                 │
//!          │    tasks, until none is due, or the driver is (every 61 polls)
//!          │                 │
//!          │    ┌────────────┼──────────────────┬──────────────────┐
//!          │    driver due,  │                  root was woken      nothing to do
//!          │    or deferred  │                  │                   │
//!          │    ask the driver, do not sleep    │                   sleep
//!          │    wake what is deferred           │                   │
//!          └─────────────────┴──────────────────┴───────────────────┘
//! ```
//!
//! # Invariants
//!
//! - **Nothing Waits For Ever**: a task that is due is polled after the tasks that were due before it. A
//!   task in the inject queue goes to the end of the run queue with the next look there, after 31 polls
//!   at most, if fewer than 64 are before it, and with one more look for each 64 that are. Drivers and
//!   yields have their turn after 61. The root is polled at least every 61 polls, if it was woken.
//! - **Idle Costs Nothing**: if no task is due, nothing deferred and the root not woken, the thread
//!   sleeps, and each time round the loop has a cause.
//!
//! In tokio: `CoreGuard::block_on` in `runtime/scheduler/current_thread/mod.rs`.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::context::Context;
use crate::park::Park;
use crate::root::Root;

/// A thread that has the core.
pub(crate) struct Driver<'a, P> {
    context: &'a Context,
    park: &'a mut P,
    /// The driver is asked every so many polls: see [`Config`](crate::Config).
    interval: u32,
    /// How many polls there were since the driver was last asked.
    polls: u32,
}

impl<'a, P: Park> Driver<'a, P> {
    pub(crate) fn new(context: &'a Context, park: &'a mut P) -> Driver<'a, P> {
        Driver {
            context,
            park,
            interval: context.config().driver_interval,
            polls: 0,
        }
    }

    /// Runs tasks until the root future is done.
    pub(crate) fn run<F: Future>(mut self, root: &Arc<Root>, mut future: Pin<&mut F>) -> F::Output {
        let waker = root.lend();
        let mut cx = std::task::Context::from_waker(&waker);
        loop {
            if let Some(polled) = root.poll_if_woken(future.as_mut(), &mut cx) {
                self.polls += 1;
                if let Poll::Ready(output) = polled {
                    root.retire();
                    return output;
                }
            }
            // Here, so that a future that is ready at once costs no look at the clock.
            self.context.shared().worker.begin_busy();
            self.run_tasks();
            self.rest(root);
        }
    }

    /// Polls tasks until none is due, or the driver is.
    fn run_tasks(&mut self) {
        let polls = self.polls;
        match self.context.shared().hooks.has_any_of_polls() {
            false => self.run_each(),
            true => self.run_each_between_hooks(),
        }
        self.context.note_polls(self.polls - polls);
        if self.interval <= self.polls {
            self.context.publish();
        }
    }

    #[inline]
    fn run_each(&mut self) {
        while self.polls < self.interval {
            let Some(task) = self.context.next_task() else {
                return;
            };
            self.polls += 1;
            task.run();
        }
    }

    /// The same, with what a program has called around each poll. A loop of its own, so that the other one need not ask each time.
    #[cold]
    #[inline(never)]
    fn run_each_between_hooks(&mut self) {
        while self.polls < self.interval {
            let Some(task) = self.context.next_task() else {
                return;
            };
            self.polls += 1;
            let hooks = &self.context.shared().hooks;
            if let Some(took) = hooks.run_between(task) {
                hooks.note_poll_time(0, took);
            }
        }
    }

    /// Asks the driver, or sleeps, or neither.
    fn rest(&mut self, root: &Root) {
        // ANCHOR: ex-4-5-rest
        // No kind of work waits for more than `interval` polls; what is deferred goes on after what
        // the driver has woken; the thread sleeps only when nothing is left to do; and each look at
        // the driver has a cause.
        todo!("4.5 rest")
        // ANCHOR_END: ex-4-5-rest
    }

    /// One rest, for tests of it alone. Returns how many polls are counted after it.
    #[cfg(feature = "steps")]
    pub(crate) fn rest_after(mut self, polls: u32, root: &Root) -> u32 {
        self.polls = polls;
        self.rest(root);
        self.polls
    }

    /// Sleeps, unless another thread was faster. A wake of the root that comes before the
    /// announcement is seen by the second look at it, and one that comes after it finds it: both go
    /// through the lock. Only a sleep counts as having asked the driver.
    fn sleep(&mut self, root: &Root) {
        let shared = self.context.shared();
        if shared.announce_sleep() {
            if !root.is_woken() {
                self.context.publish();
                shared.worker.asleep(|| self.park.park());
                self.polls = 0;
            }
            shared.end_sleep();
        }
    }
}
