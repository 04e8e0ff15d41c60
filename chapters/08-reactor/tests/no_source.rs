//! A driver without sources. It counts the descriptors of the process, so it is alone in its program.

#![cfg(not(any(loom, miri)))]

mod rt;

use std::thread;

use current_thread::Unpark;
use reactor::IoHandle;
use reactor::net::UdpSocket;
use reactor::steps::count_sources;
use testkit::{Exercise, Rule};

use rt::runtime;

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const COSTS: Rule = CHAPTER.rule("A driver without sources asks the system for nothing.");

#[test]
#[cfg(target_os = "linux")]
fn nothing_is_made_before_there_is_a_source() {
    COSTS.holds("a runtime that waits for a thread", || {
        let before = rt::open_descriptors();
        let rt = runtime();
        let (send, receive) = atomic_waker::oneshot::channel();
        let sender = thread::spawn(move || send.send(()).unwrap());
        rt.block_on(receive).unwrap();
        sender.join().unwrap();
        COSTS.check_eq("descriptors", rt::open_descriptors(), before);
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        COSTS.check_eq("a turn", handle.turn(), false);
        let socket = rt.block_on(UdpSocket::bind("127.0.0.1:0")).unwrap();
        COSTS.check_eq("sources", count_sources(&handle), 1);
        drop(socket);
        COSTS.check_eq("sources", count_sources(&handle), 0);
    });
}
