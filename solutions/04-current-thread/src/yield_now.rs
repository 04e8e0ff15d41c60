//! A future that gives way.
//!
//! A task that computes for long keeps its thread, and everybody on it waits. `yield_now().await` is
//! where such a task lets the others go first. It returns `Pending` once, having asked to be woken
//! when everybody else has had a turn, drivers included: see [`defer`](crate::defer).
//!
//! In tokio: `task/yield_now.rs`.

use std::pin::Pin;
use std::task::{Context, Poll};

use harness::context;

/// Lets all tasks that are due go first, and whatever the drivers have ready.
///
/// # Cancellation
///
/// Nothing is lost: it has no effect but the delay.
pub async fn yield_now() {
    YieldNow { has_yielded: false }.await;
}

struct YieldNow {
    has_yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.has_yielded {
            return Poll::Ready(());
        }
        self.has_yielded = true;
        context::defer(cx.waker());
        Poll::Pending
    }
}
