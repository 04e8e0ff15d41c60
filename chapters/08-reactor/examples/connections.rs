//! What it costs to wait for many connections: a thread for each, or one `epoll_wait` for all.
//!
//! ```text
//! cargo run -p reactor --example connections_solved
//! ```
//!
//! Each row makes connections. One side of each pair waits for a byte. When all of them wait, the other
//! side of each sends one.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream as StdStream};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use current_thread::{Runtime, ThreadPark, spawn, yield_now};
use reactor::IoPark;
use reactor::io::AsyncReadExt;
use reactor::net::TcpStream;

/// So many at most: two descriptors for each.
const MOST: usize = 5_000;

/// What was seen of one row.
struct Row {
    threads: usize,
    kilobytes: u64,
    to_start: Duration,
    to_answer: Duration,
}

fn main() -> io::Result<()> {
    let most = MOST.min(room_for_descriptors().saturating_sub(64) / 2);
    println!("                       connections   threads       memory   to start   to answer");
    // The cheaper way goes first, so that it does not get the memory that the other has given back.
    let counts = [1, 100, most];
    let mut one = Vec::new();
    for count in counts {
        one.push(one_for_all(count)?);
    }
    for count in counts {
        print("a thread for each", count, a_thread_for_each(count)?);
    }
    for (count, row) in counts.into_iter().zip(one) {
        print("one epoll_wait", count, row);
    }
    Ok(())
}

fn print(way: &str, count: usize, row: Row) {
    let Row {
        threads,
        kilobytes,
        to_start,
        to_answer,
    } = row;
    println!(
        "{way:20} {count:>13} {threads:>9} {:>9.1} MB {:>7} ms {:>8} ms",
        kilobytes as f64 / 1000.0,
        to_start.as_millis(),
        to_answer.as_millis(),
    );
}

// ANCHOR: threads
fn a_thread_for_each(count: usize) -> io::Result<Row> {
    let before = memory();
    let begin = Instant::now();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let all_wait = Arc::new(Barrier::new(count + 1));
    let mut others = Vec::with_capacity(count);
    let mut threads = Vec::with_capacity(count);
    for _ in 0..count {
        let (mut ours, theirs) = pair(&listener)?;
        others.push(theirs);
        let all_wait = Arc::clone(&all_wait);
        threads.push(thread::Builder::new().spawn(move || {
            all_wait.wait();
            ours.read_exact(&mut [0])
        })?);
    }
    all_wait.wait();
    let (to_start, kilobytes) = (begin.elapsed(), memory().saturating_sub(before));
    let count_threads = threads.len();
    let begin = Instant::now();
    for mut other in others {
        other.write_all(b"x")?;
    }
    for thread in threads {
        thread.join().expect("it does not panic")?;
    }
    Ok(Row {
        threads: count_threads,
        kilobytes,
        to_start,
        to_answer: begin.elapsed(),
    })
}
// ANCHOR_END: threads

// ANCHOR: one
fn one_for_all(count: usize) -> io::Result<Row> {
    let before = memory();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
    let begin = Instant::now();
    runtime.block_on(async {
        let mut others = Vec::with_capacity(count);
        let mut tasks = Vec::with_capacity(count);
        for _ in 0..count {
            let (ours, theirs) = pair(&listener)?;
            others.push(theirs);
            ours.set_nonblocking(true)?;
            let mut ours = TcpStream::from_std(ours)?;
            tasks.push(spawn(async move { ours.read_exact(&mut [0]).await }));
        }
        // Each task has its turn, finds nothing, and waits.
        yield_now().await;
        let (to_start, kilobytes) = (begin.elapsed(), memory().saturating_sub(before));
        let begin = Instant::now();
        for mut other in others {
            other.write_all(b"x")?;
        }
        for task in tasks {
            task.await.map_err(io::Error::other)??;
        }
        Ok(Row {
            threads: 1,
            kilobytes,
            to_start,
            to_answer: begin.elapsed(),
        })
    })
}
// ANCHOR_END: one

/// Two ends of a connection.
fn pair(listener: &TcpListener) -> io::Result<(StdStream, StdStream)> {
    let theirs = StdStream::connect(listener.local_addr()?)?;
    let (ours, _) = listener.accept()?;
    Ok((ours, theirs))
}

/// Kilobytes of this process that are in memory; 0 where the system does not tell.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// How many descriptors the process may have, after the limit was raised as far as it may be.
#[cfg(unix)]
fn room_for_descriptors() -> usize {
    let mut limits = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limits` is ours.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limits) } != 0 {
        return 256;
    }
    limits.rlim_cur = limits.rlim_max;
    // SAFETY: as above.
    let raised = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limits) };
    if raised != 0 {
        return 256;
    }
    usize::try_from(limits.rlim_cur).unwrap_or(usize::MAX)
}

/// Sockets of Windows are not counted with files.
#[cfg(not(unix))]
fn room_for_descriptors() -> usize {
    usize::MAX
}
