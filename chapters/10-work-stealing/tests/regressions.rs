//! Bugs that published pools had, by their numbers.

#![cfg(not(loom))]

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use futures::StreamExt;
use futures::channel::mpsc::unbounded;
use harness::context;
use testkit::{Exercise, Rule, drop_counter};
use work_stealing::{Runtime, block_in_place, spawn, yield_now};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const REACHED: Rule =
    CHAPTER.rule("A task that is due is polled, though the worker it was queued on is busy.");
const BOUNDED: Rule = CHAPTER.rule(
    "Between two polls of a task that is due, every other one is polled a bounded number of times.",
);
const GIVEN: Rule = CHAPTER.rule("A worker that is given away takes along all that waits for it.");
const ENDS: Rule = CHAPTER.rule(
    "The end comes, whatever the futures that are dropped do, and drops each once, in the runtime.",
);

const ROUNDS: usize = if cfg!(miri) { 2 } else { 50 };

/// A task was queued while the other worker was blocked inside of a task, and stayed where it was.
#[test]
fn tokio_6847_a_task_beside_a_blocked_worker() {
    REACHED.holds(
        "a task from outside, while one of two workers is blocked",
        || {
            for _ in 0..ROUNDS {
                let rt = Runtime::new(2).unwrap();
                let (began, begins) = mpsc::channel();
                let (go_on, goes_on) = mpsc::channel::<()>();
                let blocked = rt.spawn(async move {
                    began.send(()).unwrap();
                    goes_on.recv().unwrap();
                });
                begins.recv().unwrap();
                drop(rt.spawn(async move { go_on.send(()).unwrap() }));
                rt.block_on(blocked).unwrap();
            }
        },
    );
}

/// The same with a task that is woken, by a task, and is queued behind it.
#[test]
fn tokio_6847_a_task_that_the_blocked_one_has_woken() {
    REACHED.holds("a task that is woken by one that then blocks", || {
        for _ in 0..ROUNDS {
            let rt = Runtime::new(2).unwrap();
            let (wake, mut woken) = unbounded::<()>();
            let (go_on, goes_on) = mpsc::channel::<()>();
            let waits = rt.spawn(async move {
                woken.next().await;
                go_on.send(()).unwrap();
            });
            let blocked = rt.spawn(async move {
                wake.unbounded_send(()).unwrap();
                goes_on.recv().unwrap();
            });
            rt.block_on(async {
                blocked.await.unwrap();
                waits.await.unwrap();
            });
        }
    });
}

/// Two tasks that woke each other kept the slot for the last one, and all others waited (also tokio-rs/tokio#2349, #5712).
#[test]
fn tokio_5686_a_pair_saturates_no_worker() {
    BOUNDED.holds("a pair, and a third task that yields", || {
        let rt = Runtime::new(1).unwrap();
        let (to_pong, mut from_ping) = unbounded::<()>();
        let (to_ping, mut from_pong) = unbounded::<()>();
        let rounds = Arc::new(AtomicUsize::new(0));
        let counted = rounds.clone();
        let most = rt.block_on(rt.spawn(async move {
            spawn(async move {
                while from_ping.next().await.is_some() && to_ping.unbounded_send(()).is_ok() {}
            });
            spawn(async move {
                while to_pong.unbounded_send(()).is_ok() && from_pong.next().await.is_some() {
                    counted.fetch_add(1, SeqCst);
                }
            });
            let mut most = 0;
            for _ in 0..100 {
                let before = rounds.load(SeqCst);
                yield_now().await;
                most = most.max(rounds.load(SeqCst) - before);
            }
            most
        }));
        let most = most.unwrap();
        // One turn of each, as there are three tasks in one queue.
        assert!(most <= 2, "{most} rounds of the pair between two polls");
    });
}

/// Tasks in the queue of a thread whose runner had left (async-executor#61, #102, #104), or in a slot that was not handed over
/// (tokio-rs/tokio#6596).
#[test]
fn tokio_6596_the_queue_goes_with_the_core() {
    GIVEN.holds(
        "tasks that are queued before the worker is given away",
        || {
            for _ in 0..ROUNDS {
                let rt = Runtime::new(1).unwrap();
                let (sender, receiver) = mpsc::channel();
                let (wake, mut woken) = unbounded::<()>();
                let notified = sender.clone();
                let waits = rt.spawn(async move {
                    woken.next().await;
                    notified.send(()).unwrap();
                });
                let blocks = rt.spawn(async move {
                    for _ in 0..5 {
                        let sender = sender.clone();
                        drop(spawn(async move { sender.send(()).unwrap() }));
                    }
                    // Woken last, and so in the slot, where there is one.
                    wake.unbounded_send(()).unwrap();
                    block_in_place(|| (0..6).for_each(|_| receiver.recv().unwrap()));
                });
                rt.block_on(async {
                    blocks.await.unwrap();
                    waits.await.unwrap();
                });
            }
        },
    );
}

/// The inner call tried to take back a core that it had not given (also tokio-rs/tokio#5837).
#[test]
fn tokio_5239_in_place_in_block_on_in_place() {
    GIVEN.holds("nested calls, on a pool and on another one", || {
        let rt = Runtime::new(1).unwrap();
        let other = Runtime::new(1).unwrap();
        let (here, there) = (rt.handle().clone(), other.handle().clone());
        let task = rt.spawn(async move {
            block_in_place(|| {
                let one = here.block_on(async { block_in_place(|| 1) });
                let two = there.block_on(async {
                    let inner = there.spawn(async { block_in_place(|| 2) });
                    block_in_place(|| ());
                    inner.await.unwrap()
                });
                one + two
            })
        });
        assert_eq!(rt.block_on(task).unwrap(), 3);
    });
}

/// A task was dropped inside of a wake, while the caller held a lock that the future's drop takes.
#[test]
fn tokio_1972_a_wake_under_a_lock_during_the_end() {
    ENDS.holds(
        "a waker that is called under a lock, while the runtime is dropped",
        || {
            struct Takes(Arc<Mutex<Option<Waker>>>);
            impl Drop for Takes {
                fn drop(&mut self) {
                    drop(self.0.lock().unwrap());
                }
            }
            for _ in 0..ROUNDS {
                let rt = Runtime::new(2).unwrap();
                let lock = Arc::new(Mutex::new(None::<Waker>));
                let (began, begins) = mpsc::channel();
                let takes = Takes(lock.clone());
                drop(rt.spawn(async move {
                    poll_fn(|cx| {
                        *takes.0.lock().unwrap() = Some(cx.waker().clone());
                        let _ = began.send(());
                        Poll::<()>::Pending
                    })
                    .await;
                }));
                begins.recv().unwrap();
                let waking = thread::spawn(move || {
                    for _ in 0..100 {
                        let waker = lock.lock().unwrap();
                        waker.as_ref().unwrap().wake_by_ref();
                    }
                    lock.lock().unwrap().take();
                });
                drop(rt);
                waking.join().unwrap();
            }
        },
    );
}

/// A wake from a foreign thread touched a pool that was gone (async-executor#163).
#[test]
fn async_executor_163_a_wake_beside_the_drop() {
    ENDS.holds(
        "wakes from another thread, while the runtime is dropped and after it",
        || {
            for _ in 0..ROUNDS {
                let rt = Runtime::new(1).unwrap();
                let (wakers, waker) = mpsc::channel::<Waker>();
                drop(rt.spawn(poll_fn(move |cx| {
                    let _ = wakers.send(cx.waker().clone());
                    Poll::<()>::Pending
                })));
                let waker_of_task = waker.recv().unwrap();
                let waking =
                    thread::spawn(move || (0..100).for_each(|_| waker_of_task.wake_by_ref()));
                drop(rt);
                waking.join().unwrap();
            }
        },
    );
}

/// Shutdowns that hung: tasks that wake each other while they are dropped, and spawn.
#[test]
fn tokio_2046_drops_that_wake_the_others() {
    ENDS.holds(
        "a ring of tasks, each of which wakes the next when it is dropped",
        || {
            struct Wakes(Arc<Mutex<Vec<Waker>>>, usize);
            impl Drop for Wakes {
                fn drop(&mut self) {
                    let next = self.0.lock().unwrap().get(self.1).cloned();
                    if let Some(waker) = next {
                        waker.wake();
                    }
                    drop(spawn(async {}));
                }
            }
            for _ in 0..ROUNDS {
                let rt = Runtime::new(2).unwrap();
                let wakers = Arc::new(Mutex::new(Vec::new()));
                let mut counters = Vec::new();
                for i in 0..8 {
                    let (token, drops) = drop_counter("a future");
                    counters.push(drops);
                    let wakes = Wakes(wakers.clone(), (i + 1) % 8);
                    drop(rt.spawn(async move {
                        let _all = (token, wakes);
                        poll_fn(|cx| {
                            _all.1.0.lock().unwrap().push(cx.waker().clone());
                            Poll::<()>::Pending
                        })
                        .await;
                    }));
                }
                rt.block_on(yield_now());
                drop(rt);
                for drops in counters {
                    drops.dropped_once(ENDS);
                }
                wakers.lock().unwrap().clear();
            }
        },
    );
}

/// Futures were dropped outside of the runtime's context, and their drops ask for it (also tokio-rs/tokio#3870).
#[test]
fn tokio_4213_dropped_in_the_context() {
    ENDS.holds("what a future's drop finds", || {
        struct Asks(mpsc::Sender<bool>);
        impl Drop for Asks {
            fn drop(&mut self) {
                let is_here = work_stealing::Handle::try_current().is_some();
                self.0.send(is_here && context::is_entered()).unwrap();
            }
        }
        for _ in 0..ROUNDS {
            let rt = Runtime::new(2).unwrap();
            let (sender, receiver) = mpsc::channel();
            for i in 0..8 {
                let asks = Asks(sender.clone());
                drop(rt.spawn(async move {
                    let _asks = asks;
                    if i % 2 == 0 {
                        pending::<()>().await;
                    }
                }));
            }
            drop(sender);
            drop(rt);
            assert_eq!(receiver.iter().collect::<Vec<_>>(), [true; 8]);
        }
    });
}

/// A task whose poll goes on after the end began is cancelled when the poll ends, and not before.
#[test]
fn tokio_3869_shut_down_after_the_poll() {
    ENDS.holds("a poll that blocks in place while the runtime ends", || {
        let rt = Runtime::new(1).unwrap();
        let (began, begins) = mpsc::channel();
        let (go_on, goes_on) = mpsc::channel::<()>();
        let (token, drops) = drop_counter("the future");
        let seen = drops.clone();
        let task = rt.spawn(async move {
            let _token = token;
            block_in_place(|| {
                began.send(()).unwrap();
                goes_on.recv().unwrap();
                assert!(!seen.is_dropped(), "dropped within its own poll");
            });
            pending::<()>().await;
        });
        begins.recv().unwrap();
        rt.shutdown_background();
        go_on.send(()).unwrap();
        assert!(
            futures::executor::block_on(task)
                .unwrap_err()
                .is_cancelled()
        );
        drops.dropped_once(ENDS);
    });
}

/// A runtime that waits for its threads when it is dropped waits for ever on one of them.
#[test]
fn dropped_in_place_by_a_thread_of_its_own() {
    ENDS.holds("a task that drops its own runtime, in place", || {
        for workers in [1, 2] {
            let rt = Runtime::new(workers).unwrap();
            let handle = rt.handle().clone();
            let (token, drops) = drop_counter("the future of another task");
            let waits = rt.spawn(async move {
                let _token = token;
                pending::<()>().await;
            });
            let task = handle.spawn(async move {
                block_in_place(|| drop(rt));
                7
            });
            assert_eq!(futures::executor::block_on(task).unwrap(), 7);
            let ended = futures::executor::block_on(waits);
            assert!(ended.unwrap_err().is_cancelled());
            drops.dropped_once(ENDS);
        }
    });
}

/// The pool refuses the task, and so its future is dropped within `spawn`. A future may spawn when it is dropped.
#[test]
fn a_future_that_is_refused_spawns() {
    struct SpawnsAgain;

    impl Drop for SpawnsAgain {
        fn drop(&mut self) {
            drop(spawn(async {}));
        }
    }

    ENDS.holds(
        "a thread that has given its worker away, after the end",
        || {
            let rt = Runtime::new(1).unwrap();
            let handle = rt.handle().clone();
            let (token, drops) = drop_counter("the future of another task");
            drop(rt.spawn(async move {
                let _token = token;
                pending::<()>().await;
            }));
            let task = handle.spawn(async move {
                block_in_place(|| {
                    drop(rt);
                    while !drops.is_dropped() {
                        thread::yield_now();
                    }
                    let again = SpawnsAgain;
                    let refused = spawn(async move { drop(again) });
                    assert!(refused.is_finished());
                });
                7
            });
            assert_eq!(futures::executor::block_on(task).unwrap(), 7);
        },
    );
}
