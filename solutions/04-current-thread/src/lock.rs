//! A lock that may not have to be taken.
//!
//! The inject queue needs a lock around its list, but the scheduler chooses the lock: this
//! chapter's guards a flag as well, and the pool of chapter 10 keeps its idle workers beside the
//! list. So the queue gets something that *can* be locked, and decides whether to.
//!
//! In tokio: `runtime/scheduler/lock.rs`.

// ANCHOR: lock
/// Something that can be locked once, and gives access to a `T` then.
pub trait Lock<T> {
    /// The lock, held. Dropping it releases the lock.
    type Guard: AsMut<T>;

    /// Waits for the lock.
    fn lock(self) -> Self::Guard;
}
// ANCHOR_END: lock
