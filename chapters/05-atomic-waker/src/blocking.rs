//! Waiting for a future with the thread, where no task can wait.
//!
//! `blocking_recv`, for example, is for threads outside of any runtime. The future is polled here,
//! and the thread sleeps as a scheduler would: on chapter 4's [`ThreadPark`]. This is the one place
//! where chapters 5 to 7 put a thread to sleep.
//!
//! In tokio: `future/block_on.rs`, and `CachedParkThread` in `runtime/park.rs`.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use current_thread::{Park, ThreadPark, ThreadUnpark, Unpark};
use harness::context::may_block;

/// Ends the sleep of [`wait`].
struct Unparks(ThreadUnpark);

/// Polls `future` on this thread until it is ready.
///
/// # Panics
///
/// If the thread runs tasks. While the thread sleeps here, its tasks wait, and
/// one of them may be what it waits for.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    assert!(
        may_block(),
        "Cannot block the current thread from within a runtime. This happens because a function \
         attempted to block the current thread while the thread is being used to drive \
         asynchronous tasks."
    );
    let mut future = pin!(future);
    wait(|cx| future.as_mut().poll(cx))
}

/// Polls until there is an answer, and sleeps in between. The thread may run tasks, which wait as
/// well: this is for waits of a few steps of another thread.
pub fn wait<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    let mut park = ThreadPark::new();
    let waker = Waker::from(Arc::new(Unparks(park.unparker())));
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(value) = poll(&mut cx) {
            return value;
        }
        park.park();
    }
}

impl Wake for Unparks {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}
