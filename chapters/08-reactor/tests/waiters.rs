//! The tasks that wait for a source: which of them are called and woken, and with no lock held.

#![cfg(not(loom))]

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use reactor::steps::{Direction, LoneIo, Seen};
use reactor::{Interest, Ready};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const CALLED: Rule =
    CHAPTER.rule("A report wakes each task that waits for it, once, and no other.");
const UNLOCKED: Rule =
    CHAPTER.rule("No waker is cloned, woken or dropped while the lock of the waiters is held.");
const LATEST: Rule = CHAPTER.rule("A wait keeps the waker of its latest poll, and no older one.");
const LEAVES: Rule = CHAPTER.rule("A wait that is dropped leaves nothing behind.");
const SHUTDOWN: Rule =
    CHAPTER.rule("A shutdown ends all waits, and those that begin a moment later.");

type Waiting = Pin<Box<dyn Future<Output = std::io::Result<Seen>> + Send>>;

fn wait(io: &Arc<LoneIo>, interest: Interest) -> Waiting {
    let io = Arc::clone(io);
    Box::pin(async move { io.wait(interest).await })
}

fn poll_ready(io: &LoneIo, task: &TestWaker, direction: Direction) -> Poll<std::io::Result<Seen>> {
    struct Ready<'a>(&'a LoneIo, Direction);
    impl Future for Ready<'_> {
        type Output = std::io::Result<Seen>;
        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            self.0.poll_ready(cx, self.1)
        }
    }
    task.poll(pin!(Ready(io, direction)))
}

/// Between the wake and the poll another task has taken what there was.
#[test]
fn one_that_was_called_in_vain_waits_again() {
    CALLED.holds("two readers of one report", || {
        let io = Arc::new(LoneIo::new());
        let [first, second] = ["first", "second"].map(TestWaker::new);
        let mut waits = [wait(&io, Interest::READABLE), wait(&io, Interest::READABLE)];
        assert!(first.poll(waits[0].as_mut()).is_pending());
        assert!(second.poll(waits[1].as_mut()).is_pending());
        io.report(Ready::READABLE);
        let Poll::Ready(seen) = first.poll(waits[0].as_mut()) else {
            panic!("it was reported");
        };
        io.clear(seen.unwrap());
        assert!(second.poll(waits[1].as_mut()).is_pending());
        io.report(Ready::READABLE);
        CALLED.check_eq("wakes of the second", second.wakes(), 2);
        assert!(second.poll(waits[1].as_mut()).is_ready());
    });
}

#[test]
fn the_latest_waker_is_woken() {
    LATEST.holds("a wait that moves to another task", || {
        let io = Arc::new(LoneIo::new());
        let [first, second] = ["first", "second"].map(TestWaker::new);
        let mut listed = wait(&io, Interest::READABLE);
        assert!(first.poll(listed.as_mut()).is_pending());
        assert!(first.poll(listed.as_mut()).is_pending());
        LATEST.check_eq("clones for the same task", first.clones(), 1);
        assert!(second.poll(listed.as_mut()).is_pending());
        assert!(poll_ready(&io, &first, Direction::Read).is_pending());
        assert!(poll_ready(&io, &second, Direction::Read).is_pending());
        first.none_held(LATEST);
        io.report(Ready::READABLE);
        LATEST.check_eq("wakes", (first.wakes(), second.wakes()), (0, 2));
    });
}

#[test]
fn a_wait_that_is_dropped_leaves() {
    LEAVES.holds("drops before and after the call", || {
        let io = Arc::new(LoneIo::new());
        let tasks = ["stays", "leaves", "called"].map(TestWaker::new);
        let mut waits = [Interest::READABLE; 3].map(|interest| wait(&io, interest));
        for (task, wait) in tasks.iter().zip(&mut waits) {
            assert!(task.poll(wait.as_mut()).is_pending());
        }
        let [stays, leaves, called] = waits;
        drop(leaves);
        tasks[1].none_held(LEAVES);
        io.report(Ready::READABLE);
        drop(called);
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        LEAVES.check_eq("wakes", wakes, [1, 0, 1]);
        drop(stays);
        for task in &tasks {
            task.none_held(LEAVES);
        }
    });
}

/// Each of the three comes back to the source. Were the lock held, they would wait for it for ever.
#[test]
fn foreign_code_may_come_back() {
    UNLOCKED.holds("wakers that come back", || {
        let io = Arc::new(LoneIo::new());
        let come_back = |task: &TestWaker| {
            for on in [
                TestWaker::on_wake as fn(&TestWaker, _),
                TestWaker::on_clone,
                TestWaker::on_drop,
            ] {
                let theirs = Arc::clone(&io);
                let hook: Box<dyn Fn() + Send + Sync> = Box::new(move || {
                    assert!(!theirs.is_locked(), "the lock is held");
                    let other = TestWaker::new("other");
                    let _ = other.poll(wait(&theirs, Interest::READABLE).as_mut());
                    let _ = poll_ready(&theirs, &other, Direction::Write);
                });
                on(task, hook);
            }
        };
        for _ in 0..2 {
            let [first, second] = ["first", "second"].map(TestWaker::new);
            come_back(&first);
            come_back(&second);
            let mut listed = wait(&io, Interest::READABLE);
            let _ = first.poll(listed.as_mut());
            let _ = second.poll(listed.as_mut());
            let _ = poll_ready(&io, &first, Direction::Write);
            let _ = poll_ready(&io, &second, Direction::Write);
            let mut dropped = wait(&io, Interest::READABLE);
            let _ = first.poll(dropped.as_mut());
            drop(dropped);
            io.report(Ready::READABLE | Ready::WRITABLE);
            for interest in [Interest::READABLE, Interest::WRITABLE] {
                io.clear(io.look(interest));
            }
        }
    });
}

/// While the waker is cloned, the report comes: the clone was made in vain.
#[test]
fn a_report_comes_while_the_waker_is_cloned() {
    UNLOCKED.holds("a clone that reports", || {
        let io = Arc::new(LoneIo::new());
        let task = TestWaker::new("task");
        let theirs = Arc::clone(&io);
        task.on_clone(move || theirs.report(Ready::READABLE));
        let theirs = Arc::clone(&io);
        task.on_drop(move || assert!(!theirs.is_locked(), "dropped under the lock"));
        assert!(task.poll(wait(&io, Interest::READABLE).as_mut()).is_ready());
        io.clear(io.look(Interest::READABLE));
        assert!(poll_ready(&io, &task, Direction::Read).is_ready());
        task.none_held(LEAVES);
    });
}

/// tokio #2903, in one source: what is there is woken, and what comes a moment later as well.
#[test]
fn tokio_2903_a_wait_that_begins_after_the_end() {
    SHUTDOWN.holds("waits before and after", || {
        let io = Arc::new(LoneIo::new());
        let task = TestWaker::new("task");
        let mut before = wait(&io, Interest::READABLE);
        assert!(task.poll(before.as_mut()).is_pending());
        assert!(poll_ready(&io, &task, Direction::Write).is_pending());
        io.shut_down();
        SHUTDOWN.check_eq("wakes", task.wakes(), 2);
        let ended = [
            task.poll(before.as_mut()),
            task.poll(wait(&io, Interest::WRITABLE).as_mut()),
            poll_ready(&io, &task, Direction::Read),
        ];
        for end in ended {
            SHUTDOWN.check_eq("an error", matches!(end, Poll::Ready(Err(_))), true);
        }
        task.none_held(LEAVES);
    });
}
