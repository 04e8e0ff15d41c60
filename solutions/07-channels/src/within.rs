//! A wait that the clock ends.
//!
//! A channel knows nothing of timers: they stand in a later chapter, on top of this one. It needs only
//! one future of them, which is ready at a point in time. The runtime around it has that, or has not.
//!
//! In tokio: `time/timeout.rs`, which `sync` calls directly.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use harness::context::{self, BoxSleep};

const NO_TIMERS: &str = "timers are missing, must be called from the context of a Reveille runtime \
                         with timers. Call `enable_time` on the runtime builder to enable timers.";

/// Waits for `future`, but not for longer than `timeout`: then it is dropped, and the result is `None`.
///
/// If it is ready at once, no clock is read, and no timers are needed.
///
/// # Panics
///
/// If it has to wait and the runtime has no timers.
pub(crate) async fn within<F: Future>(timeout: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut sleep = None;
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        match sleep.get_or_insert_with(|| begin(timeout)) {
            Some(sleep) => sleep.as_mut().poll(cx).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}

/// A sleep of this length; `None` if it would end after the end of time.
fn begin(timeout: Duration) -> Option<BoxSleep> {
    let now = context::now().expect(NO_TIMERS);
    let deadline = now.checked_add(timeout)?;
    Some(context::sleep_until(deadline).expect(NO_TIMERS))
}
