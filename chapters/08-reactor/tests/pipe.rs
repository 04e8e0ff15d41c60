//! 8.9: pipes, as a program uses them.

#![cfg(all(unix, not(any(loom, miri))))]

mod rt;

use std::fs::File;
use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::pin::{Pin, pin};
use std::thread;

use current_thread::{Runtime, Unpark, spawn, yield_now};
use futures::FutureExt;
use harness::coop::with_budget;
use reactor::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use reactor::net::unix::pipe::{self, Receiver, Sender};
use reactor::{Interest, IoHandle};
use testkit::{Exercise, Rule, TestWaker};

use rt::{Counting, block_on, runtime};

const EX: Exercise = Exercise::new("8.9", "reactor/pipe.md");

const BYTES: Rule = EX.rule("What is written to one end is read from the other, in order.");
const END: Rule = EX.rule("The receiver comes to the end when the last sender is gone.");
const BROKEN: Rule = EX.rule("A write fails when no receiver is left.");
const WAITS: Rule =
    EX.rule("A task that finds nothing, or no room, waits, and its thread does not.");
const MORE: Rule = EX.rule("A read that leaves something is followed by one that finds it.");
const PIPES: Rule = EX.rule("Only the right end of a pipe is taken.");
const BUDGET: Rule = EX.rule("An operation that is done spends one of the task's budget.");
const BACK: Rule = EX.rule("A descriptor that is given back blocks again, or not, as was asked.");

#[test]
fn bytes_come_through() {
    BYTES.holds("a megabyte", || {
        block_on(async {
            let (mut sender, mut receiver) = pipe::pipe().unwrap();
            let sent: Vec<u8> = (0..1 << 20).map(|n: u32| (n % 251) as u8).collect();
            let expected = sent.clone();
            let writer = spawn(async move { sender.write_all(&sent).await.unwrap() });
            let mut received = Vec::new();
            receiver.read_to_end(&mut received).await.unwrap();
            writer.await.unwrap();
            BYTES.check_eq("the length", received.len(), expected.len());
            BYTES.check(received == expected, "other bytes came");
        });
    });
}

#[test]
fn the_end() {
    END.holds("two senders that go", || {
        block_on(async {
            let (mut sender, mut receiver) = pipe::pipe().unwrap();
            let other = Sender::from_owned_fd(OwnedFd::from(copy(&sender))).unwrap();
            sender.write_all(b"last words").await.unwrap();
            // A pipe has no half that could be closed by itself.
            sender.shutdown().await.unwrap();
            drop(sender);
            let mut words = [0; 10];
            receiver.read_exact(&mut words).await.unwrap();
            END.check_eq("what was read", words, *b"last words");
            let waits = receiver.read(&mut words).now_or_never().is_none();
            END.check_eq("it waits for the other sender", waits, true);
            drop(other);
            END.check_eq("the end", receiver.read(&mut words).await.unwrap(), 0);
            END.check_eq("still the end", receiver.read(&mut words).await.unwrap(), 0);
        });
    });
}

fn copy(end: &impl std::os::fd::AsFd) -> File {
    File::from(end.as_fd().try_clone_to_owned().unwrap())
}

#[test]
fn no_receiver_is_left() {
    BROKEN.holds("a write that no side reads", || {
        block_on(async {
            let (mut sender, receiver) = pipe::pipe().unwrap();
            drop(receiver);
            let error = sender.write_all(b"hello").await.unwrap_err();
            BROKEN.check_eq("the error", error.kind(), ErrorKind::BrokenPipe);
            let error = sender.try_write(b"hello").map_err(|error| error.kind());
            BROKEN.check_eq("a try", error, Err(ErrorKind::BrokenPipe));
        });
    });
}

/// A full pipe: the writer waits until there is room, and other tasks go on.
#[test]
fn a_writer_waits_for_room() {
    WAITS.holds("a pipe that is full", || {
        block_on(async {
            let (mut sender, receiver) = pipe::pipe().unwrap();
            let writer = spawn(async move {
                for _ in 0..64 {
                    sender.write_all(&[7; 4096]).await.unwrap();
                }
            });
            yield_now().await;
            WAITS.check_eq("whether all was written", writer.is_finished(), false);
            let mut left = 64 * 4096;
            let mut buffer = vec![0; 10_000];
            while left > 0 {
                receiver.readable().await.unwrap();
                match receiver.try_read(&mut buffer) {
                    Ok(length) => left -= length,
                    Err(error) => WAITS.check_eq("a try", error.kind(), ErrorKind::WouldBlock),
                }
            }
            writer.await.unwrap();
        });
    });
}

/// A try that finds nothing says so, and from then on a task waits for a report.
#[test]
fn a_try_that_finds_nothing() {
    WAITS.holds("tries on an empty pipe", || {
        block_on(async {
            let (sender, receiver) = pipe::pipe().unwrap();
            let nothing = receiver.try_read(&mut [0; 8]).map_err(|error| error.kind());
            WAITS.check_eq("a try", nothing, Err(ErrorKind::WouldBlock));
            let task = TestWaker::new("reader");
            let mut wait = pin!(receiver.readable());
            WAITS.pending(task.poll(wait.as_mut()), "there is nothing to read");
            sender.writable().await.unwrap();
            sender.try_write(b"hello").unwrap();
            wait.await.unwrap();
            WAITS.check_eq("a try", receiver.try_read(&mut [0; 8]).unwrap(), 5);
            let ready = sender.ready(Interest::WRITABLE).await.unwrap();
            WAITS.check_eq("room", ready.is_writable(), true);
        });
    });
}

/// The system reports ten bytes once. They are read four at a time, and the driver has no turn in between.
#[test]
fn a_read_leaves_something() {
    MORE.holds("ten bytes in three reads", || {
        let rt = runtime();
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let _entered = rt.enter();
        let (sender, mut receiver) = pipe::pipe().unwrap();
        let task = TestWaker::new("reader");
        let mut read = || {
            let mut part = [0; 4];
            task.poll(pin!(poll_fn(
                |cx| Pin::new(&mut receiver).poll_read(cx, &mut part)
            )))
        };
        assert!(read().is_pending());
        while sender.try_write(b"0123456789").is_err() {
            handle.turn();
        }
        while task.wakes() == 0 {
            handle.turn();
        }
        for length in [4, 4, 2] {
            let saw = "there is more to read, no report will speak of it, and the read waits";
            let done = MORE.ready(read(), saw);
            BYTES.check_eq("what was read", done.unwrap(), length);
        }
        WAITS.pending(read(), "nothing is left");
    });
}

/// The thread sleeps while its task waits.
#[test]
fn the_thread_sleeps() {
    WAITS.holds("a message from another thread", || {
        let (park, sleeps) = Counting::new(reactor::IoPark::new(current_thread::ThreadPark::new()));
        let rt = Runtime::with_park(park);
        rt.block_on(async {
            let (sender, mut receiver) = pipe::pipe().unwrap();
            let blocking = sender.into_blocking_fd().unwrap();
            let other = thread::spawn(move || File::from(blocking).write_all(b"hello").unwrap());
            let mut message = [0; 5];
            receiver.read_exact(&mut message).await.unwrap();
            BYTES.check_eq("what was read", message, *b"hello");
            other.join().unwrap();
        });
        let sleeps = sleeps.load(std::sync::atomic::Ordering::Relaxed);
        WAITS.check(sleeps <= 5, format!("{sleeps} sleeps for one message"));
    });
}

#[test]
fn only_pipes_are_taken() {
    PIPES.holds("a file, and the wrong ends", || {
        let rt = runtime();
        let _entered = rt.enter();
        let file = || OwnedFd::from(File::open("/dev/null").unwrap());
        let kind = |error: std::io::Error| error.kind();
        let refused = Sender::from_owned_fd(file()).map(drop).map_err(kind);
        PIPES.check_eq("a file as a sender", refused, Err(ErrorKind::InvalidInput));
        let refused = Receiver::from_owned_fd(file()).map(drop).map_err(kind);
        PIPES.check_eq(
            "a file as a receiver",
            refused,
            Err(ErrorKind::InvalidInput),
        );
        let (reads, writes) = std::io::pipe().unwrap();
        let refused = Sender::from_owned_fd(reads.into()).map(drop).map_err(kind);
        PIPES.check_eq(
            "the end to read as a sender",
            refused,
            Err(ErrorKind::InvalidInput),
        );
        let refused = Receiver::from_owned_fd(writes.into())
            .map(drop)
            .map_err(kind);
        PIPES.check_eq(
            "the end to write as a receiver",
            refused,
            Err(ErrorKind::InvalidInput),
        );
    });
}

/// A pipe that was made elsewhere blocks. As a receiver it must not.
#[test]
fn one_that_was_made_elsewhere() {
    WAITS.holds("a pipe of the standard library", || {
        block_on(async {
            let (reads, mut writes) = std::io::pipe().unwrap();
            let mut receiver = Receiver::from_owned_fd(reads.into()).unwrap();
            let reader = spawn(async move {
                let mut message = [0; 5];
                receiver.read_exact(&mut message).await.unwrap();
                message
            });
            yield_now().await;
            writes.write_all(b"hello").unwrap();
            BYTES.check_eq("what was read", reader.await.unwrap(), *b"hello");
        });
    });
}

#[test]
fn descriptors_are_given_back() {
    BACK.holds("both ends", || {
        block_on(async {
            let (mut sender, receiver) = pipe::pipe().unwrap();
            sender.write_all(b"hello").await.unwrap();
            let mut reads = File::from(receiver.into_nonblocking_fd().unwrap());
            let mut message = [0; 5];
            reads.read_exact(&mut message).unwrap();
            BACK.check_eq("what was read", message, *b"hello");
            let nothing = reads.read(&mut message).map_err(|error| error.kind());
            BACK.check_eq("an empty pipe", nothing, Err(ErrorKind::WouldBlock));
            let mut writes = File::from(sender.into_blocking_fd().unwrap());
            // More than there is room for: the write blocks until it is read.
            let writer =
                thread::spawn(move || writes.write_all(&[7; 1 << 17]).map_err(|e| e.kind()));
            let receiver = Receiver::from_owned_fd(reads.into()).unwrap();
            let mut receiver = receiver;
            let mut all = Vec::new();
            receiver.read_to_end(&mut all).await.unwrap();
            BACK.check_eq("the write", writer.join().unwrap(), Ok(()));
            BACK.check_eq("what came", all.len(), 1 << 17);
        });
    });
}

#[test]
fn the_budget_is_spent() {
    BUDGET.holds("a thousand reads that never wait", || {
        block_on(async {
            let (mut sender, mut receiver) = pipe::pipe().unwrap();
            sender.write_all(&[7; 1000]).await.unwrap();
            receiver.readable().await.unwrap();
            let done = with_budget(|| {
                (0..1000)
                    .take_while(|_| receiver.read(&mut [0; 1]).now_or_never().is_some())
                    .count()
            });
            BUDGET.check_eq("reads in one turn of the task", done, 128);
        });
    });
}
