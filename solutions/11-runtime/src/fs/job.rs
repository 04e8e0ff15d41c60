//! One operation, as a job of the blocking pool.

use std::io;

use crate::blocking::job::Mandatory;
use crate::runtime::Handle;
use crate::task::{JoinHandle, spawn_blocking};

/// Runs `f` where it may block.
///
/// # Errors
///
/// That of `f`; or, if the runtime ends before it begins, that the job has failed.
///
/// # Panics
///
/// Outside of a runtime.
#[track_caller]
pub(super) fn run<F, T>(f: F) -> impl Future<Output = io::Result<T>> + Send
where
    F: FnOnce() -> io::Result<T> + Send + 'static,
    T: Send + 'static,
{
    let job = spawn_blocking(f);
    async { job.await.unwrap_or_else(|_| Err(failed())) }
}

/// Has `f` run, also if the runtime ends before it begins.
///
/// # Errors
///
/// If the runtime has ended.
#[track_caller]
pub(super) fn run_in_any_case<F, T>(f: F) -> io::Result<JoinHandle<T>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    match Handle::current().submit_job(f, Mandatory::Yes) {
        (job, true) => Ok(job),
        (_, false) => Err(failed()),
    }
}

/// The job was cancelled with its runtime, or has panicked.
pub(super) fn failed() -> io::Error {
    io::Error::other("background task failed")
}
