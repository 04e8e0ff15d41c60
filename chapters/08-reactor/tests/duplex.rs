//! 8.10: two streams that are connected in memory.

#![cfg(not(loom))]

use std::io::ErrorKind;
use std::pin::pin;

use futures::FutureExt;
use harness::coop::with_budget;
use reactor::io::{AsyncReadExt, AsyncWriteExt, duplex};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("8.10", "reactor/duplex.md");

const BYTES: Rule = EX.rule("What is written to one end is read from the other, in order.");
const END: Rule = EX.rule("An end is passed on, and a broken end is told.");
const ROOM: Rule = EX.rule("No more is on its way than there is room for.");
const TOLD: Rule = EX.rule("A task that waits is woken by what it waits for.");
const BUDGET: Rule = EX.rule("An operation that is done spends one of the task's budget.");
const UNLOCKED: Rule =
    EX.rule("No waker is cloned, woken or dropped while the lock of the pipe is held.");

/// Runs a future that has nothing to wait for.
fn now<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("it waits for nothing")
}

/// Each write takes as much as there is room for, and each read as much as there is, in sizes that do not fit
/// one another: against a count of what is on its way.
#[test]
fn bytes_in_order() {
    BYTES.holds("writes of three and reads of five", || {
        let (mut ours, mut theirs) = duplex(7);
        let (mut sent, mut read) = (0_u8, 0_u8);
        for round in 0..60 {
            let bytes = [sent, sent.wrapping_add(1), sent.wrapping_add(2)];
            let room = 7 - usize::from(sent.wrapping_sub(read));
            match ours.write(&bytes).now_or_never() {
                None => ROOM.check_eq("room for a write that waits", room, 0),
                Some(written) => {
                    let written = written.unwrap();
                    ROOM.check_eq("written", written, room.min(3));
                    sent = sent.wrapping_add(written as u8);
                }
            }
            if round % 2 == 0 {
                continue;
            }
            let mut buffer = [0; 5];
            let length = now(theirs.read(&mut buffer)).unwrap();
            // A read may stop where a ring of bytes comes round, but it brings something.
            let most = usize::from(sent.wrapping_sub(read)).min(5);
            BYTES.check((1..=most).contains(&length), "as many bytes as there were");
            for byte in &buffer[..length] {
                BYTES.check_eq("the next byte", *byte, read);
                read = read.wrapping_add(1);
            }
        }
    });
}

/// Both directions are there, and know nothing of one another.
#[test]
fn two_directions() {
    BYTES.holds("a full direction, and the other one", || {
        let (mut ours, mut theirs) = duplex(2);
        now(ours.write_all(b"ab")).unwrap();
        now(theirs.write_all(b"yz")).unwrap();
        let mut buffer = [0; 2];
        now(ours.read_exact(&mut buffer)).unwrap();
        BYTES.check_eq("ours", &buffer, b"yz");
        now(theirs.read_exact(&mut buffer)).unwrap();
        BYTES.check_eq("theirs", &buffer, b"ab");
        now(ours.shutdown()).unwrap();
        now(theirs.write_all(b"x")).unwrap();
        BYTES.check_eq("after our end", now(ours.read(&mut buffer)).unwrap(), 1);
    });
}

/// A clone of a waker is foreign code. This one writes the very byte that its task is about to wait for.
#[test]
fn a_byte_that_comes_with_the_clone() {
    TOLD.holds("a byte that comes while a read is about to wait", || {
        let (ours, mut theirs) = duplex(4);
        let ours = std::sync::Mutex::new(ours);
        let task = TestWaker::new("reader");
        task.on_clone(Box::new(move || {
            if let Ok(mut ours) = ours.try_lock() {
                let _ = ours.write(b"x").now_or_never();
            }
        }));
        let mut buffer = [0; 1];
        let read = task.poll(pin!(theirs.read(&mut buffer)));
        TOLD.check(
            read.is_ready() || task.wakes() > 0,
            "the byte is there, and the reader waits without a wake",
        );
    });
}

/// Nothing is asked for, so there is nothing to wait for.
#[test]
fn no_bytes_at_all() {
    ROOM.holds("reads and writes of nothing", || {
        let (mut ours, mut theirs) = duplex(1);
        ROOM.check_eq("a read", now(theirs.read(&mut [])).unwrap(), 0);
        now(ours.write_all(b"x")).unwrap();
        ROOM.check_eq("a write", now(ours.write(&[])).unwrap(), 0);
    });
}

#[test]
fn what_is_always_ready_gives_way() {
    BUDGET.holds("writes into a pipe with room", || {
        let (mut ours, mut theirs) = duplex(1000);
        let mut write = || ours.write(&[0; 1]).now_or_never().is_some();
        let done = with_budget(|| (0..1000).take_while(|_| write()).count());
        BUDGET.check_eq("writes in one turn", done, 128);
        let mut read = || theirs.read(&mut [0; 1]).now_or_never().is_some();
        let done = with_budget(|| (0..128).take_while(|_| read()).count());
        BUDGET.check_eq("reads in the next", done, 128);
    });
}

#[test]
fn a_pipe_has_room_for_so_much() {
    ROOM.holds("a pipe of four bytes", || {
        let (mut ours, mut theirs) = duplex(4);
        let [reader, writer] = ["reader", "writer"].map(TestWaker::new);
        let mut buffer = [0; 8];
        {
            let mut read = pin!(theirs.read(&mut buffer));
            assert!(reader.poll(read.as_mut()).is_pending());
            let written = writer.poll(pin!(ours.write(b"hello")));
            ROOM.check(matches!(written, std::task::Poll::Ready(Ok(4))), "not four");
            ROOM.check_eq("wakes of the reader", reader.wakes(), 1);
            assert!(writer.poll(pin!(ours.write(b"o"))).is_pending());
            assert!(reader.poll(read.as_mut()).is_ready());
        }
        ROOM.check_eq("wakes of the writer", writer.wakes(), 1);
        ROOM.check_eq("read", &buffer[..4], &b"hell"[..]);
        reader.none_held(ROOM);
        writer.none_held(ROOM);
    });
}

#[test]
fn a_pipe_ends() {
    END.holds("the end of one side", || {
        let (mut ours, mut theirs) = duplex(8);
        now(ours.write_all(b"last")).unwrap();
        now(ours.shutdown()).unwrap();
        let late = now(ours.write(b"x")).unwrap_err().kind();
        END.check_eq("a write after the end", late, ErrorKind::BrokenPipe);
        let mut all = Vec::new();
        now(theirs.read_to_end(&mut all)).unwrap();
        END.check_eq("what was left", all, b"last".to_vec());
        let task = TestWaker::new("reader");
        let mut buffer = [0];
        let mut read = Box::pin(ours.read(&mut buffer));
        assert!(task.poll(read.as_mut()).is_pending());
        drop(theirs);
        END.check_eq("wakes", task.wakes(), 1);
        END.check_eq("the end", now(read).unwrap(), 0);

        let (mut ours, theirs) = duplex(1);
        now(ours.write_all(b"x")).unwrap();
        let mut write = Box::pin(ours.write(b"y"));
        assert!(task.poll(write.as_mut()).is_pending());
        drop(theirs);
        END.check_eq("wakes", task.wakes(), 2);
        let broken = now(write).unwrap_err().kind();
        END.check_eq("a write without a reader", broken, ErrorKind::BrokenPipe);
    });
}

#[test]
fn foreign_code_may_come_back() {
    UNLOCKED.holds("wakers that come back to the pipe", || {
        let (ours, theirs) = duplex(4);
        let ours = std::sync::Arc::new(std::sync::Mutex::new(ours));
        let task = TestWaker::new("reader");
        for on in [
            TestWaker::on_wake as fn(&TestWaker, Box<dyn Fn() + Send + Sync>),
            TestWaker::on_clone,
            TestWaker::on_drop,
        ] {
            let ours = std::sync::Arc::clone(&ours);
            on(
                &task,
                Box::new(move || {
                    if let Ok(mut ours) = ours.try_lock() {
                        let _ = ours.write(b"x").now_or_never();
                    }
                }),
            );
        }
        let mut theirs = theirs;
        let mut buffer = [0; 8];
        for _ in 0..3 {
            let _ = task.poll(pin!(theirs.read(&mut buffer)));
        }
        drop(theirs);
    });
}

/// With no room at all every write would wait for ever.
#[test]
fn no_room_at_all() {
    let made = || drop(duplex(0));
    ROOM.panics(made, "a stream without room was made");
}
