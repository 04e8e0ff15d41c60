//! 6.9: a value that is made once, by whoever needs it first.

#![cfg(not(loom))]

mod bounds;

use std::cell::Cell;
use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;
use std::thread;

use bounds::{Neither, OnlySend, OnlySync};
use current_thread::{Runtime, spawn, yield_now};
use locks::{OnceCell, SetError};
use testkit::{Exercise, Rule, TestWaker, drop_counter, gate};

const EX: Exercise = Exercise::new("6.9", "locks/once-cell.md");

const EMPTY: Rule = EX.rule("An empty cell has no value, and says so.");
const SET: Rule = EX.rule("A value that was set stays, and the next one comes back.");
const ONCE: Rule = EX.rule("The value is made once, however many ask for it.");
const WAIT: Rule =
    EX.rule("A task that asks while the value is being made waits, and gets that value.");
const ALL: Rule = EX.rule("When there is a value, all who wait are woken.");
const NEXT: Rule =
    EX.rule("If the making ends without a value, the next waiting task makes it instead.");
const FIRST_VALUE: Rule = EX.rule("A thread that sees that there is a value can read it.");
const DROPPED: Rule = EX.rule("The value is dropped once, with the cell, unless it is taken out.");
const NO_LOCK: Rule = EX.rule("No lock is held while a value is made, or wakers are called.");
const OUTSIDE: Rule = EX.rule("A value that was not set comes back whole.");
const BOUNDS: Rule =
    EX.rule("A type may go to another thread, or be shared with it, as far as its values may.");

/// Fewer under Miri, which is slow.
const TASKS: usize = if cfg!(miri) { 4 } else { 20 };

#[test]
fn an_empty_cell() {
    EX.within("looking into empty cells", || {
        let mut cell: OnceCell<u32> = OnceCell::new();
        EMPTY.check(!cell.initialized(), "a new cell is initialized");
        EMPTY.check_eq("get", cell.get(), None);
        EMPTY.check_eq("get_mut", cell.get_mut(), None);
        EMPTY.check_eq("take", cell.take(), None);
        EMPTY.check_eq("into_inner", cell.into_inner(), None);
        EMPTY.check_eq("the default", OnceCell::<u32>::default().get(), None);
        EMPTY.check_eq(
            "new_with(None)",
            OnceCell::<u32>::new_with(None).get(),
            None,
        );
        let shown = format!("{:?}", OnceCell::<u32>::new());
        EMPTY.check_eq("Debug", &*shown, "OnceCell { value: None }");
    });
}

#[test]
fn a_value_is_set_once() {
    EX.within("setting a value", || {
        let mut cell = OnceCell::new();
        SET.check_eq("the first set", cell.set(1), Ok(()));
        SET.check(cell.initialized(), "a cell that was set is not initialized");
        SET.check_eq("get", cell.get(), Some(&1));
        let second = cell.set(2);
        SET.check_eq(
            "the second set",
            second,
            Err(SetError::AlreadyInitializedError(2)),
        );
        SET.check_eq("get, after the second set", cell.get(), Some(&1));
        *cell.get_mut().unwrap() += 2;
        SET.check_eq("take", cell.take(), Some(3));
        EMPTY.check_eq("get, after take", cell.get(), None);
        SET.check_eq("set, after take", cell.set(4), Ok(()));
        SET.check_eq("into_inner", cell.into_inner(), Some(4));
    });
}

#[test]
fn cells_made_with_a_value() {
    EX.within("cells with a value in them", || {
        for cell in [OnceCell::from(7), OnceCell::new_with(Some(7))] {
            SET.check_eq("get", cell.get(), Some(&7));
            SET.check_eq(
                "set",
                cell.set(8),
                Err(SetError::AlreadyInitializedError(8)),
            );
            SET.check_eq("a clone", cell.clone().get(), Some(&7));
            SET.check(cell == cell.clone(), "a cell is not equal to its clone");
            SET.check_eq(
                "Debug",
                &*format!("{cell:?}"),
                "OnceCell { value: Some(7) }",
            );
        }
        let (set, empty) = (OnceCell::const_new_with(7), OnceCell::const_new());
        SET.check_eq("const_new_with", set.get(), Some(&7));
        let again = set.set(8);
        SET.check_eq("set", again, Err(SetError::AlreadyInitializedError(8)));
        SET.check_eq("const_new", empty.get(), None);
        SET.check_eq("set", empty.set(1), Ok(()));
        SET.check_eq("get", empty.get(), Some(&1));
        SET.check(empty != set, "a cell with 1 is equal to one with 7");
        let mut cell = OnceCell::from(7);
        SET.check_eq("take", cell.take(), Some(7));
        SET.check_eq("set, after take", cell.set(8), Ok(()));
    });
}

#[test]
fn errors_say_why() {
    EX.within("reading errors", || {
        let already = SetError::AlreadyInitializedError(1);
        let making = SetError::InitializingError(1);
        OUTSIDE.check_eq("Display", &*already.to_string(), "AlreadyInitializedError");
        OUTSIDE.check_eq("Display", &*making.to_string(), "InitializingError");
        let is = |error: &SetError<u32>| (error.is_already_init_err(), error.is_initializing_err());
        OUTSIDE.check_eq("is_…_err of the first", is(&already), (true, false));
        OUTSIDE.check_eq("is_…_err of the second", is(&making), (false, true));
    });
}

#[test]
fn the_first_who_asks_makes_the_value() {
    EX.within("making a value", || {
        let cell = OnceCell::new();
        let task = TestWaker::new("A");
        let first = task.poll(pin!(cell.get_or_init(|| ready(1))));
        ONCE.check_eq("the first poll", first, Poll::Ready(&1));
        let asked = Cell::new(0);
        let second = task.poll(pin!(cell.get_or_init(async || {
            asked.set(asked.get() + 1);
            2
        })));
        ONCE.check_eq("the next who asks", second, Poll::Ready(&1));
        ONCE.check_eq("values made by the next task that asks", asked.get(), 0);
        let tried = task.poll(pin!(cell.get_or_try_init(|| ready(Err::<u32, _>("no")))));
        ONCE.check_eq("the next who tries", tried, Poll::Ready(Ok(&1)));
    });
}

#[test]
fn others_wait_while_it_is_made() {
    EX.within("asking while the value is made", || {
        let cell = OnceCell::new();
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let (made, making) = gate::<u32>("the value");
        let mut first = pin!(cell.get_or_init(|| making));
        let mut second = pin!(cell.get_or_init(async || ONCE.fail("B made a second value")));
        let mut third = pin!(cell.get_or_init(async || ONCE.fail("C made a second value")));

        WAIT.pending(a.poll(first.as_mut()), "A has a value before it is made");
        WAIT.pending(b.poll(second.as_mut()), "B has a value before it is made");
        WAIT.pending(c.poll(third.as_mut()), "C has a value before it is made");
        WAIT.check_eq("get, while the value is made", cell.get(), None);
        let set = cell.set(9);
        WAIT.check_eq(
            "set, while the value is made",
            set,
            Err(SetError::InitializingError(9)),
        );

        made.open(1);
        WAIT.check_eq("A, when the value is made", a.poll(first), Poll::Ready(&1));
        ALL.check_eq("wakes of B and C", [b.wakes(), c.wakes()], [1, 1]);
        // In the other order: no one depends on the one before.
        WAIT.check_eq("C", c.poll(third), Poll::Ready(&1));
        WAIT.check_eq("B", b.poll(second), Poll::Ready(&1));
        for task in [b, c] {
            task.none_held(ALL);
        }
    });
}

#[test]
fn the_one_who_makes_it_is_dropped() {
    EX.within("dropping the one who makes the value", || {
        let cell = OnceCell::new();
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let mut first = Box::pin(cell.get_or_init(pending::<u32>));
        let mut second = pin!(cell.get_or_init(|| ready(2)));
        let mut third = pin!(cell.get_or_init(|| ready(3)));
        NEXT.pending(a.poll(first.as_mut()), "A has a value that is never made");
        NEXT.pending(b.poll(second.as_mut()), "B has a value while A makes one");
        NEXT.pending(c.poll(third.as_mut()), "C has a value while A makes one");

        drop(first);
        NEXT.check_eq("wakes of B and C", [b.wakes(), c.wakes()], [1, 0]);
        let set = cell.set(9);
        NEXT.check_eq(
            "set, when it is B's turn",
            set,
            Err(SetError::InitializingError(9)),
        );
        NEXT.check_eq("B, which is next", b.poll(second), Poll::Ready(&2));
        ALL.check_eq("wakes of C", c.wakes(), 1);
        NEXT.check_eq("C", c.poll(third), Poll::Ready(&2));
    });
}

#[test]
fn one_in_line_is_dropped() {
    EX.within("dropping a task that waits", || {
        for is_woken in [false, true] {
            let cell = OnceCell::new();
            let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
            let mut first = Box::pin(cell.get_or_init(pending::<u32>));
            let mut second = Box::pin(cell.get_or_init(|| ready(2)));
            let mut third = pin!(cell.get_or_init(|| ready(3)));
            NEXT.pending(a.poll(first.as_mut()), "A has a value that is never made");
            NEXT.pending(b.poll(second.as_mut()), "B has a value while A makes one");
            NEXT.pending(c.poll(third.as_mut()), "C has a value while A makes one");
            if is_woken {
                drop(first);
                drop(second);
            } else {
                drop(second);
                drop(first);
            }
            b.none_held(NEXT);
            let saw = match is_woken {
                true => "wakes of C, when B was dropped after its turn had come",
                false => "wakes of C, when B was dropped before A",
            };
            NEXT.check_eq(saw, c.wakes(), 1);
            NEXT.check_eq("C", c.poll(third), Poll::Ready(&3));
        }
    });
}

#[test]
fn the_making_fails() {
    EX.within("failing to make a value", || {
        let cell = OnceCell::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let (failed, making) = gate::<Result<u32, &str>>("the value");
        let mut first = pin!(cell.get_or_try_init(|| making));
        let mut second = pin!(cell.get_or_try_init(|| ready(Ok::<_, &str>(2))));
        NEXT.pending(a.poll(first.as_mut()), "A has a value before it is made");
        NEXT.pending(b.poll(second.as_mut()), "B has a value while A makes one");
        failed.open(Err("no"));
        NEXT.check_eq(
            "A, whose making failed",
            a.poll(first),
            Poll::Ready(Err("no")),
        );
        NEXT.check(
            !cell.initialized(),
            "the cell is initialized without a value",
        );
        NEXT.check_eq("wakes of B", b.wakes(), 1);
        NEXT.check_eq("B", b.poll(second), Poll::Ready(Ok(&2)));
    });
}

#[test]
fn the_making_panics() {
    EX.within("panicking while a value is made", || {
        for panics_late in [false, true] {
            let cell = OnceCell::new();
            let [a, b] = ["A", "B"].map(TestWaker::new);
            let (go, making) = gate::<()>("the value");
            let mut first = Box::pin(cell.get_or_init(async || {
                making.await;
                panic!("expected by the test");
            }));
            let mut second = pin!(cell.get_or_init(|| ready(2)));
            if panics_late {
                NEXT.pending(a.poll(first.as_mut()), "A has a value before it is made");
                NEXT.pending(b.poll(second.as_mut()), "B has a value while A makes one");
            }
            go.open(());
            let panicked = catch_unwind(AssertUnwindSafe(|| a.poll(first.as_mut()).is_ready()));
            NEXT.check(
                panicked.is_err(),
                "the panic of the making was not passed on",
            );
            drop(first);
            NEXT.check(
                !cell.initialized(),
                "the cell is initialized without a value",
            );
            NEXT.check_eq("B", b.poll(second), Poll::Ready(&2));
        }
    });
}

#[test]
fn drops() {
    EX.within("counting drops", || {
        let (token, in_cell) = drop_counter("value in a cell");
        drop(OnceCell::from(token));
        in_cell.dropped_once(DROPPED);

        let (token, set) = drop_counter("value that was set");
        let cell = OnceCell::new();
        drop(cell.set(token));
        DROPPED.check_eq("drops while it is in the cell", set.count(), 0);
        let (token, refused) = drop_counter("value that was refused");
        let error = cell.set(token).unwrap_err();
        OUTSIDE.check_eq("drops of a value that comes back", refused.count(), 0);
        drop(error);
        refused.dropped_once(OUTSIDE);
        drop(cell);
        set.dropped_once(DROPPED);

        let (token, taken) = drop_counter("value that was taken");
        let mut cell = OnceCell::from(token);
        let value = cell.take();
        drop(cell);
        DROPPED.check_eq("drops of a value that was taken", taken.count(), 0);
        drop(value);
        taken.dropped_once(DROPPED);

        let (token, moved) = drop_counter("value that was moved out");
        let value = OnceCell::from(token).into_inner();
        DROPPED.check_eq("drops of a value that was moved out", moved.count(), 0);
        drop(value);
        moved.dropped_once(DROPPED);
        drop(OnceCell::<String>::new());
    });
}

/// The future of the making is not kept longer than it is needed.
#[test]
fn a_cancelled_making_drops_its_future() {
    EX.within("dropping the one who makes the value", || {
        let cell = OnceCell::<u32>::new();
        let task = TestWaker::new("A");
        let (token, drops) = drop_counter("future");
        let mut first = Box::pin(cell.get_or_init(async || {
            let _token = token;
            pending().await
        }));
        NEXT.pending(
            task.poll(first.as_mut()),
            "A has a value that is never made",
        );
        drop(first);
        drops.dropped_once(NEXT);
    });
}

#[test]
fn wakers_that_use_the_cell() {
    NO_LOCK.within(
        "wakers that read the cell",
        "a waker waits for a lock that its caller holds",
        || {
            let cell = Arc::new(OnceCell::new());
            let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
            b.on_wake({
                let cell = Arc::clone(&cell);
                move || {
                    FIRST_VALUE.check_eq("what a waker finds in the cell", cell.get(), Some(&1));
                    let set = cell.set(9);
                    SET.check_eq("set", set, Err(SetError::AlreadyInitializedError(9)));
                }
            });
            for on in [TestWaker::on_clone, TestWaker::on_drop] {
                let cell = Arc::clone(&cell);
                on(
                    &b,
                    Box::new(move || {
                        drop(cell.set(9));
                    }) as Box<dyn Fn() + Send + Sync>,
                );
            }
            let (made, making) = gate::<u32>("the value");
            let mut first = pin!(cell.get_or_init(|| making));
            let mut second = pin!(cell.get_or_init(|| ready(2)));
            WAIT.pending(a.poll(first.as_mut()), "A has a value before it is made");
            WAIT.pending(b.poll(second.as_mut()), "B has a value while A makes one");
            WAIT.pending(c.poll(second.as_mut()), "C has a value while A makes one");
            WAIT.pending(b.poll(second.as_mut()), "B has a value while A makes one");
            made.open(1);
            WAIT.check_eq("A", a.poll(first), Poll::Ready(&1));
            ALL.check_eq("wakes of B and C", [b.wakes(), c.wakes()], [1, 0]);
        },
    );
}

#[test]
fn on_a_scheduler() {
    EX.within("many tasks that need one value", || {
        let cell = Arc::new(OnceCell::const_new());
        let made = Arc::new(AtomicUsize::new(0));
        Runtime::new().block_on(async {
            let tasks: Vec<_> = (0..TASKS)
                .map(|i| {
                    let (cell, made) = (Arc::clone(&cell), Arc::clone(&made));
                    spawn(async move {
                        *cell
                            .get_or_init(async || {
                                yield_now().await;
                                made.fetch_add(1, SeqCst);
                                i
                            })
                            .await
                    })
                })
                .collect();
            for task in tasks {
                ONCE.check_eq("what a task got", task.await.unwrap(), 0);
            }
        });
        ONCE.check_eq("values made", made.load(SeqCst), 1);
    });
}

#[test]
fn on_threads() {
    EX.within("three threads that need one value", || {
        let cell = Arc::new(OnceCell::new());
        let made = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let (cell, made) = (Arc::clone(&cell), Arc::clone(&made));
                thread::spawn(move || {
                    let value = cell.get_or_init(async || made.fetch_add(1, SeqCst));
                    *futures::executor::block_on(value)
                })
            })
            .collect();
        for thread in threads {
            ONCE.check_eq("what a thread got", thread.join().unwrap(), 0);
        }
        ONCE.check_eq("values made", made.load(SeqCst), 1);
    });
}

/// A `&OnceCell` moves a value in on one thread and drops it on another (so `Sync` needs `T: Send`), and
/// gives a `&T` to all (so it needs `T: Sync`).
#[test]
fn the_type_says_what_may_go_to_other_threads() {
    EX.within("looking at the bounds of OnceCell", || {
        EMPTY.check_eq("get", OnceCell::<u32>::new().get(), None);
        BOUNDS.check_eq(
            "whether `OnceCell<u32>` is Send, and whether it is Sync",
            send_and_sync!(OnceCell<u32>),
            (true, true),
        );
        BOUNDS.check_eq(
            "whether `OnceCell<Cell<u32>>` is Send, and whether it is Sync",
            send_and_sync!(OnceCell<OnlySend>),
            (true, false),
        );
        BOUNDS.check_eq(
            "whether `OnceCell<MutexGuard<'static, u32>>` is Send, and whether it is Sync",
            send_and_sync!(OnceCell<OnlySync>),
            (false, false),
        );
        BOUNDS.check_eq(
            "whether `OnceCell<Rc<u32>>` is Send, and whether it is Sync",
            send_and_sync!(OnceCell<Neither>),
            (false, false),
        );
    });
}
