//! A future that gives way.
//!
//! A task that computes for long keeps its thread, and all other tasks on it wait. At
//! `yield_now().await` such a task lets the others go first. It returns `Pending` once, and asks to
//! be woken when all others have had a turn, drivers included: see [`defer`](crate::defer).
//!
//! In tokio: `task/yield_now.rs`.

use std::pin::Pin;
use std::task::{Context, Poll};

use harness::context;

/// Lets all tasks that are due go first, and all events that the drivers have ready.
///
/// # Cancellation
///
/// Nothing is lost: it has no effect but the delay.
#[inline]
pub fn yield_now() -> YieldNow {
    YieldNow { has_yielded: false }
}

/// A future that is `Pending` once. Made by [`yield_now`].
///
/// # Examples
///
/// ```
/// use std::cell::RefCell;
/// use std::rc::Rc;
///
/// use current_thread::{LocalRuntime, spawn_local, yield_now};
///
/// let steps = Rc::new(RefCell::new(Vec::new()));
/// LocalRuntime::new().block_on(async {
///     let long = spawn_local({
///         let steps = Rc::clone(&steps);
///         async move {
///             steps.borrow_mut().push("long, first half");
///             yield_now().await;
///             steps.borrow_mut().push("long, second half");
///         }
///     });
///     let short = spawn_local({
///         let steps = Rc::clone(&steps);
///         async move { steps.borrow_mut().push("short") }
///     });
///     long.await.unwrap();
///     short.await.unwrap();
/// });
/// assert_eq!(*steps.borrow(), ["long, first half", "short", "long, second half"]);
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct YieldNow {
    has_yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    #[inline]
    #[harness::leaf("yield_now", ())]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.has_yielded {
            return Poll::Ready(());
        }
        self.has_yielded = true;
        context::defer(cx.waker());
        Poll::Pending
    }
}
