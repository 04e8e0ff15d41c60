//! One thread completes a task, another has its handle: every interleaving of it.

#![cfg(loom)]

#[path = "schedulers/pool.rs"]
mod pool;

use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Wake, Waker};

use model::loom::sync::{Arc, Condvar, Mutex};
use model::loom::thread;
use pool::Pool;
use testkit::{Exercise, Rule};

/// The other half is what the handle does.
const EX: Exercise = Exercise::new("3.6", "harness/complete.md").may_be("3.5 or 3.6");

const WOKEN: Rule = EX.rule(
    "A task that awaits another is woken when that completes (3.6), or finds it complete (3.5).",
);
const LATEST_WOKEN: Rule =
    EX.rule("A task that completes wakes the waker of the latest poll, once.");
const LAST_USE: Rule = EX.rule(
    "Once the references are given up the cell may be gone: nothing is done with it after that.",
);
const HANDED_OVER: Rule =
    EX.rule("The join waker is touched by its owner alone: the handle (3.5), or the thread that completes (3.6).");

/// Counts wakes; a `Waker` can be made of it.
struct Count(std::sync::atomic::AtomicUsize);

impl Wake for Count {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

fn counting() -> (std::sync::Arc<Count>, Waker) {
    let count = std::sync::Arc::new(Count(std::sync::atomic::AtomicUsize::new(0)));
    (count.clone(), Waker::from(count))
}

/// Sleeps between polls, so that a wake that is missed is a deadlock, which loom reports.
fn block_on<F: Future + Unpin>(mut future: F) -> F::Output {
    let sleeper = std::sync::Arc::new(Sleeper {
        is_woken: Mutex::new(false),
        woken: Condvar::new(),
    });
    let waker = Waker::from(sleeper.clone());
    loop {
        if let Poll::Ready(output) = pin!(&mut future).poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let mut is_woken = sleeper.is_woken.lock().unwrap();
        while !*is_woken {
            is_woken = sleeper.woken.wait(is_woken).unwrap();
        }
        *is_woken = false;
    }
}

struct Sleeper {
    is_woken: Mutex<bool>,
    woken: Condvar,
}

impl Wake for Sleeper {
    fn wake(self: std::sync::Arc<Self>) {
        *self.is_woken.lock().unwrap() = true;
        self.woken.notify_one();
    }
}

#[test]
fn the_output_is_handed_to_whoever_awaits_it() {
    WOKEN.model(|| {
        let pool = Pool::new();
        let token = Arc::new(7);
        let join = pool.spawn(async move { token });
        let runner = thread::spawn(move || pool.run());
        let output = block_on(join).map(|token| *token);
        WOKEN.check(
            matches!(output, Ok(7)),
            format_args!("the output is {output:?}"),
        );
        runner.join().unwrap();
    });
}

/// The handle is polled, perhaps twice with different wakers, and dropped, while the task ends.
#[test]
fn a_join_handle_is_dropped_while_the_task_completes() {
    HANDED_OVER.model(|| {
        let pool = Pool::new();
        let token = Arc::new(7);
        let mut join = pool.spawn(async move { token });
        let runner = thread::spawn(move || pool.run());
        let (_, first) = counting();
        let (_, second) = counting();
        let mut is_ready = false;
        for waker in [first, second] {
            if !is_ready {
                let polled = pin!(&mut join).poll(&mut Context::from_waker(&waker));
                is_ready = polled.is_ready();
            }
        }
        drop(join);
        runner.join().unwrap();
    });
}

/// Whoever is polled last is woken, unless it saw the output: and nobody keeps its waker.
#[test]
fn the_latest_join_waker_is_woken() {
    HANDED_OVER.model(|| {
        let pool = Pool::new();
        let mut join = pool.spawn(async {});
        let (first_count, first) = counting();
        let (second_count, second) = counting();
        let polled = pin!(&mut join).poll(&mut Context::from_waker(&first));
        WOKEN.pending(polled, "the task has not run yet");
        let runner = thread::spawn(move || pool.run());
        let polled = pin!(&mut join).poll(&mut Context::from_waker(&second));
        runner.join().unwrap();
        if polled.is_pending() {
            let woken = second_count.0.load(Relaxed);
            LATEST_WOKEN.check_eq("wakes of the waker of the latest poll", woken, 1);
        }
        drop((first, second));
        for (which, count) in [("first", first_count), ("second", second_count)] {
            // One owner is `count` itself.
            let held = std::sync::Arc::strong_count(&count) - 1;
            let what = format!("wakers of the {which} poll that are still held");
            HANDED_OVER.check_eq(&what, held, 0);
        }
    });
}

#[test]
fn a_join_handle_is_dropped_unpolled() {
    HANDED_OVER.model(|| {
        let pool = Pool::new();
        let token = Arc::new(7);
        let join = pool.spawn(async move { token });
        let runner = thread::spawn(move || pool.run());
        drop(join);
        runner.join().unwrap();
    });
}

/// Another thread takes the output and drops its waker while the task ends.
#[test]
fn the_last_waker_and_the_handle_go_while_it_ends() {
    LAST_USE.model(|| {
        let pool = Pool::new();
        let kept = Arc::new(Mutex::new(None));
        let theirs = kept.clone();
        let join = pool.spawn(std::future::poll_fn(move |cx| {
            *theirs.lock().unwrap() = Some(cx.waker().clone());
            Poll::Ready(())
        }));
        let runner = thread::spawn(move || pool.run());
        drop(join);
        drop(kept.lock().unwrap().take());
        runner.join().unwrap();
        drop(kept.lock().unwrap().take());
    });
}
