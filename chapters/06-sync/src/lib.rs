//! Chapter 6: locks and channels.
//!
//! The tasks of the chapters before ran beside each other. Here they meet: one waits until another
//! is done with something. Each primitive of this chapter is a list of those who wait, and in front of it
//! one atomic word, which spares the list when nobody has to.
//!
//! ```text
//!              list: waiters inside of futures, woken in batches
//!                │                                          │
//!             Notify                                   Semaphore
//!      who waits is told, or the next         permits, handed over in order
//!                │                                          │
//!     watch, broadcast, Barrier, SetOnce    Mutex, RwLock, OnceCell, bounded mpsc
//! ```
//!
//! In reading order: [`list`] is where everybody waits; [`Notify`] is the least that can be made of
//! it; [`Semaphore`] is the one that most others are made of; [`Mutex`] is a semaphore of one
//! permit and a value behind it; [`mpsc`] is a queue that many fill and one empties. The rest can be
//! built from what these show: [`RwLock`], [`watch`], [`broadcast`], [`Barrier`], [`OnceCell`],
//! [`SetOnce`].
//!
//! Nothing in here knows of a runtime: a waker is all that is needed. (That which blocks a thread
//! asks chapter 4 whether the thread runs tasks.)
//!
//! Chapter 7 stands on [`list`], chapters 10 and 11 on all of it.

pub mod list;
pub mod notify;
pub mod semaphore;

pub mod mutex;

pub mod mpsc;
mod within;

pub mod rwlock;

pub mod broadcast;
pub mod watch;

pub mod barrier;
pub mod once_cell;
pub mod set_once;

#[cfg(feature = "steps")]
#[doc(hidden)]
pub mod steps;

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
pub use set_once::{SetOnce, SetOnceError};
