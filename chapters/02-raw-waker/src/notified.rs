//! The ticket: the right to poll a task, as a value.
//!
//! A task that was woken is represented in the run queue by a [`Notified`], its ticket. That is one
//! reference to the task, like any [`Task`], and something more: its holder may touch the future.
//! `state` gives it out to one holder at a time, and the type system does the rest: a `Notified`
//! cannot be cloned, and running it uses it up.
//!
//! # Invariants
//!
//! - **One Ticket**: see [`state`](crate::state).
//! - **A Lost Ticket Ends the Task**: no other ticket could be made, so a ticket that is dropped
//!   without having been run drops the future. This happens to the tickets in the run queue when
//!   the executor is dropped, and to every task that is woken or spawned after that.
//!
//! # Left out
//!
//! A wake after the executor is gone drops the future inside `wake`, on the waking thread, which
//! may hold a lock that the future's `drop` wants. Tokio had that deadlock (tokio-rs/tokio#1972).
//! A runtime that knows all its tasks can drop them itself; see chapter 4.
//!
//! In tokio: `Notified` in `runtime/task/mod.rs`, and `runtime/task/harness.rs`.

use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::isolate::{Panicked, isolate};
use crate::state::ToIdle;
use crate::task::Task;
use crate::waker::waker_ref;

/// The right to poll one task. There is never more than one for a task.
///
/// Public for the tests of this chapter, which stand in for the executor.
///
/// # Examples
///
/// ```
/// use std::future::poll_fn;
/// use std::task::Poll;
///
/// use raw_waker::queue::run_queue;
/// use raw_waker::task::{Ran, new_task};
///
/// let (sender, receiver) = run_queue();
/// let mut polls = 0;
/// // This future wakes itself once, so there is another ticket after the first poll.
/// let ticket = new_task(
///     poll_fn(move |cx| {
///         polls += 1;
///         cx.waker().wake_by_ref();
///         if polls < 2 { Poll::Pending } else { Poll::Ready(()) }
///     }),
///     sender,
/// );
/// assert_eq!(ticket.run(), Ran::Pending);
/// let ticket = receiver.try_pop().expect("the task was woken");
/// assert_eq!(ticket.run(), Ran::Complete);
/// assert!(receiver.try_pop().is_none());
/// ```
#[derive(Debug)]
pub struct Notified {
    task: Task,
}

/// How a run of a task ended.
///
/// # Examples
///
/// ```
/// use std::future::pending;
///
/// use raw_waker::queue::run_queue;
/// use raw_waker::task::{Ran, new_task};
///
/// let (sender, _receiver) = run_queue();
/// assert_eq!(new_task(pending(), sender.clone()).run(), Ran::Pending);
/// assert_eq!(new_task(async {}, sender).run(), Ran::Complete);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Ran {
    /// It waits, or it is in the run queue again.
    Pending,
    /// Its future returned `Ready` and has been dropped.
    Complete,
    /// Its future panicked, in `poll` or in `drop`, and has been dropped.
    Panicked,
}

impl Notified {
    /// Makes the ticket of `task`.
    ///
    /// # Safety
    ///
    /// The ticket is due, and the caller is the one to make it (invariant: One Ticket): the task is
    /// new, or a transition has just returned `ToNotified::Submit` or `ToIdle::Notified` to the
    /// caller.
    pub(crate) unsafe fn new(task: Task) -> Notified {
        Notified { task }
    }

    /// The task that may be polled.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// Puts the task into its run queue.
    pub fn schedule(self) {
        // A handle of our own. Once the ticket is in the queue another thread may run the task,
        // finish it, and free it together with its handle on the queue, while we are still inside
        // `push`.
        //
        // SAFETY: we are the ticket, and a task that has one is not finished.
        let queue = Arc::clone(unsafe { self.task.queue() });
        queue.push(self);
    }

    /// Polls the task once.
    pub fn run(self) -> Ran {
        let task = self.into_task();
        // ANCHOR: ex-2-7-run
        // Poll the future once with a borrowed waker, then: wait, be queued again, or end; a panic
        // ends the task and nothing else.
        todo!("2.7 run")
        // ANCHOR_END: ex-2-7-run
    }

    /// Takes the reference out of the ticket. The caller holds the ticket now, without the value.
    /// If the caller does not make another value of it, the task is never polled again.
    pub fn into_task(self) -> Task {
        let notified = ManuallyDrop::new(self);
        // SAFETY: `notified` is neither used nor dropped after this, so the reference that is
        // copied here has one owner.
        unsafe { ptr::read(&notified.task) }
    }
}

/// A ticket that will not be run: the future goes with it.
impl Drop for Notified {
    fn drop(&mut self) {
        // SAFETY: we are the ticket.
        let _ = unsafe { self.task.drop_work() };
        self.task.state().transition_to_complete();
    }
}
