//! Wakes that are put aside: whose, in which order, and what foreign code may do meanwhile.

#![cfg(not(loom))]

mod parks;

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Wake, Waker};

use current_thread::defer::{Defer, wake_all};
use current_thread::{Handle, Runtime, spawn, yield_now};
use harness::context;
use testkit::{Exercise, Rule, TestWaker};

use parks::CountingPark;

const CHAPTER: Exercise = Exercise::chapter("4", "current-thread/index.md");
const AFTER: Rule = CHAPTER
    .may_be("4.5 or 4.6")
    .rule("What is deferred is woken after the tasks that are due, once, and then by value.");
const FOREIGN: Rule = CHAPTER
    .may_be("4.6")
    .rule("A deferred waker is foreign code: it may defer, spawn or panic, and no other is lost.");
const NONE_LEFT: Rule = CHAPTER
    .may_be("4.5 or 4.6")
    .rule("Nothing is left deferred when `block_on` returns.");
const AT_ONCE: Rule = CHAPTER.rule("Outside of a runtime what is deferred is woken at once.");

/// Polls a future within the runtime, with a waker that is none of a task.
fn poll_inside<F: Future>(waker: &TestWaker, future: Pin<&mut F>) -> Poll<F::Output> {
    waker.poll(future)
}

#[test]
fn a_foreign_waker_is_woken_after_the_tasks_that_are_due() {
    AFTER.holds("a yield in a combinator", || {
        let (park, asked) = CountingPark::new();
        Runtime::with_park(park).block_on(async {
            let waker = TestWaker::new("combinator");
            let ran = Arc::new(AtomicUsize::new(0));
            for _ in 0..5 {
                let ran = Arc::clone(&ran);
                let waker = waker.clone();
                drop(spawn(async move {
                    assert_eq!(waker.wakes(), 0, "woken before its turn");
                    ran.fetch_add(1, SeqCst);
                }));
            }
            let mut yielding = pin!(yield_now());
            assert!(poll_inside(&waker, yielding.as_mut()).is_pending());
            assert_eq!((waker.wakes(), waker.held()), (0, 1));
            yield_now().await;
            assert_eq!((waker.wakes(), ran.load(SeqCst)), (1, 5));
            assert!(poll_inside(&waker, yielding).is_ready());
            assert_eq!(waker.held(), 0);
        });
        assert_eq!((asked.parks(), asked.looks()), (0, 1));
    });
}

#[test]
fn one_waker_that_is_deferred_many_times_is_woken_once() {
    AFTER.holds("three yields in one future", || {
        Runtime::new().block_on(async {
            let waker = TestWaker::new("join of three");
            let mut three = [(); 3].map(|()| Box::pin(yield_now()));
            for future in &mut three {
                assert!(waker.poll(future.as_mut()).is_pending());
            }
            assert_eq!((waker.clones(), waker.held()), (1, 1));
            yield_now().await;
            assert_eq!((waker.wakes(), waker.held()), (1, 0));
        });
    });
}

/// The wake of the task that is polled costs no clone: its ticket waits, not its waker.
#[test]
fn a_task_that_yields_is_not_cloned() {
    AFTER.holds("a yield", || {
        Runtime::new().block_on(async {
            spawn(async {
                let mut yielding = pin!(yield_now());
                poll_fn(|cx| {
                    assert!(yielding.as_mut().poll(cx).is_pending());
                    // Twice in one poll, and woken besides: one ticket.
                    let mut second = pin!(yield_now());
                    assert!(second.as_mut().poll(cx).is_pending());
                    cx.waker().wake_by_ref();
                    Poll::Ready(())
                })
                .await;
                yielding.await;
            })
            .await
            .unwrap();
        });
    });
}

/// What a waker defers while it is woken waits for the next batch: the driver has its say between.
#[test]
fn a_waker_that_defers_itself_again() {
    FOREIGN.holds("a waker that defers itself", || {
        struct Again {
            left: AtomicUsize,
        }
        impl Wake for Again {
            fn wake(self: Arc<Again>) {
                if self.left.fetch_sub(1, SeqCst) != 1 {
                    context::defer(&Waker::from(Arc::clone(&self)));
                }
            }
        }
        let (park, asked) = CountingPark::new();
        let again = Arc::new(Again {
            left: AtomicUsize::new(5),
        });
        Runtime::with_park(park).block_on(async {
            context::defer(&Waker::from(Arc::clone(&again)));
            for batch in 1..=5 {
                yield_now().await;
                assert_eq!(again.left.load(SeqCst), 5 - batch);
            }
        });
        assert_eq!(asked.looks(), 5);
        assert_eq!(Arc::strong_count(&again), 1);
    });
}

#[test]
fn a_waker_that_spawns() {
    FOREIGN.holds("a waker that spawns", || {
        Runtime::new().block_on(async {
            let waker = TestWaker::new("spawns");
            let join = Arc::new(Mutex::new(None));
            let slot = Arc::clone(&join);
            let handle = Handle::current();
            waker.on_wake(move || *slot.lock().unwrap() = Some(handle.spawn(async { 7 })));
            // Both: its clone and its drop are foreign code as well.
            let spawned = Arc::new(AtomicUsize::new(0));
            let counts = Arc::clone(&spawned);
            let count = move || {
                let counts = Arc::clone(&counts);
                drop(spawn(async move {
                    counts.fetch_add(1, SeqCst);
                }));
            };
            waker.on_clone(count);
            context::defer(&waker.waker());
            yield_now().await;
            let join = join.lock().unwrap().take().unwrap();
            assert_eq!(join.await.unwrap(), 7);
            assert!(0 < spawned.load(SeqCst));
            waker.on_clone(|| {});
        });
    });
}

/// The panic of one waker is none of the others' business, nor of the runtime's.
#[test]
fn a_waker_that_panics_does_not_keep_others_from_being_woken() {
    FOREIGN.holds("a waker that panics", || {
        let wakers = ["first", "panics", "last"].map(TestWaker::new);
        wakers[1].on_wake(|| panic!("expected by the test"));
        let seen = wakers.clone();
        Runtime::new().block_on(async move {
            for waker in &wakers {
                context::defer(&waker.waker());
            }
            yield_now().await;
            assert_eq!(wakers.each_ref().map(TestWaker::wakes), [1, 1, 1]);
        });
        assert_eq!(seen.each_ref().map(TestWaker::held), [0, 0, 0]);
    });
}

/// Whoever leaves takes nothing along: a wake that is deferred when `block_on` returns is done then.
#[test]
fn nothing_is_left_deferred_when_block_on_returns() {
    NONE_LEFT.holds("a root that defers and is done", || {
        let waker = TestWaker::new("another task");
        let rt = Runtime::new();
        rt.block_on(async { context::defer(&waker.waker()) });
        assert_eq!((waker.wakes(), waker.held()), (1, 0));
    });
}

/// Where no scheduler runs there is nobody to give way to.
#[test]
fn outside_of_a_runtime_it_is_woken_at_once() {
    AT_ONCE.holds("a yield without a runtime", || {
        let waker = TestWaker::new("outside");
        let mut yielding = pin!(yield_now());
        assert!(waker.poll(yielding.as_mut()).is_pending());
        assert_eq!(waker.wakes(), 1);
        assert!(waker.poll(yielding).is_ready());
    });
}

#[test]
fn the_structure_alone() {
    AFTER.holds("the structure alone", || {
        let mut defer: Defer<Handle> = Defer::new();
        assert!(defer.is_empty());
        let wakers = ["a", "b"].map(TestWaker::new);
        for waker in wakers.iter().chain([&wakers[0]]) {
            let waker = waker.waker();
            if !defer.is_last(&waker) {
                defer.push_waker(waker);
            }
        }
        assert!(defer.is_last(&wakers[0].waker()));
        assert!(!defer.is_last(&wakers[1].waker()));
        assert!(!defer.is_empty());
        let mut batch = defer.take_batch();
        assert!(defer.is_empty());
        assert_eq!(batch.wakers.len(), 3);
        wake_all(&mut batch.wakers);
        assert_eq!(wakers.each_ref().map(TestWaker::wakes), [2, 1]);
        let capacity = batch.wakers.capacity();
        defer.recycle(batch.wakers);
        defer.push_waker(wakers[0].waker());
        let taken = defer.take_deferred();
        assert_eq!((taken.len(), taken.capacity()), (1, capacity));
        assert!(defer.is_empty());
        drop(taken);
    });
}

/// A task defers the waker of another one, as a combinator in it may. That is no yield of its own, and no
/// wake at once.
#[test]
fn another_tasks_waker_is_woken_after_the_tasks_that_are_due() {
    AFTER.holds("a yield for another task", || {
        let (park, asked) = CountingPark::new();
        Runtime::with_park(park).block_on(async {
            let kept: Arc<Mutex<Option<Waker>>> = Arc::default();
            let theirs = Arc::clone(&kept);
            let looks = Arc::clone(&asked);
            let other = spawn(poll_fn(move |cx| {
                let mut kept = theirs.lock().unwrap();
                match kept.is_none() {
                    true => {
                        *kept = Some(cx.waker().clone());
                        Poll::Pending
                    }
                    false => Poll::Ready(looks.looks()),
                }
            }));
            yield_now().await;
            let before = asked.looks();
            let own = Arc::clone(&kept);
            let deferring = spawn(async move {
                let waker = own.lock().unwrap().clone().expect("the other one has run");
                context::defer(&waker);
            });
            deferring.await.unwrap();
            let then = other.await.unwrap();
            AFTER.check_eq("looks of the driver before its turn", then - before, 1);
        });
    });
}
