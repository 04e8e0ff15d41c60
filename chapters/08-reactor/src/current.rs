//! Which driver a new source belongs to: that of the runtime which the code runs in.
//!
//! This is the only place that asks the thread. A source keeps the handle, and from then on works on
//! every thread and in every executor.

use std::io;

use harness::context::{self, find, is_entered};

use crate::IoHandle;

/// What code runs into that makes a socket outside of any runtime,
const NO_CONTEXT: &str =
    "there is no reactor running, must be called from the context of a Reveille runtime";

/// or in a runtime without a driver for it.
const NO_DRIVER: &str = "A Reveille context was found, but IO is disabled. Call `enable_io` on the \
                         runtime builder to enable IO.";

/// The driver of this thread's runtime.
///
/// # Panics
///
/// If the thread is in no runtime, or in one that does not sleep on an [`IoPark`](crate::IoPark).
#[track_caller]
pub(crate) fn handle() -> IoHandle {
    match find::<IoHandle>() {
        Some(handle) => handle,
        None if is_entered() => panic!("{NO_DRIVER}"),
        None => panic!("{NO_CONTEXT}"),
    }
}

/// Runs a job that blocks its thread: on a thread of the runtime that is meant for it, or on a new one.
///
/// # Errors
///
/// If no thread can be had, or the job was given up: it panicked, or the runtime was shut down.
pub(crate) async fn run_blocking<R: Send + 'static>(
    job: impl FnOnce() -> R + Send + 'static,
) -> io::Result<R> {
    let (sender, receiver) = atomic_waker::oneshot::channel();
    let job = Box::new(move || {
        // If the task has gone meanwhile, its answer goes with it.
        drop(sender.send(job()));
    });
    if let Err(job) = context::run_blocking(job) {
        let thread = std::thread::Builder::new().name(String::from("blocking job"));
        thread.spawn(job)?;
    }
    receiver
        .await
        .map_err(|_| io::Error::other("background task failed"))
}
