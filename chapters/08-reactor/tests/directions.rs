//! 8.2: which directions a clear is about.

#![cfg(not(loom))]

use reactor::steps::LoneIo;
use reactor::{Interest, Ready};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("8.2", "reactor/directions.md");

const OWN: Rule = EX.rule("A clear is about the directions that its task is interested in.");
const OTHER: Rule =
    EX.rule("A report about one direction does not keep the other from being cleared.");
const SINCE: Rule =
    EX.rule("Clear What Was Seen: a clear takes away nothing that was reported since the look.");
const ERROR: Rule = EX.rule("An error is told to both directions, and each clears it for itself.");

const EITHER: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// The whole of what is known.
fn known(io: &LoneIo) -> Ready {
    #[cfg(target_os = "linux")]
    let all = EITHER | Interest::PRIORITY;
    #[cfg(not(target_os = "linux"))]
    let all = EITHER;
    io.look(all).ready()
}

/// tokio #2886: the wait took all readiness and not what it was interested in, and the clear that followed
/// erased the other direction.
#[test]
fn tokio_2886_the_other_direction_survives() {
    let io = LoneIo::new();
    io.note(Ready::READABLE | Ready::WRITABLE);
    io.clear(io.look(Interest::READABLE));
    OWN.check_eq("what is known", known(&io), Ready::WRITABLE);
    io.clear(io.look(Interest::WRITABLE));
    OWN.check_eq("what is known", known(&io), Ready::EMPTY);
}

/// tokio #8054: one tick for both directions. A report about writing made the reader's clear fail, and the
/// reader tried again and again.
#[test]
fn tokio_8054_a_report_of_the_other_direction_does_not_keep_a_clear_away() {
    let io = LoneIo::new();
    io.note(Ready::READABLE);
    let seen = io.look(Interest::READABLE);
    io.note(Ready::WRITABLE);
    io.clear(seen);
    OTHER.check_eq("what is known", known(&io), Ready::WRITABLE);

    let seen = io.look(Interest::WRITABLE);
    io.note(Ready::READABLE);
    io.clear(seen);
    OTHER.check_eq("what is known", known(&io), Ready::READABLE);
}

#[test]
fn a_report_in_between() {
    let io = LoneIo::new();
    io.note(Ready::READABLE);
    let seen = io.look(Interest::READABLE);
    io.note(Ready::READABLE);
    io.clear(seen);
    SINCE.check_eq("what is known", known(&io), Ready::READABLE);
}

/// A task that waits for either direction clears each by its own tick.
#[test]
fn one_look_at_both_directions_is_two_ticks() {
    let io = LoneIo::new();
    io.note(Ready::READABLE | Ready::WRITABLE);
    let seen = io.look(EITHER);
    io.note(Ready::READABLE);
    io.clear(seen);
    OTHER.check_eq("what is known", known(&io), Ready::READABLE);
}

/// A task that waits for urgent data only leaves what others read.
#[test]
#[cfg(target_os = "linux")]
fn urgent_data_is_a_fact_of_its_own() {
    let io = LoneIo::new();
    io.note(Ready::READABLE | Ready::PRIORITY);
    io.clear(io.look(Interest::PRIORITY));
    OWN.check_eq("what is known", known(&io), Ready::READABLE);
}

#[test]
fn an_error_concerns_both_directions() {
    let io = LoneIo::new();
    io.note(Ready::ERROR);
    for interest in [Interest::READABLE, Interest::WRITABLE, Interest::ERROR] {
        let seen = io.look(interest).ready();
        ERROR.check_eq(
            &format!("{interest:?} sees the error"),
            seen.is_error(),
            true,
        );
    }
    io.clear(io.look(Interest::READABLE));
    let reader = io.look(Interest::READABLE).ready();
    ERROR.check_eq("the reader sees it still", reader.is_error(), false);
    let writer = io.look(Interest::WRITABLE).ready();
    ERROR.check_eq("the writer sees it still", writer.is_error(), true);
}
