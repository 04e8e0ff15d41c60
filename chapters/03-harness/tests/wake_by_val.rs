//! 3.4: a wake that gives up its reference.

#![cfg(not(loom))]

mod schedulers;

use std::future::poll_fn;
use std::mem::ManuallyDrop;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use harness::{Id, JoinHandle, unowned};
use schedulers::Pool;
use testkit::{DropCounter, Exercise, Rule, drop_counter, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("3.4", "harness/wake.md");

const ONE_TICKET: Rule = EX.rule("There is at most one ticket for a task.");
const GIVEN_UP: Rule =
    EX.rule("A wake by value gives its reference up, or gives it to the ticket.");
const NOT_BEFORE: Rule = EX.rule("A handle gives up its own reference, and no other.");
const FREED: Rule = EX.rule(
    "The thread that takes the count to zero frees the cell, and does not touch it afterwards.",
);

/// A task in no list that waits, and two wakers of it. A wrong count may free it under our feet, so
/// whatever could stumble over that is not dropped when a check fails.
struct Waiting {
    pool: ManuallyDrop<Pool>,
    wakers: ManuallyDrop<Vec<Waker>>,
    join: ManuallyDrop<JoinHandle<()>>,
    drops: DropCounter,
}

fn waiting() -> Waiting {
    let pool = Pool::new();
    let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
    let kept = Arc::clone(&wakers);
    let (token, drops) = drop_counter("future");
    let future = poll_fn(move |cx| {
        let _token = &token;
        let mut wakers = kept.lock().unwrap();
        if wakers.is_empty() {
            wakers.extend([cx.waker().clone(), cx.waker().clone()]);
        }
        Poll::<()>::Pending
    });
    let (notified, join) = unowned(future, pool.clone(), Id::next());
    notified.assert_unowned().run();
    let wakers = wakers.lock().unwrap().split_off(0);
    Waiting {
        pool: ManuallyDrop::new(pool),
        wakers: ManuallyDrop::new(wakers),
        join: ManuallyDrop::new(join),
        drops,
    }
}

#[test]
fn a_task_that_waits_is_queued_with_the_wakers_reference() {
    EX.within("waking by value, and running the ticket", || {
        let mut task = waiting();
        drop(ManuallyDrop::into_inner(task.join));
        drop(task.wakers.pop());
        // The only reference is that of the last waker.
        task.wakers.pop().unwrap().wake();
        NOT_BEFORE.check_eq("drops of the future", task.drops.count(), 0);
        let ticket = task.pool.pop();
        let ticket = ticket.unwrap_or_else(|| ONE_TICKET.fail("nothing was queued"));
        // The future keeps new wakers in a list that is gone with it, or none.
        drop(ticket);
        GIVEN_UP.check_eq("drops of the future", task.drops.count(), 1);
        GIVEN_UP.check_eq("handles on the scheduler", task.pool.handles(), 1);
        drop(ManuallyDrop::into_inner(task.wakers));
        drop(ManuallyDrop::into_inner(task.pool));
    });
}

#[test]
fn a_second_wake_gives_its_reference_up() {
    EX.within("waking twice by value", || {
        let mut task = waiting();
        task.wakers.pop().unwrap().wake();
        task.wakers.pop().unwrap().wake();
        NOT_BEFORE.check_eq("drops of the future", task.drops.count(), 0);
        let ticket = ManuallyDrop::new(task.pool.pop());
        ONE_TICKET.check(ticket.is_some(), "nothing was queued");
        ONE_TICKET.check(task.pool.pop().is_none(), "it was queued twice");
        drop(ManuallyDrop::into_inner(task.join));
        NOT_BEFORE.check_eq(
            "drops of the future, while there is a ticket",
            task.drops.count(),
            0,
        );
        drop(ManuallyDrop::into_inner(ticket));
        GIVEN_UP.check_eq("drops of the future", task.drops.count(), 1);
        GIVEN_UP.check_eq("handles on the scheduler", task.pool.handles(), 1);
        drop(ManuallyDrop::into_inner(task.wakers));
        drop(ManuallyDrop::into_inner(task.pool));
    });
}

/// Its ticket was dropped, so nobody will run it, and nobody but this waker knows of it.
#[test]
fn the_last_reference_of_a_task_that_is_notified_frees_it() {
    EX.within("waking by value with the last reference", || {
        memory::check(FREED, || {
            let mut task = waiting();
            task.wakers.pop().unwrap().wake();
            drop(task.pool.pop());
            drop(ManuallyDrop::into_inner(task.join));
            NOT_BEFORE.check_eq("drops of the future", task.drops.count(), 0);
            let last = task.wakers.pop().unwrap();
            FREED.returns(
                move || last.wake(),
                "the wake panicked: did something touch the task after its last reference?",
            );
            FREED.check_eq("drops of the future", task.drops.count(), 1);
            FREED.check_eq("handles on the scheduler", task.pool.handles(), 1);
            drop(ManuallyDrop::into_inner(task.wakers));
            drop(ManuallyDrop::into_inner(task.pool));
        });
    });
}
