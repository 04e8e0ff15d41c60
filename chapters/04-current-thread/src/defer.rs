//! Wakes that wait for their turn.
//!
//! A task that gives way, by waking itself and returning `Pending`, says: all others first. If its
//! ticket went straight to the run queue, only the tasks that are in the queue already would go
//! first. A task that waits for a socket or a timer is not in it: a driver would have to be asked,
//! and it is asked when the queue is empty, or every so many polls. With a task that wakes itself
//! the queue is never empty. So such a wake is put aside until the queue is empty and the driver
//! has been asked:
//!
//! ```text
//!     run queue:  A B C ──> empty ──> ask the driver ──> take_batch ──> A' D ...
//!     deferred:   A yields: A'                              │
//!                           └──────────────────────────────┘
//! ```
//!
//! Two kinds of wakes are deferred. The wake of the very task that is being polled is a ticket, and
//! costs nothing to keep: the ticket stays, and only waits in another queue. Any other waker, for
//! example that of a combinator or of the root of a `block_on`, is cloned and kept.
//!
//! # Invariants
//!
//! - **Empty Before Sleep**: the scheduler does not park while a wake is deferred.
//! - **One Batch**: a wake that is deferred while a batch is woken waits for the next batch. A
//!   waker that defers itself each time it is woken would otherwise be woken for ever.
//! - **Foreign Code Last**: nothing is borrowed while a waker is cloned, woken or dropped.
//!
//! In tokio: `runtime/scheduler/defer.rs`, for wakers only.

use std::fmt;
use std::mem;
use std::task::Waker;

use harness::isolate::{discard, isolate};
use harness::{Notified, TaskQueue};

/// Wakes that have been put aside.
///
/// # Examples
///
/// ```
/// use current_thread::defer::Defer;
/// use harness::{Id, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let mut defer = Defer::new();
/// let (ticket, handle) = unowned(async {}, Nowhere, Id::next());
/// defer.push_ticket(ticket);
/// // The tasks that are due run now. Then it is the turn of the one that yielded.
/// let mut batch = defer.take_batch();
/// assert_eq!(batch.tickets.pop_front().map(|ticket| ticket.id()), Some(handle.id()));
/// assert!(defer.is_empty());
/// ```
pub struct Defer<S: 'static> {
    /// Tasks that yielded, each with the ticket it had.
    tickets: TaskQueue<S>,
    /// Wakers that do not belong to a yielding task.
    wakers: Vec<Waker>,
}

/// Wakes whose turn has come.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
/// use std::task::{Wake, Waker};
///
/// use current_thread::defer::{Defer, wake_all};
///
/// # struct Nowhere;
/// struct Count(AtomicUsize);
///
/// impl Wake for Count {
///     fn wake(self: Arc<Self>) {
///         self.0.fetch_add(1, Relaxed);
///     }
/// }
///
/// let wakes = Arc::new(Count(AtomicUsize::new(0)));
/// let mut defer = Defer::<Nowhere>::new();
/// defer.push_waker(Waker::from(wakes.clone()));
/// let mut batch = defer.take_batch();
/// assert_eq!(wakes.0.load(Relaxed), 0, "nothing is woken yet");
/// wake_all(&mut batch.wakers);
/// assert_eq!(wakes.0.load(Relaxed), 1);
/// // The memory is for the next batch.
/// defer.recycle(batch.wakers);
/// ```
#[derive(Debug)]
#[must_use = "a wake that is dropped is lost"]
pub struct Batch<S: 'static> {
    /// To be queued, in this order.
    pub tickets: TaskQueue<S>,
    /// To be woken, with [`wake_all`].
    pub wakers: Vec<Waker>,
}

impl<S: 'static> Defer<S> {
    /// Nothing is deferred.
    pub const fn new() -> Defer<S> {
        Defer {
            tickets: TaskQueue::new(),
            wakers: Vec::new(),
        }
    }

    /// Whether nothing is deferred.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty() && self.wakers.is_empty()
    }

    /// Puts a task aside.
    #[inline]
    pub fn push_ticket(&mut self, ticket: Notified<S>) {
        self.tickets.push_back(ticket);
    }

    /// Whether `waker` was deferred last. A task that polls several futures that yield defers the
    /// same waker once for each of them, in a row, and is to be woken once.
    pub fn is_last(&self, waker: &Waker) -> bool {
        self.wakers.last().is_some_and(|last| last.will_wake(waker))
    }

    /// Puts a waker aside. Its caller clones it before this is borrowed (Foreign Code Last).
    pub fn push_waker(&mut self, waker: Waker) {
        self.wakers.push(waker);
    }

    /// Takes all that is deferred (One Batch).
    pub fn take_batch(&mut self) -> Batch<S> {
        Batch {
            tickets: mem::take(&mut self.tickets),
            wakers: mem::take(&mut self.wakers),
        }
    }

    /// Takes the wakers that are deferred, to be looked at. The caller must wake them.
    #[must_use = "a wake that is dropped is lost"]
    pub fn take_deferred(&mut self) -> Vec<Waker> {
        mem::take(&mut self.wakers)
    }

    /// Takes the memory of a batch back, so that the next one need not allocate.
    pub fn recycle(&mut self, empty: Vec<Waker>) {
        debug_assert!(empty.is_empty(), "a wake is lost");
        if self.wakers.is_empty() {
            self.wakers = empty;
        }
    }
}

/// Wakes each waker, in order, and leaves the memory.
///
/// A waker that panics must not keep the others from being woken. Its panic concerns no code here,
/// so it ends here; the panic hook has printed it.
pub fn wake_all(wakers: &mut Vec<Waker>) {
    for waker in wakers.drain(..) {
        if let Err(payload) = isolate(|| waker.wake()) {
            discard(payload);
        }
    }
}

impl<S: 'static> Default for Defer<S> {
    fn default() -> Defer<S> {
        Defer::new()
    }
}

impl<S: 'static> fmt::Debug for Defer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Defer")
            .field("tickets", &self.tickets.len())
            .field("wakers", &self.wakers.len())
            .finish()
    }
}
