//! A ticket as a word, for queues of later chapters.
//!
//! [`TaskQueue`](crate::TaskQueue) is for one thread, or for a lock. A queue without a lock keeps
//! its tickets in atomic words, and links them through the field that each task brings. It needs a
//! ticket as a bare pointer, and that field. This file gives it both, and nothing else of the task.
//!
//! In tokio: `header_ptr` and `set_queue_next` in `runtime/task/raw.rs`.

use std::ptr::NonNull;

use crate::raw::{Header, RawTask};
use crate::task::Notified;

/// What a ticket points to, as far as a queue is concerned.
///
/// # Examples
///
/// ```
/// use harness::{Id, Link, Notified, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let (first, _handle) = unowned(async {}, Nowhere, Id::next());
/// let (second, _handle) = unowned(async {}, Nowhere, Id::next());
/// let (first_id, second_id) = (first.id(), second.id());
/// // A queue of two tickets, which needs no memory but the tasks' own.
/// let (head, tail) = (first.into_link(), second.into_link());
/// // SAFETY: we have the ticket.
/// unsafe { Link::set_next(head, Some(tail)) };
///
/// // SAFETY: as above.
/// let next = unsafe { Link::take_next(head) };
/// // SAFETY: each link came from a ticket of such a scheduler, and is made a ticket once.
/// let first = unsafe { Notified::<Nowhere>::from_link(head) };
/// // SAFETY: as above.
/// let second = next.map(|link| unsafe { Notified::<Nowhere>::from_link(link) });
/// assert_eq!(first.id(), first_id);
/// assert_eq!(second.map(|ticket| ticket.id()), Some(second_id));
/// ```
#[derive(Debug)]
#[repr(C)]
pub struct Link {
    opaque: [u8; 0],
}

impl<S: 'static> Notified<S> {
    /// The ticket as a pointer. It is leaked unless it is made a ticket again.
    #[inline]
    pub fn into_link(self) -> NonNull<Link> {
        self.into_raw().cast()
    }

    /// The ticket again.
    ///
    /// # Safety
    ///
    /// The pointer came from [`into_link`](Notified::into_link) of a `Notified<S>`, and this is the only time
    /// that it is made a ticket again.
    #[inline]
    pub unsafe fn from_link(link: NonNull<Link>) -> Notified<S> {
        // SAFETY: `into_link` gave the ticket's reference away, and here it is taken back.
        let raw = unsafe { RawTask::from_raw(link.cast()) };
        // SAFETY: it was the ticket, of a task whose scheduler is an `S`.
        unsafe { Notified::from_raw(raw) }
    }
}

impl Link {
    /// Writes which ticket is behind this one.
    ///
    /// # Safety
    ///
    /// The caller has the ticket that `link` came from (invariant: One Ticket), and so is the only one to touch
    /// the field.
    #[inline]
    pub unsafe fn set_next(link: NonNull<Link>, next: Option<NonNull<Link>>) {
        // SAFETY: the ticket has a reference, so the cell is alive.
        let header: &Header = unsafe { link.cast().as_ref() };
        // SAFETY: as our caller promises.
        header
            .next
            .with_mut(|field| unsafe { *field = next.map(NonNull::cast) });
    }

    /// Which ticket is behind this one.
    ///
    /// # Safety
    ///
    /// The ticket is where `link` came from, and nothing writes the field meanwhile.
    #[inline]
    pub unsafe fn next(link: NonNull<Link>) -> Option<NonNull<Link>> {
        // SAFETY: the ticket has a reference, so the cell is alive.
        let header: &Header = unsafe { link.cast().as_ref() };
        // SAFETY: as our caller promises.
        let next = header.next.with(|field| unsafe { *field });
        next.map(NonNull::cast)
    }

    /// Takes out which ticket is behind this one.
    ///
    /// # Safety
    ///
    /// As for [`set_next`](Link::set_next).
    #[inline]
    pub unsafe fn take_next(link: NonNull<Link>) -> Option<NonNull<Link>> {
        // SAFETY: the ticket has a reference, so the cell is alive.
        let header: &Header = unsafe { link.cast().as_ref() };
        // SAFETY: as our caller promises.
        let next = header.next.with_mut(|field| unsafe { (*field).take() });
        next.map(NonNull::cast)
    }
}
