//! 3.5: a handle that is polled with another waker while its task ends: every interleaving.

#![cfg(loom)]

#[path = "schedulers/pool.rs"]
mod pool;

use std::pin::Pin;

use model::loom::thread;
use pool::Pool;
use testkit::{Exercise, Rule, TestWaker, lane};

/// The other half is the end of the task.
const EX: Exercise =
    Exercise::new("3.5", "harness/join.md").may_be("3.5, or 3.6 if that is not solved");

const LATEST: Rule =
    EX.rule("A handle that is pending is woken by the waker of its latest poll, once.");
const NOT_KEPT: Rule = EX.rule(
    "The place of the join waker is touched by its owner only, and a handle that finds the task complete \
     leaves no waker there.",
);

#[test]
fn another_waker_is_left_while_the_task_ends() {
    LATEST.model(|| {
        lane("has the handle");
        let pool = Pool::new();
        let mut join = pool.spawn(async {});
        let (first, second) = (TestWaker::new("first"), TestWaker::new("second"));
        LATEST.pending(first.poll(Pin::new(&mut join)), "the task has not run yet");
        let runner = thread::spawn(move || {
            lane("runs the task");
            pool.run();
        });
        let is_pending = second.poll(Pin::new(&mut join)).is_pending();
        runner.join().unwrap();
        if is_pending {
            LATEST.check_eq("wakes of the latest waker", second.wakes(), 1);
        }
        NOT_KEPT.check_eq("wakers of the first poll that are held", first.held(), 0);
        NOT_KEPT.check_eq("wakers of the latest poll that are held", second.held(), 0);
    });
}

/// The first waker comes too late, or just in time.
#[test]
fn the_first_waker_is_left_while_the_task_ends() {
    LATEST.model(|| {
        lane("has the handle");
        let pool = Pool::new();
        let mut join = pool.spawn(async {});
        let task = TestWaker::new("task");
        let runner = thread::spawn(move || {
            lane("runs the task");
            pool.run();
        });
        let is_pending = task.poll(Pin::new(&mut join)).is_pending();
        runner.join().unwrap();
        if is_pending {
            LATEST.check_eq("wakes", task.wakes(), 1);
        }
        NOT_KEPT.check_eq("wakers that are held", task.held(), 0);
    });
}
