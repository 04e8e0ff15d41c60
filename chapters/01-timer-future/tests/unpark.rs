//! 1.3: a wake reaches the thread that waits, whichever thread it comes from, and whenever.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use testkit::{Exercise, Rule};
use timer_future::ThreadWaker;

const EX: Exercise = Exercise::new("1.3", "timer-future/thread-waker.md");

const NOTED: Rule = EX.rule("A wake is noted, so that a thread that was not parked finds it.");
const ONCE: Rule = EX.rule("Wakes that the thread has not looked at yet are one wake.");
const UNPARKED: Rule = EX.rule("A wake unparks the thread that made the waker, and no other.");

/// Waits for `future`, and relies on both halves of a wake: it parks first, which only the token
/// ends, and looks then, which only the flag answers.
fn park_and_look<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let thread_waker = Arc::new(ThreadWaker::for_current_thread());
    let waker = Waker::from(Arc::clone(&thread_waker));
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        loop {
            thread::park();
            if thread_waker.take_wake() {
                break;
            }
        }
    }
}

#[test]
fn a_wake_is_noted() {
    EX.within("waking a thread that is not parked", || {
        let thread_waker = Arc::new(ThreadWaker::for_current_thread());
        let waker = Waker::from(Arc::clone(&thread_waker));

        NOTED.check(
            !thread_waker.take_wake(),
            "there was a wake before anybody had called the waker",
        );
        waker.wake_by_ref();
        NOTED.check(
            thread_waker.take_wake(),
            "the waker was called, but a thread that looks finds no wake: it parks, although there \
             is news",
        );
        NOTED.check(
            !thread_waker.take_wake(),
            "the same wake was found twice: the thread would look for news that it has seen",
        );
    });
}

#[test]
fn two_wakes_are_one_until_somebody_looks() {
    EX.within("waking a thread twice", || {
        let thread_waker = Arc::new(ThreadWaker::for_current_thread());
        let waker = Waker::from(Arc::clone(&thread_waker));

        waker.wake_by_ref();
        waker.wake();
        ONCE.check(
            thread_waker.take_wake(),
            "two wakes cancelled each other out",
        );
        ONCE.check(
            !thread_waker.take_wake(),
            "two wakes without a look between them were found as two",
        );
    });
}

#[test]
fn a_wake_before_the_park_is_kept() {
    EX.within("parking after the wake has come", || {
        UNPARKED.step("a wake, and then a park on the same thread");
        let (future, seen) = testkit::probe("the future", testkit::yield_times(1));
        park_and_look(future);
        UNPARKED.check_eq("polls of a future that wakes itself once", seen.polls(), 2);
    });
}

#[test]
fn a_parked_thread_is_unparked_by_another() {
    EX.within("waking a parked thread from another one", || {
        let (gate, future) = testkit::gate("the gate");
        let (future, seen) = testkit::probe("the future", future);
        let sleeper = thread::spawn(move || park_and_look(future));

        while !gate.keeps_waker() {
            thread::yield_now();
        }
        UNPARKED.step("a wake from a thread that is not the one to unpark");
        gate.open("output");
        assert_eq!(sleeper.join().unwrap(), "output");
        UNPARKED.check_eq("polls of a future that is woken once", seen.polls(), 2);
    });
}

#[test]
fn every_wake_unparks_the_thread() {
    EX.within(
        "waking a parked thread three times, each time from another one",
        || {
            let future = async {
                for name in ["gate 1", "gate 2", "gate 3"] {
                    let (gate, future) = testkit::gate(name);
                    let (future, _seen) = testkit::probe(name, future);
                    let opener = thread::spawn(move || {
                        while !gate.keeps_waker() {
                            thread::yield_now();
                        }
                        gate.open(());
                    });
                    future.await;
                    opener.join().unwrap();
                }
            };
            UNPARKED.step("three wakes, each from a thread of its own");
            park_and_look(future);
        },
    );
}
