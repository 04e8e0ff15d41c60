//! 8.14: what all sockets have in common. The driver has a turn only when a test says so.

#![cfg(all(unix, not(any(loom, miri))))]

mod rt;

use std::future::poll_fn;
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::net::{Shutdown, TcpStream as StdStream};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::thread;

use current_thread::{Runtime, Unpark};
use futures::FutureExt;
use harness::coop::with_budget;
#[cfg(target_os = "linux")]
use reactor::Interest;
use reactor::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use reactor::net::{TcpListener, TcpStream, UnixStream};
use reactor::steps::count_sources;
use reactor::{IoHandle, IoPark};
#[cfg(target_os = "linux")]
use socket2::SockRef;
use testkit::{Exercise, Rule, TestWaker};

use rt::{block_on, runtime};

const EX: Exercise = Exercise::new("8.14", "reactor/evented.md");

const SPARED: Rule =
    EX.rule("After a read or a write that was cut short, the next one waits for a report.");
const MORE: Rule = EX.rule("A call that may find something is not spared.");
const TRIES: Rule = EX.rule("A try clears what was reported only if it finds nothing.");
const WOKEN: Rule = EX.rule("A report wakes the latest task of its direction.");
const GONE: Rule = EX.rule("A source that is dropped or given away is watched no more.");
const BUDGET: Rule = EX.rule("An operation that is done spends one of the task's budget.");

/// A connection, whose driver waits for our word.
struct Connection {
    ours: TcpStream,
    theirs: StdStream,
    handle: IoHandle,
    task: TestWaker,
    /// Last, for it shuts the driver down.
    rt: Runtime<IoPark>,
}

impl Connection {
    /// Nothing was sent yet, and a read has found that out.
    fn new() -> Connection {
        let rt = runtime();
        let (ours, theirs) = rt.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let theirs = StdStream::connect(listener.local_addr().unwrap()).unwrap();
            (listener.accept().await.unwrap().0, theirs)
        });
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let task = TestWaker::new("task");
        let mut connection = Connection {
            ours,
            theirs,
            handle,
            task,
            rt,
        };
        // The report that there is room to write.
        connection.handle.turn();
        assert!(connection.read(8).is_pending());
        connection
    }

    /// Reads up to `size` bytes, without a turn of the driver.
    fn read(&mut self, size: usize) -> Poll<usize> {
        let mut buffer = vec![0; size];
        let ours = &mut self.ours;
        let read = pin!(poll_fn(|cx| Pin::new(&mut *ours).poll_read(cx, &mut buffer)));
        self.task.poll(read).map(Result::unwrap)
    }

    /// As `read`, into two buffers.
    fn read_vectored(&mut self, sizes: [usize; 2]) -> Poll<usize> {
        let [mut one, mut two] = sizes.map(|size| vec![0; size]);
        let ours = &mut self.ours;
        let read = pin!(poll_fn(|cx| {
            let mut parts = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut two)];
            Pin::new(&mut *ours).poll_read_vectored(cx, &mut parts)
        }));
        self.task.poll(read).map(Result::unwrap)
    }

    fn write(&mut self, bytes: &[u8]) -> Poll<usize> {
        let ours = &mut self.ours;
        let write = pin!(poll_fn(|cx| Pin::new(&mut *ours).poll_write(cx, bytes)));
        self.task.poll(write).map(Result::unwrap)
    }

    fn write_vectored(&mut self, bytes: &[u8]) -> Poll<usize> {
        let ours = &mut self.ours;
        let write = pin!(poll_fn(|cx| {
            let parts = [IoSlice::new(&bytes[..1]), IoSlice::new(&bytes[1..])];
            Pin::new(&mut *ours).poll_write_vectored(cx, &parts)
        }));
        self.task.poll(write).map(Result::unwrap)
    }

    /// They send something to a task that waits, and the driver reports it.
    fn is_sent(&mut self, bytes: &[u8]) {
        let wakes = self.task.wakes();
        self.theirs.write_all(bytes).unwrap();
        self.turn_until_woken(wakes);
    }

    /// An event of the loopback may take a moment.
    fn turn_until_woken(&self, wakes: usize) {
        while self.task.wakes() == wakes {
            self.handle.turn();
            thread::yield_now();
        }
    }
}

/// Five bytes are read into a larger buffer. More have come since, and no report of them is in hand.
#[test]
fn a_read_that_is_cut_short() {
    SPARED.holds("five bytes, and a buffer of sixteen", || {
        let mut connection = Connection::new();
        connection.is_sent(b"hello");
        MORE.check_eq("a read", connection.read(16), Poll::Ready(5));
        connection.theirs.write_all(b"again!").unwrap();
        let wakes = connection.task.wakes();
        let saw = "it asks the system, though the read before it has taken all there was";
        SPARED.pending(connection.read(16), saw);
        connection.turn_until_woken(wakes);
        WOKEN.check_eq("a read", connection.read_vectored([2, 8]), Poll::Ready(6));
        connection.theirs.write_all(b"and again").unwrap();
        let wakes = connection.task.wakes();
        SPARED.pending(connection.read_vectored([2, 8]), saw);
        connection.turn_until_woken(wakes);
        WOKEN.check_eq("a read", connection.read(16), Poll::Ready(9));
    });
}

/// There was less room than was asked for. Then they read all, and no report of it is in hand.
#[test]
fn a_write_that_is_cut_short() {
    SPARED.holds("more bytes than there is room for", || {
        let mut connection = Connection::new();
        let bytes = vec![7; 1 << 22];
        for is_vectored in [false, true] {
            let mut written = 0;
            let wakes = connection.task.wakes();
            loop {
                let polled = match is_vectored {
                    false => connection.write(&bytes),
                    true => connection.write_vectored(&bytes),
                };
                let length = MORE.ready(polled, "there is room, and the write waits");
                written += length;
                if length < bytes.len() {
                    break;
                }
            }
            let mut received = vec![0; written];
            connection.theirs.read_exact(&mut received).unwrap();
            let saw = "it asks the system, though the write before it found no more room";
            SPARED.pending(connection.write(&bytes), saw);
            connection.turn_until_woken(wakes);
        }
    });
}

/// A read that fills its buffer has shown nothing, and nor has one of no bytes.
#[test]
fn reads_that_may_leave_something() {
    MORE.holds("eight bytes, in reads of four and of none", || {
        let mut connection = Connection::new();
        connection.is_sent(b"12345678");
        MORE.check_eq("no bytes", connection.read(0), Poll::Ready(0));
        MORE.check_eq(
            "no buffers",
            connection.read_vectored([0, 0]),
            Poll::Ready(0),
        );
        MORE.check_eq("four", connection.read(4), Poll::Ready(4));
        MORE.check_eq(
            "four more",
            connection.read_vectored([1, 3]),
            Poll::Ready(4),
        );
        WOKEN.pending(connection.read(4), "nothing is left");
        connection.is_sent(b"more");
        WOKEN.check_eq("what came later", connection.read(8), Poll::Ready(4));
    });
}

/// A read of a Unix socket ends where a descriptor was sent along. So a short one has not shown that nothing is
/// left, and the next one asks the system.
#[test]
fn a_stream_whose_reads_end_early() {
    MORE.holds("two messages over a Unix socket, and one report", || {
        let rt = runtime();
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let _entered = rt.enter();
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        let task = TestWaker::new("task");
        let mut read = || {
            let mut buffer = [0; 16];
            let read = pin!(poll_fn(|cx| Pin::new(&mut ours).poll_read(cx, &mut buffer)));
            task.poll(read).map(Result::unwrap)
        };
        assert!(read().is_pending());
        theirs.try_write(b"with").unwrap();
        while task.wakes() == 0 {
            handle.turn();
        }
        MORE.check_eq("the first part", read(), Poll::Ready(4));
        theirs.try_write(b"without").unwrap();
        MORE.check_eq("the part behind it", read(), Poll::Ready(7));
    });
}

/// A read ends before an urgent byte, though there is more behind it, and that was reported already.
#[test]
#[cfg(target_os = "linux")]
fn a_read_before_an_urgent_byte() {
    MORE.holds("data, an urgent byte, and data", || {
        let mut connection = Connection::new();
        connection.theirs.write_all(b"before").unwrap();
        let theirs = SockRef::from(&connection.theirs);
        theirs.send_out_of_band(b"!").unwrap();
        connection.theirs.write_all(b"after").unwrap();
        let is_urgent = |ours: &TcpStream| ours.ready(Interest::PRIORITY).now_or_never().is_some();
        while !is_urgent(&connection.ours) {
            connection.handle.turn();
            thread::yield_now();
        }
        let mut lengths = Vec::new();
        // On a busy machine the last bytes may take a moment; then there is a report of them.
        for _ in 0..20_000 {
            connection.handle.turn();
            if let Poll::Ready(length) = connection.read(64) {
                lengths.push(length);
            }
            if lengths.len() == 2 {
                break;
            }
            thread::yield_now();
        }
        MORE.check_eq("what the reads found", lengths, vec![6, 5]);
    });
}

/// The end stays, and each read finds it.
#[test]
fn the_end() {
    MORE.holds("last words and the end", || {
        let mut connection = Connection::new();
        connection.is_sent(b"bye");
        connection.theirs.shutdown(Shutdown::Write).unwrap();
        MORE.check_eq("a read", connection.read(8), Poll::Ready(3));
        let end = loop {
            if let Poll::Ready(length) = connection.read(8) {
                break length;
            }
            connection.handle.turn();
            thread::yield_now();
        };
        MORE.check_eq("the end", end, 0);
        MORE.check_eq("still the end", connection.read(8), Poll::Ready(0));
    });
}

/// A caller of its own goes on for as long as it likes.
#[test]
fn tries() {
    TRIES.holds("tries of a stream that is readable", || {
        let mut connection = Connection::new();
        connection.is_sent(b"hello");
        let waits = |ours: &TcpStream| ours.readable().now_or_never().is_none();
        let ours = &connection.ours;
        TRIES.check_eq("a try", ours.try_read(&mut [0; 8]).unwrap(), 5);
        TRIES.check_eq("a task waits after it", waits(ours), false);
        let nothing = ours.try_read(&mut [0; 8]).map_err(|error| error.kind());
        let would_block = Err(std::io::ErrorKind::WouldBlock);
        TRIES.check_eq("a try that finds nothing", nothing, would_block);
        TRIES.check_eq("a task waits after it", waits(ours), true);
        TRIES.check_eq("a write", ours.try_write(b"ab").unwrap(), 2);
        let parts = [IoSlice::new(b"c"), IoSlice::new(b"de")];
        TRIES.check_eq("another", ours.try_write_vectored(&parts).unwrap(), 3);
        let mut five = [0; 5];
        connection.theirs.read_exact(&mut five).unwrap();
        TRIES.check_eq("what came", five, *b"abcde");
    });
}

#[test]
fn a_source_that_goes() {
    GONE.holds(
        "a socket that is dropped, and one that is given away",
        || {
            let connection = Connection::new();
            let handle = connection.handle.clone();
            let Connection { ours, task, rt, .. } = connection;
            drop(ours);
            GONE.check_eq("sources after the drop", count_sources(&handle), 0);
            task.none_held(GONE);
            drop(rt);

            let mut connection = Connection::new();
            connection.is_sent(b"hello");
            let Connection {
                ours,
                handle,
                rt,
                theirs,
                ..
            } = connection;
            let mut given = ours.into_std().unwrap();
            GONE.check_eq("sources after it was given away", count_sources(&handle), 0);
            let mut five = [0; 5];
            given.read_exact(&mut five).unwrap();
            GONE.check_eq("what it reads", five, *b"hello");
            drop((rt, theirs));
        },
    );
}

#[test]
fn the_budget_is_spent() {
    BUDGET.holds("a thousand reads that never wait", || {
        block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let mut theirs = StdStream::connect(listener.local_addr().unwrap()).unwrap();
            let (mut ours, _) = listener.accept().await.unwrap();
            theirs.write_all(&[7; 1000]).unwrap();
            ours.readable().await.unwrap();
            let done = with_budget(|| {
                (0..1000)
                    .take_while(|_| ours.read(&mut [0; 1]).now_or_never().is_some())
                    .count()
            });
            BUDGET.check_eq("reads in one turn of the task", done, 128);
        });
    });
}
