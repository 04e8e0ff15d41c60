//! Locks and channels.
//!
//! In tokio: `sync/mod.rs`.

pub use ::channels::{broadcast, mpsc, watch};
pub use ::locks::{
    AcquireError, Barrier, BarrierWaitResult, MappedMutexGuard, Mutex, MutexGuard, Notify,
    OnceCell, OwnedMappedMutexGuard, OwnedMutexGuard, OwnedRwLockMappedWriteGuard,
    OwnedRwLockReadGuard, OwnedRwLockWriteGuard, OwnedSemaphorePermit, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard, Semaphore, SemaphorePermit,
    SetError, SetOnce, SetOnceError, TryAcquireError, TryLockError,
};
pub use atomic_waker::oneshot;

/// Futures that have names.
///
/// In tokio: `sync/notify.rs`.
pub mod futures {
    pub use ::locks::notify::{Notified, OwnedNotified};
}
