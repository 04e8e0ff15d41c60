//! All that a scheduler knows of what it sleeps on.
//!
//! A thread with nothing to do must sleep, and what it sleeps on decides what can wake it. Asleep
//! on a condition variable, only another thread can; asleep in `epoll_wait`, a socket can as
//! well; asleep until a deadline, so can the clock. The scheduler does not care. It has a [`Park`],
//! and everything else about drivers is in the layers below that:
//!
//! ```text
//!     scheduler ── park ──> TimePark<P> ── park_timeout ──> IoPark<P> ──> epoll_wait
//!                           (chapter 8)                     (chapter 7)
//!     other threads ── unpark ──> TimeUnpark ──> IoUnpark ──> eventfd
//! ```
//!
//! A `Park` is a type parameter, so that the whole stack of drivers is compiled into one function.
//! Its other half, [`Unpark`], is called once per sleep, beside a system call, and goes through a
//! table: a handle on a scheduler can so do without the type of what the scheduler sleeps on.
//!
//! # Invariants
//!
//! - **An Unpark Is Kept**: an `unpark` that comes while nobody is parked ends the next `park` at
//!   once. Otherwise the last look before a sleep could never be late enough.
//!
//! In tokio: `runtime/driver.rs`, and `runtime/park.rs` for a thread without drivers.

use std::any::Any;
use std::time::Duration;

// ANCHOR: park
/// What a scheduler sleeps on. It belongs to whoever runs the tasks.
pub trait Park {
    /// Its other half.
    type Unpark: Unpark;

    /// A handle that ends the sleep from anywhere.
    fn unparker(&self) -> Self::Unpark;

    /// Sleeps until unparked, or until there is something to do. May wake tasks, and then returns;
    /// may return for no reason at all.
    fn park(&mut self);

    /// As `park`, but not for longer than `timeout`. With none at all, it looks after what is ready,
    /// and does not sleep.
    fn park_timeout(&mut self, timeout: Duration);

    /// Says that nobody will park here again. Whoever still waits for this driver is to be woken.
    fn shutdown(&mut self) {}
}

/// Ends a sleep, from any thread.
pub trait Unpark: Any + Send + Sync {
    /// Ends the current sleep, or the next one if there is none (An Unpark Is Kept).
    fn unpark(&self);

    /// The handle of the driver below, for those who look for one of a certain type.
    fn below(&self) -> Option<&dyn Unpark> {
        None
    }
}
// ANCHOR_END: park

/// Looks for the handle of the type `T` in a stack of drivers.
pub fn find<T: Unpark>(mut unpark: &dyn Unpark) -> Option<&T> {
    loop {
        let any: &dyn Any = unpark;
        match any.downcast_ref() {
            Some(found) => return Some(found),
            None => unpark = unpark.below()?,
        }
    }
}
