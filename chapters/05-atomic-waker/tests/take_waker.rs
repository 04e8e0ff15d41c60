//! 5.2: whoever has news takes the waker, and wakes.

#![cfg(not(loom))]

use std::sync::Arc;

use atomic_waker::AtomicWaker;
use atomic_waker::steps::{Registering, Waking};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("5.2", "atomic-waker/take-waker.md");

const ONCE: Rule = EX.rule("A registered waker is woken once, and then it is gone.");
const GIVEN_BACK: Rule = EX.rule("A wake leaves the place ready for the next registration.");
const THEIRS: Rule =
    EX.rule("A wake that finds the slot in use leaves it alone, and leaves word of itself.");

#[test]
fn a_registered_waker_is_woken_once() {
    EX.within("waking three times", || {
        let place = AtomicWaker::new();
        let a = TestWaker::new("A");
        place.register(&a.waker());
        for _ in 0..3 {
            place.wake();
            ONCE.check_eq("wakes", a.wakes(), 1);
            ONCE.check_eq("wakers held", a.held(), 0);
        }
        ONCE.check_eq("wakes that used the waker up", a.wakes_by_val(), 1);
    });
}

#[test]
fn a_waker_that_is_taken_is_not_woken() {
    EX.within("taking a waker", || {
        let place = AtomicWaker::new();
        let a = TestWaker::new("A");
        ONCE.check(place.take_waker().is_none(), "a waker out of nowhere");
        place.register(&a.waker());
        let taken = place.take_waker();
        ONCE.check(taken.is_some(), "the registered waker was not there");
        ONCE.check(place.take_waker().is_none(), "it was there a second time");
        ONCE.check_eq("wakes", a.wakes(), 0);
        ONCE.check_eq("wakers held, by us", a.held(), 1);
        drop(taken);
        ONCE.check_eq("wakers held", a.held(), 0);
    });
}

#[test]
fn after_a_wake_another_waker_is_registered() {
    EX.within("registering after a wake", || {
        let place = AtomicWaker::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        for round in 1..4 {
            place.wake();
            place.register(&a.waker());
            GIVEN_BACK.check_eq("wakers of A held", a.held(), 1);
            place.register(&b.waker());
            GIVEN_BACK.check_eq("wakers of B held", b.held(), 1);
            place.wake();
            GIVEN_BACK.check_eq("wakes of B", b.wakes(), round);
        }
        GIVEN_BACK.check_eq("wakes of A", a.wakes(), 0);
    });
}

/// A task that is polled inside of its wake registers there, at the same place.
#[test]
fn a_wake_that_registers_finds_the_window_closed() {
    EX.within("a waker whose wake registers again", || {
        let place = Arc::new(AtomicWaker::new());
        let a = TestWaker::new("A");
        let again = TestWaker::new("again");
        place.register(&a.waker());
        a.on_wake({
            let (place, again) = (Arc::clone(&place), again.clone());
            move || place.register(&again.waker())
        });
        place.wake();
        GIVEN_BACK.check_eq("wakers held", again.held(), 1);
        GIVEN_BACK.check_eq("wakes of it so far", again.wakes(), 0);
        place.wake();
        GIVEN_BACK.check_eq("wakes of it", again.wakes(), 1);
    });
}

#[test]
fn a_wake_that_panics_leaves_the_place_usable() {
    EX.within("a waker that panics when woken", || {
        let place = AtomicWaker::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        a.on_wake(|| panic!("expected by the test"));
        place.register(&a.waker());
        GIVEN_BACK.panics(|| place.wake(), "the waker was not woken");
        place.register(&b.waker());
        place.wake();
        GIVEN_BACK.check_eq("wakes after the panic", b.wakes(), 1);
    });
}

#[test]
fn a_wake_during_a_registration_leaves_word() {
    EX.within("waking while somebody registers", || {
        let place = AtomicWaker::new();
        let a = TestWaker::new("A");
        let registering = Registering::begin(&place, a.waker());
        THEIRS.check(
            place.take_waker().is_none(),
            "the wake took the waker out of the slot, which belongs to the registration",
        );
        THEIRS.check(
            registering.was_woken(),
            "the word does not say that there was a wake, so the registration cannot know",
        );
        std::mem::forget(registering);
    });
}

#[test]
fn a_wake_during_a_wake_leaves_it_alone() {
    EX.within("waking while somebody wakes", || {
        let place = AtomicWaker::new();
        let a = TestWaker::new("A");
        place.register(&a.waker());
        let waking = Waking::begin(&place);
        THEIRS.check(
            place.take_waker().is_none(),
            "the second wake took the waker out of the slot, which belongs to the first",
        );
        let taken = waking.end();
        THEIRS.check(taken.is_some(), "the first wake has lost its waker");
    });
}
