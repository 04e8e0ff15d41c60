//! Small futures to build tests from: some exemplary, some naughty, all with a name.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::observe::poll;
use crate::stage::gate::{Gate, GateFuture, gate};
use crate::watch::run;
use crate::words::count;
use crate::words::task::{Kind, Task};

/// Pending `n` times, waking its own task each time, then ready.
pub fn yield_times(n: usize) -> YieldTimes {
    let task = Task::new("yield_times", Kind::Leaf);
    run::register(&task);
    YieldTimes { task, left: n }
}

/// Pending for ever; keeps the waker of its latest poll.
pub fn never(name: &str) -> Never {
    let (gate, future) = gate(name);
    Never {
        future,
        _gate: gate,
    }
}

/// Pending for ever, and keeps no waker: the classic way to sleep for ever.
pub fn forgetful(name: &str) -> Forgetful {
    let task = Task::new(name, Kind::Leaf);
    run::register(&task);
    Forgetful { task }
}

/// Panics with `message` when it is polled.
pub fn panics_on_poll(message: &'static str) -> PanicsOnPoll {
    PanicsOnPoll { message }
}

/// The future that [`yield_times`] returns.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct YieldTimes {
    task: Arc<Task>,
    left: usize,
}

/// The future that [`never()`] returns.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct Never {
    future: GateFuture<Infallible>,
    _gate: Gate<Infallible>,
}

/// The future that [`forgetful`] returns.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct Forgetful {
    task: Arc<Task>,
}

/// The future that [`panics_on_poll`] returns.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct PanicsOnPoll {
    message: &'static str,
}

impl Future for YieldTimes {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let task = Arc::clone(&self.task);
        poll::observed(&task, || {
            let Some(left) = self.left.checked_sub(1) else {
                return Poll::Ready(());
            };
            self.left = left;
            // It comes nearer to its end with each poll, so this is no busy loop.
            count::made_progress();
            task.woken(true);
            cx.waker().wake_by_ref();
            Poll::Pending
        })
    }
}

impl Future for Never {
    type Output = Infallible;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Infallible> {
        Pin::new(&mut self.future).poll(cx)
    }
}

impl Future for Forgetful {
    type Output = Infallible;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Infallible> {
        poll::observed(&self.task, || Poll::Pending)
    }
}

impl Future for PanicsOnPoll {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        panic!("{}", self.message);
    }
}
