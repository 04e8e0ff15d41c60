//! Runs one future on the current thread, and waits for its output.
//!
//! ```text
//!        ┌───────────▶ poll ──── Ready(output) ───▶ return it
//!        │              │
//!        │           Pending
//!        │              ▼
//!        └── woken ── park ◀─┐
//!                       └────┘ unparked, but not by our waker
//! ```
//!
//! Only a wake leads to another poll. The wake may come at any time: from another thread while this
//! one is parked, from another thread between the poll and the park, or from the poll itself.
//!
//! # Left out
//!
//! This runs one future and nothing beside it: there is no `spawn`. The next chapter adds tasks.
//!
//! In tokio: `runtime/park.rs`, `CachedParkThread::block_on`.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use model::loom::thread;

use crate::thread_waker::ThreadWaker;

// ANCHOR: block_on
/// Polls `future` until it is ready, and parks this thread whenever it is not.
///
/// If the future panics, so does this.
pub fn block_on<F: Future>(future: F) -> F::Output {
    // ANCHOR: ex-1-4-block-on
    let mut future = pin!(future);
    let thread_waker = Arc::new(ThreadWaker::for_current_thread());
    let waker = Waker::from(Arc::clone(&thread_waker));
    let mut cx = Context::from_waker(&waker);

    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        // A wake that came since the poll began is in the flag, and then we do not park. An unpark
        // that is not a wake leaves the flag unset, and then we park again.
        while !thread_waker.take_wake() {
            thread::park();
        }
    }
    // ANCHOR_END: ex-1-4-block-on
}
// ANCHOR_END: block_on
