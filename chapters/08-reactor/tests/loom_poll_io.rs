//! 8.4: data and its report come while a task tries, in every interleaving.

#![cfg(loom)]

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;

use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicBool;
use model::loom::thread;
use reactor::Ready;
use reactor::steps::{Direction, LoneIo};
use testkit::{Exercise, Rule, TestWaker, lane};

const EX: Exercise = Exercise::new("8.4", "reactor/poll-io.md");

const TOLD: Rule =
    EX.rule("What came during a try is read by another try, or its report wakes the task.");

/// An earlier report has nothing behind it any more. The next one has.
#[test]
fn data_comes_while_a_task_tries() {
    TOLD.model(|| {
        lane("a task");
        let io = Arc::new(LoneIo::new());
        let data = Arc::new(AtomicBool::new(false));
        io.note(Ready::READABLE);
        let (theirs, kernel) = (Arc::clone(&io), Arc::clone(&data));
        let driver = thread::spawn(move || {
            lane("the driver");
            // First the kernel has data, and then the driver gets the event.
            kernel.store(true, Relaxed);
            theirs.report(Ready::READABLE);
        });
        let read = || match data.load(Relaxed) {
            true => Ok(5),
            false => Err(io::ErrorKind::WouldBlock.into()),
        };
        let task = TestWaker::new("task");
        let mut poll = || task.poll(pin!(poll_fn(|cx| io.poll_io(cx, Direction::Read, read))));
        let first = poll();
        driver.join().unwrap();
        if first.is_pending() {
            TOLD.check_eq("wakes of a task that waits", task.wakes(), 1);
            TOLD.check_eq("whether the next poll reads it", poll().is_ready(), true);
        }
    });
}
