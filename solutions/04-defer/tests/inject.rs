//! The inject queue against a `VecDeque`.

#![cfg(not(loom))]

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use current_thread::inject::{Closed, Inject, Synced};
use current_thread::lock::Lock;
use harness::{Id, Notified, Schedule, Task, TaskQueue, unowned};

/// A scheduler that has no use for its tasks.
struct Nowhere;

impl Schedule for Nowhere {
    fn schedule(task: Notified<Nowhere>) {
        drop(task);
    }

    fn release(&self, _: &Task<Nowhere>) -> Option<Task<Nowhere>> {
        None
    }
}

struct Guard<'a>(MutexGuard<'a, Synced<Nowhere>>);

struct Locked<'a>(&'a Mutex<Synced<Nowhere>>);

impl AsMut<Synced<Nowhere>> for Guard<'_> {
    fn as_mut(&mut self) -> &mut Synced<Nowhere> {
        &mut self.0
    }
}

impl<'a> Lock<Synced<Nowhere>> for Locked<'a> {
    type Guard = Guard<'a>;

    fn lock(self) -> Guard<'a> {
        Guard(self.0.lock().unwrap())
    }
}

fn ticket() -> (Id, Notified<Nowhere>) {
    let id = Id::next();
    (id, unowned(async {}, Nowhere, id).0)
}

fn ids(mut batch: TaskQueue<Nowhere>) -> Vec<Id> {
    std::iter::from_fn(|| batch.pop_front().map(|ticket| ticket.id())).collect()
}

#[test]
fn it_is_a_queue() {
    let (inject, synced) = (Inject::new(), Mutex::new(Synced::new()));
    let mut model = VecDeque::new();
    // A linear congruential generator: the same numbers each time.
    let mut random = 12345_u32;
    let steps = if cfg!(miri) { 300 } else { 20_000 };
    for _ in 0..steps {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let max = (random >> 8) as usize % 5;
        match (random >> 24) % 4 {
            0 => {
                let (id, ticket) = ticket();
                model.push_back(id);
                drop(
                    inject
                        .push(Locked(&synced), ticket)
                        .unwrap_or_else(|_| panic!()),
                );
            }
            1 => {
                let mut batch = TaskQueue::new();
                for _ in 0..max {
                    let (id, ticket) = ticket();
                    model.push_back(id);
                    batch.push_back(ticket);
                }
                drop(
                    inject
                        .push_batch(Locked(&synced), batch)
                        .unwrap_or_else(|_| panic!()),
                );
            }
            2 => {
                let popped = inject.pop(Locked(&synced)).map(|ticket| ticket.id());
                assert_eq!(popped, model.pop_front());
            }
            _ => {
                let popped = ids(inject.pop_batch(Locked(&synced), max));
                let expected: Vec<Id> = model.drain(..max.min(model.len())).collect();
                assert_eq!(popped, expected);
            }
        }
        assert_eq!(inject.len(), model.len());
        assert_eq!(inject.is_empty(), model.is_empty());
    }
}

#[test]
fn a_look_at_an_empty_queue_does_not_lock() {
    struct Never;
    impl Lock<Synced<Nowhere>> for Never {
        type Guard = Guard<'static>;
        fn lock(self) -> Guard<'static> {
            panic!("locked for nothing");
        }
    }
    let inject = Inject::new();
    assert!(inject.pop(Never).is_none());
    assert!(inject.pop_batch(Never, 5).is_empty());
}

#[test]
fn a_closed_queue_gives_back_what_is_pushed() {
    let (inject, synced) = (Inject::new(), Mutex::new(Synced::new()));
    let (first, earlier) = ticket();
    drop(
        inject
            .push(Locked(&synced), earlier)
            .unwrap_or_else(|_| panic!()),
    );
    assert!(inject.close(Locked(&synced)));
    assert!(!inject.close(Locked(&synced)));
    let (id, late) = ticket();
    let Err(Closed(refused)) = inject.push(Locked(&synced), late) else {
        panic!("a closed queue took a task");
    };
    assert_eq!(refused.id(), id);
    let mut batch = TaskQueue::new();
    batch.push_back(refused);
    let Err(Closed(batch)) = inject.push_batch(Locked(&synced), batch) else {
        panic!("a closed queue took a batch");
    };
    assert_eq!(ids(batch), [id]);
    // What was there before can still be taken.
    assert_eq!(inject.pop(Locked(&synced)).unwrap().id(), first);
}
