//! What a task knows of its scheduler.
//!
//! A task does not care whether it runs on one thread or eight. When it is woken it hands its
//! ticket to the scheduler, and when it is done it says so. That is the whole seam: chapter 4 puts
//! a scheduler for one thread behind it, chapter 10 a pool of workers, and nothing in this crate
//! changes.
//!
//! The scheduler is a type parameter, not a `dyn`: a task is compiled together with the scheduler
//! that runs it, and a call costs what a function call costs.
//!
//! # Why `schedule` has no `self`
//!
//! Each task keeps its scheduler in its own cell, most often as an `Arc`. `schedule(&self, task)`
//! would run on that very handle, and the moment the ticket is in a queue another thread may run
//! the task, finish it and free the cell, while we are still inside of `schedule`. async-task had
//! that bug (smol-rs/async-task#11); tokio holds an extra reference around each call. That costs it
//! two atomic operations instead of one for a wake by value of a task that is idle, and nothing for
//! other wakes. Here `schedule` gets the ticket alone, borrows the scheduler from it with
//! [`Notified::scheduler`], and the borrow checker makes sure that the borrow ends before the
//! ticket is given away. Code that needs the scheduler for longer clones the handle first.
//!
//! In tokio: `trait Schedule` in `runtime/task/mod.rs`.

use crate::id::Id;
use crate::isolate::discard;
#[cfg(feature = "dump")]
use crate::owner::OwnerId;
use crate::raw::VacantCell;
use crate::task::{Notified, Task};

/// A handle on a scheduler, as each of its tasks keeps one.
pub trait Schedule: Sized + Send + Sync + 'static {
    /// Queues a task that was woken. Called on any thread, at any time, for example within a poll,
    /// or after the scheduler has shut down: then drop the ticket.
    ///
    /// The code that calls a waker may hold locks of its own, so this must neither run the task
    /// nor drop its future.
    fn schedule(task: Notified<Self>);

    /// Queues a task that was woken while it was polled, behind the tasks that wait already. Called
    /// on the thread that polled it, at the end of the poll.
    fn yield_now(task: Notified<Self>) {
        Self::schedule(task);
    }

    /// Queues a task that gave way while it was polled, behind all that is due, and behind the
    /// events that a driver has ready. Called as `yield_now` is.
    fn defer(task: Notified<Self>) {
        Self::yield_now(task);
    }

    /// Takes a task that is done out of the list of all tasks, and returns the reference from the
    /// list; or `None` if it is not there any more. Called on the thread that polled the task last,
    /// or that shut it down, and only for tasks that have an owner.
    fn release(&self, task: &Task<Self>) -> Option<Task<Self>>;

    /// Takes the cell of a task that is gone, with the handle on the scheduler in it. It may be kept for another task of
    /// the scheduler, on a [`Shelf`](crate::Shelf); or dropped, which frees it. Called on any thread, wherever the last
    /// reference to the task is dropped.
    fn recycle(cell: VacantCell<Self>) {
        discard(cell);
    }

    /// The name of the runtime, for a dump. `None` for a scheduler that runs within several, one after another.
    #[cfg(feature = "dump")]
    fn runtime(&self) -> Option<OwnerId> {
        None
    }

    /// Learns that the future of the task `id` has panicked while it was polled. Its handle is told in any case; a
    /// scheduler that is to end with the first panic, for example, notes it here. Called on the thread that
    /// polled the task, before its handle is told.
    fn on_panic(&self, id: Id) {
        let _ = id;
    }
}
