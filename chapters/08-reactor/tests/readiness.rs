//! What is known of a source: what a report adds, what a clear takes away, and what it must leave.

#![cfg(not(loom))]

use std::pin::pin;

use futures::FutureExt;

use reactor::steps::{Direction, LoneIo};
use reactor::{Interest, Ready};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const CLEAR: Rule = CHAPTER.rule(
    "A clear takes away what was seen: in the direction that was asked for, and only if no report \
     came since.",
);
const CLOSED: Rule = CHAPTER.rule("An end that was reported stays reported.");
const REPORTED: Rule = CHAPTER.rule("What is told of a source is what an event has reported.");

const BOTH: Ready = Ready::ALL;

/// The whole of what is known.
fn known(io: &LoneIo) -> Ready {
    let all = Interest::READABLE | Interest::WRITABLE;
    #[cfg(target_os = "linux")]
    let all = all | Interest::PRIORITY;
    io.look(all).ready()
}

#[test]
fn what_was_seen_is_cleared() {
    CLEAR.holds("report, look, clear", || {
        let io = LoneIo::new();
        io.report(Ready::READABLE | Ready::WRITABLE);
        io.clear(io.look(Interest::READABLE));
        CLEAR.check_eq("what is left", known(&io), Ready::WRITABLE);
        io.clear(io.look(Interest::WRITABLE));
        CLEAR.check_eq("what is left", known(&io), Ready::EMPTY);
    });
}

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

/// tokio #6133: the tick was 8 bits, so after 256 turns an old clear matched a new report.
/// tokio #8331: it was 15 bits, and compared in 8. The same for 16 and 32 bits.
#[test]
fn tokio_6133_and_8331_an_old_clear_does_not_match() {
    CLEAR.holds("a clear that comes late", || {
        // Miri takes its time: for the larger numbers the tick is moved, below.
        let all: &[u32] = if cfg!(miri) {
            &[1, 256]
        } else {
            &[1, 256, 1 << 15, 1 << 16]
        };
        for &turns in all {
            let io = LoneIo::new();
            io.report(Ready::READABLE);
            let seen = io.look(Interest::READABLE);
            for _ in 0..turns {
                io.report(Ready::READABLE);
            }
            io.clear(seen);
            let what = format!("what is known after {turns} reports and an old clear");
            CLEAR.check_eq(&what, known(&io), Ready::READABLE);
        }
        for bits in [16, 24, 32, 40, 48, 56] {
            let io = LoneIo::new();
            io.report(Ready::READABLE);
            let seen = io.look(Interest::READABLE);
            io.advance(Direction::Read, 1 << bits);
            io.clear(seen);
            let what = format!("what is known after 2^{bits} reports and an old clear");
            CLEAR.check_eq(&what, known(&io), Ready::READABLE);
        }
    });
}

/// The tick starts near its end, and comes round.
#[test]
fn the_tick_comes_round() {
    CLEAR.holds("a tick at its end", || {
        let io = LoneIo::new();
        io.advance(Direction::Read, (1 << 57) - 1);
        io.report(Ready::READABLE | Ready::WRITABLE);
        CLEAR.check_eq(
            "what is known",
            known(&io),
            Ready::READABLE | Ready::WRITABLE,
        );
        let seen = io.look(Interest::READABLE);
        io.report(Ready::READABLE);
        io.clear(seen);
        CLEAR.check_eq("readable stays", known(&io).is_readable(), true);
        io.clear(io.look(Interest::READABLE));
        CLEAR.check_eq("what is left", known(&io), Ready::WRITABLE);
    });
}

/// tokio #8054: one tick for both directions. A report about writing made the reader's clear
/// fail, and the reader tried again and again.
#[test]
fn tokio_8054_a_report_of_the_other_direction_does_not_keep_a_clear_away() {
    CLEAR.holds("a report about writing between a look and a clear", || {
        let io = LoneIo::new();
        io.report(Ready::READABLE);
        let seen = io.look(Interest::READABLE);
        io.report(Ready::WRITABLE);
        io.clear(seen);
        CLEAR.check_eq("what is left", known(&io), Ready::WRITABLE);

        let seen = io.look(Interest::WRITABLE);
        io.report(Ready::READABLE);
        io.clear(seen);
        CLEAR.check_eq("what is left", known(&io), Ready::READABLE);
    });
}

/// A task that waits for either direction clears each by its own tick.
#[test]
fn one_look_at_both_directions_is_two_ticks() {
    CLEAR.holds("a task that waits for both", || {
        let io = LoneIo::new();
        io.report(Ready::READABLE | Ready::WRITABLE);
        let seen = io.look(Interest::READABLE | Interest::WRITABLE);
        io.report(Ready::READABLE);
        io.clear(seen);
        CLEAR.check_eq("what is left", known(&io), Ready::READABLE);
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

#[test]
fn an_end_stays() {
    CLOSED.holds("clears after the end", || {
        let io = LoneIo::new();
        io.report(Ready::ALL);
        for interest in [Interest::READABLE, Interest::WRITABLE, Interest::READABLE] {
            io.clear(io.look(interest));
        }
        let left = known(&io);
        CLOSED.check_eq(
            "both ends",
            (left.is_read_closed(), left.is_write_closed()),
            (true, true),
        );
        CLOSED.check_eq("an error is not an end", left.is_error(), false);
    });
}

/// An error ends each wait, and its clear is one of the direction as well.
#[test]
fn an_error_concerns_both_directions() {
    REPORTED.holds("an error", || {
        let io = LoneIo::new();
        io.report(Ready::ERROR);
        for interest in [Interest::READABLE, Interest::WRITABLE, Interest::ERROR] {
            let seen = io.look(interest);
            REPORTED.check_eq(
                &format!("{interest:?} sees the error"),
                seen.ready().is_error(),
                true,
            );
        }
        io.clear(io.look(Interest::READABLE));
        let left = io.look(Interest::WRITABLE).ready();
        REPORTED.check_eq("the writer still sees it", left.is_error(), true);
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
