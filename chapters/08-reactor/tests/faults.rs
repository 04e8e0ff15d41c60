//! What goes wrong with connections, and what the two sides see of it.

#![cfg(not(any(loom, miri)))]

mod rt;

use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream as StdStream};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use current_thread::{Unpark, spawn, yield_now};
use reactor::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use reactor::net::{TcpListener, TcpStream, UdpSocket};
use reactor::{Interest, IoHandle};
use socket2::SockRef;
use testkit::{Exercise, Rule, TestWaker};

use rt::{block_on, runtime};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const TOLD: Rule =
    CHAPTER.rule("A connection that breaks ends the waits of its tasks, with an error.");
const HALF: Rule =
    CHAPTER.rule("When one side says that it writes no more, the other can still write.");
const REARMED: Rule =
    CHAPTER.rule("A read or a write that was cut short clears what was seen, and nothing else.");
const CANCELLED: Rule = CHAPTER.rule("A future that is dropped in the middle loses no data.");
const SPURIOUS: Rule = CHAPTER.rule("An event without anything to do does no harm.");

async fn connection() -> (TcpStream, StdStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let theirs = StdStream::connect(listener.local_addr().unwrap()).unwrap();
    let (ours, _) = listener.accept().await.unwrap();
    (ours, theirs)
}

/// Breaks a connection off: the other side gets a reset.
fn reset(theirs: StdStream) {
    SockRef::from(&theirs)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    drop(theirs);
}

#[test]
fn a_reset_ends_a_read() {
    TOLD.holds("a reset during a read", || {
        block_on(async {
            let (mut ours, theirs) = connection().await;
            let reader = spawn(async move { ours.read(&mut [0; 8]).await });
            yield_now().await;
            reset(theirs);
            let error = reader.await.unwrap().unwrap_err();
            TOLD.check_eq("the error", error.kind(), ErrorKind::ConnectionReset);
        });
    });
}

#[test]
fn a_reset_ends_a_write_that_waits() {
    TOLD.holds("a reset during a write", || {
        block_on(async {
            let (mut ours, theirs) = connection().await;
            let writer = spawn(async move {
                let chunk = vec![0; 1 << 20];
                loop {
                    if let Err(error) = ours.write_all(&chunk).await {
                        return error;
                    }
                }
            });
            yield_now().await;
            reset(theirs);
            let error = writer.await.unwrap().kind();
            let is_told = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe].contains(&error);
            TOLD.check(is_told, format!("the error is {error:?}"));
        });
    });
}

/// A stream is closed that the other side has broken off: there is nothing left to say.
#[test]
fn a_close_after_a_reset() {
    HALF.holds("a close after a reset", || {
        block_on(async {
            let (mut ours, theirs) = connection().await;
            reset(theirs);
            let error = ours.read(&mut [0; 8]).await.unwrap_err();
            TOLD.check_eq("the error", error.kind(), ErrorKind::ConnectionReset);
            for _ in 0..2 {
                let closed = ours.shutdown().await.map_err(|error| error.kind());
                HALF.check_eq("closing it", closed, Ok(()));
            }
            let (_, mut writer) = ours.into_split();
            let closed = writer.shutdown().await.map_err(|error| error.kind());
            HALF.check_eq("closing a half of it", closed, Ok(()));
        });
    });
}

/// There is no signal, only an error: `SIGPIPE` is ignored in Rust programs.
#[test]
fn a_write_to_a_side_that_is_gone() {
    TOLD.holds("writes after the other side has gone", || {
        block_on(async {
            let (mut ours, theirs) = connection().await;
            drop(theirs);
            // The first one is answered by a reset.
            let error = loop {
                match ours.write_all(b"hello").await {
                    Ok(()) => yield_now().await,
                    Err(error) => break error,
                }
            };
            let is_told =
                [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset].contains(&error.kind());
            TOLD.check(is_told, format!("the error is {:?}", error.kind()));
            let next = ours.write_all(b"hello").await.unwrap_err();
            TOLD.check_eq("the next error", next.kind(), ErrorKind::BrokenPipe);
        });
    });
}

#[test]
fn a_connection_that_is_refused() {
    TOLD.holds("a port without a listener", || {
        block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            drop(listener);
            let error = TcpStream::connect(address).await.unwrap_err();
            TOLD.check_eq("the error", error.kind(), ErrorKind::ConnectionRefused);
        });
    });
}

#[test]
fn one_side_is_done() {
    HALF.holds("a request and an answer", || {
        block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                stream.read_to_end(&mut request).await.unwrap();
                stream.write_all(&request).await.unwrap();
            });
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(b"request").await.unwrap();
            client.shutdown().await.unwrap();
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).await.unwrap();
            HALF.check_eq("the answer", answer, b"request".to_vec());
            server.await.unwrap();
        });
    });
}

/// What is reported, in the words of `Ready`.
#[test]
fn ends_are_reported() {
    HALF.holds("an end, and then the other", || {
        block_on(async {
            let (ours, theirs) = connection().await;
            let ready = ours.ready(Interest::WRITABLE).await.unwrap();
            HALF.check_eq("closed at first", ready.is_write_closed(), false);
            // What was accepted is taken to be readable, until a read finds nothing.
            ours.try_read(&mut [0; 8]).unwrap_err();
            theirs.shutdown(Shutdown::Write).unwrap();
            let ready = ours.ready(Interest::READABLE).await.unwrap();
            HALF.check_eq("the read end", ready.is_read_closed(), true);
            let mut buffer = [0; 8];
            HALF.check_eq("a read", ours.try_read(&mut buffer).unwrap(), 0);
            let ready = ours.ready(Interest::READABLE).await.unwrap();
            HALF.check_eq("still the read end", ready.is_read_closed(), true);
            let ready = ours.ready(Interest::WRITABLE).await.unwrap();
            HALF.check_eq("the write end", ready.is_write_closed(), false);
        });
    });
}

/// A writer fills what there is room for, is cut short, and waits; then the reader makes room.
#[test]
fn a_peer_that_does_not_read() {
    REARMED.holds("a peer that reads late", || {
        let rt = runtime();
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let (mut ours, mut theirs) = rt.block_on(connection());
        let task = TestWaker::new("writer");
        let chunk = vec![7; 1 << 20];
        let mut written = 0;
        let write = |ours: &mut TcpStream| {
            task.poll(pin!(poll_fn(
                |cx| Pin::new(&mut *ours).poll_write(cx, &chunk)
            )))
        };
        while let Poll::Ready(length) = write(&mut ours) {
            written += length.unwrap();
        }
        for _ in 0..3 {
            handle.turn();
        }
        let again = write(&mut ours);
        REARMED.check_eq("a write without room", again.is_pending(), true);
        let mut read = vec![0; written];
        theirs.read_exact(&mut read).unwrap();
        REARMED.check_eq("what came", read.iter().all(|byte| *byte == 7), true);
        while task.wakes() == 0 {
            handle.turn();
        }
        REARMED.check_eq("a write with room", write(&mut ours).is_ready(), true);
    });
}

/// Each read takes a part, and after the last one the next event comes through.
#[test]
fn reads_of_every_size() {
    REARMED.holds("reads that are cut short, and others", || {
        block_on(async {
            let (mut ours, mut theirs) = connection().await;
            for size in [1, 2, 3, 5, 8, 13, 64] {
                for round in 0..4_u8 {
                    theirs.write_all(&[round; 24]).unwrap();
                    let mut left = 24;
                    while left > 0 {
                        let mut buffer = vec![0; size];
                        let length = ours.read(&mut buffer).await.unwrap();
                        assert!(buffer[..length].iter().all(|byte| *byte == round));
                        left -= length;
                    }
                }
            }
        });
    });
}

/// A read ends before an urgent byte, though there is more behind it. If that were taken for the last
/// of all, the rest would never be read.
#[test]
#[cfg(target_os = "linux")]
fn a_read_that_an_urgent_byte_cuts_short() {
    REARMED.holds("data, an urgent byte, and data", || {
        block_on(async {
            let (mut ours, mut theirs) = connection().await;
            ours.writable().await.unwrap();
            theirs.write_all(b"before").unwrap();
            SockRef::from(&theirs).send_out_of_band(b"!").unwrap();
            theirs.write_all(b"after").unwrap();
            ours.ready(Interest::PRIORITY).await.unwrap();
            let mut all = Vec::new();
            while all.len() < 11 {
                let mut buffer = [0; 64];
                let length = ours.read(&mut buffer).await.unwrap();
                all.extend_from_slice(&buffer[..length]);
            }
            REARMED.check_eq("what was read", all, b"beforeafter".to_vec());
            // And what comes later as well.
            theirs.write_all(b"later").unwrap();
            let mut buffer = [0; 5];
            ours.read_exact(&mut buffer).await.unwrap();
            REARMED.check_eq("what was read", buffer, *b"later");
        });
    });
}

#[test]
fn a_read_that_is_dropped_in_the_middle() {
    CANCELLED.holds("a read that gives up", || {
        block_on(async {
            let (mut ours, mut theirs) = connection().await;
            let task = TestWaker::new("gives up");
            let mut buffer = [0; 8];
            {
                let mut read = pin!(ours.read(&mut buffer));
                assert!(task.poll(read.as_mut()).is_pending());
            }
            theirs.write_all(b"hello").unwrap();
            ours.readable().await.unwrap();
            let length = ours.read(&mut buffer).await.unwrap();
            CANCELLED.check_eq("what was read", &buffer[..length], &b"hello"[..]);
        });
    });
}

#[test]
fn an_accept_that_is_dropped_in_the_middle() {
    CANCELLED.holds("an accept that gives up", || {
        block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let task = TestWaker::new("gives up");
            assert!(task.poll(pin!(listener.accept())).is_pending());
            task.none_held(CANCELLED);
            let _theirs = StdStream::connect(listener.local_addr().unwrap()).unwrap();
            listener.accept().await.unwrap();
        });
    });
}

/// Several tasks wait for one datagram. All are woken, one receives it, and the others wait again.
#[test]
fn a_datagram_for_one_of_many() {
    SPURIOUS.holds("ten tasks and ten datagrams", || {
        block_on(async {
            let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
            let address = socket.local_addr().unwrap();
            let received = Arc::new(AtomicUsize::new(0));
            let tasks: Vec<_> = (0..10)
                .map(|_| {
                    let (socket, received) = (Arc::clone(&socket), Arc::clone(&received));
                    spawn(async move {
                        socket.recv(&mut [0; 8]).await.unwrap();
                        received.fetch_add(1, Relaxed);
                    })
                })
                .collect();
            yield_now().await;
            let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            for _ in 0..10 {
                sender.send_to(b"x", address).await.unwrap();
            }
            for task in tasks {
                task.await.unwrap();
            }
            SPURIOUS.check_eq("received", received.load(Relaxed), 10);
        });
    });
}

/// A try that finds nothing: after a report that another task has used up, and before any report.
#[test]
fn a_try_that_finds_nothing() {
    SPURIOUS.holds("tries", || {
        block_on(async {
            let (ours, mut theirs) = connection().await;
            let mut buffer = [0; 8];
            let nothing = ours.try_read(&mut buffer).unwrap_err().kind();
            SPURIOUS.check_eq("before any report", nothing, ErrorKind::WouldBlock);
            theirs.write_all(b"hello").unwrap();
            ours.readable().await.unwrap();
            SPURIOUS.check_eq("a try", ours.try_read(&mut buffer).unwrap(), 5);
            let nothing = ours.try_read(&mut buffer).unwrap_err().kind();
            SPURIOUS.check_eq("after all was read", nothing, ErrorKind::WouldBlock);
            theirs.write_all(b"again").unwrap();
            ours.readable().await.unwrap();
            SPURIOUS.check_eq("a try", ours.try_read(&mut buffer).unwrap(), 5);
        });
    });
}

/// Nothing answers, and the error of the last datagram comes with the next receive. A task that
/// receives is told, and the socket goes on.
#[test]
#[cfg(target_os = "linux")]
fn an_error_of_a_datagram() {
    TOLD.holds("a datagram without a receiver", || {
        block_on(async {
            let there = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let address = there.local_addr().unwrap();
            socket.connect(address).await.unwrap();
            drop(there);
            socket.writable().await.unwrap();
            socket.send(b"x").await.unwrap();
            // The error is reported, and not only found by a receive.
            let ready = socket.ready(Interest::ERROR).await.unwrap();
            TOLD.check_eq("an error", ready.is_error(), true);
            let error = socket.recv(&mut [0; 8]).await.unwrap_err();
            TOLD.check_eq("the error", error.kind(), ErrorKind::ConnectionRefused);
            let there = UdpSocket::bind(address).await.unwrap();
            there
                .send_to(b"y", socket.local_addr().unwrap())
                .await
                .unwrap();
            TOLD.check_eq("received", socket.recv(&mut [0; 8]).await.unwrap(), 1);
            let ready = socket.ready(Interest::WRITABLE).await.unwrap();
            TOLD.check_eq("the write end is closed", ready.is_write_closed(), false);
        });
    });
}
