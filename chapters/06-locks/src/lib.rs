//! Chapter 6: locks.
//!
//! The tasks of the chapters before ran beside each other. Here they meet: one waits until another
//! is done with something. Each primitive of this chapter is a list of the tasks that wait, and in front
//! of it one atomic word, which spares the list when no task has to wait.
//!
//! ```text
//!              list: waiters inside of futures, woken in batches
//!                │                                          │
//!             Notify                                   Semaphore
//!      a task is told, or the next            permits, handed over in order
//!                │                                          │
//!         Barrier, SetOnce                        Mutex, RwLock, OnceCell
//! ```
//!
//! In reading order: [`list`] is where all tasks wait; [`Notify`] is the least that can be made of
//! it; [`Semaphore`] is the one that most others are made of; [`Mutex`] is a semaphore of one
//! permit and a value behind it. The rest can be built from what these show: [`RwLock`],
//! [`Barrier`], [`OnceCell`], [`SetOnce`].
//!
//! Nothing in here knows of a runtime: a waker is all that is needed. (What blocks a thread goes through
//! chapter 5's `blocking`, which asks whether the thread runs tasks.)
//!
//! Chapter 7 makes channels of [`Notify`] and [`Semaphore`], chapter 8 stands on [`list`], chapters 11
//! and 12 on all of it.
//!
//! # In the book
//!
//! Chapter 6 is in `book/src/locks`. Its exercises are in these files:
//!
//! | exercise | file below `src` |
//! | --- | --- |
//! | 6.1 Wake all, a batch at a time | `list.rs` |
//! | 6.2 A notification, or a place in the queue | `notify/notified.rs` |
//! | 6.3 Tell one task, or leave a permit | `notify.rs` |
//! | 6.4 A notification is passed on | `notify/notified.rs` |
//! | 6.5 First come, first served | `semaphore.rs` |
//! | 6.6 Leaving with a part | `semaphore/acquire.rs` |
//! | 6.7 Many readers, or one writer | `rwlock.rs` |
//! | 6.8 A barrier for rounds | `barrier.rs` |
//! | 6.9 Made once, by the first that asks | `once_cell.rs` |
//! | 6.10 Set once, and waited for | `set_once.rs` |
//! | 6.11 Notify, as a whole | `notify.rs` |

pub mod list;
pub mod notify;
pub mod semaphore;

mod access;
pub mod mutex;

pub mod rwlock;

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
