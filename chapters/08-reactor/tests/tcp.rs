//! TCP, as it is used.

#![cfg(not(any(loom, miri)))]

mod rt;

use std::future::poll_fn;
use std::io::{ErrorKind, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use current_thread::spawn;
use futures::FutureExt;
use reactor::Interest;
use reactor::io::{AsyncReadExt, AsyncWriteExt};
use reactor::net::{TcpListener, TcpSocket, TcpStream};
use testkit::{Exercise, Rule};

use rt::block_on;

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const BYTES: Rule = CHAPTER.rule("What is written to one end is read from the other, in order.");
const REPORTED: Rule = CHAPTER
    .rule("An operation is worth a try if something was reported, or may have been there before.");
const HALVES: Rule = CHAPTER.rule("The halves of a stream are the stream, in two tasks.");
const OPTIONS: Rule = CHAPTER.rule("An option that was set is read back.");

async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (client, accepted) = futures::join!(TcpStream::connect(address), listener.accept());
    (client.unwrap(), accepted.unwrap().0)
}

#[test]
fn bytes_come_through() {
    BYTES.holds("a megabyte, there and back", || {
        block_on(async {
            let (mut client, mut server) = pair().await;
            let echo = spawn(async move {
                let (mut reader, mut writer) = server.split();
                let copied = reactor::io::copy(&mut reader, &mut writer).await.unwrap();
                writer.shutdown().await.unwrap();
                copied
            });
            let sent: Vec<u8> = (0..1 << 20).map(|n: u32| (n % 251) as u8).collect();
            let expected = sent.clone();
            let (mut reader, mut writer) = client.split();
            let write = async {
                writer.write_all(&sent).await.unwrap();
                writer.shutdown().await.unwrap();
            };
            let mut received = Vec::new();
            let read = reader.read_to_end(&mut received);
            let ((), length) = futures::join!(write, read);
            BYTES.check_eq("the length", length.unwrap(), expected.len());
            BYTES.check(received == expected, "other bytes came back");
            BYTES.check_eq("what was copied", echo.await.unwrap(), 1 << 20);
        });
    });
}

/// A short read has taken all there was, and clears. The end is a report of its own, and stays.
#[test]
fn an_end_behind_a_short_read() {
    BYTES.holds("a hundred bytes and the end", || {
        block_on(async {
            let (mut client, mut server) = pair().await;
            client.write_all(&[7; 100]).await.unwrap();
            drop(client);
            let mut lengths = Vec::new();
            for _ in 0..4 {
                lengths.push(server.read(&mut [0; 64]).await.unwrap());
            }
            BYTES.check_eq("what each read found", lengths, vec![64, 36, 0, 0]);
        });
    });
}

#[test]
fn several_buffers_at_once() {
    BYTES.holds("vectored reads and writes", || {
        block_on(async {
            let (mut client, mut server) = pair().await;
            let parts = [
                IoSlice::new(b"hello"),
                IoSlice::new(b", "),
                IoSlice::new(b"world"),
            ];
            let written = client.write_vectored(&parts).await.unwrap();
            BYTES.check_eq("written", written, 12);
            server.readable().await.unwrap();
            let (mut head, mut tail) = ([0; 4], [0; 16]);
            let read = {
                let mut parts = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut tail)];
                server.read_vectored(&mut parts).await.unwrap()
            };
            BYTES.check_eq("read", read, 12);
            BYTES.check_eq(
                "the parts",
                (&head, &tail[..8]),
                (b"hell", &b"o, world"[..]),
            );
            let parts = [IoSlice::new(b"a"), IoSlice::new(b"b")];
            BYTES.check_eq("tried", server.try_write_vectored(&parts).unwrap(), 2);
            client.readable().await.unwrap();
            let mut parts = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut tail)];
            BYTES.check_eq("tried", client.try_read_vectored(&mut parts).unwrap(), 2);
        });
    });
}

/// The memory was never written. What was not read into it stays as it was.
#[test]
fn a_read_into_new_memory() {
    BYTES.holds("reads into memory that was never written", || {
        block_on(async {
            let (mut client, server) = pair().await;
            client.write_all(b"hello, world").await.unwrap();
            drop(client);
            let mut buffer = [MaybeUninit::uninit(); 8];
            buffer[7].write(b'.');
            let mut read = Vec::new();
            loop {
                let length = poll_fn(|cx| server.poll_read_uninit(cx, &mut buffer[..7]));
                let length = length.await.unwrap();
                if length == 0 {
                    break;
                }
                // SAFETY: so many bytes at the start of the buffer were written by the read.
                read.extend(
                    buffer[..length]
                        .iter()
                        .map(|byte| unsafe { byte.assume_init() }),
                );
            }
            BYTES.check_eq("what was read", &read[..], &b"hello, world"[..]);
            // SAFETY: the last byte was written above, and no read was told of it.
            BYTES.check_eq(
                "behind the buffer",
                unsafe { buffer[7].assume_init() },
                b'.',
            );
        });
    });
}

/// It clears after a short read, as other reads do, and waits for more.
#[test]
fn a_read_into_new_memory_waits() {
    BYTES.holds("a read that comes first", || {
        block_on(async {
            let (mut client, server) = pair().await;
            let reader = spawn(async move {
                let mut lengths = Vec::new();
                let mut buffer = [MaybeUninit::uninit(); 64];
                while lengths.last() != Some(&0) {
                    let read = poll_fn(|cx| server.poll_read_uninit(cx, &mut buffer));
                    lengths.push(read.await.unwrap());
                }
                lengths
            });
            current_thread::yield_now().await;
            client.write_all(&[7; 100]).await.unwrap();
            drop(client);
            let lengths = reader.await.unwrap();
            BYTES.check_eq("what each read found", lengths, vec![64, 36, 0]);
        });
    });
}

#[test]
fn what_is_peeked_stays() {
    BYTES.holds("a peek before a read", || {
        block_on(async {
            let (mut client, mut server) = pair().await;
            client.write_all(b"hello").await.unwrap();
            let mut buffer = [0; 8];
            for _ in 0..2 {
                let length = server.peek(&mut buffer).await.unwrap();
                BYTES.check_eq("peeked", &buffer[..length], &b"hello"[..]);
            }
            let length = server.read(&mut buffer).await.unwrap();
            BYTES.check_eq("read", &buffer[..length], &b"hello"[..]);
        });
    });
}

#[test]
fn tries_and_operations_of_ones_own() {
    BYTES.holds("try_io and async_io", || {
        block_on(async {
            let (client, server) = pair().await;
            let nothing = server.try_io(Interest::READABLE, || {
                Err::<(), _>(std::io::Error::from(ErrorKind::WouldBlock))
            });
            BYTES.check_eq(
                "nothing",
                nothing.unwrap_err().kind(),
                ErrorKind::WouldBlock,
            );
            let mut tries = 0;
            let reader = server.async_io(Interest::READABLE, || {
                tries += 1;
                let mut buffer = [0; 8];
                std::io::Read::read(&mut &*socket2::SockRef::from(&server), &mut buffer)
            });
            let writer = async {
                current_thread::yield_now().await;
                client.writable().await.unwrap();
                client.try_write(b"hello").unwrap()
            };
            let (read, written) = futures::join!(reader, writer);
            BYTES.check_eq("read and written", (read.unwrap(), written), (5, 5));
            BYTES.check(tries <= 2, format!("{tries} tries for one read"));
        });
    });
}

#[test]
fn halves_go_their_own_ways() {
    HALVES.holds("two tasks of one stream", || {
        block_on(async {
            let (client, server) = pair().await;
            let (mut reader, mut writer) = client.into_split();
            let reads = spawn(async move {
                let mut all = Vec::new();
                reader.read_to_end(&mut all).await.unwrap();
                (reader, all)
            });
            let (mut their_reader, mut their_writer) = server.into_split();
            writer.write_all(b"ping").await.unwrap();
            their_reader.read_exact(&mut [0; 4]).await.unwrap();
            their_writer.write_all(b"pong").await.unwrap();
            // The end of the half is the end of the direction.
            drop(their_writer);
            let (reader, all) = reads.await.unwrap();
            HALVES.check_eq("what was read", all, b"pong".to_vec());
            let client = reader.reunite(writer).unwrap();
            client.writable().await.unwrap();
            HALVES.check_eq("a write", client.try_write(b"more").unwrap(), 4);
            let mut buffer = [0; 8];
            HALVES.check_eq("a read", their_reader.read(&mut buffer).await.unwrap(), 4);
        });
    });
}

#[test]
fn halves_of_two_streams() {
    HALVES.holds("halves that do not belong together", || {
        block_on(async {
            let (a, b) = pair().await;
            let ((a_reader, a_writer), (b_reader, b_writer)) = (a.into_split(), b.into_split());
            let error = a_reader.reunite(b_writer).unwrap_err();
            let text = "tried to reunite halves that are not from the same socket";
            HALVES.check_eq("the error", error.to_string(), text.to_owned());
            let a = error.0.reunite(a_writer);
            let b = error.1.reunite(b_reader);
            HALVES.check(a.is_ok() && b.is_ok(), "the halves that belong together");
        });
    });
}

#[test]
fn a_half_that_forgets() {
    HALVES.holds("a half that is forgotten", || {
        block_on(async {
            let (client, mut server) = pair().await;
            let (reader, writer) = client.into_split();
            writer.forget();
            // The other direction is still there, so nothing is told.
            let nothing = server.try_read(&mut [0; 8]).unwrap_err().kind();
            HALVES.check_eq("the other side sees", nothing, ErrorKind::WouldBlock);
            drop(reader);
            HALVES.check_eq("the end", server.read(&mut [0; 8]).await.unwrap(), 0);
        });
    });
}

#[test]
fn to_the_standard_library_and_back() {
    BYTES.holds("into_std and from_std", || {
        block_on(async {
            let (client, mut server) = pair().await;
            let client = client.into_std().unwrap();
            std::io::Write::write_all(&mut &client, b"hello").unwrap();
            server.read_exact(&mut [0; 5]).await.unwrap();
            server.write_all(b"again").await.unwrap();
            let mut client = TcpStream::from_std(client).unwrap();
            let mut buffer = [0; 5];
            client.read_exact(&mut buffer).await.unwrap();
            BYTES.check_eq("read", buffer, *b"again");
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let listener = TcpListener::from_std(listener.into_std().unwrap()).unwrap();
            BYTES.check_eq("the address", listener.local_addr().unwrap(), address);
        });
    });
}

/// What was there before the source was registered is found by the first try.
#[test]
fn what_was_there_before() {
    BYTES.holds("data that came before the registration", || {
        block_on(async {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let mut theirs = std::net::TcpStream::connect(address).unwrap();
            let (ours, _) = listener.accept().unwrap();
            std::io::Write::write_all(&mut theirs, b"hello").unwrap();
            ours.set_nonblocking(true).unwrap();
            let mut ours = TcpStream::from_std(ours).unwrap();
            let mut buffer = [0; 8];
            let first = ours.read(&mut buffer).now_or_never();
            BYTES.check_eq("read at once", first.map(Result::unwrap), Some(5));
        });
    });
}

/// A connection that was accepted is taken to be ready, so that nothing waits for the first report; and the
/// first read that finds nothing ends that.
#[test]
fn an_accepted_stream_is_taken_to_be_ready() {
    REPORTED.holds("the first operations of an accepted stream", || {
        block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut client = std::net::TcpStream::connect(address).unwrap();
            let (server, _) = listener.accept().await.unwrap();
            let waits = server.readable().now_or_never().is_none();
            REPORTED.check_eq("a reader waits before the first read", waits, false);
            let nothing = server.try_read(&mut [0; 8]).unwrap_err().kind();
            REPORTED.check_eq("the first read", nothing, ErrorKind::WouldBlock);
            let waits = server.readable().now_or_never().is_none();
            REPORTED.check_eq("a reader waits after a read in vain", waits, true);
            REPORTED.check_eq("the first write", server.try_write(b"early").unwrap(), 5);
            std::io::Write::write_all(&mut client, b"later").unwrap();
            server.readable().await.unwrap();
            REPORTED.check_eq("what came", server.try_read(&mut [0; 8]).unwrap(), 5);
            // A try leaves what was reported, until one finds nothing.
            let waits = server.readable().now_or_never().is_none();
            REPORTED.check_eq("a reader waits after a short read", waits, false);
            let chunk = vec![0; 1 << 20];
            loop {
                let waits = server.writable().now_or_never().is_none();
                REPORTED.check_eq("a writer waits before a try has failed", waits, false);
                if server.try_write(&chunk).is_err() {
                    break;
                }
            }
            let waits = server.writable().now_or_never().is_none();
            REPORTED.check_eq("a writer waits after a write in vain", waits, true);
        });
    });
}

#[test]
fn options_are_set() {
    OPTIONS.holds("options of a stream and of a socket", || {
        block_on(async {
            let (client, _server) = pair().await;
            client.set_nodelay(true).unwrap();
            OPTIONS.check_eq("nodelay", client.nodelay().unwrap(), true);
            client.set_ttl(42).unwrap();
            OPTIONS.check_eq("ttl", client.ttl().unwrap(), 42);
            client.set_linger(Some(Duration::from_secs(3))).unwrap();
            OPTIONS.check_eq(
                "linger",
                client.linger().unwrap(),
                Some(Duration::from_secs(3)),
            );
            client.set_zero_linger().unwrap();
            OPTIONS.check_eq("linger", client.linger().unwrap(), Some(Duration::ZERO));
            let peer = _server.peer_addr().unwrap();
            OPTIONS.check_eq("addresses", client.local_addr().unwrap(), peer);

            let socket = TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            socket.set_keepalive(true).unwrap();
            socket.set_nodelay(true).unwrap();
            socket.set_recv_buffer_size(10_000).unwrap();
            socket.set_send_buffer_size(10_000).unwrap();
            let read = (
                socket.reuseaddr().unwrap(),
                socket.keepalive().unwrap(),
                socket.nodelay().unwrap(),
            );
            OPTIONS.check_eq("options of a socket", read, (true, true, true));
            OPTIONS.check(
                socket.recv_buffer_size().unwrap() >= 10_000,
                "the buffer is smaller",
            );
            OPTIONS.check(
                socket.send_buffer_size().unwrap() >= 10_000,
                "the buffer is smaller",
            );
            socket.set_zero_linger().unwrap();
            OPTIONS.check_eq("linger", socket.linger().unwrap(), Some(Duration::ZERO));
            // What is accepted would have it, too, and be broken off.
            socket.set_linger(None).unwrap();
            #[cfg(target_os = "linux")]
            if let Ok(six) = TcpSocket::new_v6() {
                six.set_tclass_v6(96).unwrap();
                OPTIONS.check_eq("the traffic class", six.tclass_v6().unwrap(), 96);
            }
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let listener = socket.listen(16).unwrap();
            let own = TcpSocket::new_v4().unwrap();
            own.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let from = own.local_addr().unwrap();
            let connecting = own.connect(listener.local_addr().unwrap());
            let (stream, accepted) = futures::join!(connecting, listener.accept());
            OPTIONS.check_eq("where it comes from", accepted.unwrap().1, from);
            OPTIONS.check_eq(
                "no error",
                stream.unwrap().take_error().unwrap().is_none(),
                true,
            );
        });
    });
}

/// A panic leaves no socket half done, so it may be used on, as one of the standard library.
#[test]
fn what_may_be_used_after_a_panic() {
    fn is_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
    is_unwind_safe::<TcpListener>();
    is_unwind_safe::<TcpSocket>();
    is_unwind_safe::<TcpStream>();
    is_unwind_safe::<reactor::net::UdpSocket>();
    #[cfg(unix)]
    {
        is_unwind_safe::<reactor::net::UnixDatagram>();
        is_unwind_safe::<reactor::net::UnixListener>();
        is_unwind_safe::<reactor::net::UnixStream>();
    }
}
