//! The two traits that a flavor of runtime implements.
//!
//! In tokio: `scheduler::Handle` and `scheduler::Context` in `runtime/scheduler/mod.rs`, two enums.

use std::any::{Any, TypeId};
use std::task::Waker;

#[cfg(feature = "dump")]
use crate::owner::OwnerId;

// ANCHOR: flavor
/// A runtime, as code inside of it sees it. One value stands for one runtime, behind an `Arc`.
pub trait Flavor: Any + Send + Sync {
    /// The driver's handle, or the service, of the type `wanted`. It is asked by
    /// [`find`](super::find), which clones what it gets.
    fn find(&self, wanted: TypeId) -> Option<&dyn Any>;

    /// The name of the runtime, for a dump.
    #[cfg(feature = "dump")]
    fn runtime(&self) -> Option<OwnerId> {
        None
    }

    /// A future that is polled in the runtime has used up its budget, and is made to give way. Called once for such a poll.
    fn note_forced_yield(&self) {}
}

/// A flavor that runs tasks on threads.
pub trait Scheduler: Flavor {
    /// What each of these threads has.
    type Worker: Worker;
}

/// What runs tasks on one thread, for as long as it does.
pub trait Worker: 'static {
    /// Wakes `waker` when all tasks that are due on this thread have had a turn, and the driver has been
    /// asked. `waker` does not belong to the task that is being polled: [`defer`](super::defer)
    /// handles that one itself.
    fn defer(&self, waker: &Waker);

    /// Whether a task is due on this thread. A driver asks that has looked at what is below it, and is about
    /// to move a paused clock.
    fn is_task_due(&self) -> bool {
        false
    }
}
// ANCHOR_END: flavor
