//! `spawn_blocking` without saying where: on the runtime that this code runs in.
//!
//! In tokio: `task/blocking.rs`.

use harness::JoinHandle;

use crate::runtime::Handle;

/// Runs `f` on a thread where it may block, and on which no task waits. See
/// [`Handle::spawn_blocking`](crate::runtime::Handle::spawn_blocking).
///
/// # Panics
///
/// Outside of a runtime.
///
/// # Cancellation
///
/// A job that has begun cannot be stopped. `abort` works before that.
///
/// # Examples
///
/// ```
/// use reveille::runtime::Builder;
/// use reveille::task;
///
/// let runtime = Builder::new_current_thread().build()?;
/// let length = runtime.block_on(async {
///     task::spawn_blocking(|| std::fs::read("Cargo.toml").map(|bytes| bytes.len())).await?
/// })?;
/// assert!(0 < length);
/// # Ok::<_, std::io::Error>(())
/// ```
#[track_caller]
pub fn spawn_blocking<F, R>(f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    Handle::current().spawn_blocking(f)
}
