//! The queue that belongs to all workers.
//!
//! What comes from threads that are no workers goes here. Many push,
//! and none of them may wait for another; few take, and each takes a fair part. So the queue has two halves: an
//! [inbox](crate::inbox) without a lock on the way in, and a list behind a lock on the way out. A worker that takes
//! finds the list, or else makes it of all that is in the inbox.
//!
//! ```text
//!     any thread ── push ──> inbox ── take_all ──> [ lock: list ] ── pop_batch ──> a worker's ring
//!                                                       │
//!                                                      len, read without the lock
//! ```
//!
//! # Invariants
//!
//! - **Nothing Is Hidden**: what was pushed is in the inbox, or in the list, or a taker holds the lock. So a look that
//!   finds both empty, after a full fence, has not missed a push before that fence but one that another worker is taking.
//! - **Length Under Lock**: `len` is written only with the lock held, and is then the length of the list.
//!
//! In tokio: `runtime/scheduler/inject/`.

use std::fmt;
use std::sync::atomic::Ordering::{Acquire, Release};

use current_thread::metrics::Counter;
use harness::{Notified, TaskQueue};
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Mutex, MutexGuard};

use crate::inbox::{Closed, Inbox};

/// Tickets that any worker may take.
///
/// # Examples
///
/// ```
/// use harness::{Id, unowned};
/// use work_stealing::inject::Inject;
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let inject = Inject::new();
/// for _ in 0..8 {
///     let (ticket, _handle) = unowned(async {}, Nowhere, Id::next());
///     assert!(inject.push(ticket).is_ok());
/// }
/// // A worker of four takes its part, and no more than it has room for.
/// assert_eq!(inject.pop_batch(4, 256).len(), 2);
/// assert_eq!(inject.pop_batch(1, 3).len(), 3);
/// assert_eq!(inject.drain().len(), 3);
/// ```
pub struct Inject<S: 'static> {
    inbox: Inbox<S>,
    /// The length of the list.
    len: AtomicUsize,
    list: Mutex<TaskQueue<S>>,
    /// How many tickets have left the inbox. Written with the lock held.
    taken: Counter,
}

impl<S: 'static> Inject<S> {
    /// An empty queue.
    pub fn new() -> Inject<S> {
        Inject {
            inbox: Inbox::new(),
            len: AtomicUsize::new(0),
            list: Mutex::new(TaskQueue::new()),
            taken: Counter::new(),
        }
    }

    /// Whether nothing was there to be taken a moment ago.
    #[inline]
    pub fn is_empty(&self) -> bool {
        // What a taker moves from one to the other meanwhile is missed. It is awake, and sees to it.
        self.inbox.is_empty() && self.len.load(Acquire) == 0
    }

    /// Queues a ticket.
    ///
    /// # Errors
    ///
    /// The ticket, if the queue is closed.
    #[inline]
    pub fn push(&self, ticket: Notified<S>) -> Result<(), Closed<Notified<S>>> {
        self.inbox.push(ticket)
    }

    // ANCHOR: pop-batch
    /// Takes a part of what is queued: with `sharers` workers, as much as leaves the same for each; `max` at most.
    pub fn pop_batch(&self, sharers: usize, max: usize) -> TaskQueue<S> {
        let mut batch = TaskQueue::new();
        if self.is_empty() {
            return batch;
        }
        let mut list = self.lock();
        if list.is_empty() {
            *list = self.inbox.take_all();
            self.taken.add(list.len() as u64);
        }
        let part = list.len().div_ceil(sharers).min(max);
        if part == list.len() {
            batch.append(&mut list);
        } else {
            for _ in 0..part {
                batch.push_back(list.pop_front().expect("the part is not more than all"));
            }
        }
        // ORDERING: Release, with the Acquire in `is_empty`.
        self.len.store(list.len(), Release);
        batch
    }
    // ANCHOR_END: pop-batch

    /// Refuses what is pushed from now on. What is there stays, to be taken by [`drain`](Inject::drain).
    pub fn close(&self) {
        let mut list = self.lock();
        let mut left = self.inbox.close();
        self.taken.add(left.len() as u64);
        list.append(&mut left);
        self.len.store(list.len(), Release);
    }

    /// How many tickets were ever pushed, and how many of them are here. No worker can take one meanwhile, and this takes a step for each
    /// ticket that no worker has looked at yet.
    pub fn counts(&self) -> (u64, usize) {
        let list = self.lock();
        // SAFETY: only a thread that holds the lock takes tickets out of the inbox.
        let left = unsafe { self.inbox.count() };
        (self.taken.get() + left as u64, list.len() + left)
    }

    /// Whether the queue is closed.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.inbox.is_closed()
    }

    /// Takes all.
    pub fn drain(&self) -> TaskQueue<S> {
        let mut list = self.lock();
        let mut all = std::mem::take(&mut *list);
        let mut left = self.inbox.take_all();
        self.taken.add(left.len() as u64);
        all.append(&mut left);
        self.len.store(0, Release);
        all
    }

    fn lock(&self) -> MutexGuard<'_, TaskQueue<S>> {
        self.list.lock().expect("nothing panics under this lock")
    }
}

impl<S: 'static> Default for Inject<S> {
    fn default() -> Inject<S> {
        Inject::new()
    }
}

impl<S: 'static> fmt::Debug for Inject<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inject")
            .field("is_empty", &self.is_empty())
            .finish()
    }
}
