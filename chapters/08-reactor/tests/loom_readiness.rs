//! What is known of a source, and the tasks that wait for it, model-checked.

#![cfg(loom)]

use std::pin::pin;
use std::task::Poll;

use model::loom::sync::Arc;
use model::loom::thread;
use reactor::steps::{Direction, LoneIo};
use reactor::{Interest, Ready};
use testkit::{Exercise, Rule, TestWaker, lane};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const SEEN: Rule =
    CHAPTER.rule("A report is seen by a task that looks after it, or it wakes the task.");
const CLEAR: Rule = CHAPTER.rule("A clear takes away nothing that was reported since the look.");
const SHUTDOWN: Rule = CHAPTER.rule("A shutdown ends each wait, whenever it begins.");
const LEAVES: Rule = CHAPTER.rule("A wait that is dropped leaves nothing behind.");

/// Whether a task that waits is told: it is ready, or it was woken.
fn is_told<T>(polled: &Poll<T>, task: &TestWaker) -> bool {
    polled.is_ready() || task.wakes() > 0
}

/// The task has found nothing, and clears; meanwhile there is something again.
#[test]
fn a_report_comes_while_a_task_clears() {
    CLEAR.model(|| {
        lane("task");
        let io = Arc::new(LoneIo::new());
        io.report(Ready::READABLE);
        let seen = io.look(Interest::READABLE);
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("driver");
            theirs.report(Ready::READABLE);
        });
        io.clear(seen);
        let task = TestWaker::new("task");
        let mut wait = pin!(io.wait(Interest::READABLE));
        let polled = task.poll(wait.as_mut());
        driver.join().unwrap();
        CLEAR.check_eq("told", is_told(&polled, &task), true);
        let known = io.look(Interest::READABLE).ready();
        CLEAR.check_eq("what is known", known, Ready::READABLE);
    });
}

#[test]
fn a_shutdown_comes_while_a_task_begins_to_wait() {
    SHUTDOWN.model(|| {
        lane("task");
        let io = Arc::new(LoneIo::new());
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("driver");
            theirs.shut_down();
        });
        let task = TestWaker::new("task");
        let mut wait = pin!(io.wait(Interest::READABLE));
        let polled = task.poll(wait.as_mut());
        let latest = TestWaker::new("latest");
        let poll = std::future::poll_fn(|cx| io.poll_ready(cx, Direction::Read));
        let latest_polled = latest.poll(pin!(poll));
        driver.join().unwrap();
        SHUTDOWN.check_eq("told", is_told(&polled, &task), true);
        SHUTDOWN.check_eq("told", is_told(&latest_polled, &latest), true);
    });
}

/// The waker is replaced while the report is on its way.
#[test]
fn the_latest_waker_is_woken() {
    SEEN.model(|| {
        lane("task");
        let io = Arc::new(LoneIo::new());
        let [first, second] = ["first", "second"].map(TestWaker::new);
        let mut wait = Box::pin(io.wait(Interest::READABLE));
        assert!(first.poll(wait.as_mut()).is_pending());
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("driver");
            theirs.report(Ready::READABLE);
        });
        let polled = second.poll(wait.as_mut());
        driver.join().unwrap();
        SEEN.check_eq("told", is_told(&polled, &second), true);
        drop(wait);
        first.none_held(LEAVES);
        second.none_held(LEAVES);
    });
}
