//! `spawn` without saying where: on the pool that this code runs in.
//!
//! In tokio: `task/spawn.rs`.

use harness::context;
use harness::{JoinHandle, Origin, is_large};

use crate::handle::Handle;
use crate::shared::Shared;

const NO_CONTEXT: &str =
    "there is no reactor running, must be called from the context of a Reveille runtime";

/// Makes a task of `future`, and queues it on the current pool.
///
/// # Panics
///
/// Outside of a pool.
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
        let Some(handle) = Handle::try_current() else {
            panic!("{NO_CONTEXT}");
        };
        return handle.spawn_remote(future, origin);
    }
    context::with(|here| match here.worker_of_current::<Shared>() {
        Some(worker) => worker.spawn(future, origin),
        None => unreachable!("it was here a moment ago"),
    })
}

/// [`spawn`], for code that may be in a runtime of another flavor.
///
/// # Errors
///
/// The future, if this thread is in no pool.
#[inline]
#[track_caller]
pub fn try_spawn<F>(future: F) -> Result<JoinHandle<F::Output>, F>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    match context::with(|here| here.worker_of_current::<Shared>().is_some()) {
        true => Ok(spawn(future)),
        false => match Handle::try_current() {
            Some(handle) => Ok(handle.spawn(future)),
            None => Err(future),
        },
    }
}
