//! 6.10: a value that is set once, and that others wait for.

#![cfg(not(loom))]

mod bounds;

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread;

use bounds::{Neither, OnlySend, OnlySync};
use current_thread::{Runtime, spawn, yield_now};
use locks::{SetOnce, SetOnceError};
use testkit::{Exercise, Rule, TestWaker, drop_counter};

const EX: Exercise = Exercise::new("6.10", "locks/set-once.md");

const EMPTY: Rule = EX.rule("An empty cell has no value, and says so.");
const SET: Rule = EX.rule("A value that was set stays, and the next one comes back.");
const WAIT: Rule = EX.rule("A task that waits is woken when the value is set, and gets it.");
const ALL: Rule = EX.rule("When there is a value, all who wait are woken.");
const LATEST: Rule =
    EX.rule("A future that is pending keeps the waker of its latest poll, no other.");
const CANCEL: Rule = EX.rule("A wait that is dropped leaves nothing behind.");
const FIRST_VALUE: Rule = EX.rule("A thread that sees that there is a value can read it.");
const DROPPED: Rule = EX.rule("The value is dropped once, with the cell, unless it is taken out.");
const NO_LOCK: Rule = EX.rule("No lock is held while wakers are called.");
const BOUNDS: Rule =
    EX.rule("A type may go to another thread, or be shared with it, as far as its values may.");

/// Fewer under Miri, which is slow.
const TASKS: usize = if cfg!(miri) { 4 } else { 20 };

#[test]
fn an_empty_cell() {
    EX.within("looking into empty cells", || {
        let cells = [
            ("new", SetOnce::<u32>::new()),
            ("const_new", SetOnce::const_new()),
            ("new_with(None)", SetOnce::new_with(None)),
            ("the default", SetOnce::default()),
        ];
        for (name, cell) in cells {
            EMPTY.check(
                !cell.initialized(),
                format_args!("{name} makes a cell that is initialized"),
            );
            EMPTY.check_eq(name, cell.get(), None);
            EMPTY.check_eq("a clone", cell.clone().get(), None);
            EMPTY.check_eq("Debug", &*format!("{cell:?}"), "SetOnce { value: None }");
            EMPTY.check_eq("into_inner", cell.into_inner(), None);
        }
    });
}

#[test]
fn a_value_is_set_once() {
    EX.within("setting a value", || {
        let cell = SetOnce::new();
        SET.check_eq("the first set", cell.set(1), Ok(()));
        SET.check(cell.initialized(), "a cell that was set is not initialized");
        SET.check_eq("get", cell.get(), Some(&1));
        SET.check_eq("the second set", cell.set(2), Err(SetOnceError(2)));
        SET.check_eq("get, after the second set", cell.get(), Some(&1));
        SET.check_eq("into_inner", cell.into_inner(), Some(1));
        SET.check_eq("the error", &*SetOnceError(2).to_string(), "SetOnceError");
    });
}

#[test]
fn cells_made_with_a_value() {
    EX.within("cells with a value in them", || {
        let cells = [
            ("from", SetOnce::from(7)),
            ("new_with", SetOnce::new_with(Some(7))),
            ("const_new_with", SetOnce::const_new_with(7)),
        ];
        let task = TestWaker::new("A");
        for (name, cell) in cells {
            SET.check_eq(name, cell.get(), Some(&7));
            SET.check_eq("set", cell.set(8), Err(SetOnceError(8)));
            SET.check_eq("a clone", cell.clone().get(), Some(&7));
            SET.check(cell == cell.clone(), "a cell is not equal to its clone");
            SET.check(
                cell != SetOnce::new(),
                "a cell with 7 is equal to an empty one",
            );
            SET.check_eq("Debug", &*format!("{cell:?}"), "SetOnce { value: Some(7) }");
            WAIT.check_eq("wait", task.poll(pin!(cell.wait())), Poll::Ready(&7));
        }
    });
}

#[test]
fn all_who_wait_are_woken() {
    EX.within("waiting for a value", || {
        let cell = SetOnce::new();
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let mut waits = [cell.wait(), cell.wait(), cell.wait()].map(Box::pin);
        for (wait, task) in waits.iter_mut().zip([&a, &b, &c]) {
            WAIT.pending(
                task.poll(wait.as_mut()),
                "a wait is over, and there is no value",
            );
        }
        SET.check_eq("set", cell.set(1), Ok(()));
        ALL.check_eq("wakes", [a.wakes(), b.wakes(), c.wakes()], [1, 1, 1]);
        // In the other order: no one depends on the one before.
        for (wait, task) in waits.iter_mut().zip([&a, &b, &c]).rev() {
            WAIT.check_eq("a wait", task.poll(wait.as_mut()), Poll::Ready(&1));
            task.none_held(ALL);
        }
        // A value that was refused wakes no task, and whoever comes late does not wait.
        SET.check_eq("set", cell.set(2), Err(SetOnceError(2)));
        WAIT.check_eq("a late wait", a.poll(pin!(cell.wait())), Poll::Ready(&1));
        ALL.check_eq("wakes, after a set that was refused", a.wakes(), 1);
    });
}

/// Made before the value is set, and polled after.
#[test]
fn a_wait_that_is_polled_late() {
    EX.within("waiting for a value that is there by then", || {
        let cell = SetOnce::new();
        let task = TestWaker::new("A");
        let late = pin!(cell.wait());
        SET.check_eq("set", cell.set(1), Ok(()));
        WAIT.check_eq("the wait", task.poll(late), Poll::Ready(&1));
    });
}

#[test]
fn the_latest_waker_is_woken() {
    EX.within("polling with two wakers", || {
        let cell = SetOnce::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let mut wait = pin!(cell.wait());
        LATEST.pending(
            a.poll(wait.as_mut()),
            "a wait is over, and there is no value",
        );
        LATEST.pending(
            b.poll(wait.as_mut()),
            "a wait is over, and there is no value",
        );
        a.none_held(LATEST);
        SET.check_eq("set", cell.set(1), Ok(()));
        LATEST.check_eq("wakes of A and B", [a.wakes(), b.wakes()], [0, 1]);
    });
}

#[test]
fn a_wait_is_dropped() {
    EX.within("dropping a wait", || {
        let cell = SetOnce::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let mut gone = Box::pin(cell.wait());
        let mut stays = pin!(cell.wait());
        CANCEL.pending(
            a.poll(gone.as_mut()),
            "a wait is over, and there is no value",
        );
        CANCEL.pending(
            b.poll(stays.as_mut()),
            "a wait is over, and there is no value",
        );
        drop(gone);
        a.none_held(CANCEL);
        SET.check_eq("set", cell.set(1), Ok(()));
        CANCEL.check_eq("wakes of A and B", [a.wakes(), b.wakes()], [0, 1]);
        CANCEL.check_eq("the other wait", b.poll(stays), Poll::Ready(&1));
    });
}

#[test]
fn drops() {
    EX.within("counting drops", || {
        let (token, in_cell) = drop_counter("value in a cell");
        drop(SetOnce::from(token));
        in_cell.dropped_once(DROPPED);

        let (token, set) = drop_counter("value that was set");
        let cell = SetOnce::new();
        drop(cell.set(token));
        DROPPED.check_eq("drops while it is in the cell", set.count(), 0);
        let (token, refused) = drop_counter("value that was refused");
        let SetOnceError(token) = cell.set(token).unwrap_err();
        SET.check_eq("drops of a value that comes back", refused.count(), 0);
        drop(token);
        refused.dropped_once(SET);
        drop(cell);
        set.dropped_once(DROPPED);

        let (token, moved) = drop_counter("value that was moved out");
        let value = SetOnce::from(token).into_inner();
        DROPPED.check_eq("drops of a value that was moved out", moved.count(), 0);
        drop(value);
        moved.dropped_once(DROPPED);
        drop(SetOnce::<String>::new());
    });
}

#[test]
fn wakers_that_use_the_cell() {
    NO_LOCK.within(
        "wakers that read the cell",
        "a waker waits for a lock that its caller holds",
        || {
            let cell = Arc::new(SetOnce::new());
            let task = TestWaker::new("A");
            let theirs = Arc::clone(&cell);
            task.on_wake(move || {
                FIRST_VALUE.check_eq("what a waker finds in the cell", theirs.get(), Some(&1));
                SET.check_eq("set", theirs.set(9), Err(SetOnceError(9)));
            });
            let mut wait = pin!(cell.wait());
            WAIT.pending(
                task.poll(wait.as_mut()),
                "a wait is over, and there is no value",
            );
            SET.check_eq("set", cell.set(1), Ok(()));
            ALL.check_eq("wakes", task.wakes(), 1);
        },
    );
}

#[test]
fn on_a_scheduler() {
    EX.within("many tasks that wait for one value", || {
        let cell = Arc::new(SetOnce::const_new());
        Runtime::new().block_on(async {
            let tasks: Vec<_> = (0..TASKS)
                .map(|_| {
                    let cell = Arc::clone(&cell);
                    spawn(async move { *cell.wait().await })
                })
                .collect();
            yield_now().await;
            SET.check_eq("set", cell.set(7), Ok(()));
            for task in tasks {
                WAIT.check_eq("what a task got", task.await.unwrap(), 7);
            }
        });
    });
}

#[test]
fn on_threads() {
    EX.within("threads of which one sets the value", || {
        let cell = Arc::new(SetOnce::new());
        let threads: Vec<_> = (0..3)
            .map(|n| {
                let cell = Arc::clone(&cell);
                thread::spawn(move || {
                    let is_set = cell.set(n).is_ok();
                    let value = *futures::executor::block_on(cell.wait());
                    (is_set, value, n)
                })
            })
            .collect();
        let saw: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
        let winners = saw.iter().filter(|(is_set, ..)| *is_set);
        SET.check_eq("threads that set the value", winners.count(), 1);
        for (is_set, value, n) in saw {
            WAIT.check_eq("what a thread got", Some(&value), cell.get());
            SET.check(is_set == (value == n), "the value is one that came back");
        }
    });
}

/// A `&SetOnce` moves a value in on one thread and drops it on another (so `Sync` needs `T: Send`), and
/// gives a `&T` to all (so it needs `T: Sync`).
#[test]
fn the_type_says_what_may_go_to_other_threads() {
    EX.within("looking at the bounds of SetOnce", || {
        EMPTY.check_eq("get", SetOnce::<u32>::new().get(), None);
        BOUNDS.check_eq(
            "whether `SetOnce<u32>` is Send, and whether it is Sync",
            send_and_sync!(SetOnce<u32>),
            (true, true),
        );
        BOUNDS.check_eq(
            "whether `SetOnce<Cell<u32>>` is Send, and whether it is Sync",
            send_and_sync!(SetOnce<OnlySend>),
            (true, false),
        );
        BOUNDS.check_eq(
            "whether `SetOnce<MutexGuard<'static, u32>>` is Send, and whether it is Sync",
            send_and_sync!(SetOnce<OnlySync>),
            (false, false),
        );
        BOUNDS.check_eq(
            "whether `SetOnce<Rc<u32>>` is Send, and whether it is Sync",
            send_and_sync!(SetOnce<Neither>),
            (false, false),
        );
    });
}
