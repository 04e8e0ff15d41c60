//! 3.5: a join handle that is polled too early.

#![cfg(not(loom))]

mod schedulers;

use std::future::pending;
use std::pin::Pin;

use harness::{Id, JoinHandle, unowned};
use schedulers::Pool;
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("3.5", "harness/join.md");

const LATEST: Rule = EX.rule("A future that returns Pending keeps the waker of its latest poll.");
const NO_CLONE: Rule = EX.rule("A waker that would wake the same task is not cloned again.");
const NOT_KEPT: Rule = EX.rule("A join handle that is dropped leaves no waker behind.");

/// The handle of a task that is never done. It has the only reference, so nothing is left behind.
fn handle(pool: &Pool) -> JoinHandle<()> {
    let (notified, join) = unowned(pending(), pool.clone(), Id::next());
    drop(notified);
    join
}

#[test]
fn the_waker_of_the_latest_poll_is_kept() {
    EX.within("polling a handle from two tasks", || {
        let pool = Pool::new();
        let (first, second) = (TestWaker::new("first"), TestWaker::new("second"));
        let mut join = handle(&pool);
        LATEST.pending(first.poll(Pin::new(&mut join)), "the task is not done");
        LATEST.check_eq("wakers of the first task", first.held(), 1);
        LATEST.pending(second.poll(Pin::new(&mut join)), "the task is not done");
        LATEST.check_eq("wakers of the second task", second.held(), 1);
        LATEST.check_eq("wakers of the first task", first.held(), 0);
        LATEST.pending(first.poll(Pin::new(&mut join)), "the task is not done");
        LATEST.check_eq("wakers of the first task", first.held(), 1);
        LATEST.check_eq("wakers of the second task", second.held(), 0);
    });
}

#[test]
fn the_same_waker_is_cloned_once() {
    EX.within("polling a handle again and again", || {
        let pool = Pool::new();
        let task = TestWaker::new("task");
        let mut join = handle(&pool);
        for _ in 0..4 {
            LATEST.pending(task.poll(Pin::new(&mut join)), "the task is not done");
        }
        NO_CLONE.check_eq("clones", task.clones(), 1);
        NO_CLONE.check_eq("wakers held", task.held(), 1);
    });
}

#[test]
fn a_dropped_handle_leaves_no_waker() {
    EX.within("dropping a handle that was polled", || {
        let pool = Pool::new();
        let task = TestWaker::new("task");
        let mut join = handle(&pool);
        LATEST.pending(task.poll(Pin::new(&mut join)), "the task is not done");
        drop(join);
        NOT_KEPT.check_eq("wakers held", task.held(), 0);
    });
}

/// The handle has taken the place back, to put another waker there, and then the clone panics.
#[test]
fn a_clone_that_panics_leaves_no_waker_behind() {
    EX.within(
        "polling a handle with a waker that panics when it is cloned",
        || {
            let pool = Pool::new();
            let (first, second) = (TestWaker::new("first"), TestWaker::new("second"));
            second.on_clone(|| panic!("expected by the test"));
            let mut join = handle(&pool);
            // Another reference, so that the cell outlives the handle.
            let abort = join.abort_handle();
            LATEST.pending(first.poll(Pin::new(&mut join)), "the task is not done");
            LATEST.panics(
                || second.poll(Pin::new(&mut join)),
                "the waker was not cloned, or its panic was caught",
            );
            drop(join);
            NOT_KEPT.check_eq("wakers of the first task", first.held(), 0);
            drop(abort);
        },
    );
}
