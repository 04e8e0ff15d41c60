//! Timers: what is measured of them, and those who race.
//!
//! Chapter 9's driver on chapter 4's scheduler, tokio's current_thread with its time driver, and smol's
//! executor with async-io.

mod ours;
mod pools;
mod smol;
mod tokio;

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_channel::oneshot;

use crate::workloads::{Workload, all_done, count_down, expect};

pub use ours::Ours;
pub use pools::{OursMt, SmolMt, TokioMt};
pub use smol::Smol;
pub use tokio::Tokio;

/// A runtime with timers.
pub trait Timers: 'static {
    const NAME: &'static str;

    type Sleep: Future<Output = ()> + Send + 'static;

    fn start() -> Self;

    fn block_on<F: Future>(&self, future: F) -> F::Output;

    /// Spawns from inside of `block_on`.
    fn spawn(future: impl Future<Output = ()> + Send + 'static);

    /// From inside of `block_on`.
    fn sleep(duration: Duration) -> Self::Sleep;

    /// `None` if the time is over.
    fn timeout<F>(duration: Duration, future: F) -> impl Future<Output = Option<F::Output>> + Send
    where
        F: Future<Output: Send> + Send;

    fn yield_now() -> impl Future<Output = ()> + Send;
}

pub const TIMERS: [Workload; 9] = [
    Workload {
        name: "cancel_1k",
        operation: "sleep, boxed, polled once and dropped, among 1 000",
        n: 100_000,
    },
    Workload {
        name: "cancel_10k",
        operation: "the same among 10 000",
        n: 100_000,
    },
    Workload {
        name: "timers_cancel",
        operation: "the same among 100 000",
        n: 100_000,
    },
    Workload {
        name: "cancel_1m",
        operation: "the same among 1 000 000",
        n: 1_000_000,
    },
    Workload {
        name: "cancel_late",
        operation: "sleep among 100 000, dropped after the driver has seen it",
        n: 100_000,
    },
    Workload {
        name: "timers_reset",
        operation: "sleep among 10 000 that is put off, and polled again",
        n: 100_000,
    },
    Workload {
        name: "timers_churn",
        operation: "timeout around a future that is pending once",
        n: 100_000,
    },
    Workload {
        name: "timers_ready",
        operation: "timeout around a future that is ready",
        n: 1_000_000,
    },
    Workload {
        name: "timers_fire",
        operation: "task among 100 000 that sleeps for 1 to 50 ms",
        n: 100_000,
    },
];

/// Workloads whose count depends on the time.
pub const TIMED: [&str; 1] = ["timers_fire"];

/// Runs the workload of this name.
pub fn run<R: Timers>(rt: &R, workload: &str, n: usize) {
    match workload {
        "cancel_1k" => cancel(rt, n, 1_000),
        "cancel_10k" => cancel(rt, n, 10_000),
        "timers_cancel" => cancel(rt, n, 100_000),
        "cancel_1m" => cancel(rt, n, 1_000_000),
        "cancel_late" => cancel_late(rt, n),
        "timers_reset" => reset(rt, n),
        "timers_churn" => churn(rt, n),
        "timers_ready" => around_ready(rt, n),
        "timers_fire" => fire(rt, n),
        _ => panic!("no workload is called {workload}"),
    }
}

/// From a millisecond to a minute, in no order.
fn duration(number: usize) -> Duration {
    let spread = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    Duration::from_millis(1 + spread % 60_000) + Duration::from_secs(60)
}

/// So many sleeps that wait.
async fn waiting<R: Timers>(n: usize) -> Vec<Pin<Box<R::Sleep>>> {
    poll_fn(|cx| Poll::Ready(make::<R>(n, cx))).await
}

fn make<R: Timers>(n: usize, cx: &mut Context<'_>) -> Vec<Pin<Box<R::Sleep>>> {
    let mut sleeps = Vec::with_capacity(n);
    for number in 0..n {
        let mut sleep = Box::pin(R::sleep(duration(number)));
        assert!(sleep.as_mut().poll(cx).is_pending());
        sleeps.push(sleep);
    }
    sleeps
}

fn cancel<R: Timers>(rt: &R, n: usize, live: usize) {
    rt.block_on(in_a_task::<R>(async move {
        for _ in 0..n.div_ceil(live) {
            drop(waiting::<R>(live.min(n)).await);
        }
    }));
}

fn cancel_late<R: Timers>(rt: &R, n: usize) {
    rt.block_on(in_a_task::<R>(async move {
        let sleeps = waiting::<R>(n).await;
        R::yield_now().await;
        drop(sleeps);
    }));
}

/// An idle timeout, as a connection has one: each message puts it off. Not all have a `reset`, so it is made
/// anew in the same box.
fn reset<R: Timers>(rt: &R, n: usize) {
    const LIVE: usize = 10_000;
    rt.block_on(in_a_task::<R>(async move {
        let mut sleeps = waiting::<R>(LIVE.min(n)).await;
        for round in 0..n.div_ceil(LIVE) {
            R::yield_now().await;
            poll_fn(|cx| {
                for (number, sleep) in sleeps.iter_mut().enumerate() {
                    sleep.set(R::sleep(duration(number + round)));
                    assert!(sleep.as_mut().poll(cx).is_pending());
                }
                Poll::Ready(())
            })
            .await;
        }
    }));
}

fn churn<R: Timers>(rt: &R, n: usize) {
    rt.block_on(in_a_task::<R>(async move {
        for number in 0..n {
            let mut is_second = false;
            let future = poll_fn(move |cx| {
                if std::mem::replace(&mut is_second, true) {
                    return Poll::Ready(number);
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            });
            let output = R::timeout(Duration::from_secs(5), future).await;
            assert_eq!(output, Some(number));
        }
    }));
}

fn around_ready<R: Timers>(rt: &R, n: usize) {
    rt.block_on(in_a_task::<R>(async move {
        for number in 0..n {
            let future = poll_fn(|_| Poll::Ready(std::hint::black_box(number)));
            let output = R::timeout(Duration::from_secs(5), future).await;
            assert_eq!(output, Some(number));
        }
    }));
}

fn fire<R: Timers>(rt: &R, n: usize) {
    rt.block_on(async {
        expect(n);
        for number in 0..n {
            R::spawn(async move {
                let wait = Duration::from_millis(1 + number as u64 % 50);
                let started = Instant::now();
                R::sleep(wait).await;
                LATENESS.with_borrow_mut(|all| all.push(started.elapsed().saturating_sub(wait)));
                count_down();
            });
        }
        all_done().await;
    });
}

/// A task, as most code is in one.
async fn in_a_task<R: Timers>(future: impl Future<Output = ()> + Send + 'static) {
    let (done, is_done) = oneshot::channel();
    R::spawn(async move {
        future.await;
        done.send(()).expect("we wait");
    });
    is_done.await.expect("the task comes to its end");
}

thread_local! {
    /// How late each task was that slept.
    static LATENESS: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// How late tasks are that sleep.
pub struct Lateness {
    pub name: &'static str,
    pub median: Duration,
    pub p99: Duration,
}

/// One that is idle, and 100 000 at once.
pub fn lateness() -> [Vec<Lateness>; 2] {
    [100, 100_000].map(|n| vec![late::<Tokio>(n), late::<Ours>(n), late::<Smol>(n)])
}

fn late<R: Timers>(n: usize) -> Lateness {
    let rt = R::start();
    LATENESS.take();
    match n {
        // One after the other, each at another moment between two ticks.
        100 => rt.block_on(async {
            for number in 0..n {
                let wait = Duration::from_micros(1_000 + 37 * number as u64);
                let started = Instant::now();
                R::sleep(wait).await;
                let late = started.elapsed().saturating_sub(wait);
                LATENESS.with_borrow_mut(|all| all.push(late));
            }
        }),
        _ => fire(&rt, n),
    }
    let mut all = LATENESS.take();
    all.sort();
    Lateness {
        name: R::NAME,
        median: all[all.len() / 2],
        p99: all[all.len() * 99 / 100],
    }
}

/// Boxed sleeps that wait, kept.
pub fn keep<R: Timers>(rt: &R, n: usize) -> Vec<Pin<Box<R::Sleep>>> {
    rt.block_on(async {
        let sleeps = waiting::<R>(n).await;
        R::yield_now().await;
        sleeps
    })
}
