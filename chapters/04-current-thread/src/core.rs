//! The core: what the thread that runs the tasks has, and no other thread.
//!
//! The run queue and the list of all tasks have no lock. They need none, because they belong to the
//! [`Core`], and there is one core. It is a capability: the thread that holds it may run tasks, and
//! a thread that wants to run tasks must get it first. It moves from the [`slot`](crate::slot) of
//! the runtime to the thread that calls `block_on`, and back when that returns.
//!
//! # Invariants
//!
//! - **One Core**: a scheduler has one, made with it and never copied.
//!
//! In tokio: `Core` in `runtime/scheduler/current_thread/mod.rs`.

use harness::{LocalNotified, Notified, OwnerId, Shelf, Task, TaskList, TaskQueue};

use crate::config::Config;
use crate::defer::Defer;
use crate::shared::{Handle, Shared};

/// The capability to run tasks.
#[derive(Debug)]
pub(crate) struct Core {
    /// All tasks that are not done, except new ones that are still in the inject queue.
    pub(crate) tasks: TaskList<Handle>,
    /// The tasks that are due, first come, first served.
    pub(crate) queue: TaskQueue<Handle>,
    /// The tasks that gave way.
    pub(crate) defer: Defer<Handle>,
    /// Cells of tasks that are gone, for the next ones.
    pub(crate) shelf: Shelf<Handle>,
    /// How many turns there are until the inject queue must be looked at, the next one included. Each
    /// turn counts down first; at 0 it looks, before its own poll. Any look begins the count anew.
    until_inject: u32,
    /// What the count begins with: see [`Config`].
    inject_interval: u32,
    /// The scheduler shuts down: it takes in no task.
    pub(crate) is_closed: bool,
    /// How many tasks have come from the inject queue.
    pub(crate) injected: u64,
}

/// How many tasks are taken out of the inject queue at once: more than come in between two looks in
/// any program that can keep up, and few enough that a push need not wait for the lock.
pub(crate) const INJECT_BATCH: usize = 64;

impl Core {
    /// A core without tasks, and the name of its list, which tasks are made for.
    pub(crate) fn new(config: &Config) -> (Core, OwnerId) {
        let tasks = TaskList::new();
        let owner = tasks.id();
        let core = Core {
            tasks,
            queue: TaskQueue::new(),
            defer: Defer::new(),
            shelf: Shelf::new(),
            until_inject: config.inject_interval,
            inject_interval: config.inject_interval,
            is_closed: false,
            injected: 0,
        };
        (core, owner)
    }

    /// The task to be polled next; `None` if none is due.
    #[inline]
    pub(crate) fn next_task(&mut self, shared: &Shared) -> Option<LocalNotified<Handle>> {
        // ANCHOR: ex-4-3-next-task
        // The result is the next task of the run queue, and is ours; no more than `inject_interval`
        // turns pass between two looks into the inject queue, none if the run queue is empty, and
        // no look is made in vain right after another.
        todo!("4.3 next-task")
        // ANCHOR_END: ex-4-3-next-task
    }

    /// Moves tasks from the inject queue to the back of the run queue. New ones among them become
    /// ours: the thread that spawned them had no list to put them into.
    pub(crate) fn take_injected(&mut self, shared: &Shared) {
        let mut batch = shared.pop_batch(INJECT_BATCH);
        while let Some(task) = batch.pop_front() {
            self.injected += 1;
            self.tasks.adopt(&task);
            self.queue.push_back(task);
        }
    }

    /// Takes a new task in, or gives it back if it is too late.
    #[inline]
    pub(crate) fn admit(
        &mut self,
        task: Task<Handle>,
        ticket: Notified<Handle>,
    ) -> Result<(), Refused> {
        if self.is_closed {
            return Err(Refused { task, ticket });
        }
        self.tasks.insert(task);
        self.queue.push_back(ticket);
        Ok(())
    }
}

/// A task that was spawned while its scheduler was shutting down.
#[derive(Debug)]
#[must_use = "its future has to be dropped, and not here"]
pub(crate) struct Refused {
    task: Task<Handle>,
    ticket: Notified<Handle>,
}

impl Refused {
    /// Drops the future, and tells the `JoinHandle`. Foreign code: nothing may be borrowed or locked.
    #[cold]
    pub(crate) fn shut_down(self) {
        drop(self.ticket);
        self.task.shutdown();
    }
}
