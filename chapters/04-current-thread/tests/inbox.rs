//! 4.1: what comes out of the inject queue, and when the lock is taken for it.

#![cfg(not(loom))]

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use current_thread::inject::{Closed, Inject, Synced};
use current_thread::lock::Lock;
use harness::{Id, Notified, Schedule, Task, TaskQueue, unowned};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("4.1", "current-thread/inject.md");

const ORDER: Rule =
    EX.rule("A batch has the tasks that waited for longest, in order, and no more than asked for.");
const LENGTH: Rule =
    EX.rule("Length Under Lock: each step leaves the length that the list then has.");
const NO_LOCK: Rule = EX.rule("A look at an empty queue takes no lock.");
const DECIDED: Rule =
    EX.rule("What is read without the lock is a hint: what is taken is decided under the lock.");
const ONE_STEP: Rule = EX.rule("The lock is taken once, and held until the length is right again.");

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

/// A queue with this many tasks, and their names.
fn queue(tasks: usize) -> (Inject<Nowhere>, Mutex<Synced<Nowhere>>, Vec<Id>) {
    let (inject, synced) = (Inject::new(), Mutex::new(Synced::new()));
    let mut pushed = Vec::new();
    for _ in 0..tasks {
        let (id, ticket) = ticket();
        pushed.push(id);
        drop(
            inject
                .push(Locked(&synced), ticket)
                .unwrap_or_else(|_| panic!("it is open")),
        );
    }
    (inject, synced, pushed)
}

#[test]
fn a_few_are_taken_at_once() {
    EX.within("taking three of three, with a limit of five", || {
        let (inject, synced, pushed) = queue(3);
        let batch = ids(inject.pop_batch(Locked(&synced), 5));
        ORDER.check_eq("the batch", batch, pushed);
        LENGTH.check_eq("the length", inject.len(), 0);
    });
}

#[test]
fn no_more_than_asked_for() {
    EX.within("taking two of five", || {
        let (inject, synced, pushed) = queue(5);
        let batch = ids(inject.pop_batch(Locked(&synced), 2));
        ORDER.check_eq("the batch", &batch[..], &pushed[..2]);
        LENGTH.check_eq("the length", inject.len(), 3);
        let batch = ids(inject.pop_batch(Locked(&synced), 3));
        ORDER.check_eq("what was left", &batch[..], &pushed[2..]);
        LENGTH.check_eq("the length", inject.len(), 0);
    });
}

#[test]
fn a_look_at_an_empty_queue_does_not_lock() {
    EX.within("a look at an empty queue", || {
        struct Never;
        impl Lock<Synced<Nowhere>> for Never {
            type Guard = Guard<'static>;
            fn lock(self) -> Guard<'static> {
                NO_LOCK.fail("locked for nothing");
            }
        }
        let inject = Inject::new();
        assert!(inject.pop(Never).is_none());
        assert!(inject.pop_batch(Never, 5).is_empty());
    });
}

/// The length is looked at when the guard is dropped, which is when the lock is given back.
#[test]
fn the_length_is_right_before_the_lock_is_released() {
    EX.within("taking two of five", || {
        struct Checked<'a>(Guard<'a>, &'a Inject<Nowhere>);
        struct Checking<'a>(Locked<'a>, &'a Inject<Nowhere>);
        impl AsMut<Synced<Nowhere>> for Checked<'_> {
            fn as_mut(&mut self) -> &mut Synced<Nowhere> {
                self.0.as_mut()
            }
        }
        impl Drop for Checked<'_> {
            fn drop(&mut self) {
                if !std::thread::panicking() {
                    let text = "the length, as the lock was released";
                    ONE_STEP.check_eq(text, self.1.len(), 3);
                }
            }
        }
        impl<'a> Lock<Synced<Nowhere>> for Checking<'a> {
            type Guard = Checked<'a>;
            fn lock(self) -> Checked<'a> {
                Checked(self.0.lock(), self.1)
            }
        }
        let (inject, synced, pushed) = queue(5);
        let batch = ids(inject.pop_batch(Checking(Locked(&synced), &inject), 2));
        ORDER.check_eq("the batch", &batch[..], &pushed[..2]);
    });
}

/// Whoever had the lock before us has changed the list since we looked.
struct Late<'a, F>(Locked<'a>, F);

impl<'a, F: FnOnce()> Lock<Synced<Nowhere>> for Late<'a, F> {
    type Guard = Guard<'a>;

    fn lock(self) -> Guard<'a> {
        (self.1)();
        self.0.lock()
    }
}

#[test]
fn one_is_pushed_while_we_wait_for_the_lock() {
    EX.within("taking two of two, while a third is pushed", || {
        let (inject, synced, pushed) = queue(2);
        let push = || {
            let pushed = inject.push(Locked(&synced), ticket().1);
            drop(pushed.unwrap_or_else(|_| panic!("it is open")));
        };
        let batch = ids(inject.pop_batch(Late(Locked(&synced), push), 2));
        DECIDED.check_eq("the batch", batch, pushed);
        LENGTH.check_eq("the length", inject.len(), 1);
    });
}

#[test]
fn two_are_taken_while_we_wait_for_the_lock() {
    EX.within("taking two of three, while two are taken", || {
        let (inject, synced, pushed) = queue(3);
        let take = || {
            for _ in 0..2 {
                drop(inject.pop(Locked(&synced)));
            }
        };
        let saw = "the list was shorter than it had been before the lock was taken";
        let taken = || ids(inject.pop_batch(Late(Locked(&synced), take), 2));
        let batch = DECIDED.returns(taken, saw);
        DECIDED.check_eq("the batch", &batch[..], &pushed[2..]);
        LENGTH.check_eq("the length", inject.len(), 0);
    });
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
                ORDER.check_eq("the batch", popped, expected);
            }
        }
        LENGTH.check_eq("the length", inject.len(), model.len());
        LENGTH.check_eq("whether it is empty", inject.is_empty(), model.is_empty());
    }
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
    assert!(!synced.lock().unwrap().is_closed());
    assert!(inject.close(Locked(&synced)));
    assert!(!inject.close(Locked(&synced)));
    assert!(synced.lock().unwrap().is_closed());
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
    let left = ids(inject.pop_batch(Locked(&synced), 5));
    ORDER.check_eq("what was pushed before", left, vec![first]);
}
