//! The way in from other threads: every interleaving of pushes, takes and the end.

#![cfg(loom)]

use harness::{Id, JoinHandle, Notified, Schedule, Task, TaskQueue, unowned};
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};
use work_stealing::inbox::Closed;
use work_stealing::inject::Inject;

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const ONCE: Rule =
    CHAPTER.rule("What is pushed is taken once, in the order of one thread's pushes.");
const CLOSED: Rule = CHAPTER
    .rule("A push comes before the end and is found by it, or comes after it and is given back.");

const COUNTED: Rule =
    CHAPTER.rule("A look counts what is queued, while others push, and takes nothing away.");

/// No scheduler: the tickets are looked at, and dropped.
#[derive(Clone)]
struct Nowhere;

impl Schedule for Nowhere {
    fn schedule(task: Notified<Nowhere>) {
        drop(task);
    }

    fn release(&self, _: &Task<Nowhere>) -> Option<Task<Nowhere>> {
        None
    }
}

fn ticket() -> (Notified<Nowhere>, Id, JoinHandle<()>) {
    let id = Id::next();
    let (ticket, join) = unowned(async {}, Nowhere, id);
    (ticket, id, join)
}

fn ids(mut queue: TaskQueue<Nowhere>) -> Vec<Id> {
    let mut ids = Vec::new();
    while let Some(ticket) = queue.pop_front() {
        ids.push(ticket.id());
    }
    ids
}

#[test]
fn two_push_and_one_takes() {
    ONCE.model(|| {
        let inject = Arc::new(Inject::new());
        let pushers: Vec<_> = (0..2)
            .map(|_| {
                let inject = inject.clone();
                thread::spawn(move || {
                    lane("a push");
                    let (ticket, id, _join) = ticket();
                    inject.push(ticket).unwrap();
                    id
                })
            })
            .collect();
        lane("a taker");
        let mut all = ids(inject.pop_batch(1, 8));
        let mut expected: Vec<_> = (pushers.into_iter())
            .map(|pusher| pusher.join().unwrap())
            .collect();
        all.extend(ids(inject.pop_batch(1, 8)));
        expected.sort_unstable();
        all.sort_unstable();
        assert_eq!(all, expected, "a ticket is lost, or was taken twice");
        assert!(inject.is_empty(), "all was taken");
    });
}

#[test]
fn two_take_beside_a_push() {
    ONCE.model(|| {
        let inject = Arc::new(Inject::new());
        let (first, second) = (ticket(), ticket());
        let mut expected = vec![first.1, second.1];
        inject.push(first.0).unwrap();
        let taker = {
            let inject = inject.clone();
            thread::spawn(move || {
                lane("a taker");
                ids(inject.pop_batch(2, 8))
            })
        };
        lane("a push, and a taker");
        inject.push(second.0).unwrap();
        let mut all = ids(inject.pop_batch(2, 8));
        all.extend(taker.join().unwrap());
        all.extend(ids(inject.drain()));
        expected.sort_unstable();
        all.sort_unstable();
        assert_eq!(all, expected, "a ticket is lost, or was taken twice");
    });
}

#[test]
fn a_push_beside_the_end() {
    CLOSED.model(|| {
        let inject = Arc::new(Inject::new());
        let pusher = {
            let inject = inject.clone();
            thread::spawn(move || {
                lane("a push");
                let (ticket, id, _join) = ticket();
                match inject.push(ticket) {
                    Ok(()) => None,
                    Err(Closed(ticket)) => {
                        assert_eq!(ticket.id(), id, "another ticket came back");
                        Some(id)
                    }
                }
            })
        };
        lane("the end");
        inject.close();
        let found = ids(inject.drain()).len();
        let refused = usize::from(pusher.join().unwrap().is_some());
        assert_eq!(
            found + refused,
            1,
            "a ticket is lost, or was pushed after the end"
        );
        assert!(inject.is_closed() && inject.is_empty(), "closed for ever");
    });
}

/// It walks over links that other threads have written.
#[test]
fn a_count_beside_a_push_and_a_taker() {
    COUNTED.model(|| {
        let inject = Arc::new(Inject::new());
        let first = ticket();
        inject.push(first.0).unwrap();
        let pusher = {
            let inject = inject.clone();
            thread::spawn(move || {
                lane("a push");
                inject.push(ticket().0).unwrap();
            })
        };
        let taker = {
            let inject = inject.clone();
            thread::spawn(move || {
                lane("a taker");
                ids(inject.pop_batch(2, 8)).len()
            })
        };
        lane("a count");
        let (pushed, queued) = inject.counts();
        assert!((1..=2).contains(&pushed), "{pushed} were pushed");
        assert!(queued as u64 <= pushed, "more are queued than were pushed");
        pusher.join().unwrap();
        let taken = taker.join().unwrap();
        assert_eq!(inject.counts(), (2, 2 - taken), "pushed, and queued");
        drop(inject.drain());
        assert_eq!(inject.counts(), (2, 0), "pushed, and queued");
    });
}

/// The order is that of the pushes, also across the two halves of the queue.
#[test]
fn in_order() {
    ONCE.model(|| {
        let inject = Inject::new();
        let (first, second, third) = (ticket(), ticket(), ticket());
        let expected = vec![first.1, second.1, third.1];
        inject.push(first.0).unwrap();
        inject.push(second.0).unwrap();
        let mut taken = ids(inject.pop_batch(2, 8));
        inject.push(third.0).unwrap();
        taken.extend(ids(inject.pop_batch(1, 8)));
        taken.extend(ids(inject.pop_batch(1, 8)));
        assert_eq!(taken, expected, "in another order");
    });
}
