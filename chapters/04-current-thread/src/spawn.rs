//! `spawn` without saying where: on the runtime that this code runs in.
//!
//! In tokio: `task/spawn.rs`.

use harness::context;
use harness::{JoinHandle, Origin, is_large};

use crate::shared::{Handle, Shared};

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
    match is_large::<F>() {
        true => spawn_here(Box::pin(future)),
        false => spawn_here(future),
    }
}

#[track_caller]
fn spawn_here<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let origin = Origin::here();
    if context::with(|here| here.worker_of_current::<Shared>().is_none()) {
        // Not in the closure below, where the panic would name a line of ours.
        return Handle::current().spawn_remote(future, origin);
    }
    context::with(|here| match here.worker_of_current::<Shared>() {
        Some(worker) => worker.spawn(future, origin),
        None => unreachable!("it was here a moment ago"),
    })
}
