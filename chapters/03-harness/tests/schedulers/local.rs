//! A scheduler for tests whose tasks need not be `Send`: the list stays on the thread, and the run
//! queue takes tickets from all threads.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use harness::{Id, JoinHandle, LocalOwnedTasks, Notified, Schedule, Task, TaskQueue};

/// What each task has: the way to the queue.
#[derive(Clone, Default)]
pub struct Remote(Arc<Mutex<TaskQueue<Remote>>>);

/// The thread's own end.
#[derive(Default)]
pub struct Local {
    remote: Remote,
    tasks: Rc<LocalOwnedTasks<Remote>>,
}

thread_local! {
    /// The list of the scheduler that runs or shuts down on this thread.
    static TASKS: RefCell<Option<Rc<LocalOwnedTasks<Remote>>>> = const { RefCell::new(None) };
}

impl Schedule for Remote {
    fn schedule(task: Notified<Remote>) {
        let remote = task.scheduler().clone();
        remote.0.lock().unwrap().push_back(task);
    }

    fn release(&self, task: &Task<Remote>) -> Option<Task<Remote>> {
        TASKS.with_borrow(|tasks| tasks.as_ref()?.remove(task))
    }
}

#[allow(dead_code, reason = "not every test needs all of it")]
impl Local {
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        self.enter(|| {
            let (join, notified) = self.tasks.bind(future, self.remote.clone(), Id::next());
            if let Some(notified) = notified {
                Remote::schedule(notified);
            }
            join
        })
    }

    pub fn run(&self) {
        self.enter(|| {
            while let Some(notified) = self.pop() {
                self.tasks.assert_owner(notified).run();
            }
        });
    }

    pub fn shutdown(&self) {
        self.enter(|| self.tasks.close_and_shutdown_all());
        while let Some(notified) = self.pop() {
            drop(notified);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    pub fn handles(&self) -> usize {
        Arc::strong_count(&self.remote.0)
    }

    fn pop(&self) -> Option<Notified<Remote>> {
        self.remote.0.lock().unwrap().pop_front()
    }

    fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let outer = TASKS.replace(Some(Rc::clone(&self.tasks)));
        let result = f();
        TASKS.set(outer);
        result
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.shutdown();
    }
}
