//! 8.7: a source that is registered, and one that is refused. With sockets of the system, and a sleep that is
//! a fake.

#![cfg(all(unix, not(any(loom, miri))))]

mod kit;

use std::fs::File;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::pin::pin;
use std::thread;

use current_thread::{Park, Unpark};
use mio::event::Source;
use mio::net::UdpSocket;
use mio::unix::SourceFd;
use mio::{Registry, Token};
use reactor::steps::{Watched, count_listed, count_released, count_sources};
use reactor::{Interest, IoHandle, is_shut_down_error};
use testkit::{Exercise, Rule, TestWaker};

use kit::Kit;

const EX: Exercise = Exercise::new("8.7", "reactor/register.md");

const REFUSED: Rule = EX.rule("A source that the system refuses leaves nothing behind.");
const COUNTED: Rule = EX.rule("A source that is registered is listed, and counted.");
const OWN: Rule =
    EX.rule("An event wakes the tasks of the source that it is about, and no others.");
const SHUTDOWN: Rule =
    EX.rule("After a shutdown a source is refused, and the system is not asked to watch it.");
const WATCHED: Rule =
    EX.rule("Sources Are Watched: an owner that sleeps below is woken for the first source.");

/// A descriptor as a source.
struct Descriptor(OwnedFd);

impl Source for Descriptor {
    fn register(
        &mut self,
        to: &Registry,
        token: Token,
        what: mio::Interest,
    ) -> std::io::Result<()> {
        SourceFd(&self.0.as_raw_fd()).register(to, token, what)
    }

    fn reregister(
        &mut self,
        to: &Registry,
        token: Token,
        what: mio::Interest,
    ) -> std::io::Result<()> {
        SourceFd(&self.0.as_raw_fd()).reregister(to, token, what)
    }

    fn deregister(&mut self, from: &Registry) -> std::io::Result<()> {
        SourceFd(&self.0.as_raw_fd()).deregister(from)
    }
}

/// A socket that is watched. How it is deregistered is another exercise: here the shutdown ends it.
type Forgotten = ManuallyDrop<Watched<UdpSocket>>;

fn watch(handle: &IoHandle) -> std::io::Result<Forgotten> {
    let socket = UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
    Watched::new(handle, socket, Interest::READABLE).map(ManuallyDrop::new)
}

#[test]
fn each_is_counted() {
    COUNTED.holds("three sources", || {
        let (kit, _below) = Kit::new();
        for count in 1..=3 {
            watch(&kit.handle).unwrap();
            COUNTED.check_eq("sources", count_sources(&kit.handle), count);
            COUNTED.check_eq("listed", count_listed(&kit.handle), count);
        }
    });
}

#[test]
fn an_event_is_of_its_source() {
    OWN.holds("two sockets, and a datagram for one", || {
        let (kit, _below) = Kit::new();
        let [a, b] = [watch(&kit.handle).unwrap(), watch(&kit.handle).unwrap()];
        let tasks = ["A", "B"].map(TestWaker::new);
        let (mut wait_a, mut wait_b) = (
            pin!(a.wait(Interest::READABLE)),
            pin!(b.wait(Interest::READABLE)),
        );
        assert!(tasks[0].poll(wait_a.as_mut()).is_pending());
        assert!(tasks[1].poll(wait_b.as_mut()).is_pending());
        a.source()
            .send_to(b"hello", b.source().local_addr().unwrap())
            .unwrap();
        // An event of the loopback may take a moment.
        while tasks.iter().all(|task| task.wakes() == 0) {
            kit.handle.turn();
            thread::yield_now();
        }
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        OWN.check_eq("wakes of A and of B", wakes, [0, 1]);
    });
}

/// tokio #6329: the system refuses a source, and what was made for it is kept. A plain file is refused.
#[test]
#[cfg(target_os = "linux")]
fn tokio_6329_a_source_that_is_refused() {
    REFUSED.holds("a plain file, a hundred times", || {
        let (mut kit, below) = Kit::new();
        for _ in 0..100 {
            let file = OwnedFd::from(File::open("/proc/self/exe").unwrap());
            let refused = Watched::new(&kit.handle, Descriptor(file), Interest::READABLE);
            let why = refused.map(ManuallyDrop::new).map_err(|error| error.kind());
            REFUSED.check_eq("why", why.err(), Some(std::io::ErrorKind::PermissionDenied));
        }
        REFUSED.check_eq("listed", count_listed(&kit.handle), 0);
        REFUSED.check_eq("kept", count_released(&kit.handle), 0);
        REFUSED.check_eq("sources", count_sources(&kit.handle), 0);
        // So the owner sleeps as if there had been none.
        kit.park.park();
        REFUSED.check_eq("sleeps below", below.sleeps(), 1);
    });
}

/// The owner sleeps below. It would not see an event.
#[test]
fn the_first_source_comes_while_the_owner_sleeps() {
    WATCHED.holds("sources that come during a sleep", || {
        let (mut kit, below) = Kit::new();
        let handle = kit.handle.clone();
        below.meanwhile(move || {
            watch(&handle).unwrap();
        });
        kit.park.park();
        WATCHED.check_eq("unparks of what is below", below.unparks(), 1);
        // An owner that is awake looks by itself.
        watch(&kit.handle).unwrap();
        WATCHED.check_eq("unparks of what is below", below.unparks(), 1);
    });
}

#[test]
#[cfg(target_os = "linux")]
fn after_the_shutdown() {
    SHUTDOWN.holds("a socket that comes too late", || {
        let (mut kit, _below) = Kit::new();
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let copy = socket.as_fd().try_clone_to_owned().unwrap();
        let early = Watched::new(&kit.handle, Descriptor(socket.into()), Interest::READABLE);
        let watched = is_watched_by_the_system(&copy);
        SHUTDOWN.check_eq("the system watches one that was in time", watched, true);
        kit.park.shutdown();
        drop(early);
        // A copy stays open, so that the system would go on watching the socket.
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let copy = socket.as_fd().try_clone_to_owned().unwrap();
        let late = Watched::new(&kit.handle, Descriptor(socket.into()), Interest::READABLE);
        let is_told = match late.map(ManuallyDrop::new) {
            Ok(_) => false,
            Err(error) => is_shut_down_error(&error),
        };
        SHUTDOWN.check_eq("the error says so", is_told, true);
        let watched = is_watched_by_the_system(&copy);
        SHUTDOWN.check_eq("the system watches it", watched, false);
    });
}

/// Whether an event queue of this process watches the socket of `descriptor`, as the system tells.
#[cfg(target_os = "linux")]
fn is_watched_by_the_system(descriptor: &impl AsRawFd) -> bool {
    use std::os::unix::fs::MetadataExt;
    let path = format!("/proc/self/fd/{}", descriptor.as_raw_fd());
    let number = format!("ino:{:x}", std::fs::metadata(path).unwrap().ino());
    let queues = std::fs::read_dir("/proc/self/fdinfo").unwrap().flatten();
    let mut told = queues.map(|entry| std::fs::read_to_string(entry.path()).unwrap_or_default());
    told.any(|text| {
        let mut watched = text.lines().filter(|line| line.starts_with("tfd:"));
        watched.any(|line| line.split_whitespace().any(|word| word == number))
    })
}
