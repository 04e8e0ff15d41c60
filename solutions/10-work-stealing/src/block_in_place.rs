//! A task that is about to block gives its worker away.
//!
//! A function that blocks its thread keeps all tasks of the worker from running, unless it says so before. Then the core, with the run queue and all that belongs to the
//! worker, goes to another thread, which goes on in its place. This thread runs the closure, and the rest of the poll, as a
//! thread like any other, and then ends; or it takes its core back, if the other thread has not come for it yet.
//!
//! ```text
//!     this thread      poll ── hand over ── closure ── core still there? ── yes ──> rest of the poll ──> next task
//!                                  │                        └─ no ──> rest of the poll ──> ends
//!     a new thread                 └──> takes the core ──> next task ──> ...
//! ```
//!
//! Calls nest. The inner one finds no core, and has nothing to give away, nor to take back (tokio-rs/tokio#5239). Between two of them there may
//! be a `block_on`, of this pool or of another runtime.
//!
//! In tokio: `block_in_place` in `runtime/scheduler/multi_thread/worker.rs`.

use harness::context::{self, leave_block_on};
use harness::trace;

use crate::shared::Shared;

/// Runs `f`, which may block the thread. The other tasks of this worker run on another thread meanwhile; other futures of the same task
/// do not.
///
/// # Panics
///
/// On a runtime for one thread, where the tasks have no other thread to go to; or if `f` panics.
#[track_caller]
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    // What has to be given away, first: once the mark is off, `f` may do as it likes.
    let has_left = leave_block_on();
    assert!(
        has_left.is_ok(),
        "can call blocking only when running on the multi-threaded runtime"
    );
    /// Takes the core back at the end, if `f` panics as well.
    struct TakeBack;
    impl Drop for TakeBack {
        fn drop(&mut self) {
            context::with(|here| {
                if let Some(worker) = here.worker_of_current::<Shared>() {
                    worker.take_back();
                }
            });
        }
    }
    let is_given = context::with(|here| {
        let worker = here.worker_of_current::<Shared>();
        worker.is_some_and(|worker| worker.hand_over())
    });
    // Made only if it is needed: one that is made and not kept would take back what an outer call has given.
    let _take_back = is_given.then(|| TakeBack);
    let _traced = trace::block();
    f()
}
