//! `spawn` without saying where: on the runtime that this code runs in, whatever its flavor.
//!
//! In tokio: `task/spawn.rs`.

use harness::{JoinHandle, is_large};

/// Makes a task of `future`, and queues it on the runtime that this code runs in.
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
    match work_stealing::try_spawn(future) {
        Ok(join) => join,
        Err(future) => current_thread::spawn(future),
    }
}
