//! `spawn` without saying where: on the runtime that this code runs in.
//!
//! In tokio: `task/spawn.rs`.

use harness::JoinHandle;

use crate::current::Current;
use crate::handle::Handle;

/// Makes a task of `future`, and queues it on the current runtime.
///
/// # Panics
///
/// Outside of a runtime.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    Current::with(|current| match current.context_of_handle() {
        Some(context) => context.spawn(future),
        None => Handle::current().spawn_remote(future),
    })
}
