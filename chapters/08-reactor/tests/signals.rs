//! Signals end system calls in the middle.

#![cfg(all(unix, not(any(loom, miri))))]

mod rt;

use std::io::Write;
use std::net::TcpStream as StdStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;

use current_thread::{Runtime, ThreadPark};
use reactor::IoPark;
use reactor::io::AsyncReadExt;
use reactor::net::TcpListener;
use testkit::{Exercise, Rule};

use rt::Counting;

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const GOES_ON: Rule = CHAPTER.rule("A signal ends a sleep, and nothing else.");

/// How often the handler ran.
static SIGNALS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_signal: libc::c_int) {
    SIGNALS.fetch_add(1, Relaxed);
}

/// A handler after which the system call that was interrupted fails with `EINTR`.
fn install() {
    // SAFETY: all of its fields may be zero.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    let handler: extern "C" fn(libc::c_int) = count;
    action.sa_sigaction = handler as usize;
    action.sa_flags = 0;
    // SAFETY: the handler does what a handler may do: it counts.
    let result = unsafe { libc::sigaction(libc::SIGUSR1, &raw const action, std::ptr::null_mut()) };
    assert_eq!(result, 0);
}

#[test]
fn a_signal_during_a_sleep() {
    GOES_ON.holds("ten signals", || {
        install();
        let (park, sleeps) = Counting::new(IoPark::new(ThreadPark::new()));
        let rt = Runtime::with_park(park);
        // SAFETY: this asks for a number.
        let sleeper = unsafe { libc::pthread_self() };
        let (listener, mut theirs) = rt.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let theirs = StdStream::connect(listener.local_addr().unwrap()).unwrap();
            (listener, theirs)
        });
        let is_done = Arc::new(AtomicBool::new(false));
        let (seen, done) = (Arc::clone(&sleeps), Arc::clone(&is_done));
        let other = thread::spawn(move || {
            // Each signal is sent in another sleep, or on the way to it.
            for _ in 0..10 {
                let before = seen.load(Relaxed);
                // SAFETY: the thread is alive: it waits for what we write below.
                assert_eq!(unsafe { libc::pthread_kill(sleeper, libc::SIGUSR1) }, 0);
                while seen.load(Relaxed) == before && !done.load(Relaxed) {
                    thread::yield_now();
                    // SAFETY: as above.
                    assert_eq!(unsafe { libc::pthread_kill(sleeper, libc::SIGUSR1) }, 0);
                }
            }
            theirs.write_all(b"hello").unwrap();
            theirs
        });
        rt.block_on(async {
            let (mut ours, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 5];
            ours.read_exact(&mut buffer).await.unwrap();
            GOES_ON.check_eq("what was read", buffer, *b"hello");
        });
        is_done.store(true, Relaxed);
        drop(other.join().unwrap());
        GOES_ON.check(SIGNALS.load(Relaxed) >= 10, "fewer signals than were sent");
        GOES_ON.check(sleeps.load(Relaxed) >= 10, "no sleep was interrupted");
    });
}
