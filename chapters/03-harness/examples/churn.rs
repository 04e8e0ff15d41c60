//! Spawns, wakes, aborts and panics on three threads, for a memory checker:
//!
//!     cargo build -p harness --example churn_solved
//!     valgrind --leak-check=full --error-exitcode=9 target/debug/examples/churn_solved

#[path = "../tests/schedulers/pool.rs"]
mod pool;

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use pool::Pool;

const ROUNDS: usize = 300;

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let pool = Pool::new();
    let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
    thread::scope(|scope| {
        scope.spawn(|| spawn_all(&pool, &wakers));
        scope.spawn(|| wake_all(&pool, &wakers));
        scope.spawn(|| (0..ROUNDS).for_each(|_| pool.run()));
    });
    pool.shutdown();
    wakers.lock().unwrap().clear();
    assert!(pool.is_empty());
    assert_eq!(pool.handles(), 1, "a cell leaked");
    println!("{ROUNDS} rounds of spawn, wake, abort and panic: every task is gone");
}

fn spawn_all(pool: &Pool, wakers: &Arc<Mutex<Vec<Waker>>>) {
    for round in 0..ROUNDS {
        let text = vec![round; 10];
        let wakers = Arc::clone(wakers);
        let mut polls = 0;
        let join = pool.spawn(poll_fn(move |cx| {
            polls += 1;
            match (round % 5, polls) {
                (0, _) => Poll::Ready(text.clone()),
                (1, 3) => panic!("{text:?}"),
                (_, 4) => Poll::Ready(text.clone()),
                _ => {
                    wakers.lock().unwrap().push(cx.waker().clone());
                    Poll::Pending
                }
            }
        }));
        match round % 7 {
            0 => join.abort(),
            1 => drop(join.abort_handle()),
            2 => pool.run(),
            _ => {}
        }
        if round % 3 != 0 {
            continue;
        }
        // A task that waits for the other.
        drop(pool.spawn(async move {
            let _ = join.await;
        }));
    }
}

fn wake_all(pool: &Pool, wakers: &Mutex<Vec<Waker>>) {
    for round in 0..ROUNDS * 3 {
        let waker = wakers.lock().unwrap().pop();
        match waker {
            Some(waker) if round % 2 == 0 => waker.wake(),
            Some(waker) => waker.wake_by_ref(),
            None => pool.run(),
        }
    }
}
