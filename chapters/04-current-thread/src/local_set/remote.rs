//! What other threads may touch of a [`LocalSet`](super::LocalSet): the queue that they push woken
//! tasks into, and the waker that tells the set to look.

use std::mem;
use std::sync::Arc;
use std::task::Waker;

use harness::{Notified, Schedule, Task, TaskQueue};
use model::loom::sync::{Mutex, MutexGuard};

use super::Home;

/// What each task of the set has. It keeps neither the set nor its tasks alive.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    queue: TaskQueue<Remote>,
    /// Of whoever polls the set. Gone once it has been told (invariant: Told Once).
    waker: Option<Waker>,
    /// The set is gone.
    is_closed: bool,
}

impl Remote {
    pub(super) fn new() -> Remote {
        Remote {
            inner: Arc::new(Mutex::new(Inner {
                queue: TaskQueue::new(),
                waker: None,
                is_closed: false,
            })),
        }
    }

    /// Queues a task that was woken outside of the set.
    pub(super) fn push(ticket: Notified<Remote>) {
        let remote = ticket.scheduler().clone();
        let mut inner = remote.lock();
        if inner.is_closed {
            // Its future is dropped, or about to be.
            drop(inner);
            drop(ticket);
            return;
        }
        inner.queue.push_back(ticket);
        let waker = inner.waker.take();
        drop(inner);
        // Foreign code, and so the lock is not held.
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Leaves the waker of whoever polls the set, and takes what was pushed before that.
    pub(super) fn leave_waker(&self, waker: &Waker) -> TaskQueue<Remote> {
        let waker = waker.clone();
        let (pushed, stale) = {
            let mut inner = self.lock();
            (mem::take(&mut inner.queue), inner.waker.replace(waker))
        };
        drop(stale);
        pushed
    }

    /// Refuses what is pushed from now on. What was pushed is the caller's to drop.
    pub(super) fn close(&self) -> (TaskQueue<Remote>, Option<Waker>) {
        let mut inner = self.lock();
        inner.is_closed = true;
        (mem::take(&mut inner.queue), inner.waker.take())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nothing panics under this lock")
    }

    fn is_of(&self, home: &Home) -> bool {
        Arc::ptr_eq(&self.inner, &home.remote.inner)
    }
}

impl Schedule for Remote {
    fn schedule(task: Notified<Remote>) {
        Home::with_entered(|home| match home {
            Some(home) if task.scheduler().is_of(home) => home.push(task),
            _ => Remote::push(task),
        });
    }

    fn yield_now(task: Notified<Remote>) {
        Home::with_entered(|home| match home {
            Some(home) if task.scheduler().is_of(home) => {
                home.deferred.borrow_mut().push_back(task);
            }
            _ => Remote::push(task),
        });
    }

    fn release(&self, task: &Task<Remote>) -> Option<Task<Remote>> {
        Home::with_entered(|home| match home {
            Some(home) if self.is_of(home) => home.tasks.remove(task),
            _ => None,
        })
    }
}
