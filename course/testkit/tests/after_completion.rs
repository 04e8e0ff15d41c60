//! What may happen to a future after its end, and what may not.
// Each leaves threads behind, which Miri takes for a mistake.
#![cfg(not(miri))]

mod support;

use std::future::{Future, poll_fn};
use std::panic::{self, AssertUnwindSafe};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use support::{EX, LIMIT, failure_of};
use testkit::{TestWaker, within};

#[test]
fn a_future_polled_after_ready() {
    let failure = failure_of(|| {
        EX.within("join", || {
            let mut future = pin!(testkit::probe("left", async {}).0);
            let mut cx = Context::from_waker(Waker::noop());
            assert!(future.as_mut().poll(&mut cx).is_ready());
            _ = future.as_mut().poll(&mut cx);
        });
    });
    failure
        .names_rule("A future is not polled again after it returned Ready.")
        .says("left returned Ready in poll 1, and was polled again");
}

#[test]
fn a_leaf_polled_after_ready() {
    let failure = failure_of(|| {
        EX.within("join", || {
            let (gate, opened) = testkit::gate("the door");
            let mut opened = pin!(opened);
            gate.open(7);
            let a = TestWaker::new("A");
            assert_eq!(a.poll(opened.as_mut()), Poll::Ready(7));
            _ = a.poll(opened);
        });
    });
    failure.says("the door returned Ready in poll 1, and was polled again");
}

#[test]
fn a_future_polled_after_a_panic() {
    let failure = failure_of(|| {
        EX.within("the executor", || {
            let mut future = pin!(testkit::probe("task 1", testkit::panics_on_poll("oh")).0);
            for _ in 0..2 {
                let poll = || {
                    _ = future
                        .as_mut()
                        .poll(&mut Context::from_waker(Waker::noop()));
                };
                _ = panic::catch_unwind(AssertUnwindSafe(poll));
            }
        });
    });
    failure
        .names_rule("A future is not polled again after it panicked.")
        .says("task 1 panicked in poll 1, and was polled again");
}

#[test]
fn without_a_watchdog_the_poll_itself_panics() {
    // In a process of its own: here another test's watchdog might be taken for this one's.
    let failure = failure_of(|| {
        let mut future = pin!(testkit::probe("task 1", async {}).0);
        let mut cx = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_ready());
        _ = future.as_mut().poll(&mut cx);
    });
    failure
        .names_rule("A future is not polled again after it returned Ready.")
        .says("task 1 returned Ready in poll 1");
}

#[test]
fn a_wake_after_the_end_is_passed_on_and_harmless() {
    within(LIMIT, "a late wake", || {
        let kept = Arc::new(Mutex::new(None));
        let keeps = Arc::clone(&kept);
        let (future, seen) = testkit::probe(
            "task 1",
            poll_fn(move |cx| {
                *keeps.lock().unwrap() = Some(cx.waker().clone());
                Poll::Ready(())
            }),
        );
        let a = TestWaker::new("A");
        assert!(a.poll(pin!(future)).is_ready());
        assert_eq!(a.held(), 1, "the probe holds one for the one that was kept");
        kept.lock().unwrap().take().unwrap().wake();
        assert_eq!((a.wakes(), a.held()), (1, 0));
        assert_eq!((seen.polls(), seen.wakes(), seen.wakers_held()), (1, 1, 0));
    });
}
