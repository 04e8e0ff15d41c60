//! What is known of a source: what a report adds, what a clear takes away, and what it must leave.

#![cfg(not(loom))]

use std::pin::pin;

use futures::FutureExt;

use reactor::steps::LoneIo;
use reactor::{Interest, Ready};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const CLEAR: Rule = CHAPTER.rule(
    "A clear takes away what was seen: in the direction that was asked for, and only if no report \
     came since.",
);
const REPORTED: Rule = CHAPTER.rule("What is told of a source is what an event has reported.");

const BOTH: Ready = Ready::ALL;

/// tokio #2886: the wait took all readiness and not what it was interested in, and the clear
/// that followed erased the other direction.
#[test]
fn tokio_2886_the_other_direction_survives() {
    CLEAR.holds("a reader that finds nothing", || {
        let io = LoneIo::new();
        io.report(BOTH);
        let task = TestWaker::new("reader");
        let mut wait = pin!(io.wait(Interest::READABLE));
        let std::task::Poll::Ready(seen) = task.poll(wait.as_mut()) else {
            panic!("it was reported already");
        };
        io.clear(seen.unwrap());
        let writer = TestWaker::new("writer");
        let ready = writer.poll(pin!(io.wait(Interest::WRITABLE))).is_ready();
        CLEAR.check_eq("the writer is ready", ready, true);
        let left = io.look(Interest::WRITABLE).ready();
        CLEAR.check_eq("writable is left", left.contains(Ready::WRITABLE), true);
    });
}

/// tokio #5098: an end was told of since it had been asked for, not since it was reported.
#[test]
fn tokio_5098_an_end_is_not_told_of_before_it_is_reported() {
    REPORTED.holds("a source whose other side is there", || {
        let io = LoneIo::new();
        io.report(Ready::READABLE | Ready::WRITABLE);
        let seen = io.look(Interest::READABLE | Interest::WRITABLE).ready();
        REPORTED.check_eq("the read end is closed", seen.is_read_closed(), false);
        REPORTED.check_eq("the write end is closed", seen.is_write_closed(), false);
        io.report(Ready::READABLE | Ready::READ_CLOSED);
        let seen = io.look(Interest::READABLE | Interest::WRITABLE).ready();
        REPORTED.check_eq("the read end is closed", seen.is_read_closed(), true);
        REPORTED.check_eq("the write end is closed", seen.is_write_closed(), false);
    });
}

/// Before the first report, an operation is worth a try if something may have been there already.
#[test]
fn what_is_assumed_is_worth_a_try_once() {
    REPORTED.holds("a source that was there before", || {
        let io = LoneIo::assumed();
        REPORTED.check_eq("worth a try", io.is_worth_a_try(Interest::READABLE), true);
        let waits = io.wait(Interest::READABLE).now_or_never().is_none();
        REPORTED.check_eq("a task waits for what is assumed", waits, false);
        io.clear(io.look(Interest::READABLE));
        let waits = io.wait(Interest::READABLE).now_or_never().is_none();
        REPORTED.check_eq("a task waits for a report", waits, true);
        REPORTED.check_eq("after a read", io.is_worth_a_try(Interest::READABLE), false);
        REPORTED.check_eq("a write", io.is_worth_a_try(Interest::WRITABLE), true);

        let new = LoneIo::new();
        REPORTED.check_eq(
            "a new source",
            new.is_worth_a_try(Interest::READABLE),
            false,
        );
    });
}
