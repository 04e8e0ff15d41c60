//! The types that threads meet in: the standard library's, or those of the model checker `loom`.
//!
//! A test runs one interleaving of its threads, the one that happened. `loom` runs a closure again
//! and again until it has tried them all (or all with a bounded number of switches), and it lets
//! an atomic load return every value that the memory model allows. It can do so only for types
//! that tell it of each access. So all code of the course takes the types that it shares between
//! threads from this module:
//!
//! ```text
//!   cargo test                            std::sync::atomic::AtomicUsize
//!   RUSTFLAGS="--cfg loom" cargo test     loom's AtomicUsize, which also records each access
//! ```
//!
//! In one thing these are stricter than loom's own: the end of a [cell](cell::UnsafeCell) is a write. A
//! thread that drops a cell must come after all others that touch it, so a model sees a use after
//! free.
//!
//! The record is for the picture of a run that fails: a lane for each thread, a row for each step.
//!
//! In tokio: `tokio/src/loom/`.

#[cfg(loom)]
mod atomics;
#[cfg(loom)]
mod cells;
#[cfg(loom)]
mod locks;
#[cfg(loom)]
mod threads;

/// For the macro.
#[cfg(loom)]
#[doc(hidden)]
pub use ::loom as checker;
#[cfg(loom)]
pub use ::loom::model;
#[cfg(not(loom))]
pub use std::thread_local;

#[cfg(loom)]
pub use crate::loom_thread_local as thread_local;

// ANCHOR: facade
/// Threads: to start, to park and to wake.
pub mod thread {
    #[cfg(loom)]
    pub use super::threads::{
        Builder, JoinHandle, Thread, ThreadId, current, panicking, park, sleep, spawn, yield_now,
    };
    #[cfg(not(loom))]
    pub use std::thread::{
        Builder, JoinHandle, Thread, ThreadId, current, panicking, park, sleep, spawn, yield_now,
    };
}

/// Locks, shared ownership, and [`atomic`](sync::atomic).
pub mod sync {
    #[cfg(loom)]
    pub use super::locks::{Condvar, Mutex, MutexGuard};
    #[cfg(loom)]
    pub use ::loom::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};
    #[cfg(not(loom))]
    pub use std::sync::{
        Arc, Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    };

    /// Atomic words and fences. The orderings are `std::sync::atomic::Ordering` in either case.
    pub mod atomic {
        #[cfg(loom)]
        pub use crate::loom::atomics::{
            AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, fence,
        };
        #[cfg(not(loom))]
        pub use std::sync::atomic::{
            AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, fence,
        };
    }
}

/// Spinning.
pub mod hint {
    #[cfg(loom)]
    pub use super::threads::yield_now as spin_loop;
    #[cfg(not(loom))]
    pub use std::hint::spin_loop;
}

/// A cell whose accesses begin and end, so that `loom` can see two of them overlap.
pub mod cell {
    #[cfg(loom)]
    pub use super::cells::UnsafeCell;

    /// `std::cell::UnsafeCell` with the methods of loom's.
    #[cfg(not(loom))]
    #[derive(Debug)]
    pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    #[cfg(not(loom))]
    impl<T> UnsafeCell<T> {
        /// A cell that holds `value`.
        pub const fn new(value: T) -> UnsafeCell<T> {
            UnsafeCell(std::cell::UnsafeCell::new(value))
        }

        /// What it holds.
        #[inline]
        pub fn into_inner(self) -> T {
            self.0.into_inner()
        }

        /// Calls `f` with a pointer to read through. No thread may write until `f` returns.
        #[inline]
        pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }

        /// Calls `f` with a pointer to write through. No other thread may read or write until `f`
        /// returns.
        #[inline]
        pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }
}
// ANCHOR_END: facade

/// Declares thread-locals of constant values, as `std::thread_local!` does: under loom each thread of
/// a model has its own.
#[cfg(loom)]
#[doc(hidden)]
#[macro_export]
macro_rules! loom_thread_local {
    ($($(#[$attribute:meta])* $vis:vis static $name:ident: $type:ty = const { $value:expr };)*) => {
        $crate::loom::checker::thread_local! {
            $($(#[$attribute])* $vis static $name: $type = $value;)*
        }
    };
}
