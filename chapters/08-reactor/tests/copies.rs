//! 8.13: copies and lines. The streams here do what a test tells them, one step for each call.

#![cfg(not(any(loom, miri)))]

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::string::FromUtf8Error;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use futures::FutureExt;
use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use harness::coop::with_budget;
use reactor::io::{
    AsyncBufReadExt, BufReader, copy, copy_bidirectional, copy_bidirectional_with_sizes, copy_buf,
};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("8.13", "reactor/copies.md");

const BYTES: Rule = EX.rule("What is read is written, once and in order, and counted.");
const FLUSHED: Rule = EX.rule("While the reader has nothing, what was written is flushed.");
const END: Rule =
    EX.rule("The end of a reader is passed on, once, and no reader is asked again after its end.");
const FAILS: Rule = EX.rule("An error ends the copy, and a writer that takes nothing is an error.");
const WAITS: Rule = EX.rule("A copy that waits has left its waker with what it waits for.");
const WAY: Rule = EX.rule("A copy that never waits gives way when its budget is used up.");
const TURNS: Rule =
    EX.rule("Two directions take turns: one that never waits does not keep the other from moving.");
const KEPT: Rule = EX.rule("What was not used is still there when the future is dropped.");
const LINES: Rule = EX.rule("A line comes whole, and no byte behind it is taken.");

/// What a stream does in one call. When nothing is left to do, a read waits and all else is done.
#[derive(Clone, Copy)]
enum Does {
    /// A read: these bytes, in as many calls as the buffers need.
    Brings(&'static str),
    Waits,
    /// A read: the end.
    Ends,
    /// A write takes so many bytes at most.
    Takes(usize),
    Fails(ErrorKind),
}

use Does::{Brings, Ends, Fails, Takes, Waits};

#[derive(Default)]
struct State {
    reads: VecDeque<Does>,
    writes: VecDeque<Does>,
    flushes: VecDeque<Does>,
    closes: VecDeque<Does>,
    written: Vec<u8>,
    /// So many bytes were written when it was flushed.
    flushed: usize,
    times_closed: usize,
    is_at_end: bool,
    reads_after_end: usize,
    longest_read: usize,
    waiting: Vec<Waker>,
}

/// A stream, as the test and the copy have it.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<State>>);

impl Script {
    fn new(reads: &[Does], writes: &[Does]) -> Script {
        let script = Script::default();
        script.lock().reads.extend(reads);
        script.lock().writes.extend(writes);
        script
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn written(&self) -> String {
        String::from_utf8(self.lock().written.clone()).unwrap()
    }

    /// Wakes what waits for this stream. Returns how many there were.
    fn wake(&self) -> usize {
        let waiting = std::mem::take(&mut self.lock().waiting);
        waiting.iter().for_each(Waker::wake_by_ref);
        waiting.len()
    }
}

impl State {
    fn wait<T>(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        self.waiting.push(cx.waker().clone());
        Poll::Pending
    }
}

impl AsyncRead for Script {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut state = self.lock();
        state.longest_read = state.longest_read.max(buffer.len());
        if state.is_at_end {
            state.reads_after_end += 1;
            return Poll::Ready(Ok(0));
        }
        match state.reads.pop_front() {
            Some(Brings(bytes)) => {
                let length = bytes.len().min(buffer.len());
                buffer[..length].copy_from_slice(&bytes.as_bytes()[..length]);
                if length < bytes.len() {
                    state.reads.push_front(Brings(&bytes[length..]));
                }
                Poll::Ready(Ok(length))
            }
            Some(Ends) => {
                state.is_at_end = true;
                Poll::Ready(Ok(0))
            }
            Some(Fails(kind)) => Poll::Ready(Err(kind.into())),
            Some(Waits | Takes(_)) | None => state.wait(cx),
        }
    }
}

impl AsyncWrite for Script {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut state = self.lock();
        let length = match state.writes.pop_front() {
            Some(Takes(most)) => most.min(buffer.len()),
            Some(Waits) => return state.wait(cx),
            Some(Fails(kind)) => return Poll::Ready(Err(kind.into())),
            Some(Brings(_) | Ends) | None => buffer.len(),
        };
        state.written.extend_from_slice(&buffer[..length]);
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.lock();
        if let Some(Waits) = state.flushes.pop_front() {
            return state.wait(cx);
        }
        state.flushed = state.written.len();
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.lock();
        if let Some(Waits) = state.closes.pop_front() {
            return state.wait(cx);
        }
        state.times_closed += 1;
        Poll::Ready(Ok(()))
    }
}

/// Runs a future that has nothing to wait for.
fn now<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("it waits for nothing")
}

/// Polls until it is done. Each time that it waits, one of the streams has its waker.
fn finish<F: Future>(task: &TestWaker, future: F, streams: &[&Script]) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..100 {
        let wakes = task.wakes();
        if let Poll::Ready(output) = task.poll(future.as_mut()) {
            return output;
        }
        // One that has given way has woken itself.
        let is_woken = task.wakes() > wakes;
        let waiting: usize = streams.iter().map(|stream| stream.wake()).sum();
        WAITS.check(
            is_woken || waiting > 0,
            "it waits, and none of its streams has its waker",
        );
    }
    WAITS.fail("it was polled a hundred times, and is not done")
}

/// The reader brings parts of some sizes, the writer takes parts of others, and both wait in between.
#[test]
fn parts_of_all_sizes() {
    BYTES.holds("a copy in parts", || {
        let mut reader = Script::new(
            &[
                Brings("ab"),
                Brings("cdefg"),
                Waits,
                Brings("h"),
                Waits,
                Ends,
            ],
            &[],
        );
        let mut writer = Script::new(&[], &[Takes(1), Waits, Takes(3), Waits, Waits, Takes(1)]);
        let (ours, theirs) = (reader.clone(), writer.clone());
        let task = TestWaker::new("copy");
        let copying = copy(&mut reader, &mut writer);
        let copied = finish(&task, copying, &[&ours, &theirs]);
        BYTES.check_eq("what was written", theirs.written(), "abcdefgh".to_owned());
        BYTES.check_eq("copied", copied.unwrap(), 8);
        FLUSHED.check_eq("flushed at the end", theirs.lock().flushed, 8);
        END.check_eq("times the writer was closed", theirs.lock().times_closed, 0);
        let again = ours.lock().reads_after_end;
        END.check_eq("reads after the end", again, 0);
    });
}

/// Both buffers are small, and neither reader is asked for more than its buffer holds.
#[test]
fn buffers_of_other_sizes() {
    BYTES.holds(
        "both directions, through buffers of one byte and of three",
        || {
            let mut a = Script::new(&[Brings("request"), Waits, Brings("s"), Ends], &[Takes(2)]);
            let mut b = Script::new(
                &[Brings("ans"), Waits, Brings("wer"), Ends],
                &[Waits, Takes(1)],
            );
            let (ours, theirs) = (a.clone(), b.clone());
            let task = TestWaker::new("proxy");
            let copying = copy_bidirectional_with_sizes(&mut a, &mut b, 1, 3);
            let copied = finish(&task, copying, &[&ours, &theirs]);
            BYTES.check_eq("from a", theirs.written(), "requests".to_owned());
            BYTES.check_eq("from b", ours.written(), "answer".to_owned());
            BYTES.check_eq("copied", copied.unwrap(), (8, 6));
            BYTES.check_eq("the longest read of a", ours.lock().longest_read, 1);
            let longest = theirs.lock().longest_read;
            BYTES.check(
                (1..=3).contains(&longest),
                format!("a read of {longest} bytes"),
            );
        },
    );
}

/// The other side waits for what was written before it sends more.
#[test]
fn a_flush_before_the_wait() {
    FLUSHED.holds("a reader that has nothing more for now", || {
        let mut reader = Script::new(&[Brings("hel"), Brings("lo")], &[]);
        let mut writer = Script::new(&[], &[Takes(2)]);
        let (ours, theirs) = (reader.clone(), writer.clone());
        // The first flush has to wait itself.
        theirs.lock().flushes.push_back(Waits);
        let task = TestWaker::new("copy");
        let mut copying = pin!(copy(&mut reader, &mut writer));
        FLUSHED.pending(task.poll(copying.as_mut()), "the flush waits");
        FLUSHED.check_eq("tasks that wait for the flush", theirs.wake(), 1);
        FLUSHED.pending(task.poll(copying.as_mut()), "the reader waits");
        FLUSHED.check_eq("flushed", theirs.lock().flushed, 5);
        ours.lock().reads.extend([Brings("!"), Ends]);
        WAITS.check(ours.wake() > 0, "the reader has no waker");
        let copied = FLUSHED.ready(task.poll(copying.as_mut()), "all is there");
        BYTES.check_eq("copied", copied.unwrap(), 6);
    });
}

/// One side is done long before the other.
#[test]
fn the_end_of_each_side() {
    END.holds("a proxy between a client and a server", || {
        let mut client = Script::new(&[Brings("request"), Ends], &[]);
        let mut server = Script::new(&[], &[]);
        let (ours, theirs) = (client.clone(), server.clone());
        // To close takes a moment.
        theirs.lock().closes.push_back(Waits);
        let task = TestWaker::new("proxy");
        let mut proxy = pin!(copy_bidirectional(&mut client, &mut server));
        END.pending(task.poll(proxy.as_mut()), "the close waits");
        BYTES.check_eq("the request", theirs.written(), "request".to_owned());
        theirs.wake();
        // Once to close, and once for nothing.
        for _ in 0..2 {
            END.pending(task.poll(proxy.as_mut()), "the server has not answered");
            let closed = theirs.lock().times_closed;
            END.check_eq("times the server was told of the end", closed, 1);
        }
        END.check_eq("the client is not told", ours.lock().times_closed, 0);
        theirs.lock().reads.extend([Brings("answer"), Ends]);
        WAITS.check(theirs.wake() > 0, "the server has no waker");
        let copied = END.ready(task.poll(proxy.as_mut()), "both are at their end");
        BYTES.check_eq("copied", copied.unwrap(), (7, 6));
        BYTES.check_eq("the answer", ours.written(), "answer".to_owned());
        END.check_eq("times the client was told", ours.lock().times_closed, 1);
        for stream in [&ours, &theirs] {
            END.check_eq("reads after the end", stream.lock().reads_after_end, 0);
        }
    });
}

#[test]
fn errors_end_a_copy() {
    FAILS.holds("readers and writers that fail", || {
        let kind = |result: Option<io::Result<u64>>| result.map(|it| it.map_err(|e| e.kind()));
        let reset = ErrorKind::ConnectionReset;
        let mut broken = Script::new(&[Brings("ab"), Fails(reset)], &[]);
        let result = copy(&mut broken, &mut Vec::new()).now_or_never();
        FAILS.check_eq("a read that fails", kind(result), Some(Err(reset)));
        let mut broken = Script::new(&[], &[Takes(1), Fails(reset)]);
        let result = copy(&mut &b"abc"[..], &mut broken).now_or_never();
        FAILS.check_eq("a write that fails", kind(result), Some(Err(reset)));
        for is_buffered in [false, true] {
            let mut full = Script::new(&[], &[Takes(1), Takes(0)]);
            let result = match is_buffered {
                false => copy(&mut &b"abc"[..], &mut full).now_or_never(),
                true => copy_buf(&mut &b"abc"[..], &mut full).now_or_never(),
            };
            let expected = Some(Err(ErrorKind::WriteZero));
            FAILS.check_eq("a writer that takes nothing", kind(result), expected);
        }
        // The other direction still waits.
        let mut a = Script::default();
        let mut b = Script::new(&[Fails(reset)], &[]);
        let result = copy_bidirectional(&mut a, &mut b).now_or_never();
        let result = result.map(|it| it.map_err(|error| error.kind()));
        FAILS.check_eq("one of two directions", result, Some(Err(reset)));
    });
}

/// A stream that never waits and never ends.
struct Endless;

impl AsyncRead for Endless {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        buffer.fill(7);
        Poll::Ready(Ok(buffer.len()))
    }
}

impl AsyncWrite for Endless {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(buffer.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn one_that_never_waits() {
    WAY.holds("copies without an end", || {
        let task = TestWaker::new("copy");
        let (mut from, mut to) = (Endless, Endless);
        let mut copying = pin!(copy(&mut from, &mut to));
        WAY.pending(with_budget(|| task.poll(copying.as_mut())), "it has no end");
        let mut from = BufReader::new(Endless);
        let mut to = Endless;
        let mut copying = pin!(copy_buf(&mut from, &mut to));
        WAY.pending(with_budget(|| task.poll(copying.as_mut())), "it has no end");
        let (mut a, mut b) = (Endless, Endless);
        let mut copying = pin!(copy_bidirectional(&mut a, &mut b));
        WAY.pending(with_budget(|| task.poll(copying.as_mut())), "it has no end");
        WAY.check(task.wakes() >= 3, "one that gives way wakes its task");
    });
}

/// A stream that brings bytes without end, and keeps what is written to it.
struct Flood(Script);

impl AsyncRead for Flood {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut Endless).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Flood {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}

/// One side sends without end. The other side's few bytes come through, whichever side that is.
#[test]
fn a_flood_and_a_few_bytes() {
    TURNS.holds(
        "a side that sends without end, and one with an answer",
        || {
            let task = TestWaker::new("proxy");
            for is_flood_first in [true, false] {
                let mut answers = Script::new(&[Brings("an"), Brings("swer")], &[]);
                let mut flood = Flood(Script::default());
                let came = flood.0.clone();
                let mut proxy: Pin<Box<dyn Future<Output = _>>> = match is_flood_first {
                    true => Box::pin(copy_bidirectional(&mut flood, &mut answers)),
                    false => Box::pin(copy_bidirectional(&mut answers, &mut flood)),
                };
                for _ in 0..8 {
                    let polled = with_budget(|| task.poll(proxy.as_mut()));
                    TURNS.pending(polled, "the flood has no end");
                }
                TURNS.check_eq(
                    "what came of the answer",
                    came.written(),
                    "answer".to_owned(),
                );
            }
        },
    );
}

/// A reader with a buffer has nothing more for now.
#[test]
fn a_copy_buf_flushes_before_it_waits() {
    FLUSHED.holds("a copy_buf whose reader has nothing more for now", || {
        let ours = Script::new(&[Brings("hel"), Brings("lo")], &[]);
        let mut reader = BufReader::new(ours.clone());
        let mut writer = Script::new(&[], &[Takes(2)]);
        let theirs = writer.clone();
        // The first flush has to wait itself.
        theirs.lock().flushes.push_back(Waits);
        let task = TestWaker::new("copy_buf");
        let mut copying = pin!(copy_buf(&mut reader, &mut writer));
        FLUSHED.pending(task.poll(copying.as_mut()), "the flush waits");
        FLUSHED.check_eq("tasks that wait for the flush", theirs.wake(), 1);
        FLUSHED.pending(task.poll(copying.as_mut()), "the reader waits");
        FLUSHED.check_eq("flushed", theirs.lock().flushed, 5);
        ours.lock().reads.extend([Brings("!"), Ends]);
        WAITS.check(ours.wake() > 0, "the reader has no waker");
        let copied = FLUSHED.ready(task.poll(copying.as_mut()), "all is there");
        BYTES.check_eq("copied", copied.unwrap(), 6);
        FLUSHED.check_eq("flushed at the end", theirs.lock().flushed, 6);
    });
}

/// The bytes of a reader with a buffer stay there until they are written.
#[test]
fn a_copy_buf_that_is_dropped() {
    KEPT.holds("a copy that is dropped while its writer waits", || {
        let mut reader = BufReader::new(&b"abcdef"[..]);
        let mut writer = Script::new(&[], &[Takes(2), Waits]);
        let task = TestWaker::new("copy");
        let polled = task.poll(pin!(copy_buf(&mut reader, &mut writer)));
        KEPT.pending(polled, "the writer waits");
        KEPT.check_eq("what was written", writer.written(), "ab".to_owned());
        let mut rest = String::new();
        now(reader.read_to_string(&mut rest)).unwrap();
        KEPT.check_eq("what the reader still has", rest, "cdef".to_owned());
    });
}

/// Each time that the reader waits, the future is dropped, and there is a new one for the same line.
#[test]
fn lines_in_parts() {
    LINES.holds("lines whose parts end anywhere", || {
        let mut steps = Vec::new();
        for part in ["on", "e\r", "\nt", "wo\n\nthr", "e\re\nlast\r"] {
            steps.extend([Brings(part), Waits]);
        }
        steps.push(Ends);
        let script = Script::new(&steps, &[]);
        let mut lines = BufReader::with_capacity(4, script.clone()).lines();
        let task = TestWaker::new("reader");
        for expected in [
            Some("one"),
            Some("two"),
            Some(""),
            Some("thre\re"),
            Some("last\r"),
            None,
        ] {
            let line = loop {
                match task.poll(pin!(lines.next_line())) {
                    Poll::Ready(line) => break line.unwrap(),
                    Poll::Pending => WAITS.check(script.wake() > 0, "the reader has no waker"),
                }
            };
            LINES.check_eq("the next line", line.as_deref(), expected);
        }
    });
}

#[test]
fn what_is_behind_a_line() {
    LINES.holds("a reader that is given back", || {
        let mut lines = (&b"first\nrest\nof it"[..]).lines();
        let line = now(lines.next_line()).unwrap();
        LINES.check_eq("the line", line.as_deref(), Some("first"));
        LINES.check_eq("behind it", *lines.get_ref(), &b"rest\nof it"[..]);
        *lines.get_mut() = b"another\n";
        let line = now(lines.next_line()).unwrap();
        LINES.check_eq("of another reader", line.as_deref(), Some("another"));
        LINES.check_eq("what is left", lines.into_inner(), &b""[..]);
    });
}

/// A line that is no text is an error, and the next one is a line again.
#[test]
fn a_line_that_is_no_text() {
    LINES.holds("bytes that are not UTF-8", || {
        let mut lines = (&b"\xff\xfe\nnext"[..]).lines();
        let error = now(lines.next_line()).expect_err("it is no text");
        LINES.check_eq("no text", error.kind(), ErrorKind::InvalidData);
        let inner = error
            .into_inner()
            .and_then(|inner| inner.downcast::<FromUtf8Error>().ok());
        let bytes = inner.map(|inner| inner.into_bytes());
        LINES.check_eq("the bytes of the line", bytes, Some(b"\xff\xfe".to_vec()));
        let line = now(lines.next_line()).unwrap();
        LINES.check_eq("the next line", line.as_deref(), Some("next"));
    });
}
