//! What a scheduler knows of the thing it sleeps on.
//!
//! A thread with nothing to do must sleep, and the thing it sleeps on decides what can wake it. On
//! a condition variable, only another thread can; in `epoll_wait`, a socket can as well; until a
//! deadline, so can the clock. The scheduler does not care. It has a [`Park`], and everything else
//! about drivers is in the layers below that:
//!
//! ```text
//!     scheduler ── park ──> TimePark<P> ── park_timeout ──> IoPark<P> ──> epoll_wait
//!        the owner             │ try_lock                      │ try_lock
//!                              v                               v
//!                          the wheel                       the epoll, the sockets
//!                              ^ try_lock                      ^ try_lock
//!     other threads ─ unpark ─ TimeUnpark ────────────────── IoUnpark ──> eventfd
//!                     turn, find
//! ```
//!
//! A driver has two halves. The things it drives lie behind a lock that can be tried, in a handle
//! that many threads share: that is the [`Unpark`]. Each resource keeps a clone of the handle it
//! was made with. The [`Park`] is the owner's half, and has of its own only what a sleeper needs.
//! So a scheduler may have one driver for all of its threads, or one for each, and a thread whose
//! neighbour is busy for long may [turn](Unpark::turn) the neighbour's driver.
//!
//! A `Park` is a type parameter, so that the whole stack of drivers is compiled into one function.
//! Its other half is called once per sleep, beside a system call, and goes through a table: so a
//! handle on a scheduler can do without the type of its `Park`.
//!
//! # Invariants
//!
//! - **An Unpark Is Kept**: an `unpark` that comes while the owner is not parked ends the next `park` at
//!   once. Otherwise the last look before a sleep could never be late enough.
//!
//! In tokio: `runtime/driver.rs`, and `runtime/park.rs` for a thread without drivers.

use std::any::{Any, TypeId};
use std::time::Duration;

// ANCHOR: park
/// What a scheduler sleeps on: the owner's half. It belongs to the thread that runs the tasks.
pub trait Park {
    /// The half that is shared.
    type Unpark: Unpark;

    /// A handle that ends the sleep from anywhere.
    fn unparker(&self) -> Self::Unpark;

    /// Sleeps until unparked, or until there is something to do. May wake tasks, and then returns;
    /// may also return without a reason.
    fn park(&mut self);

    /// As `park`, but not for longer than `timeout`. With a `timeout` of zero, it looks for what is
    /// ready, and does not sleep.
    fn park_timeout(&mut self, timeout: Duration);

    /// Whether to look, by `park_timeout` with no time at all, though there are tasks to run. The
    /// scheduler asks after a number of polls, and before it wakes what was deferred; `polls` is how
    /// many polls there were since it last asked, or looked.
    ///
    /// A look is a system call and costs as much as some polls. A driver that looks at its clock here
    /// may say no as long as the last look is not long ago.
    fn is_due(&mut self, polls: u32) -> bool {
        let _ = polls;
        true
    }

    /// Says that no thread will park here again. Wakes all wakers that still wait for this driver.
    fn shutdown(&mut self) {}
}

/// What is shared of a [`Park`]: ends a sleep, from any thread, and leads to the drivers' handles.
pub trait Unpark: Any + Send + Sync {
    /// Ends the current sleep, or the next one if there is none (An Unpark Is Kept).
    fn unpark(&self);

    /// Looks for what is ready in the owner's place, and does not sleep. Returns whether it has
    /// looked: not if some other thread looks, or sleeps, at this moment, since then there is no
    /// need to. Wakes are called with no lock held.
    fn turn(&self) -> bool {
        false
    }

    /// The handle of the type `wanted` that this driver, or one below it, gives to its resources. A
    /// driver compares it with its own type, or else asks the driver below.
    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        let _ = wanted;
        None
    }
}
// ANCHOR_END: park
