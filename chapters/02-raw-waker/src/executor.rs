//! Runs tasks until the last one is done.
//!
//! The executor takes a task from the run queue, polls it, and takes the next; when the queue is
//! empty it sleeps until a task is woken. The one question left is when to stop. An empty queue
//! is no answer, since the tasks may all be waiting, for example for timers. *No senders left* is an answer, if only
//! unfinished futures have one (invariant: Open While Unfinished, in [`queue`]). A task that is
//! done has no sender, even if a waker of it is still kept. A task whose last waker is dropped is
//! freed, and takes its sender along.
//!
//! # Left out
//!
//! A task that waits for a wake which never comes keeps `run` waiting, and no error says so. The
//! executor knows only the tasks that are queued. Only their wakers know the tasks that wait, so
//! dropping the executor cannot drop those. Chapter 4 keeps a list.
//!
//! In tokio: `runtime/scheduler/current_thread/mod.rs`.

use std::sync::{Arc, Weak};

use crate::queue::{self, run_queue};
use crate::task::{Ran, new_task};

/// Polls tasks on the thread that calls [`run`](Executor::run).
///
/// # Examples
///
/// ```
/// use std::sync::mpsc;
///
/// use raw_waker::Executor;
///
/// let (said, heard) = mpsc::channel();
/// let executor = Executor::new();
/// for task in ["one", "two"] {
///     let said = said.clone();
///     executor.spawn(async move { said.send(task).unwrap() });
/// }
/// executor.run();
/// assert_eq!(heard.try_iter().collect::<Vec<_>>(), ["one", "two"]);
/// ```
#[derive(Debug)]
pub struct Executor {
    /// Keeps the queue open until `run` begins: before that there may be no task yet.
    sender: Arc<queue::Sender>,
    /// The only receiver, so that dropping the executor closes the queue.
    receiver: queue::Receiver,
}

/// Spawns tasks from other threads, and from inside tasks. Holding a spawner does not keep the
/// executor running.
///
/// # Examples
///
/// ```
/// use std::sync::mpsc;
/// use std::thread;
///
/// use raw_waker::Executor;
///
/// let executor = Executor::new();
/// let spawner = executor.spawner();
/// let (said, heard) = mpsc::channel();
/// // A task can spawn others, and so can another thread, as long as a task is left.
/// executor.spawn(async move {
///     let helper = thread::spawn(move || {
///         spawner.spawn(async move { said.send("from the other thread").unwrap() });
///     });
///     helper.join().unwrap();
/// });
/// assert_eq!(executor.run().completed, 2);
/// assert_eq!(heard.recv(), Ok("from the other thread"));
/// ```
#[derive(Clone, Debug)]
pub struct Spawner {
    /// Weak, because a spawner is not a task.
    sender: Weak<queue::Sender>,
}

/// How the tasks of an executor ended.
///
/// # Examples
///
/// ```
/// use std::future::pending;
///
/// use raw_waker::{Executor, Report};
///
/// let executor = Executor::new();
/// executor.spawn(async {});
/// executor.spawn(async {});
/// // Nothing will ever wake this one. It is dropped with its last waker, and is in no count.
/// executor.spawn(pending());
/// assert_eq!(executor.run(), Report { completed: 2, panicked: 0 });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Tasks whose future returned `Ready`.
    pub completed: usize,
    /// Tasks whose future panicked, in `poll` or in `drop` after its last poll.
    pub panicked: usize,
}

impl Executor {
    /// An executor without tasks.
    pub fn new() -> Executor {
        let (sender, receiver) = run_queue();
        Executor { sender, receiver }
    }

    /// Makes a task of `future` and queues it for its first poll.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        new_task(future, Arc::clone(&self.sender)).schedule();
    }

    /// A handle that can be sent to other threads and into tasks.
    pub fn spawner(&self) -> Spawner {
        Spawner {
            sender: Arc::downgrade(&self.sender),
        }
    }

    /// Polls tasks until none is unfinished: each has completed, has panicked, or was dropped
    /// together with its last waker.
    ///
    /// A panic in a task ends that task only, and is counted in the report.
    pub fn run(self) -> Report {
        // ANCHOR: ex-2-8-executor-run
        // Keep no handle on the queue, then run what it gives until it gives nothing any more, and
        // count how the tasks ended.
        todo!("2.8 executor-run")
        // ANCHOR_END: ex-2-8-executor-run
    }
}

impl Default for Executor {
    fn default() -> Executor {
        Executor::new()
    }
}

impl Spawner {
    /// Makes a task of `future` and queues it for its first poll. If the executor's last task is
    /// done, or the executor has been dropped, the future is dropped without having been polled.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        if let Some(sender) = self.sender.upgrade() {
            new_task(future, sender).schedule();
        }
    }
}
