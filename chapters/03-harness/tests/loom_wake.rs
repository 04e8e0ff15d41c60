//! Two threads wake and poll one task: every interleaving of it.

#![cfg(loom)]

#[path = "schedulers/pool.rs"]
mod pool;

use std::future::poll_fn;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Poll, Waker};

use harness::loom::sync::atomic::AtomicUsize;
use harness::loom::sync::{Arc, Mutex};
use harness::loom::thread;
use pool::Pool;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("3.2", "harness/notified.md");

const ANSWERED: Rule =
    EX.rule("After a wake, a poll begins that sees all that was done before it.");

/// A task that hands its waker out in its first poll, and is done when `value` has reached `goal`.
/// Its last poll must see all of it.
fn waits_for(
    goal: usize,
    value: Arc<AtomicUsize>,
    wakers: Arc<Mutex<Vec<Waker>>>,
    n: usize,
) -> impl Future<Output = usize> + Send {
    let mut is_first = true;
    poll_fn(move |cx| {
        if is_first {
            is_first = false;
            let mut wakers = wakers.lock().unwrap();
            wakers.extend((0..n).map(|_| cx.waker().clone()));
        }
        match value.load(Relaxed) {
            seen if seen == goal => Poll::Ready(seen),
            _ => Poll::Pending,
        }
    })
}

/// tokio-rs/tokio#7622: the value is stored `Relaxed`, so that only the wake can publish it.
#[test]
fn a_wake_by_ref_is_seen_by_a_later_poll() {
    ANSWERED.model(|| {
        let pool = Pool::new();
        let value = Arc::new(AtomicUsize::new(0));
        let wakers = Arc::new(Mutex::new(Vec::new()));
        let join = pool.spawn(waits_for(1, value.clone(), wakers.clone(), 2));
        pool.run();
        let mine = wakers.lock().unwrap().pop().unwrap();
        let theirs = wakers.lock().unwrap().pop().unwrap();
        let other = thread::spawn(move || {
            value.store(1, Relaxed);
            theirs.wake_by_ref();
        });
        mine.wake_by_ref();
        pool.run();
        other.join().unwrap();
        pool.run();
        ANSWERED.check(
            join.is_finished(),
            "the last poll did not see the value that was stored before the wake",
        );
    });
}

/// Two wakes by value, while a third thread may be in the middle of a poll.
#[test]
fn a_task_woken_while_it_runs_runs_again() {
    ANSWERED.model(|| {
        let pool = Pool::new();
        let value = Arc::new(AtomicUsize::new(0));
        let wakers = Arc::new(Mutex::new(Vec::new()));
        let join = pool.spawn(waits_for(2, value.clone(), wakers.clone(), 2));
        pool.run();
        let wakers: Vec<Waker> = wakers.lock().unwrap().drain(..).collect();
        let threads: Vec<_> = wakers
            .into_iter()
            .map(|waker| {
                let (pool, value) = (pool.clone(), value.clone());
                thread::spawn(move || {
                    value.fetch_add(1, Relaxed);
                    waker.wake();
                    pool.run_one();
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        pool.run();
        ANSWERED.check(
            join.is_finished(),
            "the last poll did not see the value that was stored before the wake",
        );
    });
}
