//! Waits with the thread, for callers who are no tasks.
//!
//! In tokio: `future/block_on.rs`.

use std::future::Future;

/// Runs `future` on this thread, and parks the thread while it waits.
///
/// # Panics
///
/// If this thread runs tasks. One of them might be what `future` waits for, and none of them could
/// run.
#[track_caller]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    assert!(
        harness::context::may_block(),
        "Cannot block the current thread from within a runtime. This happens because a function \
         attempted to block the current thread while the thread is being used to drive \
         asynchronous tasks."
    );
    timer_future::block_on(future)
}
