//! 8.3: a report while tasks come and go, in every interleaving.

#![cfg(loom)]

use std::pin::pin;
use std::task::Poll;

use model::loom::sync::Arc;
use model::loom::thread;
use reactor::steps::{Direction, LoneIo};
use reactor::{Interest, Ready};
use testkit::{Exercise, Rule, TestWaker, lane};

const EX: Exercise = Exercise::new("8.3", "reactor/call.md");

const SEEN: Rule = EX.rule("A report is seen by a task that looks after it, or it wakes the task.");
const LEAVES: Rule =
    EX.rule("A wait that is dropped leaves nothing behind, and takes nothing along.");

/// Whether a task that waits is told: it is ready, or it was woken.
fn is_told<T>(polled: &Poll<T>, task: &TestWaker) -> bool {
    polled.is_ready() || task.wakes() > 0
}

#[test]
fn a_report_comes_while_a_task_begins_to_wait() {
    SEEN.model(|| {
        lane("a task");
        let io = Arc::new(LoneIo::new());
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("the driver");
            theirs.report(Ready::READABLE);
        });
        let task = TestWaker::new("task");
        let mut wait = pin!(io.wait(Interest::READABLE));
        let polled = task.poll(wait.as_mut());
        driver.join().unwrap();
        SEEN.check_eq("told", is_told(&polled, &task), true);
        if polled.is_pending() {
            SEEN.check_eq("ready", task.poll(wait.as_mut()).is_ready(), true);
        }
    });
}

#[test]
fn a_report_comes_while_the_latest_task_begins_to_wait() {
    SEEN.model(|| {
        lane("a task");
        let io = Arc::new(LoneIo::new());
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("the driver");
            theirs.report(Ready::WRITABLE);
        });
        let task = TestWaker::new("task");
        let poll = std::future::poll_fn(|cx| io.poll_ready(cx, Direction::Write));
        let polled = task.poll(pin!(poll));
        driver.join().unwrap();
        SEEN.check_eq("told", is_told(&polled, &task), true);
    });
}

/// The report calls the task that is about to leave, and another that stays.
#[test]
fn a_report_comes_while_a_wait_is_dropped() {
    LEAVES.model(|| {
        lane("a task");
        let io = Arc::new(LoneIo::new());
        let [leaves, stays] = ["leaves", "stays"].map(TestWaker::new);
        let mut leaving = Box::pin(io.wait(Interest::READABLE));
        let mut staying = Box::pin(io.wait(Interest::READABLE));
        assert!(leaves.poll(leaving.as_mut()).is_pending());
        assert!(stays.poll(staying.as_mut()).is_pending());
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("the driver");
            theirs.report(Ready::READABLE);
        });
        drop(leaving);
        driver.join().unwrap();
        LEAVES.check_eq("wakes of the one that stays", stays.wakes(), 1);
        leaves.none_held(LEAVES);
        drop(staying);
        stays.none_held(LEAVES);
    });
}
