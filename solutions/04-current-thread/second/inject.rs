// A ring of tickets under the lock, and beside it the number of those that are in.
//
// The ring needs memory of its own, and grows. What is taken goes one by one into the list that the caller gets.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::Ordering::{Acquire, Release};

use harness::{Notified, TaskQueue};
use model::loom::sync::atomic::AtomicUsize;

use crate::lock::Lock;

/// The layer without a lock.
pub struct Inject<S: 'static> {
    /// How many are queued. Written under the lock, at the end of each step.
    queued: AtomicUsize,
    tickets: PhantomData<fn(Notified<S>)>,
}

/// The layer under the lock.
pub struct Synced<S: 'static> {
    ring: VecDeque<Notified<S>>,
    is_closed: bool,
}

/// Why a push was refused: the scheduler has shut down. The tickets come back, to be dropped where
/// no lock is held.
#[derive(Debug)]
pub struct Closed<T>(pub T);

impl<S: 'static> Synced<S> {
    /// An empty list.
    pub fn new() -> Synced<S> {
        Synced {
            ring: VecDeque::new(),
            is_closed: false,
        }
    }

    /// Whether nothing may be pushed any more. A worker that finds the queue empty and closed is done.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Whether nothing is queued. Under the lock this is more than a hint.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }
}

impl<S: 'static> Inject<S> {
    /// The other layer of an empty queue.
    pub fn new() -> Inject<S> {
        Inject {
            queued: AtomicUsize::new(0),
            tickets: PhantomData,
        }
    }

    /// How many tasks were queued a moment ago.
    #[inline]
    pub fn len(&self) -> usize {
        // ORDERING: Acquire, with the Release in `step`. The lock decides what counts.
        self.queued.load(Acquire)
    }

    /// Whether nothing was queued a moment ago.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Changes the ring, and says how long it is then, before the lock is released.
    fn step<T>(
        &self,
        synced: &mut Synced<S>,
        change: impl FnOnce(&mut VecDeque<Notified<S>>) -> T,
    ) -> T {
        let changed = change(&mut synced.ring);
        // ORDERING: Release, with the Acquire in `len`.
        self.queued.store(synced.ring.len(), Release);
        changed
    }

    /// Queues one task. Returns with the lock held: the caller looks at more in the same step.
    pub fn push<L: Lock<Synced<S>>>(
        &self,
        lock: L,
        task: Notified<S>,
    ) -> Result<L::Guard, Closed<Notified<S>>> {
        let mut guard = lock.lock();
        let synced = guard.as_mut();
        if synced.is_closed {
            return Err(Closed(task));
        }
        self.step(synced, |ring| ring.push_back(task));
        Ok(guard)
    }

    /// Queues many tasks in one step. Returns with the lock held.
    pub fn push_batch<L: Lock<Synced<S>>>(
        &self,
        lock: L,
        mut batch: TaskQueue<S>,
    ) -> Result<L::Guard, Closed<TaskQueue<S>>> {
        let mut guard = lock.lock();
        let synced = guard.as_mut();
        if synced.is_closed {
            return Err(Closed(batch));
        }
        self.step(synced, |ring| {
            ring.extend(std::iter::from_fn(|| batch.pop_front()));
        });
        Ok(guard)
    }

    /// Takes the task that has waited for longest. Does not lock if there is none.
    pub fn pop<L: Lock<Synced<S>>>(&self, lock: L) -> Option<Notified<S>> {
        self.pop_batch(lock, 1).pop_front()
    }

    /// Takes up to `max` tasks, in order. Does not lock if there are none.
    pub fn pop_batch<L: Lock<Synced<S>>>(&self, lock: L, max: usize) -> TaskQueue<S> {
        let mut batch = TaskQueue::new();
        if self.is_empty() {
            return batch;
        }
        let mut guard = lock.lock();
        self.step(guard.as_mut(), |ring| {
            // It may be shorter by now than it was said to be, or longer.
            for ticket in ring.drain(..max.min(ring.len())) {
                batch.push_back(ticket);
            }
        });
        batch
    }

    /// Refuses what is pushed from now on. Returns whether the queue was open.
    pub fn close<L: Lock<Synced<S>>>(&self, lock: L) -> bool {
        !std::mem::replace(&mut lock.lock().as_mut().is_closed, true)
    }
}

impl<S: 'static> Default for Inject<S> {
    fn default() -> Inject<S> {
        Inject::new()
    }
}

impl<S: 'static> Default for Synced<S> {
    fn default() -> Synced<S> {
        Synced::new()
    }
}

impl<S: 'static> fmt::Debug for Inject<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inject").field("len", &self.len()).finish()
    }
}

impl<S: 'static> fmt::Debug for Synced<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Synced")
            .field("len", &self.ring.len())
            .field("is_closed", &self.is_closed)
            .finish()
    }
}
