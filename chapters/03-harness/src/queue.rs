//! A run queue that needs no memory: each task brings the link to the one behind it.
//!
//! A task is in at most one run queue, since there is at most one ticket for it. So one link in its
//! header is enough for any number of tasks, and queueing a task can neither fail nor allocate. The
//! queue has no lock; chapter 4 puts one around it for tasks that come from other threads.
//!
//! In tokio: `runtime/scheduler/inject/shared.rs`.

use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::raw::{Header, RawTask};
use crate::task::Notified;

/// Tickets, first in, first out. Dropping the queue drops the tickets that are left in it.
///
/// # Examples
///
/// ```
/// use harness::{Id, TaskQueue, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let mut queue = TaskQueue::new();
/// let (first, _handle) = unowned(async {}, Nowhere, Id::next());
/// let (second, _handle) = unowned(async {}, Nowhere, Id::next());
/// let ids = [first.id(), second.id()];
/// queue.push_back(first);
/// queue.push_back(second);
/// assert_eq!(queue.len(), 2);
/// assert_eq!(queue.pop_front().map(|ticket| ticket.id()), Some(ids[0]));
/// assert_eq!(queue.pop_front().map(|ticket| ticket.id()), Some(ids[1]));
/// assert!(queue.is_empty());
/// ```
pub struct TaskQueue<S: 'static> {
    head: Option<NonNull<Header>>,
    tail: Option<NonNull<Header>>,
    len: usize,
    tickets: PhantomData<Notified<S>>,
}

// SAFETY: the queue owns its tickets, which are `Send`, and no other code has the pointers.
unsafe impl<S: 'static> Send for TaskQueue<S> {}

// SAFETY: all that a `&TaskQueue` can do is to read its length.
unsafe impl<S: 'static> Sync for TaskQueue<S> {}

impl<S: 'static> TaskQueue<S> {
    /// An empty queue.
    pub const fn new() -> TaskQueue<S> {
        TaskQueue {
            head: None,
            tail: None,
            len: 0,
            tickets: PhantomData,
        }
    }

    /// How many tasks are queued.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no task is queued.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.head.is_none()
    }

    /// Queues a task behind the others.
    #[inline]
    pub fn push_back(&mut self, notified: Notified<S>) {
        let task = notified.into_raw();
        match self.tail {
            Some(tail) => set_next(tail, Some(task)),
            None => self.head = Some(task),
        }
        self.tail = Some(task);
        self.len += 1;
    }

    /// Queues a task before the others.
    #[inline]
    pub fn push_front(&mut self, notified: Notified<S>) {
        let task = notified.into_raw();
        set_next(task, self.head);
        self.head = Some(task);
        if self.tail.is_none() {
            self.tail = Some(task);
        }
        self.len += 1;
    }

    /// Takes the task that has waited for longest.
    #[inline]
    pub fn pop_front(&mut self) -> Option<Notified<S>> {
        let task = self.head?;
        self.head = take_next(task);
        if self.head.is_none() {
            self.tail = None;
        }
        self.len -= 1;
        // SAFETY: `push_back` took the reference out of a ticket, and here it is taken back.
        let raw = unsafe { RawTask::from_raw(task) };
        // SAFETY: it was the ticket, of a task whose scheduler is an `S`.
        Some(unsafe { Notified::from_raw(raw) })
    }

    /// Moves all of `other` behind what is here, however many there are.
    pub fn append(&mut self, other: &mut TaskQueue<S>) {
        let (Some(head), Some(tail)) = (other.head.take(), other.tail.take()) else {
            return;
        };
        match self.tail {
            Some(last) => set_next(last, Some(head)),
            None => self.head = Some(head),
        }
        self.tail = Some(tail);
        self.len += std::mem::take(&mut other.len);
    }
}

/// `task` is in a queue, which has its ticket, and so may write the link (invariant: One Ticket).
#[inline]
fn set_next(task: NonNull<Header>, next: Option<NonNull<Header>>) {
    // SAFETY: the ticket has a reference.
    let header = unsafe { task.as_ref() };
    // SAFETY: only the holder of the ticket touches the link.
    header.next.with_mut(|link| unsafe { *link = next });
}

/// As `set_next`.
#[inline]
fn take_next(task: NonNull<Header>) -> Option<NonNull<Header>> {
    // SAFETY: the ticket has a reference.
    let header = unsafe { task.as_ref() };
    // SAFETY: only the holder of the ticket touches the link.
    header.next.with_mut(|link| unsafe { (*link).take() })
}

impl<S: 'static> Default for TaskQueue<S> {
    fn default() -> TaskQueue<S> {
        TaskQueue::new()
    }
}

impl<S: 'static> Drop for TaskQueue<S> {
    fn drop(&mut self) {
        while let Some(notified) = self.pop_front() {
            drop(notified);
        }
    }
}

impl<S: 'static> fmt::Debug for TaskQueue<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskQueue")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
