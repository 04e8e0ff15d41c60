//! Chapter 6: locks and channels.
//!
//! The tasks of the chapters before ran beside each other. Here they meet: one waits until another
//! is done with something, and each primitive of this chapter is a list of those who wait, with a
//! word in front of it that spares the list when nobody has to.
//!
//! In reading order: [`list`] is where everybody waits; [`Notify`] is the least that can be made of
//! it; [`Semaphore`] is the one that most others are made of; [`Mutex`] is a semaphore of one
//! permit and a value behind it.
//!
//! Nothing in here knows of a runtime: a waker is all that is needed.

pub mod list;
pub mod notify;
pub mod semaphore;

pub mod mutex;

pub mod mpsc;

pub mod rwlock;

pub mod broadcast;
pub mod watch;

pub mod barrier;
pub mod once_cell;

mod blocking;

#[doc(hidden)]
pub mod steps;

pub use harness::loom;

pub use barrier::{Barrier, BarrierWaitResult};
pub use mutex::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard, TryLockError,
};
pub use notify::Notify;
pub use once_cell::{OnceCell, SetError};
pub use rwlock::RwLock;
pub use rwlock::guard::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
pub use semaphore::{
    AcquireError, OwnedSemaphorePermit, Semaphore, SemaphorePermit, TryAcquireError,
};
