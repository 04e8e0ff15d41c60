//! Unix sockets, and any other descriptor.

#![cfg(all(unix, not(any(loom, miri))))]

mod rt;

use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;

use current_thread::spawn;
use futures::FutureExt;
use reactor::io::{AsyncReadExt, AsyncWriteExt};
use reactor::net::{UnixDatagram, UnixListener, UnixStream};
use reactor::{AsyncFd, Interest, Ready};
use testkit::{Exercise, Rule, TestWaker};

use rt::block_on;

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const BYTES: Rule = CHAPTER.rule("What is written to one end is read from the other, in order.");
const REPORTED: Rule = CHAPTER
    .rule("An operation is worth a try if something was reported, or may have been there before.");
const PEER: Rule = CHAPTER.rule("A connection says whose the other side is.");
const GUARD: Rule =
    CHAPTER.rule("A guard clears what it has seen, if it is told to, and nothing else.");

/// A path that is free, in a folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("reactor-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A pair is connected as it is made: there is room on both sides, and nothing to read.
#[test]
fn a_pair_has_room_at_once() {
    REPORTED.holds("the first operations of a pair", || {
        block_on(async {
            let (a, b) = UnixStream::pair().unwrap();
            let waits = a.writable().now_or_never().is_none();
            REPORTED.check_eq("a writer waits", waits, false);
            let waits = b.readable().now_or_never().is_none();
            REPORTED.check_eq("a reader waits", waits, true);
            REPORTED.check_eq("a write", a.try_write(b"hi").unwrap(), 2);
            b.readable().await.unwrap();
            REPORTED.check_eq("a read", b.try_read(&mut [0; 8]).unwrap(), 2);
        });
    });
}

#[test]
fn a_listener_at_a_path() {
    BYTES.holds("a request and an answer", || {
        block_on(async {
            let folder = Folder::new("listener");
            let path = folder.0.join("socket");
            let listener = UnixListener::bind(&path).unwrap();
            let bound = listener.local_addr().unwrap();
            BYTES.check_eq("the path", bound.as_pathname(), Some(&*path));
            let server = spawn(async move {
                let (stream, _) = listener.accept().await.unwrap();
                let (mut reader, mut writer) = stream.into_split();
                reactor::io::copy(&mut reader, &mut writer).await.unwrap();
            });
            let mut client = UnixStream::connect(&path).await.unwrap();
            client.write_all(b"hello").await.unwrap();
            client.shutdown().await.unwrap();
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).await.unwrap();
            BYTES.check_eq("the answer", answer, b"hello".to_vec());
            server.await.unwrap();
            let gone = UnixStream::connect(folder.0.join("missing")).await;
            BYTES.check_eq("no listener", gone.unwrap_err().kind(), ErrorKind::NotFound);
        });
    });
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_are_in_no_folder() {
    BYTES.holds("an abstract name", || {
        block_on(async {
            let name = format!("\0reactor-{}", std::process::id());
            let listener = UnixListener::bind(&name).unwrap();
            let (client, accepted) = futures::join!(UnixStream::connect(&name), listener.accept());
            let (mut client, (mut server, _)) = (client.unwrap(), accepted.unwrap());
            client.write_all(b"x").await.unwrap();
            server.read_exact(&mut [0]).await.unwrap();

            let name = format!("\0reactor-datagram-{}", std::process::id());
            let receiver = UnixDatagram::bind(&name).unwrap();
            let sender = UnixDatagram::unbound().unwrap();
            sender.send_to(b"hello", &name).await.unwrap();
            let mut buffer = [0; 8];
            let (length, _) = receiver.recv_from(&mut buffer).await.unwrap();
            BYTES.check_eq("received", length, 5);
        });
    });
}

#[test]
fn the_other_side_is_us() {
    PEER.holds("a pair", || {
        block_on(async {
            let (a, b) = UnixStream::pair().unwrap();
            let (a, b) = (a.peer_cred().unwrap(), b.peer_cred().unwrap());
            PEER.check_eq("both sides", a, b);
            // SAFETY: these ask for numbers.
            let own = unsafe { libc::geteuid() };
            PEER.check_eq("the user", a.uid(), own);
            if cfg!(target_os = "linux") {
                let own = i32::try_from(std::process::id()).unwrap();
                PEER.check_eq("the process", a.pid(), Some(own));
            }
        });
    });
}

/// A read ends where a descriptor was sent along, though there is more behind it.
#[test]
#[cfg(target_os = "linux")]
fn a_read_that_a_descriptor_cuts_short() {
    BYTES.holds("data with a descriptor, and data", || {
        block_on(async {
            let (a, mut b) = UnixStream::pair().unwrap();
            send_with_descriptor(&a, b"with");
            a.try_write(b"without").unwrap();
            // The report is here, and there will be no other.
            b.readable().await.unwrap();
            let mut all = Vec::new();
            while all.len() < 11 {
                let mut buffer = [0; 64];
                let length = b.read(&mut buffer).await.unwrap();
                all.extend_from_slice(&buffer[..length]);
            }
            BYTES.check_eq("what was read", all, b"withwithout".to_vec());
        });
    });
}

#[cfg(target_os = "linux")]
fn send_with_descriptor(stream: &UnixStream, data: &[u8]) {
    use std::os::fd::AsRawFd;
    let fd = stream.as_raw_fd();
    let mut control = [0_u64; 8];
    let mut part = libc::iovec {
        iov_base: data.as_ptr().cast_mut().cast(),
        iov_len: data.len(),
    };
    // SAFETY: all of its fields may be zero.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = &raw mut part;
    message.msg_iovlen = 1;
    message.msg_control = control.as_mut_ptr().cast();
    // SAFETY: it computes a number.
    message.msg_controllen = unsafe { libc::CMSG_SPACE(size_of::<i32>() as u32) } as usize;
    // SAFETY: the control buffer is large enough for one header.
    let header = unsafe { libc::CMSG_FIRSTHDR(&raw const message) };
    // SAFETY: as above, and it is aligned, as a `u64` is.
    let header = unsafe { &mut *header };
    header.cmsg_level = libc::SOL_SOCKET;
    header.cmsg_type = libc::SCM_RIGHTS;
    // SAFETY: it computes a number.
    header.cmsg_len = unsafe { libc::CMSG_LEN(size_of::<i32>() as u32) } as usize;
    // SAFETY: there is room for one descriptor behind the header.
    let place = unsafe { libc::CMSG_DATA(header) };
    // SAFETY: as above.
    unsafe { place.cast::<i32>().write_unaligned(fd) };
    // SAFETY: the message and all that it points to is ours.
    let sent = unsafe { libc::sendmsg(fd, &raw const message, 0) };
    assert_eq!(sent, data.len() as isize);
}

#[test]
fn datagrams() {
    BYTES.holds("datagrams at a path, and between a pair", || {
        block_on(async {
            let folder = Folder::new("datagram");
            let path = folder.0.join("socket");
            let receiver = UnixDatagram::bind(&path).unwrap();
            let sender = UnixDatagram::unbound().unwrap();
            let mut buffer = [0; 16];
            sender.send_to(b"one", &path).await.unwrap();
            BYTES.check_eq("received", receiver.recv(&mut buffer).await.unwrap(), 3);
            poll_fn(|cx| sender.poll_send_to(cx, b"four", &path))
                .await
                .unwrap();
            let received = poll_fn(|cx| receiver.poll_recv(cx, &mut buffer)).await;
            BYTES.check_eq("received", received.unwrap(), 4);
            sender.connect(&path).unwrap();
            sender.send(b"hello").await.unwrap();
            receiver.readable().await.unwrap();
            BYTES.check_eq("received", receiver.try_recv(&mut buffer).unwrap(), 5);
            let nothing = receiver.try_recv(&mut buffer).unwrap_err().kind();
            BYTES.check_eq("nothing", nothing, ErrorKind::WouldBlock);
            let (a, b) = UnixDatagram::pair().unwrap();
            // Until there is no room.
            let mut sent = 0;
            while a.try_send(b"x").is_ok() {
                sent += 1;
            }
            let task = TestWaker::new("sender");
            let mut waits = Box::pin(a.send(b"last"));
            assert!(task.poll(waits.as_mut()).is_pending());
            for _ in 0..sent {
                b.recv(&mut buffer).await.unwrap();
            }
            waits.await.unwrap();
            BYTES.check_eq("the last", b.recv(&mut buffer).await.unwrap(), 4);
        });
    });
}

fn pair() -> (
    AsyncFd<std::os::unix::net::UnixStream>,
    std::os::unix::net::UnixStream,
) {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    (AsyncFd::new(ours).unwrap(), theirs)
}

#[test]
fn a_guard_clears_what_it_saw() {
    GUARD.holds("guards that are told different things", || {
        block_on(async {
            let (mut ours, mut theirs) = pair();
            theirs.write_all(b"hello").unwrap();
            let mut guard = ours.readable().await.unwrap();
            GUARD.check_eq("readable", guard.ready().is_readable(), true);
            guard.retain_ready();
            drop(guard);
            // It was retained, and it stays when nothing is said.
            drop(ours.readable().await.unwrap());
            let mut guard = ours.readable().await.unwrap();
            let mut buffer = [0; 8];
            let read = guard.try_io(|fd| fd.get_ref().read(&mut buffer)).unwrap();
            GUARD.check_eq("read", read.unwrap(), 5);
            let blocked = guard.try_io(|fd| fd.get_ref().read(&mut buffer));
            GUARD.check_eq("would block", blocked.is_err(), true);
            let task = TestWaker::new("reader");
            assert!(task.poll(std::pin::pin!(ours.readable())).is_pending());

            theirs.write_all(b"again").unwrap();
            let mut guard = ours
                .ready_mut(Interest::READABLE | Interest::WRITABLE)
                .await
                .unwrap();
            guard.clear_ready_matching(Ready::WRITABLE);
            GUARD.check_eq("left in the guard", guard.ready().is_writable(), false);
            drop(guard);
            assert!(task.poll(std::pin::pin!(ours.writable())).is_pending());
            let ready = ours.readable().await.unwrap().ready();
            GUARD.check_eq("readable", ready.is_readable(), true);
        });
    });
}

/// A report that comes between the guard and the clear is not forgotten.
#[test]
fn a_guard_that_is_late() {
    GUARD.holds("an event between the guard and the clear", || {
        let rt = rt::runtime();
        let handle = rt.handle().driver::<reactor::IoHandle>().unwrap();
        rt.block_on(async {
            let (ours, mut theirs) = pair();
            theirs.write_all(b"hello").unwrap();
            let mut guard = ours.readable().await.unwrap();
            theirs.write_all(b"again").unwrap();
            current_thread::Unpark::turn(&handle);
            guard.clear_ready();
            let ready = ours.readable().await.unwrap().ready();
            GUARD.check_eq("readable", ready.is_readable(), true);
        });
    });
}

#[test]
fn a_descriptor_that_is_given_back() {
    GUARD.holds("into_inner, and a source twice", || {
        block_on(async {
            let (ours, mut theirs) = pair();
            let inner = ours.into_inner();
            theirs.write_all(b"x").unwrap();
            let ours = AsyncFd::with_interest(inner, Interest::READABLE).unwrap();
            let read = ours
                .async_io(Interest::READABLE, |mut inner| inner.read(&mut [0; 8]))
                .await;
            GUARD.check_eq("read", read.unwrap(), 1);
            // The system watches a descriptor once for each driver.
            let twice = AsyncFd::new(ours.get_ref().try_clone().unwrap());
            GUARD.check_eq("a copy", twice.is_ok(), true);
            let raw = std::os::fd::AsRawFd::as_raw_fd(ours.get_ref());
            let twice = AsyncFd::try_new(raw).unwrap_err();
            GUARD.check_eq(
                "the same",
                twice.into_parts().1.kind(),
                ErrorKind::AlreadyExists,
            );
        });
    });
}

/// The descriptor is closed before the `AsyncFd` is dropped, and a copy of it is still open: events may
/// come through the copy. What they speak of must stay.
#[test]
#[cfg(target_os = "linux")]
fn a_descriptor_that_is_closed_too_early() {
    GUARD.holds("a descriptor that is closed first", || {
        use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
        let rt = rt::runtime();
        let handle = rt.handle().driver::<reactor::IoHandle>().unwrap();
        let _entered = rt.enter();
        let (ours, mut theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        let copy = ours.try_clone().unwrap();
        let watched = AsyncFd::new(ours.into_raw_fd()).unwrap();
        // SAFETY: it was given away above, and the `AsyncFd` does not own it.
        drop(unsafe { OwnedFd::from_raw_fd(watched.as_raw_fd()) });
        drop(watched);
        theirs.write_all(b"x").unwrap();
        for _ in 0..3 {
            current_thread::Unpark::turn(&handle);
        }
        GUARD.check_eq("sources", reactor::steps::count_sources(&handle), 1);
        drop((copy, rt.handle()));
    });
}
