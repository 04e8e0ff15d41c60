//! Runs foreign code, and stops its panics.
//!
//! A future, for example, is code that we have not written, and it may panic while it is polled or
//! while it is dropped. Neither may end the executor, or the thread that happened to drop the last waker.

#[cfg(not(loom))]
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Foreign code panicked. The panic hook has printed the message; chapter 3 hands the payload to
/// the handle that waits for the task.
#[derive(Debug)]
pub(crate) struct Panicked;

/// Runs `foreign` and stops a panic in it.
#[cfg(not(loom))]
pub(crate) fn isolate<T>(foreign: impl FnOnce() -> T) -> Result<T, Panicked> {
    // A task that panicked is never polled again, so no code sees the state it was left in.
    catch_unwind(AssertUnwindSafe(foreign)).map_err(|payload| {
        // A payload is foreign code too, and its `drop` may panic. That second payload is
        // leaked, or there would be no end to it.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(payload);
        }
        Panicked
    })
}

/// Under the model checker a panic is the model's verdict, and must reach it.
#[cfg(loom)]
pub(crate) fn isolate<T>(foreign: impl FnOnce() -> T) -> Result<T, Panicked> {
    Ok(foreign())
}
