//! Leaks and second drops: of futures, of values, of wakers.

mod support;

use std::future::ready;
use std::mem::{self, ManuallyDrop};
use std::thread;

use support::{EX, RULE, failure_of};
use testkit::TestWaker;

#[test]
fn a_future_that_leaked() {
    let failure = failure_of(|| {
        let (future, seen) = testkit::probe("task 1", async {});
        mem::forget(future);
        seen.dropped_once(RULE);
    });
    failure
        .names_rule(RULE.sentence())
        .says("task 1 leaked: it was never dropped");
}

#[test]
fn a_value_that_leaked() {
    let failure = failure_of(|| {
        let (token, drops) = testkit::drop_counter("output");
        mem::forget(token);
        drops.dropped_once(RULE);
    });
    failure
        .names_rule(RULE.sentence())
        .says("output leaked: it was never dropped");
}

#[test]
#[cfg_attr(miri, ignore = "leaves a thread behind")]
fn a_future_dropped_twice() {
    let failure = failure_of(|| {
        EX.within("the executor", || {
            let mut future = ManuallyDrop::new(testkit::probe("task 1", ready(())).0);
            // SAFETY: it is initialized, and not used after.
            unsafe { ManuallyDrop::drop(&mut future) };
            // SAFETY: there is none: that is what has to be found. The probe's drop is made so
            // that it only reads a number from memory that is still ours.
            unsafe { ManuallyDrop::drop(&mut future) };
        });
    });
    failure
        .names_rule("Whatever is dropped is dropped once.")
        .says("task 1 was dropped a second time");
}

#[test]
#[cfg_attr(miri, ignore = "leaves a thread behind")]
fn a_value_dropped_twice() {
    let failure = failure_of(|| {
        EX.within("the executor", || {
            let mut token = ManuallyDrop::new(testkit::drop_counter("output").0);
            // SAFETY: it is initialized, and not used after.
            unsafe { ManuallyDrop::drop(&mut token) };
            // SAFETY: as above.
            unsafe { ManuallyDrop::drop(&mut token) };
        });
    });
    failure.says("output was dropped a second time");
}

#[test]
#[cfg_attr(miri, ignore = "leaves a thread behind")]
fn a_waker_dropped_twice() {
    let failure = failure_of(|| {
        EX.within("the timer", || {
            let a = TestWaker::new("A");
            let mut waker = ManuallyDrop::new(a.waker());
            // SAFETY: it is initialized, and not used after.
            unsafe { ManuallyDrop::drop(&mut waker) };
            // SAFETY: there is none. The kit keeps the waker's cell alive for this.
            unsafe { ManuallyDrop::drop(&mut waker) };
        });
    });
    failure
        .names_rule("A waker is dropped, or woken by value, once; each clone of it once more.")
        .says("a waker of A was dropped twice");
}

#[test]
#[cfg_attr(miri, ignore = "leaves a thread behind")]
fn a_waker_dropped_twice_when_all_else_is_gone() {
    let failure = failure_of(|| {
        EX.within("the timer", || {
            let mut waker = ManuallyDrop::new(TestWaker::new("A").waker());
            // SAFETY: it is initialized, and not used after.
            unsafe { ManuallyDrop::drop(&mut waker) };
            // SAFETY: as above.
            unsafe { ManuallyDrop::drop(&mut waker) };
        });
    });
    failure.says("a waker of A was dropped twice");
}

#[test]
fn a_waker_that_leaked() {
    let failure = failure_of(|| {
        let a = TestWaker::new("A");
        mem::forget(a.waker().clone());
        a.none_held(RULE);
    });
    failure
        .names_rule(RULE.sentence())
        .says("1 of the wakers of A leaked: clones made 1, dropped 1, woken by value 0");
}

#[test]
fn a_drop_on_another_thread_is_counted_there() {
    let (future, seen) = testkit::probe("task 1", async {});
    let (token, drops) = testkit::drop_counter("output");
    assert_eq!((seen.thread_of_drop(), drops.thread()), (None, None));
    let thread = thread::spawn(move || drop((future, token)));
    let id = thread.thread().id();
    thread.join().unwrap();
    assert_eq!(
        (seen.thread_of_drop(), drops.thread()),
        (Some(id), Some(id))
    );
    seen.dropped_once(RULE);
    drops.dropped_once(RULE);
}

#[test]
fn a_panic_in_the_drop_of_a_future_is_counted_once() {
    struct PanicsInDrop;
    impl Drop for PanicsInDrop {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    let (future, seen) = testkit::probe("task 1", ready(PanicsInDrop));
    let message = RULE.panics(|| drop(future), "the panic was lost");
    assert_eq!(message, "in drop");
    seen.dropped_once(RULE);
}
