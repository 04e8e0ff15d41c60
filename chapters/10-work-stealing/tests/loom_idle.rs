//! The last look before a sleep, and those that bring work: every interleaving.
//!
//! A worker that sleeps beside a task that is due is a deadlock, which loom reports.

#![cfg(loom)]

use current_thread::{Park, ThreadPark, Unpark};
use harness::{Id, Notified, Schedule, Task, unowned};
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};
use work_stealing::idle::{Claimed, Idle, Was};
use work_stealing::inject::Inject;
use work_stealing::ring::{Drained, Overflow, Word, ring};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const AWAKE: Rule = CHAPTER.rule(
    "A task is pushed before a worker's last look and is found by it, or after it and wakes the worker.",
);
const BOOKS: Rule =
    CHAPTER.rule("The number of workers awake is that of the workers without a bit.");
const WATCHED: Rule =
    CHAPTER.rule("While one worker is awake and another is parked, one of them watches.");

/// No scheduler: the tickets are looked at, and dropped.
struct Nowhere;

impl Schedule for Nowhere {
    fn schedule(task: Notified<Nowhere>) {
        drop(task);
    }

    fn release(&self, _: &Task<Nowhere>) -> Option<Task<Nowhere>> {
        None
    }
}

fn ticket() -> Notified<Nowhere> {
    unowned(async {}, Nowhere, Id::next()).0
}

/// One worker that looks for the last time, and `pushes` threads that each push a task.
fn one_worker_beside(pushes: usize) {
    let (idle, inject) = (Arc::new(Idle::new(1)), Arc::new(Inject::<Nowhere>::new()));
    let mut park = ThreadPark::new();
    lane("the worker");
    let threads: Vec<_> = (0..pushes)
        .map(|_| {
            let (idle, inject, unpark) = (idle.clone(), inject.clone(), park.unparker());
            thread::spawn(move || {
                lane("a push");
                inject.push(ticket()).unwrap();
                if idle.counts_after_push().awake == 0
                    && let Some(Claimed(_)) = idle.claim()
                {
                    unpark.unpark();
                }
            })
        })
        .collect();
    let mut found = 0;
    while found < pushes {
        found += inject.pop_batch(1, 8).len();
        if found == pushes {
            break;
        }
        idle.announce(0, Was::Running);
        if inject.is_empty() {
            park.park();
        }
        if !idle.retract(0, Was::Running) {
            idle.end_search();
        }
    }
    for thread in threads {
        thread.join().unwrap();
    }
    let counts = idle.counts();
    assert_eq!(
        (counts.awake, counts.searching),
        (1, 0),
        "the books are wrong"
    );
}

#[test]
fn a_push_and_the_last_look() {
    AWAKE.model(|| one_worker_beside(1));
}

#[test]
fn two_pushes_and_the_last_look() {
    AWAKE.model(|| one_worker_beside(2));
}

/// A box with nothing in it.
struct Value(Box<u8>);

// SAFETY: a box is a pointer, and is made of it once.
unsafe impl Word for Value {
    fn into_word(self) -> *mut () {
        Box::into_raw(self.0).cast()
    }

    unsafe fn from_word(word: *mut ()) -> Value {
        // SAFETY: as our caller promises.
        Value(unsafe { Box::from_raw(word.cast()) })
    }
}

struct NoOverflow;

impl Overflow<Value> for NoOverflow {
    fn push_batch(&self, batch: Drained<'_, Value>) {
        unreachable!("{} values too many", batch.len());
    }
}

/// tokio-rs/tokio#1768: the worker that pushes sees one that searches, and which is just giving up.
#[test]
fn a_local_push_and_a_search_that_ends() {
    AWAKE.model(|| {
        let idle = Arc::new(Idle::new(2));
        let (mut owner, thief) = ring::<Value>();
        let mut park = ThreadPark::new();
        let unpark = park.unparker();
        assert!(idle.try_search(), "the second worker searches");
        let searcher = {
            let idle = idle.clone();
            thread::spawn(move || {
                lane("a worker that searches");
                let (mut mine, _) = ring();
                loop {
                    if thief.steal_half(&mut mine).is_ok() {
                        idle.end_search();
                        return;
                    }
                    idle.announce(1, Was::Searching);
                    if thief.is_empty() {
                        park.park();
                    }
                    if idle.retract(1, Was::Searching) {
                        // Not claimed: it found the task with its last look, and is counted again.
                    }
                }
            })
        };
        lane("a worker that pushes");
        owner.push(Value(Box::new(1)), &NoOverflow);
        if idle.counts_after_push().searching == 0
            && let Some(Claimed(_)) = idle.claim()
        {
            unpark.unpark();
        }
        searcher.join().unwrap();
        let counts = idle.counts();
        assert_eq!(
            (counts.awake, counts.searching),
            (2, 0),
            "the books are wrong"
        );
    });
}

/// Two threads that wake one worker, which also wakes up by itself.
#[test]
fn claimed_once() {
    BOOKS.model(|| {
        let idle = Arc::new(Idle::new(2));
        idle.announce(0, Was::Running);
        let claims: Vec<_> = (0..2)
            .map(|_| {
                let idle = idle.clone();
                thread::spawn(move || {
                    lane("a claim");
                    idle.claim().is_some()
                })
            })
            .collect();
        lane("the worker");
        let mut ups = usize::from(idle.retract(0, Was::Running));
        for claim in claims {
            ups += usize::from(claim.join().unwrap());
        }
        assert_eq!(ups, 1, "the worker came up more than once");
        assert_eq!(idle.counts().awake, 2, "the books are wrong");
        assert!(!idle.is_any_parked(), "the books are wrong");
    });
}

/// One worker stops watching as all are parked, while the other one wakes up.
#[test]
fn the_watch_is_taken_over() {
    WATCHED.model(|| {
        let idle = Arc::new(Idle::new(2));
        idle.announce(0, Was::Running);
        assert!(idle.try_watch(), "worker 1 is awake");
        idle.announce(1, Was::Running);
        let second = {
            let idle = idle.clone();
            thread::spawn(move || {
                lane("worker 1 wakes up");
                assert!(idle.retract(1, Was::Running));
                idle.needs_watcher()
            })
        };
        lane("worker 0 stops watching");
        idle.end_watch();
        let watches = idle.try_watch();
        let is_woken = second.join().unwrap();
        assert!(
            watches || is_woken,
            "no worker watches, and none is woken that would"
        );
    });
}

/// One worker parks while the other one wakes up.
#[test]
fn a_watcher_is_found_at_the_park() {
    WATCHED.model(|| {
        let idle = Arc::new(Idle::new(2));
        idle.announce(1, Was::Running);
        let second = {
            let idle = idle.clone();
            thread::spawn(move || {
                lane("worker 1 wakes up");
                assert!(idle.retract(1, Was::Running));
                idle.needs_watcher()
            })
        };
        lane("worker 0 parks");
        idle.announce(0, Was::Running);
        let watches = idle.try_watch();
        let is_woken = second.join().unwrap();
        assert!(
            watches || is_woken,
            "no worker watches, and none is woken that would"
        );
    });
}
