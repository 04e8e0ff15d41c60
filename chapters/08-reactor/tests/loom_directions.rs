//! 8.2: two tasks clear different directions while a report comes, in every interleaving.

#![cfg(loom)]

use model::loom::sync::Arc;
use model::loom::thread;
use reactor::steps::LoneIo;
use reactor::{Interest, Ready};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("8.2", "reactor/directions.md");

const OTHER: Rule =
    EX.rule("A report about one direction does not keep the other from being cleared.");
const SINCE: Rule =
    EX.rule("Clear What Was Seen: a clear takes away nothing that was reported since the look.");

#[test]
fn both_directions_are_cleared_at_once() {
    OTHER.model(|| {
        lane("a reader");
        let io = Arc::new(LoneIo::new());
        io.note(Ready::READABLE | Ready::WRITABLE);
        let theirs = Arc::clone(&io);
        let writer = thread::spawn(move || {
            lane("a writer");
            theirs.clear(theirs.look(Interest::WRITABLE));
        });
        let theirs = Arc::clone(&io);
        let seen = io.look(Interest::READABLE);
        let driver = thread::spawn(move || {
            lane("the driver");
            theirs.note(Ready::READABLE);
        });
        io.clear(seen);
        writer.join().unwrap();
        driver.join().unwrap();
        let known = io.look(Interest::WRITABLE).ready();
        OTHER.check_eq("whether it is writable", known.is_writable(), false);
        let known = io.look(Interest::READABLE).ready();
        SINCE.check_eq("whether it is readable", known.is_readable(), true);
    });
}
