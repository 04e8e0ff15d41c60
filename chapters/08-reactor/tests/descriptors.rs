//! A process without a free descriptor: to accept fails, and goes on when there is one.
//!
//! The limit is the whole process's, so this test is alone in its program.

#![cfg(all(unix, not(any(loom, miri))))]

mod rt;

use std::fs::File;
use std::net::TcpStream as StdStream;

use current_thread::yield_now;
use reactor::net::TcpListener;
use testkit::{Exercise, Rule};

use rt::block_on;

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const RECOVERS: Rule = CHAPTER.rule(
    "To accept without a free descriptor fails at once, each time; and the connection is there when \
     there is one again.",
);

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
fn accept_recovers() {
    RECOVERS.holds("a listener without descriptors", || {
        block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            // The client is made before the last descriptor is gone.
            let client = StdStream::connect(address).unwrap();
            set_limit(64);
            let mut files = Vec::new();
            let full = loop {
                match File::open("/dev/null") {
                    Ok(file) => files.push(file),
                    Err(error) => break error,
                }
            };
            RECOVERS.check_eq("full", full.raw_os_error(), Some(libc::EMFILE));
            // The caller backs off in between; the error comes each time, and nothing is lost.
            for _ in 0..3 {
                let error = listener.accept().await.unwrap_err();
                RECOVERS.check_eq("the error", error.raw_os_error(), Some(libc::EMFILE));
                yield_now().await;
            }
            files.truncate(files.len() - 2);
            let (accepted, from) = listener.accept().await.unwrap();
            RECOVERS.check_eq("whose it is", from, client.local_addr().unwrap());
            drop((accepted, files));
        });
    });
}
