//! The run queue: tasks that have been woken, first come, first served.
//!
//! It is a channel. Wakers on any thread push tickets in at one end. The executor pops them at the
//! other, and sleeps while there are none. A channel gives us one thing more, its end: `pop` returns
//! `None` once no [`Sender`] is left and nothing is queued. Every unfinished future has a sender, so
//! that is when the last task is done.
//!
//! ```text
//!     unfinished future ──Arc──┐
//!     unfinished future ──Arc──┼──> Sender ══ Notified, Notified ══> Receiver
//!     Spawner ···········Weak··┘                                     executor
//! ```
//!
//! # Invariants
//!
//! - **Open While Unfinished**: there is a strong reference to the sender in every unfinished future
//!   and in an executor that has not started, and nowhere else for longer than a push takes.
//! - **No Cycle Outlives The Receiver**: the queue holds tasks, and tasks hold the queue. Dropping the
//!   receiver closes the channel and drops what is in it, which cuts every such cycle.
//!
//! # Left out
//!
//! One queue for all threads does not scale, and it allocates as it grows. Chapter 10 gives each
//! worker a queue of its own and keeps one like this for what comes from outside.
//!
//! In tokio: `runtime/scheduler/inject/`.

#[cfg(loom)]
mod loom_channel;

use std::sync::Arc;

#[cfg(not(loom))]
use crossbeam_channel as channel;
#[cfg(loom)]
use loom_channel as channel;

use crate::task::Notified;

/// The end of the run queue that wakers push into.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use raw_waker::queue::run_queue;
/// use raw_waker::task::{Ran, new_task};
///
/// let (sender, receiver) = run_queue();
/// let ticket = new_task(async {}, Arc::clone(&sender));
/// sender.push(ticket);
/// assert_eq!(receiver.try_pop().map(|ticket| ticket.run()), Some(Ran::Complete));
/// ```
#[derive(Debug)]
pub struct Sender {
    sender: channel::Sender<Notified>,
}

/// The end of the run queue that the executor pops from.
///
/// # Examples
///
/// ```
/// use raw_waker::queue::run_queue;
/// use raw_waker::task::new_task;
///
/// let (sender, receiver) = run_queue();
/// assert!(receiver.try_pop().is_none());
/// new_task(async {}, sender).schedule();
/// let ticket = receiver.pop().expect("the task is queued");
/// // The task had the last sender. When it is done, no other task can come.
/// ticket.run();
/// assert!(receiver.pop().is_none());
/// ```
#[derive(Debug)]
pub struct Receiver {
    receiver: channel::Receiver<Notified>,
}

/// An empty run queue.
///
/// The sender is in the standard library's `Arc`, under loom as well. loom's `Arc` has no `Weak`, and
/// its count is not what we want to check.
pub fn run_queue() -> (Arc<Sender>, Receiver) {
    let (sender, receiver) = channel::unbounded();
    (Arc::new(Sender { sender }), Receiver { receiver })
}

impl Sender {
    /// Queues a task. If the receiver is gone, the ticket is dropped, and the future with it.
    pub fn push(&self, notified: Notified) {
        if let Err(refused) = self.sender.send(notified) {
            drop(refused);
        }
    }
}

impl Receiver {
    /// The next task to poll; waits for it. `None` once no sender is left: then nothing is queued,
    /// and nothing ever will be.
    pub fn pop(&self) -> Option<Notified> {
        self.receiver.recv().ok()
    }

    /// The next task to poll, if there is one at this moment.
    pub fn try_pop(&self) -> Option<Notified> {
        self.receiver.try_recv().ok()
    }
}
