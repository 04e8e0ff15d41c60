//! The way in from other threads: every interleaving of pushes, takes and the end.

#![cfg(loom)]

use harness::{Id, JoinHandle, Notified, Schedule, Task, TaskQueue, unowned};
use model::loom::sync::{Arc, Mutex};
use model::loom::thread;
use testkit::{Exercise, Rule, lane};
use work_stealing::inbox::Closed;
use work_stealing::inject::Inject;

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const ONCE: Rule =
    CHAPTER.rule("What is pushed is taken once, in the order of one thread's pushes.");
const CLOSED: Rule = CHAPTER
    .rule("A push comes before the end and is found by it, or comes after it and is given back.");

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
fn two_push_and_two_take() {
    ONCE.model(|| {
        let inject = Arc::new(Inject::new());
        let pushed = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::new(Mutex::new(Vec::new()));
        let pusher = {
            let (inject, pushed) = (inject.clone(), pushed.clone());
            thread::spawn(move || {
                lane("a push");
                let (ticket, id, _join) = ticket();
                pushed.lock().unwrap().push(id);
                inject.push(ticket).unwrap();
            })
        };
        let taker = {
            let (inject, taken) = (inject.clone(), taken.clone());
            thread::spawn(move || {
                lane("a taker");
                let batch = ids(inject.pop_batch(2, 2));
                taken.lock().unwrap().extend(batch);
            })
        };
        lane("the main thread");
        let (first, second) = (ticket(), ticket());
        let mine = [first.1, second.1];
        inject.push(first.0).unwrap();
        inject.push(second.0).unwrap();
        let batch = ids(inject.pop_batch(1, 8));
        taken.lock().unwrap().extend(batch);
        pusher.join().unwrap();
        taker.join().unwrap();
        let mut all = std::mem::take(&mut *taken.lock().unwrap());
        all.extend(ids(inject.drain()));
        assert!(inject.is_empty(), "all was taken");
        let mut expected = std::mem::take(&mut *pushed.lock().unwrap());
        expected.extend(mine);
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
