//! `spawn` without saying where: on the runtime that this code runs in.
//!
//! In tokio: `task/spawn.rs`.

use harness::JoinHandle;
use harness::context;

use crate::handle::Handle;
use crate::shared::Shared;

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
    context::with(|here| match here.worker_of_current::<Shared>() {
        Some(worker) => worker.spawn(future),
        None => Handle::current().spawn_remote(future),
    })
}
