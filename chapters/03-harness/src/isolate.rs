//! Foreign code, kept from taking us down with it.
//!
//! Others write the futures, their outputs and the wakers of the tasks that wait for them. Each of
//! these may panic when it is polled, dropped or woken. When it does, we are in the middle of a
//! transition that other threads rely on. So foreign code runs in here, and its panic comes back as
//! a value.
//!
//! In tokio: the calls of `catch_unwind` in `runtime/task/harness.rs`.

use std::any::Any;
#[cfg(not(loom))]
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// What foreign code panicked with. It is foreign itself: dropping it may panic again.
pub type Payload = Box<dyn Any + Send + 'static>;

/// Runs `foreign` and stops a panic in it.
#[cfg(not(loom))]
#[inline]
pub fn isolate<T>(foreign: impl FnOnce() -> T) -> Result<T, Payload> {
    // A task that panicked is never polled again, so no code sees the state it was left in.
    catch_unwind(AssertUnwindSafe(foreign))
}

/// Under the model checker a panic is its verdict, and must reach it.
#[cfg(loom)]
pub fn isolate<T>(foreign: impl FnOnce() -> T) -> Result<T, Payload> {
    Ok(foreign())
}

/// Drops a foreign value that no code waits for.
#[inline]
pub fn discard<T>(foreign: T) {
    if let Err(payload) = isolate(|| drop(foreign)) {
        // The payload's own `drop` may panic, and the payload of that as well. The second is
        // leaked, or there would be no end to it.
        if let Err(payload) = isolate(|| drop(payload)) {
            std::mem::forget(payload);
        }
    }
}

/// As [`discard`], of a value that stays where it is: one that is pinned.
///
/// # Safety
///
/// The value is the caller's, and is not used again.
#[cold]
pub(crate) unsafe fn discard_in_place<T>(foreign: *mut T) {
    // SAFETY: as our caller promises.
    if let Err(payload) = isolate(|| unsafe { ptr::drop_in_place(foreign) }) {
        discard(payload);
    }
}
