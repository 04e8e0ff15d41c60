//! A whole pool, from its first thread to its last: every interleaving with two changes of threads that are not needed.
//!
//! Nothing in here is made for the model: it is the runtime itself, with its workers, its sleeps and its end. A wake that is lost is
//! a thread that waits for ever, which loom reports.

#![cfg(loom)]

use model::loom::thread;
use testkit::{Exercise, Rule, drop_counter, lane};
use work_stealing::{Runtime, block_in_place, spawn};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const END: Rule = CHAPTER.rule(
    "A pool that is dropped ends: each worker is woken, and each task that is left is dropped once.",
);
const ROOT: Rule = CHAPTER.rule("A root future that is woken by a worker is polled again.");
const HAND_OVER: Rule = CHAPTER.rule(
    "A worker whose thread blocks is run by one thread at a time, and what waits there is run.",
);

fn pool(workers: usize) -> Runtime {
    lane("main");
    Runtime::new(workers).expect("a model has threads")
}

#[test]
fn one_worker_that_is_just_going_to_sleep() {
    END.model(|| drop(pool(1)));
}

#[test]
fn a_task_that_may_come_too_late() {
    END.model(|| {
        let pool = pool(1);
        let (probe, drops) = drop_counter("the future");
        drop(pool.spawn(async move { drop(probe) }));
        drop(pool);
        END.check_eq("how often the future was dropped", drops.count(), 1);
    });
}

#[test]
fn a_task_that_waits_for_ever() {
    END.model(|| {
        let pool = pool(1);
        let (probe, drops) = drop_counter("the future");
        let join = pool.spawn(async move {
            std::future::pending::<()>().await;
            drop(probe);
        });
        drop(pool);
        END.check_eq("how often the future was dropped", drops.count(), 1);
        END.check(join.is_finished(), "its handle waits on");
    });
}

#[test]
fn a_spawn_beside_the_end() {
    END.model(|| {
        let pool = pool(1);
        let handle = pool.handle().clone();
        let (probe, drops) = drop_counter("the future");
        let other = thread::spawn(move || {
            lane("spawns");
            drop(handle.spawn(async move { drop(probe) }));
        });
        drop(pool);
        other.join().unwrap();
        END.check_eq("how often the future was dropped", drops.count(), 1);
    });
}

#[test]
fn the_root_waits_for_a_task() {
    ROOT.model(|| {
        let pool = pool(1);
        let sum = pool.block_on(async { spawn(async { 40 }).await.unwrap() + 2 });
        ROOT.check_eq("the output", sum, 42);
    });
}

#[test]
fn a_worker_is_given_away() {
    HAND_OVER.model(|| {
        let pool = pool(1);
        let sum = pool.block_on(async {
            let outer = spawn(async {
                let inner = spawn(async { 1 });
                block_in_place(|| 40) + inner.await.unwrap() + 1
            });
            outer.await.unwrap()
        });
        HAND_OVER.check_eq("the output", sum, 42);
    });
}

#[test]
fn a_worker_is_given_away_at_the_end() {
    HAND_OVER.model(|| {
        let pool = pool(1);
        let (probe, drops) = drop_counter("the future");
        drop(pool.spawn(async move {
            block_in_place(|| ());
            drop(probe);
        }));
        drop(pool);
        HAND_OVER.check_eq("how often the future was dropped", drops.count(), 1);
    });
}
