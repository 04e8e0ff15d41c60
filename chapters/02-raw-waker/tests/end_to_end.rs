//! All of the chapter at once: many tasks, and wakes from many threads.

use std::future::poll_fn;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use raw_waker::{Executor, Report};
use testkit::{Exercise, Rule, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("2.8", "raw-waker/closing.md");
const ANSWERED: Rule = EX.rule("Each wake of a waiting task is followed by a poll.");
const FREED: Rule = EX.rule("When the executor ends, nothing is left of its tasks.");

/// Fewer under Miri, which is slow, and needs less to find what it finds.
const TASKS: usize = if cfg!(miri) { 4 } else { 20 };
const ROUNDS: usize = if cfg!(miri) { 4 } else { 50 };
const THREADS: usize = 4;

/// Sends its waker away, and waits until it is woken; `ROUNDS` times.
fn traveller(wakers: mpsc::Sender<Waker>, polls: Arc<AtomicUsize>) -> impl Future<Output = ()> {
    let mut rounds = 0;
    poll_fn(move |cx| {
        polls.fetch_add(1, Relaxed);
        if rounds == ROUNDS {
            return Poll::Ready(());
        }
        rounds += 1;
        wakers.send(cx.waker().clone()).unwrap();
        Poll::Pending
    })
}

#[test]
fn every_wake_from_every_thread_is_answered() {
    EX.within("tasks woken by four threads", || {
        memory::check(FREED, || {
            let (to_threads, wakers) = mpsc::channel::<Waker>();
            let wakers = Arc::new(Mutex::new(wakers));
            let polls = Arc::new(AtomicUsize::new(0));
            let executor = Executor::new();
            for _ in 0..TASKS {
                executor.spawn(traveller(to_threads.clone(), Arc::clone(&polls)));
            }
            drop(to_threads);
            let threads = [(); THREADS].map(|()| {
                let wakers = Arc::clone(&wakers);
                thread::spawn(move || {
                    loop {
                        let waker = wakers.lock().unwrap().recv();
                        let Ok(waker) = waker else { return };
                        // A clone, a wake by reference and one by value: one of the two does
                        // nothing, unless the task was polled in between.
                        waker.clone().wake_by_ref();
                        drop(waker);
                    }
                })
            });
            let report = executor.run();
            for thread in threads {
                thread.join().unwrap();
            }
            let expected = Report {
                completed: TASKS,
                panicked: 0,
            };
            ANSWERED.check_eq("the report", report, expected);
            ANSWERED.check_eq("polls", polls.load(Relaxed), TASKS * (ROUNDS + 1));
        });
    });
}

#[test]
fn two_tasks_wake_each_other() {
    EX.within("two tasks that take turns", || {
        /// Whose turn it is, and the wakers of both.
        #[derive(Default)]
        struct Table {
            turn: usize,
            wakers: [Option<Waker>; 2],
            plays: Vec<usize>,
        }
        let table: Arc<Mutex<Table>> = Arc::default();
        let executor = Executor::new();
        for player in [0, 1] {
            let table = Arc::clone(&table);
            executor.spawn(poll_fn(move |cx| {
                let mut table = table.lock().unwrap();
                let is_over = 10 <= table.plays.len();
                if !is_over && table.turn == player {
                    table.plays.push(player);
                    table.turn = 1 - player;
                }
                if !is_over {
                    table.wakers[player] = Some(cx.waker().clone());
                }
                let other = table.wakers[1 - player].take();
                drop(table);
                if let Some(other) = other {
                    other.wake();
                }
                if is_over {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            }));
        }
        let expected = Report {
            completed: 2,
            panicked: 0,
        };
        ANSWERED.check_eq("the report", executor.run(), expected);
        let plays = table.lock().unwrap().plays.clone();
        ANSWERED.check_eq("the order of play", plays, [0, 1].repeat(5));
    });
}
