//! 4.6: those who gave way have their turn.

// A scheduler that is driven by hand is not shut down, which Miri would call a leak.
#![cfg(not(any(loom, miri)))]

mod parks;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

use current_thread::steps::Steps;
use current_thread::{spawn, yield_now};
use harness::context;
use testkit::{Exercise, Rule, TestWaker};

use parks::{CountingPark, NoPark};

const EX: Exercise = Exercise::new("4.6", "current-thread/yield.md");

const WOKEN: Rule = EX.rule("A task that gave way has a turn, once, when all others have had one.");
const BACK: Rule = EX.rule("A task that gave way is queued behind those that are due.");
const FIRST: Rule =
    EX.rule("The tickets are queued before a waker is called, which may queue another task.");
const MEMORY: Rule = EX.rule("The memory of a batch is given back: yielding does not allocate.");
const FOREIGN: Rule = EX.rule("Foreign Code Last: nothing is borrowed while a waker is woken.");
/// What a waker sees if it is.
const BORROWED: &str = "a waker spawned a task when it was woken, and found the core borrowed";
const BATCH: Rule =
    EX.rule("One Batch: what is deferred while a batch is woken waits for the next.");
const OTHERS: Rule = EX.rule("A waker that panics keeps no other from being woken.");
/// What the rest before it does.
const REST: Exercise = Exercise::new("4.5", "current-thread/rest.md");
const AWAKE: Rule =
    REST.rule("Empty Before Sleep: the thread does not park while a wake is deferred.");
const LOOKED: Rule = REST.rule("What is deferred is woken when the driver has been asked.");
const COUNT: Rule = REST.rule("Once the driver has been asked, the count begins anew.");

/// Counts the allocations of each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: `System` is called for everything. The count has no destructor and does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: as our caller has promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as our caller has promised.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations() -> usize {
    ALLOCATIONS.get()
}

fn steps() -> Steps<NoPark> {
    Steps::new(NoPark::new().0)
}

#[test]
fn wakers_are_woken_once() {
    EX.within("waking three wakers", || {
        let steps = steps();
        let wakers = ["a", "b", "c"].map(TestWaker::new);
        steps.enter(|| {
            for waker in &wakers {
                context::defer(&waker.waker());
            }
        });
        let wakes = || wakers.each_ref().map(TestWaker::wakes);
        WOKEN.check_eq("wakes before their turn", wakes(), [0; 3]);
        steps.wake_deferred();
        WOKEN.check_eq("wakes", wakes(), [1; 3]);
        steps.wake_deferred();
        WOKEN.check_eq("wakes after one more turn", wakes(), [1; 3]);
        let held = wakers.each_ref().map(TestWaker::held);
        WOKEN.check_eq("wakers that are kept", held, [0; 3]);
    });
}

#[test]
fn tasks_are_queued_behind_those_that_are_due() {
    EX.within("two tasks that yield, and one that is due", || {
        let steps = steps();
        let order = Arc::new(Mutex::new(Vec::new()));
        let yields = |name| {
            let order = Arc::clone(&order);
            async move {
                yield_now().await;
                order.lock().unwrap().push(name);
            }
        };
        steps.enter(|| ["a", "b"].map(|name| drop(spawn(yields(name)))));
        while steps.poll_next() {}
        let due = Arc::clone(&order);
        steps.enter(|| drop(spawn(async move { due.lock().unwrap().push("due") })));
        steps.wake_deferred();
        for _ in 0..3 {
            WOKEN.check(steps.poll_next(), "a task that gave way is not due");
        }
        let order = order.lock().unwrap().clone();
        BACK.check_eq("polled", order, vec!["due", "a", "b"]);
    });
}

/// A waker may queue somebody, and they come after those who gave way before that.
#[test]
fn tasks_before_whomever_a_waker_wakes() {
    EX.within("a waker that spawns, and a task that yields", || {
        let steps = steps();
        let order = Arc::new(Mutex::new(Vec::new()));
        let waker = TestWaker::new("spawns");
        let spawned = Arc::clone(&order);
        waker.on_wake(move || {
            let spawned = Arc::clone(&spawned);
            let new = async move { spawned.lock().unwrap().push("new") };
            FOREIGN.returns(|| drop(spawn(new)), BORROWED);
        });
        let yields = Arc::clone(&order);
        steps.enter(|| {
            context::defer(&waker.waker());
            drop(spawn(async move {
                yield_now().await;
                yields.lock().unwrap().push("yielded");
            }));
        });
        assert!(steps.poll_next());
        steps.wake_deferred();
        while steps.poll_next() {}
        let order = order.lock().unwrap().clone();
        FIRST.check_eq("polled", order, vec!["yielded", "new"]);
    });
}

#[test]
fn no_turn_allocates_but_the_first() {
    EX.within("a waker that is deferred ten times", || {
        let steps = steps();
        // It has no count, and a clone of it allocates nothing.
        let turn = || {
            steps.enter(|| context::defer(Waker::noop()));
            steps.wake_deferred();
        };
        turn();
        let before = allocations();
        (0..10).for_each(|_| turn());
        MEMORY.check_eq("allocations in ten turns", allocations() - before, 0);
    });
}

#[test]
fn a_waker_that_spawns() {
    EX.within("a waker that spawns", || {
        let steps = steps();
        let waker = TestWaker::new("spawns");
        let ran = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&ran);
        waker.on_wake(move || {
            let counted = Arc::clone(&counted);
            let new = async move {
                counted.fetch_add(1, SeqCst);
            };
            FOREIGN.returns(|| drop(spawn(new)), BORROWED);
        });
        steps.enter(|| context::defer(&waker.waker()));
        steps.wake_deferred();
        FOREIGN.check(
            steps.poll_next(),
            "the waker spawned a task, and it is not due",
        );
        FOREIGN.check_eq("tasks that ran", ran.load(SeqCst), 1);
    });
}

#[test]
fn a_waker_that_defers_itself_again() {
    struct Again(AtomicUsize);
    impl Wake for Again {
        fn wake(self: Arc<Again>) {
            // It stops at some time, so that a loop over it does.
            if self.0.fetch_add(1, SeqCst) < 10 {
                let again = Waker::from(Arc::clone(&self));
                let saw = "a waker deferred itself when it was woken, and found the core borrowed";
                FOREIGN.returns(|| context::defer(&again), saw);
            }
        }
    }
    EX.within("a waker that defers itself", || {
        let steps = steps();
        let again = Arc::new(Again(AtomicUsize::new(0)));
        steps.enter(|| context::defer(&Waker::from(Arc::clone(&again))));
        for turn in 1..=5 {
            steps.wake_deferred();
            BATCH.check_eq("wakes", again.0.load(SeqCst), turn);
        }
    });
}

#[test]
fn a_waker_that_panics() {
    EX.within("three wakers, of which the second panics", || {
        let steps = steps();
        let wakers = ["first", "panics", "last"].map(TestWaker::new);
        wakers[1].on_wake(|| panic!("expected by the test"));
        steps.enter(|| {
            for waker in &wakers {
                context::defer(&waker.waker());
            }
        });
        let saw = "one of three wakers panicked, and its panic came out of `wake_deferred`";
        OTHERS.returns(|| steps.wake_deferred(), saw);
        let wakes = wakers.each_ref().map(TestWaker::wakes);
        OTHERS.check_eq("wakes", wakes, [1; 3]);
    });
}

/// What a waker's panic was thrown with is dropped here, and that may panic, too.
#[test]
fn a_waker_that_throws_a_bomb() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any(Bomb);
        }
    }
    EX.within("two wakers, of which the first throws a bomb", || {
        let steps = steps();
        let wakers = ["throws", "last"].map(TestWaker::new);
        wakers[0].on_wake(|| panic_any(Bomb));
        steps.enter(|| {
            for waker in &wakers {
                context::defer(&waker.waker());
            }
        });
        let woken = catch_unwind(AssertUnwindSafe(|| steps.wake_deferred()));
        let is_ok = woken.is_ok();
        // It may have been thrown with a bomb.
        mem::forget(woken);
        OTHERS.check(is_ok, "a panic came out of `wake_deferred`");
        let wakes = wakers.each_ref().map(TestWaker::wakes);
        OTHERS.check_eq("wakes", wakes, [1; 2]);
    });
}

/// With the rest before it: the driver has been asked, and then nothing is left deferred.
#[test]
fn nothing_is_deferred_after_a_rest() {
    EX.within("two rests, with a task that yields", || {
        let (park, asked) = CountingPark::restless(|| {});
        let mut steps = Steps::new(park);
        let waker = TestWaker::new("deferred");
        let seen = waker.clone();
        let looks = Arc::clone(&asked);
        waker.on_wake(move || LOOKED.check_eq("looks before the wake", looks.looks(), 1));
        steps.enter(|| {
            context::defer(&waker.waker());
            drop(spawn(yield_now()));
        });
        assert!(steps.poll_next());
        let counted = steps.rest(1, false);
        AWAKE.check_eq("sleeps", asked.parks(), 0);
        if seen.wakes() == 0 {
            steps.wake_deferred();
            let is_missed = 0 < seen.wakes();
            LOOKED.check(!is_missed, "the rest did not call `wake_deferred`");
        }
        WOKEN.check_eq("wakes", seen.wakes(), 1);
        COUNT.check_eq("polls counted after the look", counted, 0);
        WOKEN.check(steps.poll_next(), "a task that gave way is not due");
    });
}
