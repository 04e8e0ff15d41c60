//! What is measured. Each workload does `n` operations, on a runtime that is there already.

use std::cell::Cell;
use std::future::poll_fn;
use std::task::{Poll, Waker};
use std::thread;

use futures_channel::mpsc::unbounded;
use futures_util::StreamExt;

use crate::racers::Racer;

/// A workload: its name, what one operation is, and how many of them make a sample.
pub struct Workload {
    pub name: &'static str,
    pub operation: &'static str,
    pub n: usize,
}

pub const WORKLOADS: [Workload; 11] = [
    Workload {
        name: "spawn",
        operation: "task, spawned from inside, run, dropped",
        n: 10_000,
    },
    Workload {
        name: "spawn_join",
        operation: "task, spawned and awaited among others",
        n: 10_000,
    },
    Workload {
        name: "yield",
        operation: "yield of one of 200 tasks",
        n: 100_000,
    },
    Workload {
        name: "pair",
        operation: "round of two tasks that wake each other",
        n: 20_000,
    },
    Workload {
        name: "chained",
        operation: "task that spawns the next one",
        n: 10_000,
    },
    Workload {
        name: "join_loop",
        operation: "task, spawned and awaited alone",
        n: 10_000,
    },
    Workload {
        name: "spawn_remote",
        operation: "task, spawned from another thread",
        n: 10_000,
    },
    Workload {
        name: "block_on",
        operation: "task, spawned and awaited by the root future",
        n: 10_000,
    },
    Workload {
        name: "block_on_pair",
        operation: "round of the root future and a task that wake each other",
        n: 20_000,
    },
    Workload {
        name: "block_on_enter",
        operation: "call of `block_on` with a ready future",
        n: 10_000,
    },
    Workload {
        name: "start_stop",
        operation: "runtime, made, entered once, and dropped",
        n: 1_000,
    },
];

/// Runs the workload of this name on a runtime.
pub fn run<R: Racer>(rt: &R, workload: &str, n: usize) {
    match workload {
        "spawn" => spawn::<R>(rt, n),
        "spawn_join" => spawn_join::<R>(rt, n),
        "yield" => yields::<R>(rt, n),
        "pair" => pair::<R>(rt, n),
        "chained" => chained::<R>(rt, n),
        "join_loop" => join_loop::<R>(rt, n),
        "spawn_remote" => spawn_remote::<R>(rt, n),
        "block_on" => block_on::<R>(rt, n),
        "block_on_pair" => block_on_pair::<R>(rt, n),
        "start_stop" => (0..n).for_each(|_| R::start().block_on(async {})),
        "block_on_enter" => (0..n).for_each(|_| rt.block_on(async {})),
        _ => panic!("no workload is called {workload}"),
    }
}

thread_local! {
    /// How many tasks are not done, and who waits for the last one. All of it is on one thread, so
    /// it costs next to nothing.
    static LEFT: Cell<usize> = const { Cell::new(0) };
    static WAITER: Cell<Option<Waker>> = const { Cell::new(None) };
}

/// Called by a task that is done.
pub fn count_down() {
    let left = LEFT.get() - 1;
    LEFT.set(left);
    if left == 0
        && let Some(waker) = WAITER.take()
    {
        waker.wake();
    }
}

/// Expects `n` tasks.
pub fn expect(n: usize) {
    LEFT.set(n);
}

/// Waits until all of them are done.
pub fn all_done() -> impl Future<Output = ()> {
    poll_fn(|cx| {
        if LEFT.get() == 0 {
            return Poll::Ready(());
        }
        WAITER.set(Some(cx.waker().clone()));
        Poll::Pending
    })
}

fn spawn<R: Racer>(rt: &R, n: usize) {
    rt.block_on(async {
        expect(n);
        for _ in 0..n {
            R::detach(R::spawn(async { count_down() }));
        }
        all_done().await;
    });
}

fn spawn_join<R: Racer>(rt: &R, n: usize) {
    rt.block_on(async {
        let joins: Vec<_> = (0..n).map(|i| R::spawn(async move { i })).collect();
        for join in joins {
            join.await;
        }
    });
}

fn yields<R: Racer>(rt: &R, n: usize) {
    const TASKS: usize = 200;
    rt.block_on(async {
        expect(TASKS);
        for _ in 0..TASKS {
            R::detach(R::spawn(async move {
                for _ in 0..n / TASKS {
                    R::yield_now().await;
                }
                count_down();
            }));
        }
        all_done().await;
    });
}

fn pair<R: Racer>(rt: &R, n: usize) {
    rt.block_on(async {
        let (to_pong, mut from_ping) = unbounded::<usize>();
        let (to_ping, mut from_pong) = unbounded::<usize>();
        expect(2);
        R::detach(R::spawn(async move {
            while let Some(i) = from_ping.next().await {
                to_ping.unbounded_send(i).expect("ping waits");
            }
            count_down();
        }));
        R::detach(R::spawn(async move {
            for i in 0..n {
                to_pong.unbounded_send(i).expect("pong waits");
                from_pong.next().await;
            }
            drop(to_pong);
            count_down();
        }));
        all_done().await;
    });
}

/// The same with the root future as one of the two.
fn block_on_pair<R: Racer>(rt: &R, n: usize) {
    rt.block_on(async {
        let (to_pong, mut from_ping) = unbounded::<usize>();
        let (to_ping, mut from_pong) = unbounded::<usize>();
        let pong = R::spawn(async move {
            while let Some(i) = from_ping.next().await {
                to_ping.unbounded_send(i).expect("the root waits");
            }
        });
        for i in 0..n {
            to_pong.unbounded_send(i).expect("pong waits");
            from_pong.next().await;
        }
        drop(to_pong);
        pong.await;
    });
}

/// The root future and a task, in turn, with no channel between them but the handle.
fn block_on<R: Racer>(rt: &R, n: usize) {
    rt.block_on(async {
        for i in 0..n {
            R::spawn(async move { i }).await;
        }
    });
}

fn chained<R: Racer>(rt: &R, n: usize) {
    fn link<R: Racer>(left: usize) {
        if left == 0 {
            count_down();
            return;
        }
        R::detach(R::spawn(async move { link::<R>(left - 1) }));
    }
    rt.block_on(async {
        expect(1);
        link::<R>(n);
        all_done().await;
    });
}

fn join_loop<R: Racer>(rt: &R, n: usize) {
    rt.block_on(async {
        let looping = R::spawn(async move {
            for i in 0..n {
                R::spawn(async move { i }).await;
            }
        });
        looping.await;
    });
}

fn spawn_remote<R: Racer>(rt: &R, n: usize) {
    let remote = rt.remote();
    expect(n);
    thread::scope(|scope| {
        scope.spawn(move || {
            for _ in 0..n {
                R::spawn_remote(&remote, async { count_down() });
            }
        });
        rt.block_on(all_done());
    });
}
