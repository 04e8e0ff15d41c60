//! Workers are not called for nothing, and the watcher leaves the driver to those that run its tasks.

#![cfg(not(loom))]

use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use current_thread::{Park, ThreadPark, ThreadUnpark};
use testkit::{Exercise, Rule};
use work_stealing::{Handle, Options, Runtime, spawn, yield_now};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const IN_VAIN: Rule = CHAPTER.rule(
    "A worker that is called and finds nothing is not called again until the watcher's next look.",
);
const DRIVER: Rule = CHAPTER.rule(
    "Who sleeps on the driver sleeps until something comes. The watcher sleeps on its thread.",
);

const RELIEF: Rule = CHAPTER.rule(
    "While no worker is parked, each looks after the others, and takes what waits behind one that is stuck.",
);

/// The worker that sleeps, of two.
fn sleeper(pool: &Handle) -> usize {
    loop {
        if let Some(worker) = (0..2).find(|&worker| pool.is_parked(worker)) {
            return worker;
        }
        spin_loop();
    }
}

/// A worker that was stuck in a poll is open. From then on it comes to each task before the one that it calls for it. That one is called
/// again in less time than a watcher waits between two looks, so no look would ever shut the door.
#[test]
fn a_worker_that_finds_nothing_is_not_called_again() {
    const ROUNDS: u64 = 400;
    CHAPTER.within("calls that are in vain", || {
        let rt = Runtime::new(2).expect("there is room for two threads");
        let pool = rt.handle().clone();
        let calls = rt.spawn(async move {
            let mut calls = 0;
            for _ in 0..ROUNDS {
                let other = sleeper(&pool);
                if calls == 0 {
                    pool.open(1 - other);
                }
                let sleeps = pool.sleeps(other);
                // The task is queued, and polled at once.
                yield_now().await;
                let is_called = !pool.is_parked(other) || pool.sleeps(other) != sleeps;
                calls += u64::from(is_called);
            }
            calls
        });
        let calls = rt.block_on(calls).expect("it does not panic");
        IN_VAIN.check(0 < calls, "the worker was open, and called nobody");
        IN_VAIN.check(
            calls < ROUNDS / 2,
            format!("{calls} of {ROUNDS} polls called a worker for which there was nothing to do"),
        );
    });
}

/// A driver that counts who sleeps on it, and how.
struct Counting {
    park: ThreadPark,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    until_something_comes: AtomicUsize,
    for_a_time: AtomicUsize,
}

impl Park for Counting {
    type Unpark = ThreadUnpark;

    fn unparker(&self) -> ThreadUnpark {
        self.park.unparker()
    }

    fn park(&mut self) {
        self.counts.until_something_comes.fetch_add(1, SeqCst);
        self.park.park();
    }

    fn park_timeout(&mut self, timeout: Duration) {
        // A look is no sleep.
        let sleeps = usize::from(!timeout.is_zero());
        self.counts.for_a_time.fetch_add(sleeps, SeqCst);
        self.park.park_timeout(timeout);
    }
}

/// A watcher that is woken by an event runs its task. Then another worker has to be woken to watch, and finds the driver free: with one
/// connection, two threads would wake each other for each message.
#[test]
fn the_watcher_leaves_the_driver_to_others() {
    CHAPTER.within("tasks that wake each other, and sleeps in between", || {
        let counts = Arc::new(Counts::default());
        let driver = Counting {
            park: ThreadPark::new(),
            counts: Arc::clone(&counts),
        };
        let rt =
            Runtime::with_park(Options::new(2), driver).expect("there is room for two threads");
        let pool = rt.handle().clone();
        let task = rt.spawn(async move {
            for _ in 0..20 {
                // While this worker is busy, the other one goes to sleep, and watches.
                sleeper(&pool);
                spawn(async {}).await.expect("it does not panic");
            }
        });
        rt.block_on(task).expect("it does not panic");
        while counts.until_something_comes.load(SeqCst) == 0 {
            std::thread::yield_now();
        }
        DRIVER.check_eq(
            "sleeps on the driver for a time",
            counts.for_a_time.load(SeqCst),
            0,
        );
    });
}

/// One worker is stuck in a poll. The other one has a task that yields for ever, so it never runs out of tasks, and never comes to steal.
#[test]
fn a_busy_worker_takes_what_waits_behind_a_stuck_one() {
    const TASKS: usize = 8;
    CHAPTER.within("a stuck worker, and a busy one", || {
        let rt = Runtime::new(2).expect("there is room for two threads");
        let stuck = rt.spawn(async {
            let here = thread::current().id();
            let (is_away, is_over) = <(Arc<AtomicBool>, Arc<AtomicBool>)>::default();
            let yields = {
                let (is_away, is_over) = (Arc::clone(&is_away), Arc::clone(&is_over));
                spawn(async move {
                    while !is_over.load(SeqCst) {
                        is_away.store(thread::current().id() != here, SeqCst);
                        yield_now().await;
                    }
                })
            };
            // The watcher takes it over, and watches no more.
            while !is_away.load(SeqCst) {
                spin_loop();
            }
            let away = Arc::new(AtomicUsize::new(0));
            for _ in 0..TASKS {
                let away = Arc::clone(&away);
                spawn(async move {
                    away.fetch_add(usize::from(thread::current().id() != here), SeqCst);
                });
            }
            while away.load(SeqCst) < TASKS {
                spin_loop();
            }
            is_over.store(true, SeqCst);
            yields.await.expect("it does not panic");
            away.load(SeqCst)
        });
        let away = rt.block_on(stuck).expect("it does not panic");
        RELIEF.check_eq("tasks that ran while their worker was stuck", away, TASKS);
    });
}
