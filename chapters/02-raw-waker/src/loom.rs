//! The types that threads meet in: the standard library's, or those of the model checker `loom`.
//!
//! A test runs one interleaving of its threads, the one that happened. `loom` runs a closure again
//! and again until it has tried them all (or all with a bounded number of switches), and it lets
//! an atomic load return every value that the memory model allows. It can do so only for types
//! that tell it of each access, so everything in this crate that is shared between threads takes
//! its types from this module, and nothing else does:
//!
//! ```text
//!   cargo test                            std::sync::atomic::AtomicUsize
//!   RUSTFLAGS="--cfg loom" cargo test     loom::sync::atomic::AtomicUsize
//! ```
//!
//! (By way of the test kit, which notes what each thread does with them. So a run that fails can be
//! drawn: a lane for each thread, a row for each step.)
//!
//! Later chapters use this module as their own.
//!
//! In tokio: `tokio/src/loom/`.

#[cfg(loom)]
pub use ::testkit::loom::thread;
#[cfg(not(loom))]
pub use std::thread;

/// Locks, shared ownership, and [`atomic`](sync::atomic).
pub mod sync {
    #[cfg(loom)]
    pub use ::testkit::loom::sync::{
        Arc, Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    };
    #[cfg(not(loom))]
    pub use std::sync::{
        Arc, Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    };

    /// Atomic words and fences. The orderings are `std::sync::atomic::Ordering` in either case.
    pub mod atomic {
        #[cfg(loom)]
        pub use ::testkit::loom::sync::atomic::{
            AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, fence,
        };
        #[cfg(not(loom))]
        pub use std::sync::atomic::{
            AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, fence,
        };
    }
}

/// A cell whose accesses begin and end, so that `loom` can see two of them overlap.
pub mod cell {
    #[cfg(loom)]
    pub use ::testkit::loom::cell::UnsafeCell;

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

        /// Calls `f` with a pointer to read through. Nobody may write until `f` returns.
        pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }

        /// Calls `f` with a pointer to write through. Nobody else may read or write until `f`
        /// returns.
        pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }
}
