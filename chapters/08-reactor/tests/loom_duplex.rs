//! 8.10: both ends of a stream in memory, in every interleaving.

#![cfg(loom)]

use std::pin::pin;
use std::task::Poll;

use futures::FutureExt;
use model::loom::thread;
use reactor::io::{AsyncReadExt, AsyncWriteExt, duplex};
use testkit::{Exercise, Rule, TestWaker, lane};

const EX: Exercise = Exercise::new("8.10", "reactor/duplex.md");

const TOLD: Rule = EX.rule("A task that waits is woken by what it waits for.");
const END: Rule = EX.rule("An end is passed on, and a broken end is told.");

/// A byte is written while a task begins to wait for it.
#[test]
fn a_reader_and_a_byte() {
    TOLD.model(|| {
        lane("the reader");
        let (mut ours, mut theirs) = duplex(1);
        let writer = thread::spawn(move || {
            lane("the writer");
            let written = ours.write(b"x").now_or_never();
            TOLD.check(matches!(written, Some(Ok(1))), "there is room for a byte");
            ours
        });
        let task = TestWaker::new("reader");
        let mut buffer = [0];
        let first = task.poll(pin!(theirs.read(&mut buffer))).is_pending();
        let _ours = writer.join().unwrap();
        if first {
            TOLD.check_eq("wakes of a reader that waits", task.wakes(), 1);
            let again = task.poll(pin!(theirs.read(&mut buffer)));
            TOLD.check(matches!(again, Poll::Ready(Ok(1))), "the byte was not read");
        }
        TOLD.check_eq("the byte", buffer, *b"x");
    });
}

/// Room is made while a task begins to wait for it.
#[test]
fn a_writer_and_room() {
    TOLD.model(|| {
        lane("the writer");
        let (mut ours, mut theirs) = duplex(1);
        let _ = ours.write(b"x").now_or_never();
        let reader = thread::spawn(move || {
            lane("the reader");
            let mut buffer = [0];
            let read = theirs.read(&mut buffer).now_or_never();
            TOLD.check(matches!(read, Some(Ok(1))), "there is a byte");
            theirs
        });
        let task = TestWaker::new("writer");
        let first = task.poll(pin!(ours.write(b"y"))).is_pending();
        let mut theirs = reader.join().unwrap();
        if first {
            TOLD.check_eq("wakes of a writer that waits", task.wakes(), 1);
            let again = task.poll(pin!(ours.write(b"y")));
            TOLD.check(matches!(again, Poll::Ready(Ok(1))), "there is room");
        }
        let mut buffer = [0];
        let _ = theirs.read(&mut buffer).now_or_never();
        TOLD.check_eq("the second byte", buffer, *b"y");
    });
}

/// One end goes while a task of the other begins to wait.
#[test]
fn an_end_that_goes() {
    END.model(|| {
        lane("the reader");
        let (ours, mut theirs) = duplex(1);
        let other = thread::spawn(move || {
            lane("the other end");
            drop(ours);
        });
        let task = TestWaker::new("reader");
        let mut buffer = [0];
        let first = task.poll(pin!(theirs.read(&mut buffer))).is_pending();
        other.join().unwrap();
        if first {
            END.check_eq("wakes of a reader that waits", task.wakes(), 1);
        }
        let end = task.poll(pin!(theirs.read(&mut buffer)));
        END.check(matches!(end, Poll::Ready(Ok(0))), "it is not at the end");
        let broken = theirs.write(b"x").now_or_never();
        END.check(matches!(broken, Some(Err(_))), "a write into nothing");
    });
}
