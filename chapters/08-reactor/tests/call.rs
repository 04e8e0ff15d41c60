//! 8.3: the tasks that a report calls, in batches, and with no lock held.

#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use reactor::steps::{Direction, LoneIo, Seen};
use reactor::{Interest, Ready};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("8.3", "reactor/call.md");

const CALLED: Rule = EX.rule("A report wakes each task that waits for it, once, and no other.");
const UNLOCKED: Rule =
    EX.rule("Nothing Foreign Under The Lock: no waker is woken while the waiters are locked.");
const ENDS: Rule = EX.rule("A call comes to its end, whatever the tasks do that it calls.");

type Waiting = Pin<Box<dyn Future<Output = std::io::Result<Seen>> + Send>>;

fn wait(io: &Arc<LoneIo>, interest: Interest) -> Waiting {
    let io = Arc::clone(io);
    Box::pin(async move { io.wait(interest).await })
}

/// A poll of the latest task.
struct Latest<'a>(&'a LoneIo, Direction);

impl Future for Latest<'_> {
    type Output = std::io::Result<Seen>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_ready(cx, self.1)
    }
}

/// So many tasks wait to read.
fn readers(io: &Arc<LoneIo>, count: usize) -> (Vec<TestWaker>, Vec<Waiting>) {
    let tasks: Vec<_> = (0..count).map(|_| TestWaker::new("reader")).collect();
    let mut waits: Vec<_> = (0..count).map(|_| wait(io, Interest::READABLE)).collect();
    for (task, wait) in tasks.iter().zip(&mut waits) {
        CALLED.pending(task.poll(wait.as_mut()), "nothing was reported yet");
    }
    (tasks, waits)
}

#[test]
fn each_is_called_by_what_it_waits_for() {
    CALLED.holds("a reader, a writer, and one of both", || {
        let io = Arc::new(LoneIo::new());
        let interests = [
            Interest::READABLE,
            Interest::WRITABLE,
            Interest::READABLE | Interest::WRITABLE,
        ];
        let tasks = ["reader", "writer", "both"].map(TestWaker::new);
        let mut waits = interests.map(|interest| wait(&io, interest));
        for (task, wait) in tasks.iter().zip(&mut waits) {
            assert!(task.poll(wait.as_mut()).is_pending());
        }
        io.report(Ready::WRITABLE);
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        CALLED.check_eq("wakes by room to write", wakes, [0, 1, 1]);
        io.report(Ready::READABLE);
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        CALLED.check_eq("and by something to read", wakes, [1, 1, 1]);
        for (task, wait) in tasks.iter().zip(&mut waits) {
            assert!(task.poll(wait.as_mut()).is_ready());
        }
    });
}

/// The latest reader and the latest writer are called too.
#[test]
fn the_latest_tasks_are_called() {
    CALLED.holds("a latest reader and a latest writer", || {
        let io = LoneIo::new();
        let [reader, writer] = ["reader", "writer"].map(TestWaker::new);
        assert!(reader.poll(pin!(Latest(&io, Direction::Read))).is_pending());
        assert!(
            writer
                .poll(pin!(Latest(&io, Direction::Write)))
                .is_pending()
        );
        io.report(Ready::READABLE);
        CALLED.check_eq("wakes", (reader.wakes(), writer.wakes()), (1, 0));
        io.report(Ready::READABLE | Ready::WRITABLE);
        CALLED.check_eq("wakes", (reader.wakes(), writer.wakes()), (1, 1));
    });
}

/// More than two batches, in the order in which they came.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn any_number_may_wait() {
    CALLED.holds("a hundred readers", || {
        let io = Arc::new(LoneIo::new());
        let (tasks, mut waits) = readers(&io, 100);
        io.report(Ready::READABLE);
        for (number, (task, wait)) in tasks.iter().zip(&mut waits).enumerate() {
            CALLED.check_eq(&format!("wakes of reader {number}"), task.wakes(), 1);
            assert!(task.poll(wait.as_mut()).is_ready());
        }
    });
}

/// The list fills the batch just to the end, and then the two latest tasks come.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn the_latest_tasks_find_a_full_batch() {
    let io = Arc::new(LoneIo::new());
    let (tasks, _waits) = readers(&io, 32);
    let [reader, writer] = ["latest reader", "latest writer"].map(TestWaker::new);
    CALLED.pending(
        reader.poll(pin!(Latest(&io, Direction::Read))),
        "nothing yet",
    );
    CALLED.pending(
        writer.poll(pin!(Latest(&io, Direction::Write))),
        "nothing yet",
    );
    CALLED.returns(
        || io.report(Ready::READABLE | Ready::WRITABLE),
        "a report panicked: the batch was full when the latest tasks came",
    );
    CALLED.check_eq("wakes", (reader.wakes(), writer.wakes()), (1, 1));
    for task in &tasks {
        CALLED.check_eq("wakes of one reader", task.wakes(), 1);
    }
}

/// Each wake comes back to the source, and waits again. Were the lock held, it would wait for it for ever.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn wakes_come_back_for_the_lock() {
    UNLOCKED.holds("seventy wakers that look at the lock", || {
        let io = Arc::new(LoneIo::new());
        let (tasks, _waits) = readers(&io, 70);
        let latest = TestWaker::new("latest");
        assert!(latest.poll(pin!(Latest(&io, Direction::Read))).is_pending());
        for task in tasks.iter().chain([&latest]) {
            let theirs = Arc::clone(&io);
            task.on_wake(move || {
                UNLOCKED.check(!theirs.is_locked(), "a waker was woken under the lock");
            });
        }
        io.report(Ready::READABLE);
        CALLED.check_eq("wakes of the latest", latest.wakes(), 1);
    });
}

/// Each task clears, and waits again, within its wake. More than a batch of them must not be called without
/// end.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn those_that_come_back_are_not_called_again() {
    ENDS.holds("forty tasks that come back", || {
        let io = Arc::new(LoneIo::new());
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (tasks, _waits) = readers(&io, 40);
        for task in &tasks {
            let (io, kept, own) = (Arc::clone(&io), Arc::clone(&kept), TestWaker::new("again"));
            task.on_wake(move || {
                io.clear(io.look(Interest::READABLE));
                let mut again = wait(&io, Interest::READABLE);
                assert!(own.poll(again.as_mut()).is_pending());
                let theirs = own.clone();
                own.on_wake(move || {
                    ENDS.fail(format!("called again: {} wakes", theirs.wakes()));
                });
                kept.lock().unwrap().push(again);
            });
        }
        io.report(Ready::READABLE);
        for task in &tasks {
            ENDS.check_eq("wakes", task.wakes(), 1);
        }
        drop(std::mem::take(&mut *kept.lock().unwrap()));
    });
}

#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn a_waker_that_panics_keeps_no_other_asleep() {
    CALLED.holds("forty tasks, and two panic", || {
        let io = Arc::new(LoneIo::new());
        let (tasks, _waits) = readers(&io, 40);
        for number in [0, 35] {
            tasks[number].on_wake(|| panic!("expected by the test"));
        }
        let report = AssertUnwindSafe(|| io.report(Ready::READABLE));
        assert!(catch_unwind(report).is_err());
        let woken = tasks.iter().filter(|task| task.wakes() == 1).count();
        CALLED.check_eq("tasks that were woken", woken, 40);
    });
}
