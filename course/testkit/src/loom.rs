//! Loom's types, which also note what each thread does with them. See [`crate::Rule::model`].
//!
//! They have the names and places that they have in `loom`, and in `std`: a crate that is tested
//! under loom takes them from here in place of there, and a run that fails can be drawn.
//!
//! In one thing they are stricter than loom's: the end of a [cell](cell::UnsafeCell) is a write. A
//! thread that drops a cell must come after all others that touch it, so a model sees a use after
//! free.

mod atomics;
mod cells;
mod locks;
mod threads;

/// See `loom::cell`.
pub mod cell {
    pub use super::cells::UnsafeCell;
}

/// See `loom::hint`.
pub mod hint {
    pub use ::loom::hint::unreachable_unchecked;

    pub use crate::loom::thread::yield_now as spin_loop;
}

/// See `loom::sync`.
pub mod sync {
    pub use ::loom::sync::{
        Arc, LockResult, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockResult,
    };

    pub use super::locks::{Condvar, Mutex, MutexGuard, WaitTimeoutResult};

    /// See `loom::sync::atomic`.
    pub mod atomic {
        pub use ::loom::sync::atomic::Ordering;

        pub use crate::loom::atomics::{
            AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, fence,
        };
        pub use crate::loom::thread::yield_now as spin_loop_hint;
    }
}

/// See `loom::thread`.
pub mod thread {
    pub use ::loom::thread::{AccessError, LocalKey, ThreadId, panicking};

    pub use super::threads::{JoinHandle, Thread, current, park, spawn, yield_now};
}
