//! The primitives need a waker and nothing else: tasks of chapter 4, and an executor of the `futures`
//! crate, meet in them.

#![cfg(not(loom))]

use std::sync::Arc;
use std::thread;

use current_thread::{Runtime, spawn, yield_now};
use locks::{Mutex, Notify, Semaphore};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const EVERYWHERE: Rule = CHAPTER
    .may_be("6.3, 6.4, 6.5 or 6.6")
    .rule("A lock, a permit or a notification wakes the one that waits for it, on any executor.");

/// Runs a future to its end.
type BlockOn = fn(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>);

const EXECUTORS: [(&str, BlockOn); 3] = [
    ("chapter 4", |future| Runtime::new().block_on(future)),
    ("futures", |future| futures::executor::block_on(future)),
    ("chapter 1", |future| timer_future::block_on(future)),
];

/// Each pair of executors, on two threads.
fn on_each_pair<A, B>(rule: Rule, what: &'static str, ours: impl Fn() -> (A, B))
where
    A: Future<Output = ()> + Send + 'static,
    B: Future<Output = ()> + Send + 'static,
{
    for (first_name, first) in EXECUTORS {
        for (second_name, second) in EXECUTORS {
            let (ours, theirs) = ours();
            rule.holds(
                &format!("{what}: {first_name} and {second_name}"),
                move || {
                    let other = thread::spawn(move || second(Box::pin(theirs)));
                    first(Box::pin(ours));
                    other.join().unwrap();
                },
            );
        }
    }
}

const ROUNDS: usize = if cfg!(miri) { 5 } else { 200 };

#[test]
fn two_notify_each_other() {
    on_each_pair(EVERYWHERE, "ping and pong", || {
        let (ping, pong) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (their_ping, their_pong) = (Arc::clone(&ping), Arc::clone(&pong));
        let ours = async move {
            for _ in 0..ROUNDS {
                ping.notify_one();
                pong.notified().await;
            }
        };
        let theirs = async move {
            for _ in 0..ROUNDS {
                their_ping.notified().await;
                their_pong.notify_one();
            }
        };
        (ours, theirs)
    });
}

#[test]
fn two_add_to_one_value() {
    on_each_pair(EVERYWHERE, "adding", || {
        let sum = Arc::new(Mutex::new(0));
        let add = |sum: Arc<Mutex<usize>>| async move {
            for _ in 0..ROUNDS {
                let mut guard = sum.lock().await;
                let seen = *guard;
                yield_now().await;
                *guard = seen + 1;
            }
        };
        let all = Arc::clone(&sum);
        let ours = async move {
            add(Arc::clone(&all)).await;
            while *all.lock().await < 2 * ROUNDS {
                yield_now().await;
            }
        };
        (ours, add(sum))
    });
}

#[test]
fn many_share_a_few_permits() {
    on_each_pair(EVERYWHERE, "sharing", || {
        let semaphore = Arc::new(Semaphore::new(3));
        let share = |semaphore: Arc<Semaphore>| async move {
            for round in 0..ROUNDS {
                let n = 1 + (round % 3) as u32;
                let permits = semaphore.acquire_many(n).await.unwrap();
                yield_now().await;
                drop(permits);
            }
        };
        (share(Arc::clone(&semaphore)), share(semaphore))
    });
}

/// Fair: each of the tasks gets the lock in its turn.
#[test]
fn tasks_take_turns() {
    EVERYWHERE.holds("four tasks and a lock", || {
        let rt = Runtime::new();
        let turns = rt.block_on(async {
            let turns = Arc::new(Mutex::new(Vec::new()));
            let tasks: Vec<_> = (0..4)
                .map(|number| {
                    let turns = Arc::clone(&turns);
                    spawn(async move {
                        for _ in 0..3 {
                            let mut turns = turns.lock().await;
                            turns.push(number);
                            yield_now().await;
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            Arc::into_inner(turns).unwrap().into_inner()
        });
        assert_eq!(turns, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    });
}
