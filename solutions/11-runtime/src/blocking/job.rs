//! What the pool runs: a task that is done after one poll.
//!
//! A closure becomes a future whose poll calls it, and the future a task that is in no list. Its ticket is
//! made with it, is queued once, and is all there is: nothing wakes such a task, since it has never left its
//! waker anywhere. With the cell of chapter 3 come the handle, the output that changes hands, panics that are
//! caught, and `abort`, which works until the job begins: a job that has begun can only be waited for.
//!
//! In tokio: `runtime/blocking/task.rs`, `runtime/blocking/schedule.rs`.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use harness::context::{self, ClockHold};
use harness::coop::unconstrained;
use harness::isolate::{discard, isolate};
use harness::{Id, JoinHandle, Notified, Schedule, Task, is_large, trace, unowned};

/// A job of the pool.
#[must_use = "the handle waits for it"]
pub(crate) struct Job {
    work: Work,
    /// A paused clock must not move while the job waits or runs, though all tasks wait.
    hold: ClockHold,
    is_mandatory: bool,
}

enum Work {
    /// From `spawn_blocking`: its handle has to be told, whatever happens.
    Task(Notified<PoolSchedule>),
    /// From [`run_blocking`](context::run_blocking): no handle, and whoever queues it wants it back if it is
    /// refused.
    Closure(context::Job),
}

/// What becomes of a job that is queued when the runtime ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mandatory {
    /// It is dropped, and its handle says *cancelled*.
    No,
    /// It is run. A file has told its caller already that the bytes are written.
    Yes,
}

/// The scheduler of a blocking task. It is never asked for anything: a task that is queued already is not
/// queued again by an abort, and one that is done after one poll is not woken.
pub(crate) struct PoolSchedule;

/// A closure, as a future.
struct Once<F>(Option<F>);

impl Job {
    /// A job of `f`, and the handle that waits for it. The caller is within the context of the runtime.
    pub(crate) fn new<F, R>(f: F, mandatory: Mandatory) -> (Job, JoinHandle<R>)
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let future = unconstrained(Once(Some(f)));
        let (ticket, join) = match is_large::<F>() {
            true => unowned(Box::pin(future), PoolSchedule, Id::next()),
            false => unowned(future, PoolSchedule, Id::next()),
        };
        let job = Job {
            work: Work::Task(ticket),
            hold: context::hold_clock(),
            is_mandatory: mandatory == Mandatory::Yes,
        };
        (job, join)
    }

    /// A job without a handle.
    pub(crate) fn of_closure(closure: context::Job) -> Job {
        Job {
            work: Work::Closure(closure),
            hold: context::hold_clock(),
            is_mandatory: false,
        }
    }

    pub(crate) fn is_mandatory(&self) -> bool {
        self.is_mandatory
    }

    /// Runs it, unless it was aborted. A panic in it ends here.
    pub(crate) fn run(self) {
        let _traced = trace::job();
        match self.work {
            Work::Task(ticket) => ticket.assert_unowned().run(),
            Work::Closure(closure) => {
                if let Err(payload) = isolate(closure) {
                    discard(payload);
                }
            }
        }
        // The clock may move now that the task is complete, and who waits for it is woken.
        drop(self.hold);
    }

    /// Drops the closure, and tells the handle.
    pub(crate) fn shut_down(self) {
        match self.work {
            Work::Task(ticket) => ticket.assert_unowned().shut_down(),
            Work::Closure(closure) => discard(closure),
        }
        drop(self.hold);
    }

    /// The closure that it was made of.
    pub(crate) fn into_closure(self) -> context::Job {
        match self.work {
            Work::Closure(closure) => closure,
            Work::Task(_) => unreachable!("a closure was queued, and comes back"),
        }
    }
}

impl Schedule for PoolSchedule {
    fn schedule(ticket: Notified<PoolSchedule>) {
        debug_assert!(false, "a blocking task was woken");
        drop(ticket);
    }

    fn release(&self, _: &Task<PoolSchedule>) -> Option<Task<PoolSchedule>> {
        None
    }
}

/// The closure is moved out before it is called: nothing in here is ever pinned.
impl<F> Unpin for Once<F> {}

impl<F: FnOnce() -> R, R> Future for Once<F> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<R> {
        let f = self
            .0
            .take()
            .expect("a blocking task is done after one poll");
        Poll::Ready(f())
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("is_mandatory", &self.is_mandatory)
            .finish_non_exhaustive()
    }
}
