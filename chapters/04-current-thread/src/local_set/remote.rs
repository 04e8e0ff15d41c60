//! The part of a [`LocalSet`](super::LocalSet) that other threads may touch: the queue that they
//! push woken tasks into, and the wakers that tell its pollers to look.

use std::mem;
use std::sync::Arc;
use std::task::Waker;

use harness::isolate::discard;
use harness::{Notified, Schedule, Task, TaskQueue};
use model::loom::sync::{Mutex, MutexGuard};

use super::Home;
use crate::defer::wake_all;

/// What each task of the set has. It keeps neither the set nor its tasks alive.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    inner: Arc<Mutex<Inner>>,
}

/// One future that polls the set.
pub(super) type Key = u64;

#[derive(Debug)]
struct Inner {
    queue: TaskQueue<Remote>,
    /// The futures that poll the set: mostly one.
    pollers: Vec<Poller>,
    /// The set is gone.
    is_closed: bool,
}

#[derive(Debug)]
struct Poller {
    key: Key,
    /// Gone once it has been told (invariant: Told Once).
    waker: Option<Waker>,
}

/// The wakers to call, outside of the lock. Most often it is one, which needs no memory.
#[must_use = "a wake that is dropped is lost"]
enum Told {
    None,
    One(Waker),
    Many(Vec<Waker>),
}

impl Remote {
    pub(super) fn new() -> Remote {
        Remote {
            inner: Arc::new(Mutex::new(Inner {
                queue: TaskQueue::new(),
                pollers: Vec::new(),
                is_closed: false,
            })),
        }
    }

    /// Queues a task that was woken outside of the set, and tells all pollers.
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
        let told = inner.take_wakers();
        drop(inner);
        told.wake();
    }

    /// Tells all pollers that there is something to do.
    pub(super) fn tell(&self) {
        let told = self.lock().take_wakers();
        told.wake();
    }

    /// Leaves the waker of a poller. Foreign code, the clone of the new waker and the drop of the
    /// old one, runs without the lock.
    pub(super) fn leave_waker(&self, key: Key, waker: &Waker) {
        let is_left = (self.lock().find(key))
            .is_some_and(|poller| poller.waker.as_ref().is_some_and(|it| it.will_wake(waker)));
        if is_left {
            // It was not told since.
            return;
        }
        let waker = Some(waker.clone());
        let stale = {
            let mut inner = self.lock();
            match inner.find(key) {
                Some(poller) => mem::replace(&mut poller.waker, waker),
                None => {
                    inner.pollers.push(Poller { key, waker });
                    None
                }
            }
        };
        discard(stale);
    }

    /// Takes what was pushed.
    pub(super) fn take(&self) -> TaskQueue<Remote> {
        mem::take(&mut self.lock().queue)
    }

    /// Forgets a poller. The caller drops its waker.
    pub(super) fn forget(&self, key: Key) -> Option<Waker> {
        let mut inner = self.lock();
        let place = inner.pollers.iter().position(|poller| poller.key == key)?;
        inner.pollers.swap_remove(place).waker
    }

    /// Refuses what is pushed from now on, and drops what was pushed and the wakers.
    pub(super) fn close(&self) {
        let (queue, pollers) = {
            let mut inner = self.lock();
            inner.is_closed = true;
            (mem::take(&mut inner.queue), mem::take(&mut inner.pollers))
        };
        drop(queue);
        pollers.into_iter().for_each(discard);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nothing panics under this lock")
    }

    fn is_of(&self, home: &Home) -> bool {
        Arc::ptr_eq(&self.inner, &home.remote.inner)
    }
}

impl Inner {
    fn find(&mut self, key: Key) -> Option<&mut Poller> {
        self.pollers.iter_mut().find(|poller| poller.key == key)
    }

    fn take_wakers(&mut self) -> Told {
        if let [poller] = &mut *self.pollers {
            return match poller.waker.take() {
                Some(waker) => Told::One(waker),
                None => Told::None,
            };
        }
        let wakers = self
            .pollers
            .iter_mut()
            .filter_map(|poller| poller.waker.take());
        Told::Many(wakers.collect())
    }
}

impl Told {
    fn wake(self) {
        match self {
            Told::None => {}
            Told::One(waker) => waker.wake(),
            Told::Many(mut wakers) => wake_all(&mut wakers),
        }
    }
}

impl Schedule for Remote {
    fn schedule(task: Notified<Remote>) {
        let pushed = Home::with_entered(|home| match home {
            Some(home) if task.scheduler().is_of(home) => home.push_local(task),
            _ => Err(task),
        });
        if let Err(task) = pushed {
            Remote::push(task);
        }
    }

    /// It is polled by a poll of the set, and waits for the end of that.
    fn yield_now(task: Notified<Remote>) {
        let pushed = Home::with_entered(|home| match home {
            Some(home) if task.scheduler().is_of(home) => {
                home.deferred.borrow_mut().push_back(task);
                Ok(())
            }
            _ => Err(task),
        });
        if let Err(task) = pushed {
            Remote::push(task);
        }
    }

    fn release(&self, task: &Task<Remote>) -> Option<Task<Remote>> {
        Home::with_entered(|home| match home {
            Some(home) if self.is_of(home) => home.tasks.remove(task),
            _ => None,
        })
    }
}
