//! A scheduler for tests: a list of tasks and a run queue, both with a lock, and no thread of its
//! own. Any thread may run what is queued. It stands under `loom` as well.

use std::future::Future;

use harness::{Id, JoinHandle, Notified, OwnedTasks, Schedule, Task, TaskQueue};
use model::loom::sync::{Arc, Mutex};

#[derive(Clone)]
pub struct Pool(Arc<Shared>);

pub struct Shared {
    queue: Mutex<TaskQueue<Pool>>,
    tasks: OwnedTasks<Pool>,
}

impl Schedule for Pool {
    // ANCHOR: schedule
    fn schedule(task: Notified<Pool>) {
        // Cloned first: once it is in the queue, the task may end, and its handle with it.
        let pool = task.scheduler().clone();
        pool.0.queue.lock().unwrap().push_back(task);
    }
    // ANCHOR_END: schedule

    fn release(&self, task: &Task<Pool>) -> Option<Task<Pool>> {
        self.0.tasks.remove(task)
    }
}

#[allow(dead_code, reason = "not every model needs all of it")]
impl Pool {
    pub fn new() -> Pool {
        Pool(Arc::new(Shared {
            queue: Mutex::new(TaskQueue::new()),
            tasks: OwnedTasks::new(),
        }))
    }

    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let (join, notified) = self.0.tasks.bind(future, self.clone(), Id::next());
        if let Some(notified) = notified {
            Pool::schedule(notified);
        }
        join
    }

    pub fn is_empty(&self) -> bool {
        self.0.tasks.is_empty()
    }

    /// How many handles on the scheduler there are, in cells and elsewhere.
    pub fn handles(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// Runs one task, if one is queued.
    pub fn run_one(&self) -> bool {
        let Some(notified) = self.pop() else {
            return false;
        };
        self.0.tasks.assert_owner(notified).run();
        true
    }

    /// A ticket, if there is one.
    pub fn pop(&self) -> Option<Notified<Pool>> {
        self.0.queue.lock().unwrap().pop_front()
    }

    /// Runs tasks until none is queued.
    pub fn run(&self) {
        while self.run_one() {}
    }

    /// Cancels all tasks, and drops what is queued.
    pub fn shutdown(&self) {
        self.0.tasks.close_and_shutdown_all();
        while let Some(notified) = self.pop() {
            drop(notified);
        }
    }
}
