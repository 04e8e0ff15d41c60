//! The queue for tasks that come from other threads.
//!
//! A scheduler's own queue has no lock: only the thread that runs the tasks touches it. A thread
//! that wakes a task from outside puts it here instead. Most of the time there is nothing here,
//! and the scheduler looks all the time, so the queue has two layers: the length, which is read
//! without the lock, and the list, which is only touched under it.
//!
//! ```text
//!     other threads ── push ──> [ lock: list of tickets ] ── pop_batch ──> the scheduler
//!                                   │                                         ^
//!                                   └──── len ──────── is_empty, no lock ─────┘
//! ```
//!
//! The list is made of the tasks themselves, through the link that each of them brings, so a push
//! never allocates, and a whole batch goes in or out in one step.
//!
//! # Invariants
//!
//! - **Length Under Lock**: only the holder of the lock writes `len`, and it is then the length of
//!   the list.
//! - **Closed Is Empty Soon**: once the queue is closed nothing is pushed, so no more tasks come
//!   than it has by then.
//!
//! In tokio: `runtime/scheduler/inject/shared.rs`, `synced.rs`.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::Ordering::{Acquire, Release};

use harness::{Notified, TaskQueue};
use model::loom::sync::atomic::AtomicUsize;

use crate::lock::Lock;

/// The layer without a lock.
///
/// # Examples
///
/// ```
/// use std::sync::{Mutex, MutexGuard};
///
/// use current_thread::inject::{Inject, Synced};
/// use current_thread::lock::Lock;
/// use harness::{Id, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// /// The scheduler chooses the lock. This one is the standard library's.
/// struct Locked<'a>(&'a Mutex<Synced<Nowhere>>);
/// struct Guard<'a>(MutexGuard<'a, Synced<Nowhere>>);
///
/// impl AsMut<Synced<Nowhere>> for Guard<'_> {
///     fn as_mut(&mut self) -> &mut Synced<Nowhere> {
///         &mut self.0
///     }
/// }
///
/// impl<'a> Lock<Synced<Nowhere>> for Locked<'a> {
///     type Guard = Guard<'a>;
///
///     fn lock(self) -> Guard<'a> {
///         Guard(self.0.lock().unwrap())
///     }
/// }
///
/// let (inject, synced) = (Inject::new(), Mutex::new(Synced::new()));
/// // A look at an empty queue takes no lock.
/// assert!(inject.pop(Locked(&synced)).is_none());
/// let (ticket, handle) = unowned(async {}, Nowhere, Id::next());
/// assert!(inject.push(Locked(&synced), ticket).is_ok());
/// assert_eq!(inject.len(), 1);
/// let ticket = inject.pop(Locked(&synced)).expect("one is queued");
/// assert_eq!(ticket.id(), handle.id());
/// ```
pub struct Inject<S: 'static> {
    /// How many tasks are queued. Written under the lock, read by all.
    len: AtomicUsize,
    tickets: PhantomData<fn(Notified<S>)>,
}

/// The layer under the lock.
///
/// # Examples
///
/// ```
/// use current_thread::inject::Synced;
///
/// # struct Nowhere;
/// // A scheduler puts it under its own lock, beside what else must change in the same step.
/// struct Remote {
///     inject: Synced<Nowhere>,
///     is_parked: bool,
/// }
///
/// let remote = Remote { inject: Synced::new(), is_parked: true };
/// // Under the lock this is more than a hint: nothing is queued, and the scheduler may sleep.
/// assert!(remote.inject.is_empty() && !remote.inject.is_closed());
/// # assert!(remote.is_parked);
/// ```
pub struct Synced<S: 'static> {
    queue: TaskQueue<S>,
    /// Nothing may be pushed any more.
    is_closed: bool,
}

/// Why a push was refused: the scheduler has shut down. The tickets come back, to be dropped where
/// no lock is held.
///
/// # Examples
///
/// ```
/// # use std::sync::{Mutex, MutexGuard};
/// #
/// use current_thread::inject::{Closed, Inject, Synced};
/// use current_thread::lock::Lock;
/// use harness::{Id, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// // `Locked` is written as in the example of `Inject`.
/// # struct Locked<'a>(&'a Mutex<Synced<Nowhere>>);
/// # struct Guard<'a>(MutexGuard<'a, Synced<Nowhere>>);
/// # impl AsMut<Synced<Nowhere>> for Guard<'_> {
/// #     fn as_mut(&mut self) -> &mut Synced<Nowhere> {
/// #         &mut self.0
/// #     }
/// # }
/// # impl<'a> Lock<Synced<Nowhere>> for Locked<'a> {
/// #     type Guard = Guard<'a>;
/// #     fn lock(self) -> Guard<'a> {
/// #         Guard(self.0.lock().unwrap())
/// #     }
/// # }
/// let (inject, synced) = (Inject::new(), Mutex::new(Synced::new()));
/// inject.close(Locked(&synced));
/// let (ticket, handle) = unowned(async {}, Nowhere, Id::next());
/// let Err(Closed(ticket)) = inject.push(Locked(&synced), ticket) else {
///     panic!("the queue is closed");
/// };
/// // No lock is held any more, so the future can be dropped.
/// ticket.assert_unowned().shut_down();
/// assert!(handle.is_finished());
/// ```
#[derive(Debug)]
pub struct Closed<T>(pub T);

impl<S: 'static> Synced<S> {
    /// An empty list.
    pub fn new() -> Synced<S> {
        Synced {
            queue: TaskQueue::new(),
            is_closed: false,
        }
    }

    /// Whether nothing may be pushed any more. A worker that finds the queue empty and closed is done.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Whether nothing is queued. Under the lock this is more than a hint.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

impl<S: 'static> Inject<S> {
    /// The other layer of an empty queue.
    pub fn new() -> Inject<S> {
        Inject {
            len: AtomicUsize::new(0),
            tickets: PhantomData,
        }
    }

    /// How many tasks were queued a moment ago.
    #[inline]
    pub fn len(&self) -> usize {
        // ORDERING: Acquire, with the Release in `set_len`: a thread that reads a length sees what
        // was done before. That is only tidy; the lock decides what counts.
        self.len.load(Acquire)
    }

    /// Whether nothing was queued a moment ago.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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
        synced.queue.push_back(task);
        self.set_len(synced);
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
        synced.queue.append(&mut batch);
        self.set_len(synced);
        Ok(guard)
    }

    /// Takes the task that has waited for longest. Does not lock if there is none.
    pub fn pop<L: Lock<Synced<S>>>(&self, lock: L) -> Option<Notified<S>> {
        if self.is_empty() {
            return None;
        }
        let mut guard = lock.lock();
        let synced = guard.as_mut();
        let task = synced.queue.pop_front();
        self.set_len(synced);
        task
    }

    /// Takes up to `max` tasks, in order. Does not lock if there are none.
    pub fn pop_batch<L: Lock<Synced<S>>>(&self, lock: L, max: usize) -> TaskQueue<S> {
        // ANCHOR: ex-4-1-pop-batch
        // The result is up to `max` of the tasks that have waited longest, in order; an empty queue
        // costs no lock; and Length Under Lock holds afterwards.
        todo!("4.1 pop-batch")
        // ANCHOR_END: ex-4-1-pop-batch
    }

    /// Refuses what is pushed from now on. Returns whether the queue was open.
    pub fn close<L: Lock<Synced<S>>>(&self, lock: L) -> bool {
        !std::mem::replace(&mut lock.lock().as_mut().is_closed, true)
    }

    /// We have the lock (invariant: Length Under Lock).
    fn set_len(&self, synced: &Synced<S>) {
        // ORDERING: Release, with the Acquire in `len`.
        self.len.store(synced.queue.len(), Release);
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
            .field("len", &self.queue.len())
            .field("is_closed", &self.is_closed)
            .finish()
    }
}
