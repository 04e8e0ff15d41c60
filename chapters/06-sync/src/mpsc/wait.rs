//! Waits with the thread for what another thread is about to do.
//!
//! In tokio: `runtime/park.rs`, `CachedParkThread`.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use current_thread::{Park, ThreadPark, ThreadUnpark, Unpark};

/// Ends the sleep of a thread.
struct Unparks(ThreadUnpark);

impl Wake for Unparks {
    fn wake(self: Arc<Unparks>) {
        self.0.unpark();
    }
}

/// Polls until there is an answer, and sleeps in between. For short waits: the thread may run tasks.
pub(super) fn wait<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
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
