//! 8.7: the first source comes, and the system has no descriptor left for an event queue.
//!
//! The limit is the whole process's, so this test is alone in its program.

#![cfg(all(unix, not(any(loom, miri))))]

mod kit;

use std::fs::File;
use std::mem::ManuallyDrop;

use mio::net::UdpSocket;
use reactor::Interest;
use reactor::steps::{Watched, count_listed, count_released, count_sources};
use testkit::{Exercise, Rule};

use kit::Kit;

const EX: Exercise = Exercise::new("8.7", "reactor/register.md");

const REFUSED: Rule =
    EX.rule("A source that is refused since there is no event queue leaves nothing behind.");
const AGAIN: Rule = EX.rule("When there are descriptors again, the next source is registered.");

fn set_limit(limit: libc::rlim_t) {
    let mut limits = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limits` is ours.
    let result = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limits) };
    assert_eq!(result, 0);
    limits.rlim_cur = limit;
    // SAFETY: as above.
    let result = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limits) };
    assert_eq!(result, 0);
}

#[test]
fn the_queue_cannot_be_made() {
    REFUSED.holds("a first source without a free descriptor", || {
        let (kit, _below) = Kit::new();
        let mut sockets = [(); 2].map(|()| {
            let socket = UdpSocket::bind("127.0.0.1:0".parse().unwrap());
            Some(socket.unwrap())
        });
        let mut watch = |at: usize| {
            let socket = sockets[at].take().unwrap();
            let watched = Watched::new(&kit.handle, socket, Interest::READABLE);
            // How it is deregistered is another exercise.
            watched.map(ManuallyDrop::new)
        };
        set_limit(64);
        let mut files = Vec::new();
        let full = loop {
            match File::open("/dev/null") {
                Ok(file) => files.push(file),
                Err(error) => break error,
            }
        };
        let refused = watch(0);
        // A test that fails needs descriptors to say so.
        drop(files);
        REFUSED.check_eq("full", full.raw_os_error(), Some(libc::EMFILE));
        let why = refused.map_err(|error| error.raw_os_error());
        REFUSED.check_eq("why", why.err(), Some(Some(libc::EMFILE)));
        REFUSED.check_eq("listed", count_listed(&kit.handle), 0);
        REFUSED.check_eq("kept", count_released(&kit.handle), 0);
        REFUSED.check_eq("sources", count_sources(&kit.handle), 0);
        AGAIN.check_eq("the next one", watch(1).is_ok(), true);
        AGAIN.check_eq("sources", count_sources(&kit.handle), 1);
    });
}
