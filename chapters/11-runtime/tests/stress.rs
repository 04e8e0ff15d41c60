//! A million tasks with timers and sockets among them, from four threads: what goes in comes out, once.

#![cfg(all(not(loom), not(miri)))]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use reveille::io::{AsyncReadExt, AsyncWriteExt};
use reveille::net::{TcpListener, TcpStream};
use reveille::runtime::{Builder, Runtime};
use reveille::task::{JoinHandle, yield_now};
use reveille::time::{sleep, timeout};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("11", "runtime/index.md");

const CONSERVED: Rule =
    CHAPTER.rule("Each task is done once or cancelled once, and its future is dropped once.");

/// A timer that does not fire here.
const FAR: Duration = Duration::from_secs(600);

/// So many tasks in all; `REVEILLE_STRESS` says otherwise.
fn tasks() -> usize {
    let said = std::env::var("REVEILLE_STRESS").ok();
    said.map_or(20_000, |n| n.parse().expect("a number of tasks"))
}

#[derive(Default)]
struct Counts {
    made: AtomicUsize,
    dropped: AtomicUsize,
    done: AtomicUsize,
    cancelled: AtomicUsize,
}

struct Counted(Arc<Counts>);

impl Counted {
    fn new(counts: &Arc<Counts>) -> Counted {
        counts.made.fetch_add(1, Relaxed);
        Counted(Arc::clone(counts))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Relaxed);
    }
}

/// One of several kinds of task. Each ends by itself, but for one kind, which is aborted.
async fn live(kind: usize, counted: Counted, echo: std::net::SocketAddr) {
    match kind % 64 {
        // Few: a connection has a port for itself for a minute after its end.
        0 => {
            let mut stream = TcpStream::connect(echo).await.expect("the server is here");
            stream.write_all(b"hello").await.expect("the server reads");
            let mut back = [0; 5];
            stream.read_exact(&mut back).await.expect("it answers");
            assert_eq!(&back, b"hello");
        }
        1..8 => sleep(Duration::from_millis((kind % 3) as u64)).await,
        8..16 => {
            let in_time = timeout(FAR, yield_now()).await;
            assert!(in_time.is_ok(), "no timer fires early");
        }
        16..24 => sleep(FAR).await,
        24..40 => yield_now().await,
        40..48 => {
            let child = Counted::new(&counted.0);
            let child = reveille::spawn(async move {
                yield_now().await;
                drop(child);
            });
            child.await.expect("no child is aborted");
        }
        _ => {}
    }
    drop(counted);
}

async fn settle(counts: &Counts, task: JoinHandle<()>) {
    match task.await {
        Ok(()) => counts.done.fetch_add(1, Relaxed),
        Err(error) => {
            assert!(error.is_cancelled(), "{error}");
            counts.cancelled.fetch_add(1, Relaxed)
        }
    };
}

/// Answers each connection on the runtime that is raced. Returns where it listens.
fn echo(rt: &Runtime) -> std::net::SocketAddr {
    let listener = rt
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("a port");
    let address = listener.local_addr().expect("it listens");
    rt.spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            reveille::spawn(async move {
                let mut hello = [0; 5];
                if stream.read_exact(&mut hello).await.is_ok() {
                    // A client that was aborted does not read.
                    let _ = stream.write_all(&hello).await;
                }
            });
        }
    });
    address
}

#[test]
fn tasks_timers_and_sockets_are_conserved() {
    const BATCH: usize = 64;
    testkit::within(
        Duration::from_secs(300),
        "spawns, timers, sockets and aborts by four threads, on four workers",
        || {
            let rt = Builder::new_multi_thread()
                .worker_threads(4)
                .enable_all()
                .build()
                .unwrap();
            let echo = echo(&rt);
            let counts = Arc::new(Counts::default());
            let batches = tasks() / 4 / BATCH;
            thread::scope(|scope| {
                for t in 0..4 {
                    let (rt, counts) = (&rt, &counts);
                    scope.spawn(move || {
                        for batch in 0..batches {
                            // A connection in each tenth batch of a thread.
                            let first = usize::from(batch % 10 != t);
                            let batch: Vec<_> = (first..BATCH)
                                .map(|kind| {
                                    let counted = Counted::new(counts);
                                    (kind, rt.spawn(live(kind, counted, echo)))
                                })
                                .collect();
                            rt.block_on(async {
                                for (kind, task) in batch {
                                    // Those that would sleep for long, and some others, wherever they are.
                                    if (16..24).contains(&kind) || kind % 16 == 15 {
                                        task.abort();
                                    }
                                    settle(counts, task).await;
                                }
                            });
                        }
                    });
                }
            });
            drop(rt);
            let [made, dropped] = [&counts.made, &counts.dropped].map(|count| count.load(SeqCst));
            CONSERVED.check_eq("futures dropped, of those made", dropped, made);
            let settled = counts.done.load(SeqCst) + counts.cancelled.load(SeqCst);
            let connections = (0..batches)
                .map(|batch| (0..4).filter(|t| batch % 10 == *t).count())
                .sum::<usize>();
            let outer = batches * 4 * (BATCH - 1) + connections;
            CONSERVED.check_eq("tasks that were settled", settled, outer);
        },
    );
}
