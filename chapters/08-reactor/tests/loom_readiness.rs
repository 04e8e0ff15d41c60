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

#[test]
fn a_report_comes_while_a_task_begins_to_wait() {
    SEEN.model(|| {
        lane("task");
        let io = Arc::new(LoneIo::new());
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("driver");
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
        lane("task");
        let io = Arc::new(LoneIo::new());
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("driver");
            theirs.report(Ready::WRITABLE);
        });
        let task = TestWaker::new("task");
        let poll = std::future::poll_fn(|cx| io.poll_ready(cx, Direction::Write));
        let polled = task.poll(pin!(poll));
        driver.join().unwrap();
        SEEN.check_eq("told", is_told(&polled, &task), true);
    });
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

/// Two tasks clear different directions while a report about both comes.
#[test]
fn both_directions_are_cleared_at_once() {
    CLEAR.model(|| {
        lane("reader");
        let io = Arc::new(LoneIo::new());
        io.report(Ready::READABLE | Ready::WRITABLE);
        let theirs = Arc::clone(&io);
        let writer = thread::spawn(move || {
            lane("writer");
            theirs.clear(theirs.look(Interest::WRITABLE));
        });
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("driver");
            theirs.report(Ready::READABLE);
        });
        let seen = io.look(Interest::READABLE);
        driver.join().unwrap();
        io.clear(seen);
        writer.join().unwrap();
        let known = io.look(Interest::WRITABLE).ready();
        CLEAR.check_eq("writable", known, Ready::EMPTY);
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

/// The report calls the task that is about to leave, and another that stays.
#[test]
fn a_report_comes_while_a_wait_is_dropped() {
    LEAVES.model(|| {
        lane("task");
        let io = Arc::new(LoneIo::new());
        let [leaves, stays] = ["leaves", "stays"].map(TestWaker::new);
        let mut leaving = Box::pin(io.wait(Interest::READABLE));
        let mut staying = Box::pin(io.wait(Interest::READABLE));
        assert!(leaves.poll(leaving.as_mut()).is_pending());
        assert!(stays.poll(staying.as_mut()).is_pending());
        let theirs = Arc::clone(&io);
        let driver = thread::spawn(move || {
            lane("driver");
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
