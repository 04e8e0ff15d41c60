//! Where any thread may leave a ticket, without a lock.
//!
//! A ticket brings a field for a link. So the tickets that wait are a chain, and one atomic word points to the newest of them. To
//! push is to write the link and exchange the word; to take is to exchange the word for null, and have all of
//! them. The chain has the newest first, and the taker turns it round.
//!
//! ```text
//!     push:  D.next = C;  newest: C ──> D          take:  newest ──> null
//!
//!     newest ──> D ──> C ──> B ──> A               A, B, C, D: the taker's
//! ```
//!
//! A stack from which single nodes are popped has the famous ABA fault: between the look at the first node and the exchange,
//! the node may be popped, and pushed again in front of another one. Here nobody pops one. A push does not care what
//! is below the word that it found; and a taker reads the first link after the exchange, when the chain is its own.
//!
//! # Invariants
//!
//! - **Closed Is For Ever**: once the word is CLOSED, nothing is pushed, and it stays CLOSED.
//!
//! In tokio: `runtime/scheduler/inject/`, a list under a lock.

use std::fmt;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use harness::{Link, Notified, TaskQueue};
use model::loom::sync::atomic::AtomicPtr;

/// Tickets from all threads.
///
/// # Examples
///
/// ```
/// use harness::{Id, unowned};
/// use work_stealing::inbox::Inbox;
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let inbox = Inbox::new();
/// let mut ids = Vec::new();
/// for _ in 0..2 {
///     let (ticket, handle) = unowned(async {}, Nowhere, Id::next());
///     assert!(inbox.push(ticket).is_ok());
///     ids.push(handle.id());
/// }
/// let mut taken = inbox.take_all();
/// assert_eq!(taken.pop_front().map(|ticket| ticket.id()), Some(ids[0]), "the oldest first");
/// assert_eq!(taken.pop_front().map(|ticket| ticket.id()), Some(ids[1]));
/// assert!(inbox.is_empty());
/// ```
pub struct Inbox<S: 'static> {
    /// The newest ticket; null if there is none; CLOSED.
    newest: AtomicPtr<Link>,
    tickets: PhantomData<fn(Notified<S>) -> Notified<S>>,
}

/// The inbox is closed. The ticket comes back, to be dropped where no lock is held.
///
/// # Examples
///
/// ```
/// use harness::{Id, unowned};
/// use work_stealing::inbox::{Closed, Inbox};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let inbox = Inbox::new();
/// assert!(inbox.close().is_empty());
/// let (ticket, handle) = unowned(async {}, Nowhere, Id::next());
/// let Err(Closed(ticket)) = inbox.push(ticket) else {
///     panic!("the inbox is closed");
/// };
/// // Whatever lock the caller had is released by now: the future can be dropped.
/// ticket.assert_unowned().shut_down();
/// assert!(handle.is_finished());
/// ```
#[derive(Debug)]
pub struct Closed<T>(pub T);

/// An address that no ticket has.
fn closed() -> *mut Link {
    ptr::without_provenance_mut(1)
}

/// Whoever pushes gives the tickets and all that was done before the wake away (Release), and the taker takes that over
/// (Acquire). A push also goes on with what earlier pushes gave away: each is a read-modify-write, and so in the
/// release sequence of those before.
impl<S: 'static> Inbox<S> {
    /// An empty inbox.
    pub fn new() -> Inbox<S> {
        Inbox {
            newest: AtomicPtr::new(ptr::null_mut()),
            tickets: PhantomData,
        }
    }

    /// Whether nothing is there to be taken.
    #[inline]
    pub fn is_empty(&self) -> bool {
        let newest = self.newest.load(Relaxed);
        newest.is_null() || newest == closed()
    }

    // ANCHOR: push
    /// Leaves a ticket.
    ///
    /// # Errors
    ///
    /// The ticket, if the inbox is closed.
    #[inline]
    pub fn push(&self, ticket: Notified<S>) -> Result<(), Closed<Notified<S>>> {
        let link = ticket.into_link();
        let mut below = self.newest.load(Relaxed);
        loop {
            if below == closed() {
                // SAFETY: we have the ticket.
                unsafe { Link::set_next(link, None) };
                // SAFETY: it was not pushed, and so it is made a ticket once.
                return Err(Closed(unsafe { Notified::from_link(link) }));
            }
            // SAFETY: we have the ticket.
            unsafe { Link::set_next(link, NonNull::new(below)) };
            match self
                .newest
                .compare_exchange_weak(below, link.as_ptr(), AcqRel, Relaxed)
            {
                // It is the inbox's now.
                Ok(_) => return Ok(()),
                Err(actual) => below = actual,
            }
        }
    }
    // ANCHOR_END: push

    // ANCHOR: take-all
    /// Takes all tickets, the oldest first.
    pub fn take_all(&self) -> TaskQueue<S> {
        let mut newest = self.newest.load(Relaxed);
        while !newest.is_null() && newest != closed() {
            match self
                .newest
                .compare_exchange_weak(newest, ptr::null_mut(), AcqRel, Relaxed)
            {
                Ok(taken) => return into_queue(NonNull::new(taken)),
                Err(actual) => newest = actual,
            }
        }
        TaskQueue::new()
    }
    // ANCHOR_END: take-all

    /// How many tickets are here. Takes a step for each.
    ///
    /// # Safety
    ///
    /// No thread takes tickets meanwhile.
    pub(crate) unsafe fn count(&self) -> usize {
        // ORDERING: Acquire, with the Release of the pushes: what they linked is seen.
        let newest = self.newest.load(Acquire);
        let mut rest = NonNull::new(newest).filter(|_| newest != closed());
        let mut count = 0;
        while let Some(link) = rest {
            count += 1;
            // SAFETY: it was pushed, and stays here, as our caller promises. A push writes no link but its own, and that before it
            // is in the chain.
            rest = unsafe { Link::next(link) };
        }
        count
    }

    /// Refuses all tickets from now on, and takes those that are here.
    pub fn close(&self) -> TaskQueue<S> {
        let newest = self.newest.swap(closed(), AcqRel);
        if newest == closed() {
            return TaskQueue::new();
        }
        into_queue(NonNull::new(newest))
    }

    /// Whether the inbox is closed.
    #[inline]
    pub fn is_closed(&self) -> bool {
        // ORDERING: Acquire, with the Release in `close`.
        self.newest.load(Acquire) == closed()
    }
}

/// Turns a chain round. The tickets of the chain are our caller's.
fn into_queue<S: 'static>(newest: Option<NonNull<Link>>) -> TaskQueue<S> {
    let mut queue = TaskQueue::new();
    let mut rest = newest;
    while let Some(link) = rest {
        // SAFETY: we have the ticket.
        rest = unsafe { Link::take_next(link) };
        // SAFETY: it was linked once, and so it is made a ticket once.
        queue.push_front(unsafe { Notified::from_link(link) });
    }
    queue
}

impl<S: 'static> Default for Inbox<S> {
    fn default() -> Inbox<S> {
        Inbox::new()
    }
}

impl<S: 'static> Drop for Inbox<S> {
    fn drop(&mut self) {
        drop(self.take_all());
    }
}

impl<S: 'static> fmt::Debug for Inbox<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox")
            .field("is_empty", &self.is_empty())
            .finish()
    }
}
