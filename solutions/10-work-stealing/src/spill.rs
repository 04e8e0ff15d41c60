//! What a worker's ring has no room for.
//!
//! A task may spawn ten thousand others in one poll, and a ring holds some hundreds. When it is full, half of it goes here in one
//! step. The worker takes as much back as there is room for when it looks at the inject queue, or has nothing else. It belongs to the worker as the
//! ring does; thieves take of it what they may take of the ring. So there is a lock, which is taken once for
//! a hundred tasks or so.
//!
//! # Invariants
//!
//! - **Length Under Lock**: `len` is written only with the lock held, and is then the length of the list.
//!
//! In tokio there is none: what does not fit goes to the inject queue, for all workers.

use std::fmt;
use std::sync::atomic::Ordering::{Acquire, Release};

use current_thread::metrics::Counter;
use harness::{Notified, TaskQueue};
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Mutex, MutexGuard};

use crate::ring::{Drained, Overflow};

/// Tickets of one worker, without a limit.
///
/// # Examples
///
/// ```
/// use harness::{Id, unowned};
/// use work_stealing::ring::{CAPACITY, ring};
/// use work_stealing::spill::Spill;
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let (mut owner, _thief) = ring();
/// let spill = Spill::new();
/// // A task spawns more than the ring has room for.
/// for _ in 0..=CAPACITY {
///     let (ticket, _handle) = unowned(async {}, Nowhere, Id::next());
///     owner.push(ticket, &spill);
/// }
/// assert!(!spill.is_empty());
/// assert_eq!(spill.pop_batch(1, 10).len(), 10);
/// assert_eq!(spill.drain().len() + owner.len(), CAPACITY + 1 - 10, "none is lost");
/// # while owner.pop().is_some() {}
/// ```
pub struct Spill<S: 'static> {
    /// To be read without the lock.
    len: AtomicUsize,
    list: Mutex<TaskQueue<S>>,
    /// How often the ring had no room. Written with the lock held.
    overflows: Counter,
}

impl<S: 'static> Spill<S> {
    /// Nothing is spilt.
    pub fn new() -> Spill<S> {
        Spill {
            len: AtomicUsize::new(0),
            list: Mutex::new(TaskQueue::new()),
            overflows: Counter::new(),
        }
    }

    /// How many tickets were there to be taken a moment ago.
    #[inline]
    pub fn len(&self) -> usize {
        // ORDERING: Acquire, with the Release stores below. As a hint a Relaxed load would do; for the last look before a
        // sleep it is the fence before it that counts.
        self.len.load(Acquire)
    }

    /// Whether nothing was there to be taken a moment ago.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How often the ring had no room.
    pub fn overflows(&self) -> u64 {
        self.overflows.get()
    }

    // ANCHOR: pop-batch
    /// Takes those that have been here for longest: `max` of them at most, and of so many `sharers` the part of one.
    pub fn pop_batch(&self, sharers: usize, max: usize) -> TaskQueue<S> {
        let mut batch = TaskQueue::new();
        if self.is_empty() {
            return batch;
        }
        let mut list = self.lock();
        for _ in 0..list.len().div_ceil(sharers).min(max) {
            batch.push_back(list.pop_front().expect("the part is not more than all"));
        }
        self.len.store(list.len(), Release);
        batch
    }
    // ANCHOR_END: pop-batch

    /// Takes all.
    pub fn drain(&self) -> TaskQueue<S> {
        let mut list = self.lock();
        self.len.store(0, Release);
        std::mem::take(&mut *list)
    }

    fn lock(&self) -> MutexGuard<'_, TaskQueue<S>> {
        self.list.lock().expect("nothing panics under this lock")
    }
}

impl<S: 'static> Overflow<Notified<S>> for Spill<S> {
    fn push_batch(&self, batch: Drained<'_, Notified<S>>) {
        // They are linked first, so that the lock is held for one step.
        let mut tickets = TaskQueue::new();
        batch.for_each(|ticket| tickets.push_back(ticket));
        let mut list = self.lock();
        list.append(&mut tickets);
        self.overflows.add(1);
        self.len.store(list.len(), Release);
    }
}

impl<S: 'static> Default for Spill<S> {
    fn default() -> Spill<S> {
        Spill::new()
    }
}

impl<S: 'static> fmt::Debug for Spill<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spill")
            .field("is_empty", &self.is_empty())
            .finish()
    }
}
