//! A timer from its creation to its output: who polls it, who wakes it, on which thread and when.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use timer_future::{AsyncTimerFuture, block_on};

fn main() {
    let trace = Trace {
        begin: Instant::now(),
    };
    trace.event("the timer is created: 100 ms");
    let timer = Traced {
        inner: AsyncTimerFuture::with_sleep(Duration::from_millis(100), move |duration| {
            trace.event("the thread begins to sleep");
            thread::sleep(duration);
            trace.event("the thread is up: sets `completed`, takes the waker");
        })
        .expect("failed to start the timer's thread"),
        trace,
    };

    // The timer runs since it was created. `block_on` comes late, to make that visible.
    thread::sleep(Duration::from_millis(40));
    trace.event("block_on(timer)");
    block_on(timer);
    trace.event("block_on returns");
}

/// Prints what happens: when, and on which thread.
#[derive(Clone, Copy)]
struct Trace {
    begin: Instant,
}

impl Trace {
    fn event(self, what: &str) {
        let thread = thread::current();
        println!(
            "{:>4} ms  {:<6}  {what}",
            self.begin.elapsed().as_millis(),
            thread.name().unwrap_or("?")
        );
    }
}

/// A future around a future, which tells of each poll.
struct Traced<F> {
    inner: F,
    trace: Trace,
}

impl<F: Future + Unpin> Future for Traced<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let trace = self.trace;
        // The inner future gets a waker around the waker, which tells of each wake.
        let waker = Waker::from(Arc::new(TracedWaker {
            inner: cx.waker().clone(),
            trace,
        }));
        let poll = Pin::new(&mut self.inner).poll(&mut Context::from_waker(&waker));
        trace.event(match poll {
            Poll::Ready(_) => "poll: Ready",
            Poll::Pending => "poll: Pending, and the waker is kept",
        });
        poll
    }
}

/// A waker around a waker.
struct TracedWaker {
    inner: Waker,
    trace: Trace,
}

impl Wake for TracedWaker {
    fn wake(self: Arc<Self>) {
        self.trace.event("wake: unparks `main`");
        self.inner.wake_by_ref();
    }
}
