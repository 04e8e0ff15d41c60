//! A million tasks, from and by several threads: what goes in comes out, once.

#![cfg(all(not(loom), not(miri)))]

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use testkit::{Exercise, Rule};
use work_stealing::{JoinHandle, Runtime, spawn, yield_now};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const CONSERVED: Rule =
    CHAPTER.rule("Each task is done once or cancelled once, and its future is dropped once.");

/// So many tasks in all; `REVEILLE_STRESS` says otherwise.
fn tasks() -> usize {
    let said = std::env::var("REVEILLE_STRESS").ok();
    said.map_or(40_000, |n| n.parse().expect("a number of tasks"))
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

/// Where tasks leave their wakers, and other tasks and threads wake them.
type Pit = Arc<Mutex<Vec<Waker>>>;

/// One of several kinds of task.
async fn live(kind: usize, counted: Counted, pit: Pit) -> usize {
    match kind % 6 {
        0 => {}
        1 => yield_now().await,
        2 => {
            for _ in 0..3 {
                yield_now().await;
            }
        }
        3 => {
            let counts = Arc::clone(&counted.0);
            let child = Counted::new(&counts);
            let child = spawn(async move {
                yield_now().await;
                drop(child);
                0
            });
            settle(&counts, child).await;
        }
        4 => {
            // Until it is woken from anywhere.
            let mut is_left = false;
            poll_fn(|cx| {
                if std::mem::replace(&mut is_left, true) {
                    return Poll::Ready(());
                }
                pit.lock().unwrap().push(cx.waker().clone());
                Poll::Pending
            })
            .await;
        }
        _ => {
            let wakers: Vec<_> = pit.lock().unwrap().drain(..).collect();
            wakers.into_iter().for_each(Waker::wake);
        }
    }
    drop(counted);
    kind
}

async fn settle(counts: &Counts, task: JoinHandle<usize>) {
    match task.await {
        Ok(_) => counts.done.fetch_add(1, Relaxed),
        Err(error) => {
            assert!(error.is_cancelled(), "{error}");
            counts.cancelled.fetch_add(1, Relaxed)
        }
    };
}

#[test]
fn tasks_are_conserved() {
    testkit::within(
        std::time::Duration::from_secs(300),
        "spawns, wakes and aborts by four threads, on four workers",
        || {
            let rt = Runtime::new(4).unwrap();
            let counts = Arc::new(Counts::default());
            let pit: Pit = Arc::default();
            let is_over = AtomicUsize::new(0);
            thread::scope(|scope| {
                for t in 0..4 {
                    let (rt, counts, pit, is_over) = (&rt, &counts, &pit, &is_over);
                    scope.spawn(move || {
                        let mut random = 0x9E37_79B9_7F4A_7C15_u64 + t;
                        for _ in 0..tasks() / 4 / 64 {
                            let batch: Vec<_> = (0..64)
                                .map(|_| {
                                    random ^= random << 13;
                                    random ^= random >> 7;
                                    random ^= random << 17;
                                    rt.spawn(live(
                                        random as usize,
                                        Counted::new(counts),
                                        Arc::clone(pit),
                                    ))
                                })
                                .collect();
                            for task in batch.iter().skip(random as usize % 8).step_by(8) {
                                task.abort();
                            }
                            let wakers: Vec<_> = pit.lock().unwrap().drain(..).collect();
                            wakers.into_iter().for_each(Waker::wake);
                            rt.block_on(async {
                                for task in batch {
                                    // One that waits in the pit is woken by a later one, or aborted.
                                    task.abort();
                                    settle(counts, task).await;
                                }
                            });
                        }
                        is_over.fetch_add(1, SeqCst);
                    });
                }
            });
            drop(rt);
            pit.lock().unwrap().clear();
            let [made, dropped] = [&counts.made, &counts.dropped].map(|count| count.load(SeqCst));
            CONSERVED.check_eq("futures dropped, of those made", dropped, made);
            let settled = counts.done.load(SeqCst) + counts.cancelled.load(SeqCst);
            // A parent that is cancelled settles no child.
            CONSERVED.check_eq("that no task is settled twice", settled <= made, true);
            let top = tasks() / 4 / 64 * 64 * 4;
            CONSERVED.check_eq(
                "that each of the outer tasks is settled",
                top <= settled,
                true,
            );
        },
    );
}

/// Runtimes that come and go leave nothing behind.
#[test]
#[cfg(target_os = "linux")]
fn a_thousand_runtimes() {
    const LEAVES_NOTHING: Rule =
        CHAPTER.rule("A runtime that has ended leaves no memory, thread or descriptor behind.");
    /// Threads of pools, and descriptors, of this program.
    fn left() -> (usize, usize) {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap();
        let workers = tasks.filter(|task| {
            let comm = task.as_ref().unwrap().path().join("comm");
            std::fs::read_to_string(comm).is_ok_and(|name| name.trim() == "reveille-worker")
        });
        let descriptors = std::fs::read_dir("/proc/self/fd").unwrap();
        (workers.count(), descriptors.count())
    }
    fn resident_kib() -> usize {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4
    }
    testkit::within(
        std::time::Duration::from_secs(120),
        "runtimes that start, run tasks, and end",
        || {
            let round = |n: usize| {
                for i in 0..n {
                    let rt = Runtime::new(1 + i % 4).unwrap();
                    for _ in 0..4 {
                        drop(rt.spawn(std::future::pending::<()>()));
                    }
                    rt.block_on(rt.spawn(async {})).unwrap();
                }
            };
            round(100);
            let before = resident_kib();
            round(1000);
            let after = resident_kib();
            LEAVES_NOTHING.check_eq("that memory is flat", after < before + 8 * 1024, true);
            // A thread that has told its end is gone a moment later. Another test of this program has one pool.
            let is_gone = (0..1000).any(|_| {
                thread::yield_now();
                left().0 <= 4
            });
            LEAVES_NOTHING.check_eq("that threads are gone", is_gone, true);
            LEAVES_NOTHING.check_eq("that descriptors are", left().1 < 64, true);
        },
    );
}
