//! A local set that is polled from several places: each of them is told of what is to be done.

#![cfg(not(loom))]

use std::cell::RefCell;
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use std::thread;

use current_thread::{JoinHandle, LocalRuntime, LocalSet, Runtime, spawn_local, yield_now};
use testkit::{Exercise, Rule, TestWaker, gate};

const CHAPTER: Exercise = Exercise::chapter("4", "current-thread/local-set.md");
const TOLD: Rule = CHAPTER.rule("Each poller of a local set is told of a task that is due.");
const LEAVES: Rule =
    CHAPTER.rule("A poller of a local set that leaves tells the others of what it leaves behind.");
const ENTERED: Rule = CHAPTER.rule(
    "A local set that was entered is the one that `spawn_local` means, until the guard is dropped.",
);
const FOREIGN: Rule = CHAPTER.rule(
    "The drop of a poller's waker is foreign code: no lock is held, and its panic stays inside.",
);
const LEFT: Rule = CHAPTER.rule("A poll that panics leaves the local set, as any other.");
const KEPT: Rule =
    CHAPTER.rule("A waker that panics costs a local set nothing that it was handed.");

fn pending_of<F: Future>(waker: &TestWaker, future: Pin<&mut F>) {
    assert!(waker.poll(future).is_pending());
}

#[test]
fn each_is_told_of_a_wake_from_outside() {
    CHAPTER.within("two pollers", || {
        let set = LocalSet::new();
        let (gate, waits) = gate::<()>("outside");
        let join = set.spawn_local(waits);
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let mut first = pin!(set.run_until(pending::<()>()));
        let mut second = pin!(set.run_until(pending::<()>()));
        pending_of(&a, first.as_mut());
        pending_of(&b, second.as_mut());
        // The latest waker of a poller is what counts.
        pending_of(&c, second.as_mut());
        thread::scope(|scope| scope.spawn(|| gate.open(())).join().unwrap());
        let wakes = [&a, &b, &c].map(TestWaker::wakes);
        TOLD.check_eq(
            "wakes of A, of B, which polls no more, and of C",
            wakes,
            [1, 0, 1],
        );
        // Either of them runs the task, and the other has nothing to do.
        pending_of(&c, second.as_mut());
        TOLD.check(join.is_finished(), "it is queued still");
        pending_of(&a, first.as_mut());
        TOLD.check_eq("wakers held", [&a, &b, &c].map(TestWaker::held), [1, 0, 1]);
    });
}

#[test]
fn one_that_is_gone_is_not_told_and_keeps_nothing() {
    CHAPTER.within("a poller that goes", || {
        let set = LocalSet::new();
        let (gate, waits) = gate::<()>("outside");
        drop(set.spawn_local(waits));
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let mut stays = pin!(set.run_until(pending::<()>()));
        pending_of(&a, stays.as_mut());
        let mut goes = Box::pin(set.run_until(pending::<()>()));
        pending_of(&b, goes.as_mut());
        drop(goes);
        TOLD.check_eq("wakers held of the one that is gone", b.held(), 0);
        LEAVES.check_eq("wakes of the other: nothing is left behind", a.wakes(), 0);
        gate.open(());
        TOLD.check_eq("wakes of the other, then", (a.wakes(), b.wakes()), (1, 0));
    });
}

#[test]
fn one_that_is_done_tells_the_other_of_its_tasks() {
    CHAPTER.within("two run_until, joined", || {
        let set = LocalSet::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let (gate, waits) = gate::<i32>("in the set");
        let mut waits = pin!(set.run_until(waits));
        pending_of(&a, waits.as_mut());
        let mut spawns = pin!(set.run_until(async {
            drop(spawn_local(async move { gate.open(3) }));
        }));
        assert!(b.poll(spawns.as_mut()).is_ready());
        LEAVES.check_eq("wakes of the one that stays", a.wakes(), 1);
        // It runs the task, and what the task opens wakes it once more.
        pending_of(&a, waits.as_mut());
        assert_eq!(a.poll(waits.as_mut()), Poll::Ready(3));
    });
}

#[test]
fn one_that_is_dropped_with_a_task_due_tells_the_other() {
    CHAPTER.within("a run_until that is dropped", || {
        let set = LocalSet::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let mut stays = pin!(set.run_until(pending::<()>()));
        pending_of(&a, stays.as_mut());
        let mut goes = Box::pin(set.run_until(async {
            // It is run by the same poll, and gives way to the end of that.
            drop(spawn_local(yield_now()));
            pending::<()>().await;
        }));
        pending_of(&b, goes.as_mut());
        LEAVES.check_eq(
            "wakes: the one that polls goes on",
            [a.wakes(), b.wakes()],
            [0, 1],
        );
        drop(goes);
        LEAVES.check_eq("wakes of the one that stays", a.wakes(), 1);
        pending_of(&a, stays.as_mut());
        LEAVES.check_eq("and nothing is left to do", a.wakes(), 1);
    });
}

/// As programs have it: a task of a set runs the set until another task is done, which waits for a thread.
#[test]
fn one_inside_of_a_task_of_the_set() {
    CHAPTER.within("a run_until in a task of the set", || {
        let rt = Runtime::new();
        let set = Rc::new(LocalSet::new());
        let (gate, waits) = gate::<i32>("another thread");
        let (go, is_waiting) = mpsc::channel();
        let opens = thread::spawn(move || {
            is_waiting.recv().unwrap();
            gate.open(7);
        });
        let inner = Rc::clone(&set);
        let output = set.block_on(&rt, async {
            let waits = spawn_local(waits);
            let runs = spawn_local(async move { inner.run_until(waits).await.unwrap() });
            yield_now().await;
            go.send(()).unwrap();
            runs.await.unwrap()
        });
        opens.join().unwrap();
        assert_eq!(output, 7);
    });
}

#[test]
fn two_in_two_tasks() {
    CHAPTER.within("two run_until in two tasks", || {
        LocalRuntime::new().block_on(async {
            let set = Rc::new(LocalSet::new());
            let (gate, waits) = gate::<i32>("in the set");
            let inner = Rc::clone(&set);
            let waits = spawn_local(async move { inner.run_until(waits).await });
            yield_now().await;
            let inner = Rc::clone(&set);
            let opens = spawn_local(async move {
                let spawns = async { drop(spawn_local(async move { gate.open(3) })) };
                inner.run_until(spawns).await;
            });
            opens.await.unwrap();
            assert_eq!(waits.await.unwrap(), 3);
        });
    });
}

#[test]
fn a_set_that_was_entered_takes_tasks() {
    CHAPTER.within("a set that was entered", || {
        let [outer, inner] = [LocalSet::new(), LocalSet::new()];
        assert_ne!(outer.id(), inner.id());
        let waker = TestWaker::new("of the outer set");
        let mut runs = pin!(outer.run_until(pending::<()>()));
        pending_of(&waker, runs.as_mut());
        let guard = outer.enter();
        let first = spawn_local(async { 1 });
        ENTERED.check_eq("wakes of the one that polls the set", waker.wakes(), 1);
        let in_guard = inner.enter();
        let second = spawn_local(async { 2 });
        drop(in_guard);
        let third = spawn_local(async { 3 });
        drop(guard);
        pending_of(&waker, runs.as_mut());
        let done = [&first, &second, &third].map(JoinHandle::is_finished);
        ENTERED.check_eq(
            "tasks that the outer set has run",
            done,
            [true, false, true],
        );
    });
}

#[test]
fn a_set_may_go_before_its_guard() {
    CHAPTER.within("a guard that is left", || {
        let set = LocalSet::new();
        let guard = set.enter();
        drop(set);
        let join = spawn_local(async {});
        ENTERED.check(join.is_finished(), "it is in a set that is gone");
        drop(guard);
    });
}

#[test]
fn a_task_keeps_no_thread_that_wakes_it() {
    CHAPTER.within("a wake beside a guard", || {
        let set = LocalSet::new();
        let waker = TestWaker::new("of the set");
        let (gate, waits) = gate::<()>("in the set");
        let join = set.spawn_local(waits);
        let mut runs = pin!(set.run_until(pending::<()>()));
        pending_of(&waker, runs.as_mut());
        // On the thread of the set, which is entered, and not polled.
        let guard = set.enter();
        gate.open(());
        TOLD.check_eq("wakes of the one that polls the set", waker.wakes(), 1);
        drop(guard);
        pending_of(&waker, runs.as_mut());
        assert!(join.is_finished());
    });
}

static ARMED: AtomicBool = AtomicBool::new(false);
static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |_| RawWaker::new(std::ptr::null(), &VTABLE),
    |_| {},
    |_| {},
    |_| {
        if ARMED.swap(false, SeqCst) {
            panic!("the drop of a waker");
        }
    },
);

#[test]
fn a_waker_whose_drop_panics() {
    CHAPTER.within("a waker that panics", || {
        let set = LocalSet::new();
        // SAFETY: the functions use no data.
        let evil = unsafe { Waker::from_raw(RawWaker::new(std::ptr::null(), &VTABLE)) };
        let (gate, waits) = gate::<()>("outside");
        let join = set.spawn_local(waits);
        let good = TestWaker::new("good");
        let opened = Rc::new(RefCell::new(Some(gate)));
        let opens = Rc::clone(&opened);
        let mut runs = pin!(set.run_until(std::future::poll_fn(move |_| {
            // In the poll, before the waker is left again.
            let gate = opens.borrow_mut().take();
            if let Some(gate) = gate.filter(|_| ARMED.load(SeqCst)) {
                thread::scope(|scope| scope.spawn(|| gate.open(())).join().unwrap());
            }
            Poll::<()>::Pending
        })));
        let gate = opened.borrow_mut().take();
        assert!(
            runs.as_mut()
                .poll(&mut Context::from_waker(&evil))
                .is_pending()
        );
        *opened.borrow_mut() = gate;
        ARMED.store(true, SeqCst);
        pending_of(&good, runs.as_mut());
        ARMED.store(false, SeqCst);
        pending_of(&good, runs.as_mut());
        KEPT.check(join.is_finished(), "its wake was lost");
    });
}

/// A panic of one poller's waker is not the others' loss.
#[test]
fn a_waker_that_panics_is_not_the_others_loss() {
    struct Panics(Mutex<usize>);
    impl std::task::Wake for Panics {
        fn wake(self: Arc<Panics>) {
            *self.0.lock().unwrap() += 1;
            panic!("the wake");
        }
    }
    CHAPTER.within("a waker that panics", || {
        let set = LocalSet::new();
        let (gate, waits) = gate::<()>("outside");
        drop(set.spawn_local(waits));
        let evil = Arc::new(Panics(Mutex::new(0)));
        let good = TestWaker::new("good");
        let mut first = pin!(set.run_until(pending::<()>()));
        let waker = Waker::from(Arc::clone(&evil));
        assert!(
            first
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        let mut second = pin!(set.run_until(pending::<()>()));
        pending_of(&good, second.as_mut());
        gate.open(());
        KEPT.check_eq("wakes of the other", good.wakes(), 1);
    });
}

/// The waker that a poll replaces is dropped, and its drop has another thread wake a task of the set.
#[test]
fn a_waker_whose_drop_needs_the_set() {
    FOREIGN.holds("a poll with another waker", || {
        let set = LocalSet::new();
        let (gate, waits) = gate::<()>("in the set");
        let join = set.spawn_local(waits);
        let [first, second] = ["first", "second"].map(TestWaker::new);
        let mut runs = pin!(set.run_until(pending::<()>()));
        pending_of(&first, runs.as_mut());
        let gate = Mutex::new(Some(gate));
        first.on_drop(move || {
            if let Some(gate) = gate.lock().unwrap().take() {
                thread::scope(|scope| scope.spawn(|| gate.open(())).join().unwrap());
            }
        });
        pending_of(&second, runs.as_mut());
        pending_of(&second, runs.as_mut());
        FOREIGN.check(join.is_finished(), "the wake was lost");
    });
}

/// A set that goes drops the wakers that were left with it, each of which may panic.
#[test]
fn wakers_whose_drops_panic_at_the_end() {
    FOREIGN.holds("the end of a set", || {
        let mut set = Box::pin(LocalSet::new());
        drop(set.spawn_local(pending::<()>()));
        let waker = TestWaker::new("left behind");
        waker.on_drop(|| panic!("expected by the test"));
        pending_of(&waker, set.as_mut());
        FOREIGN.returns(
            || drop(set),
            "the panic of a waker's drop came out of the set's",
        );
        FOREIGN.check_eq("wakers held", waker.held(), 0);
    });
}

#[test]
fn a_poll_that_panics() {
    LEFT.holds("`run_until` with a future that panics", || {
        let set = LocalSet::new();
        let waker = TestWaker::new("A");
        let panics = pin!(set.run_until(std::future::poll_fn(|_| -> Poll<()> {
            panic!("expected by the test")
        })));
        let polled = catch_unwind(AssertUnwindSafe(|| waker.poll(panics)));
        assert!(polled.is_err(), "its panic is its poller's");
        let spawned = catch_unwind(|| drop(spawn_local(async {})));
        LEFT.check(spawned.is_err(), "the thread is still in the set");
    });
}
