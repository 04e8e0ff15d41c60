//! What can be done with readers and writers, without any system.

#![cfg(not(loom))]

use std::io::ErrorKind;
use std::pin::pin;

use futures::FutureExt;
use harness::coop::with_budget;
use reactor::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, copy,
    copy_bidirectional, copy_buf, duplex, empty, repeat, sink, split,
};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const BYTES: Rule = CHAPTER.rule("What is written to one end is read from the other, in order.");
const END: Rule = CHAPTER.rule("An end is passed on, and a broken end is told.");

/// Runs a future that has nothing to wait for.
fn now<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("it waits for nothing")
}

#[test]
fn exact_reads() {
    END.holds("read_exact at the end", || {
        now(async {
            let mut reader: &[u8] = b"hello";
            let mut buffer = [0; 3];
            END.check_eq("read", reader.read_exact(&mut buffer).await.unwrap(), 3);
            let early = reader.read_exact(&mut buffer).await.unwrap_err();
            END.check_eq("the end", early.kind(), ErrorKind::UnexpectedEof);
            END.check_eq("in words", early.to_string(), "early eof".to_owned());
        });
    });
}

#[test]
fn numbers() {
    BYTES.holds("numbers in both orders", || {
        now(async {
            let mut bytes = Vec::new();
            bytes.write_u8(1).await.unwrap();
            bytes.write_u16(2).await.unwrap();
            bytes.write_u32_le(3).await.unwrap();
            bytes.write_i64(-4).await.unwrap();
            bytes.write_f64(0.5).await.unwrap();
            BYTES.check_eq("bytes", &bytes[..7], &[1, 0, 2, 3, 0, 0, 0][..]);
            let mut reader = &bytes[..];
            BYTES.check_eq("u8", reader.read_u8().await.unwrap(), 1);
            BYTES.check_eq("u16", reader.read_u16().await.unwrap(), 2);
            BYTES.check_eq("u32", reader.read_u32_le().await.unwrap(), 3);
            BYTES.check_eq("i64", reader.read_i64().await.unwrap(), -4);
            BYTES.check(reader.read_f64().await.unwrap() == 0.5, "another number");
            BYTES.check_eq("the rest", reader.read_u8().await.is_err(), true);
        });
    });
}

#[test]
fn lines() {
    BYTES.holds("lines with all ends", || {
        now(async {
            let mut lines = BufReader::with_capacity(3, &b"one\ntwo\r\n\nlast"[..]).lines();
            for expected in ["one", "two", "", "last"] {
                let line = lines.next_line().await.unwrap();
                BYTES.check_eq("a line", line.as_deref(), Some(expected));
            }
            BYTES.check_eq("the end", lines.next_line().await.unwrap(), None);
            let mut lines = (&b"\xff\nnext\n"[..]).lines();
            let error = lines.next_line().await.unwrap_err().kind();
            BYTES.check_eq("no text", error, ErrorKind::InvalidData);
            BYTES.check_eq(
                "after it",
                lines.next_line().await.unwrap().unwrap(),
                "next".to_owned(),
            );
        });
    });
}

/// A line that comes in two parts, and the future is dropped in between.
#[test]
fn a_line_in_two_parts() {
    BYTES.holds("a next_line that is dropped", || {
        let (mut ours, theirs) = duplex(64);
        let mut lines = BufReader::new(theirs).lines();
        now(ours.write_all(b"first ")).unwrap();
        let task = TestWaker::new("reader");
        assert!(task.poll(pin!(lines.next_line())).is_pending());
        now(ours.write_all(b"half\n")).unwrap();
        let line = now(lines.next_line()).unwrap();
        BYTES.check_eq("the line", line.as_deref(), Some("first half"));
    });
}

#[test]
fn copies() {
    BYTES.holds("copies of all kinds", || {
        now(async {
            // More than a buffer of the copy holds; Miri takes its time.
            let length = if cfg!(miri) { 500 } else { 50_000 };
            let data: Vec<u8> = (0..length).map(|n: u32| n as u8).collect();
            let all = u64::from(length);
            let mut copied = Vec::new();
            let length = copy(&mut &data[..], &mut copied).await.unwrap();
            BYTES.check_eq("length", length, all);
            BYTES.check(copied == data, "other bytes");
            let mut copied = Vec::new();
            let length = copy_buf(&mut &data[..], &mut copied).await.unwrap();
            BYTES.check_eq("length", length, all);
            BYTES.check(copied == data, "other bytes");
            BYTES.check_eq("nothing", copy(&mut empty(), &mut sink()).await.unwrap(), 0);
            let mut room = [0; 10];
            let mut room = futures::io::Cursor::new(&mut room[..]);
            let full = copy(&mut &data[..], &mut room).await.unwrap_err().kind();
            BYTES.check_eq("no room", full, ErrorKind::WriteZero);
        });
    });
}

/// While the reader has nothing, what was written is flushed: otherwise it would wait in the buffer.
#[test]
#[cfg_attr(
    miri,
    ignore = "a poll by hand lends the future to the kit, which Stacked Borrows refuse"
)]
fn a_copy_flushes_while_it_waits() {
    BYTES.holds("a writer with a buffer", || {
        let (mut ours, mut reader) = duplex(64);
        let (writer, mut theirs) = duplex(64);
        let mut writer = reactor::io::BufWriter::new(writer);
        let task = TestWaker::new("copy");
        let mut copying = Box::pin(copy(&mut reader, &mut writer));
        now(ours.write_all(b"hello")).unwrap();
        assert!(task.poll(copying.as_mut()).is_pending());
        let mut buffer = [0; 8];
        BYTES.check_eq("read", now(theirs.read(&mut buffer)).unwrap(), 5);
        drop(ours);
        BYTES.check_eq("copied", now(copying).unwrap(), 5);
    });
}

#[test]
#[cfg_attr(
    miri,
    ignore = "a poll by hand lends the future to the kit, which Stacked Borrows refuse"
)]
fn both_directions_end_by_themselves() {
    END.holds("a proxy between two pipes", || {
        let (mut client, mut a) = duplex(64);
        let (mut b, mut server) = duplex(64);
        let task = TestWaker::new("proxy");
        let mut proxy = Box::pin(copy_bidirectional(&mut a, &mut b));
        assert!(task.poll(proxy.as_mut()).is_pending());
        now(client.write_all(b"request")).unwrap();
        now(client.shutdown()).unwrap();
        assert!(task.poll(proxy.as_mut()).is_pending());
        let mut request = Vec::new();
        now(server.read_to_end(&mut request)).unwrap();
        END.check_eq("the request", request, b"request".to_vec());
        now(server.write_all(b"answer!")).unwrap();
        drop(server);
        let copied = now(proxy.as_mut()).unwrap();
        END.check_eq("copied", copied, (7, 7));
        let mut answer = Vec::new();
        now(client.read_to_end(&mut answer)).unwrap();
        END.check_eq("the answer", answer, b"answer!".to_vec());
    });
}

#[test]
fn halves() {
    BYTES.holds("split and unsplit", || {
        let (ours, mut theirs) = duplex(64);
        let (mut reader, mut writer) = split(ours);
        let (other, _kept): (_, DuplexStream) = duplex(1);
        let (other_reader, _other_writer) = split(other);
        BYTES.check_eq("a pair", reader.is_pair_of(&writer), true);
        BYTES.check_eq("no pair", writer.is_pair_of(&other_reader), false);
        now(writer.write_all(b"ping")).unwrap();
        now(theirs.write_all(b"pong")).unwrap();
        let mut buffer = [0; 4];
        now(reader.read_exact(&mut buffer)).unwrap();
        BYTES.check_eq("read", buffer, *b"pong");
        let mut ours = reader.unsplit(writer);
        now(ours.shutdown()).unwrap();
        let mut all = Vec::new();
        now(theirs.read_to_end(&mut all)).unwrap();
        BYTES.check_eq("what was written", all, b"ping".to_vec());
    });
}

/// Neither side ever waits, and still other tasks have their turn.
#[test]
#[cfg(not(miri))]
fn a_copy_in_memory_gives_way() {
    const WAY: Rule = CHAPTER.rule("A copy that never waits gives way when its budget is used up.");
    WAY.holds("a copy without end", || {
        let rt = current_thread::Runtime::new();
        rt.block_on(async {
            let endless = current_thread::spawn(async {
                copy(&mut futures::io::repeat(7), &mut futures::io::sink()).await
            });
            let other = current_thread::spawn(async {});
            other.await.unwrap();
            endless.abort();
            WAY.check_eq("aborted", endless.await.unwrap_err().is_cancelled(), true);
        });
    });
}

/// What has nothing behind it is always ready, and other tasks have their turn all the same.
#[test]
fn what_is_always_ready_spends_the_budget() {
    const SHARED: Rule = CHAPTER.rule("An operation that is done spends one of the task's budget.");
    SHARED.holds("operations that never wait", || {
        let gives_way = |what: &str, mut operation: Box<dyn FnMut() -> bool>| {
            let done = with_budget(|| (0..1000).take_while(|_| operation()).count());
            SHARED.check_eq(&format!("operations in one turn: {what}"), done, 128);
        };
        gives_way(
            "a read at the end",
            Box::new(|| empty().read(&mut [0; 1]).now_or_never().is_some()),
        );
        gives_way(
            "a look at the end",
            Box::new(|| empty().fill_buf().now_or_never().is_some()),
        );
        gives_way(
            "a write that is forgotten",
            Box::new(|| empty().write(&[0; 1]).now_or_never().is_some()),
        );
        gives_way(
            "a read of the same byte",
            Box::new(|| repeat(7).read(&mut [0; 1]).now_or_never().is_some()),
        );
        gives_way(
            "a write into a sink",
            Box::new(|| sink().write(&[0; 1]).now_or_never().is_some()),
        );
        let (mut ours, _theirs) = duplex(1000);
        gives_way(
            "a write into a pipe",
            Box::new(move || ours.write(&[0; 1]).now_or_never().is_some()),
        );
    });
}
