//! Everything at once, on several threads: what is allocated is freed, once, and not used after.

#![cfg(not(loom))]

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::thread;

use atomic_waker::{AtomicWaker, WakeList, oneshot};
use testkit::{Exercise, Rule, TestWaker, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("5.6", "atomic-waker/last-one.md");
const FREED: Rule = EX.rule("A channel is freed once, when both of its ends are gone.");
const WOKEN: Rule = EX.rule("A task that registers and then looks sees the news, or is woken.");

const ROUNDS: usize = if cfg!(miri) { 8 } else { 300 };

/// Either end does any of the things it can do, and in each round they meet at another point.
#[test]
fn both_ends_of_many_channels() {
    EX.within("channels between two threads", || {
        memory::check(FREED, || {
            for round in 0..ROUNDS {
                let (mut tx, mut rx) = oneshot::channel::<String>();
                let sender = thread::spawn(move || {
                    let task = TestWaker::new("sender's task");
                    match round % 4 {
                        0 => drop(tx),
                        1 => {
                            let waker = task.waker();
                            let _ = tx.poll_closed(&mut Context::from_waker(&waker));
                            let _ = tx.send(String::from("value"));
                        }
                        _ => drop(tx.send(String::from("value"))),
                    }
                });
                let tasks = ["A", "B"].map(TestWaker::new);
                let mut is_ready = false;
                for task in &tasks[..round % 3] {
                    if !is_ready {
                        is_ready = task.poll(Pin::new(&mut rx)).is_ready();
                    }
                }
                match round % 5 {
                    0 => drop(rx),
                    1 => {
                        rx.close();
                        let _ = rx.try_recv();
                    }
                    2 => drop(rx.try_recv()),
                    _ if is_ready => {}
                    _ => drop(rx.blocking_recv()),
                }
                sender.join().unwrap();
            }
        });
    });
}

/// A counter that threads count up, and a task that waits for it to reach the end.
#[test]
fn a_place_that_is_used_by_four_threads() {
    WOKEN.within("counting", "a wake is lost", || {
        let place = Arc::new(AtomicWaker::new());
        let count = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let (place, count) = (Arc::clone(&place), Arc::clone(&count));
                thread::spawn(move || {
                    for _ in 0..ROUNDS {
                        count.fetch_add(1, Relaxed);
                        place.wake();
                    }
                })
            })
            .collect();
        atomic_waker::blocking::block_on(std::future::poll_fn(|cx| {
            place.register(cx.waker());
            match count.load(Relaxed) {
                n if n == 3 * ROUNDS => Poll::Ready(()),
                _ => Poll::Pending,
            }
        }));
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_list_frees_what_it_holds() {
    EX.within("lists of wakers", || {
        let task = TestWaker::new("task");
        for n in [0, 1, 31, 32] {
            let mut woken = WakeList::new();
            let mut dropped = WakeList::new();
            for _ in 0..n {
                woken.push(task.waker());
                dropped.push(task.waker());
            }
            woken.wake_all();
            drop(dropped);
            assert_eq!(task.held(), 0);
        }
        assert_eq!(task.wakes(), 64);
    });
}
