//! The least code that does the work, without a runtime: boxed futures in a queue, polled in turn.
//!
//! Nothing is thread-safe, nothing can be woken, nobody can be awaited. What a runtime needs on top
//! of this is what it costs.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static QUEUE: RefCell<VecDeque<Task>> = const { RefCell::new(VecDeque::new()) };
}

/// Runs a workload; `None` if it cannot be done like this.
pub fn run(workload: &str, n: usize) -> Option<()> {
    match workload {
        "spawn" => (0..n).for_each(|_| spawn(async { std::hint::black_box(()) })),
        "yield" => (0..200).for_each(|_| spawn(yields(n / 200))),
        "chained" => link(n),
        _ => return None,
    }
    run_all();
    Some(())
}

fn spawn(future: impl Future<Output = ()> + 'static) {
    QUEUE.with_borrow_mut(|queue| queue.push_back(Box::pin(future)));
}

fn run_all() {
    let mut cx = Context::from_waker(Waker::noop());
    while let Some(mut task) = QUEUE.with_borrow_mut(VecDeque::pop_front) {
        if task.as_mut().poll(&mut cx).is_pending() {
            QUEUE.with_borrow_mut(|queue| queue.push_back(task));
        }
    }
}

async fn yields(n: usize) {
    for _ in 0..n {
        let mut is_second = false;
        poll_fn(|_| match std::mem::replace(&mut is_second, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }
}

fn link(left: usize) {
    if 0 < left {
        spawn(async move { link(left - 1) });
    }
}
