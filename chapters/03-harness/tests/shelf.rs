//! Cells that are kept for the next task: which task gets which cell, and that every one is freed in the end.

#![cfg(not(loom))]

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use harness::{Id, JoinHandle, Notified, OwnedTasks, Schedule, Shelf, Task, TaskQueue, VacantCell};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const KEPT: Rule = CHAPTER.may_be("3.6 or 3.7").rule(
    "The cell of a task that is gone serves the next task of the same size on its scheduler.",
);
const BOUNDED: Rule = CHAPTER
    .may_be("3.6 or 3.7")
    .rule("A shelf takes so many bytes and no more, and frees what it has when it is dropped.");
const EMPTY: Rule = CHAPTER
    .may_be("3.6 or 3.7")
    .rule("A cell is kept when all of its task has been dropped, and not before.");

/// A scheduler that keeps its cells on the shelf of the thread that it runs on.
#[derive(Clone)]
struct Keeper(Arc<Shared>);

struct Shared {
    queue: Mutex<TaskQueue<Keeper>>,
    tasks: OwnedTasks<Keeper>,
}

thread_local! {
    static SHELF: RefCell<Option<Shelf<Keeper>>> = const { RefCell::new(None) };
}

impl Schedule for Keeper {
    fn schedule(task: Notified<Keeper>) {
        let keeper = task.scheduler().clone();
        keeper.0.queue.lock().unwrap().push_back(task);
    }

    fn release(&self, task: &Task<Keeper>) -> Option<Task<Keeper>> {
        self.0.tasks.remove(task)
    }

    fn recycle(cell: VacantCell<Keeper>) {
        let refused = SHELF.with_borrow_mut(|shelf| match shelf {
            Some(shelf) => shelf.put(cell),
            None => Err(cell),
        });
        drop(refused);
    }
}

impl Keeper {
    /// With a shelf on this thread that takes so many bytes.
    fn new(bytes: usize) -> Keeper {
        SHELF.set(Some(Shelf::with_bytes(bytes)));
        Keeper(Arc::new(Shared {
            queue: Mutex::default(),
            tasks: OwnedTasks::new(),
        }))
    }

    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let kept = SHELF.with_borrow_mut(|shelf| shelf.as_mut().and_then(Shelf::take::<F>));
        let cell = kept.unwrap_or_else(|| VacantCell::new::<F>(self.clone()));
        let (join, ticket) = self.0.tasks.bind_in(cell, future, Id::next());
        if let Some(ticket) = ticket {
            Keeper::schedule(ticket);
        }
        join
    }

    fn run(&self) {
        loop {
            let ticket = self.0.queue.lock().unwrap().pop_front();
            let Some(ticket) = ticket else { return };
            self.0.tasks.assert_owner(ticket).run();
        }
    }

    fn handles(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

fn kept() -> usize {
    SHELF.with_borrow(|shelf| shelf.as_ref().map_or(0, Shelf::bytes))
}

/// A task that leaves its waker, and is ready with its second poll.
fn twice(wakers: &Arc<Mutex<Vec<Waker>>>) -> impl Future<Output = ()> + Send + use<> {
    let wakers = Arc::clone(wakers);
    let mut is_polled = false;
    poll_fn(move |cx| {
        if is_polled {
            return Poll::Ready(());
        }
        is_polled = true;
        wakers.lock().unwrap().push(cx.waker().clone());
        Poll::Pending
    })
}

#[test]
fn the_next_task_has_the_cell() {
    KEPT.holds("the next task has the cell", || {
        let keeper = Keeper::new(1 << 16);
        let wakers = Arc::default();
        let mut cells = Vec::new();
        for _ in 0..3 {
            drop(keeper.spawn(twice(&wakers)));
            keeper.run();
            let waker = wakers.lock().unwrap().pop().unwrap();
            cells.push(waker.data());
            waker.wake();
            keeper.run();
            KEPT.check_eq("handles on the scheduler", keeper.handles(), 2);
        }
        KEPT.check_eq("the second cell", cells[1], cells[0]);
        KEPT.check_eq("the third cell", cells[2], cells[0]);
        let bytes = kept();
        // Another size has another cell, and it is kept beside the first.
        drop(keeper.spawn(async { std::hint::black_box([7_u64; 9]) }));
        drop(keeper.spawn(async move { std::hint::black_box([bytes; 7].len()) }));
        keeper.run();
        KEPT.check(bytes < kept(), "not so: several sizes are kept");
    });
}

#[test]
fn while_there_is_a_waker_the_cell_is_not_free() {
    EMPTY.holds("while there is a waker the cell is not free", || {
        let keeper = Keeper::new(1 << 16);
        let wakers = Arc::default();
        let join = keeper.spawn(twice(&wakers));
        keeper.run();
        let waker = wakers.lock().unwrap().pop().unwrap();
        waker.wake_by_ref();
        keeper.run();
        drop(join);
        EMPTY.check_eq("bytes on the shelf", kept(), 0);
        // After the end, on a thread that has no shelf: the cell is freed there.
        thread::spawn(move || waker.wake()).join().unwrap();
        EMPTY.check_eq("bytes on the shelf", kept(), 0);
        EMPTY.check_eq("handles on the scheduler", keeper.handles(), 1);
    });
}

#[test]
fn what_a_task_leaves_is_dropped_before_the_cell_is_kept() {
    EMPTY.holds(
        "what a task leaves is dropped before the cell is kept",
        || {
            let keeper = Keeper::new(1 << 16);
            let held = Arc::new(());
            // An output that nobody takes.
            let output = Arc::clone(&held);
            let join = keeper.spawn(async move { output });
            keeper.run();
            drop(join);
            EMPTY.check_eq("the output", Arc::strong_count(&held), 1);
            // A future that is dropped by the shutdown, with a waiting handle.
            let future = Arc::clone(&held);
            let join = keeper.spawn(async move {
                pending::<()>().await;
                drop(future);
            });
            keeper.run();
            keeper.0.tasks.close_and_shutdown_all();
            EMPTY.check_eq("the future", Arc::strong_count(&held), 1);
            drop(join);
            EMPTY.check(0 < kept(), "not so: two cells are kept");
            SHELF.set(None);
            EMPTY.check_eq("handles on the scheduler", keeper.handles(), 1);
        },
    );
}

#[test]
fn no_more_than_fits() {
    BOUNDED.holds("no more than fits", || {
        let keeper = Keeper::new(400);
        for _ in 0..8 {
            drop(keeper.spawn(async {}));
        }
        BOUNDED.check_eq("handles on the scheduler", keeper.handles(), 9);
        keeper.run();
        BOUNDED.check(kept() <= 400, "not so: at most 400 bytes");
        BOUNDED.check(0 < kept(), "not so: at least one cell");
        BOUNDED.check_eq(
            "cells that are kept",
            keeper.handles() - 1,
            kept() / (kept() / (keeper.handles() - 1)),
        );
        // A large one is not kept at all.
        let before = kept();
        let large = [0_u8; 2000];
        drop(keeper.spawn(async move { std::hint::black_box(large).len() }));
        keeper.run();
        BOUNDED.check_eq("bytes on the shelf", kept(), before);
        SHELF.set(None);
        BOUNDED.check_eq("handles on the scheduler", keeper.handles(), 1);
    });
}
