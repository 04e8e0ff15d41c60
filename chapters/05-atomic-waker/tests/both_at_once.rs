//! 5.3: a wake comes while somebody registers.

#![cfg(not(loom))]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use atomic_waker::AtomicWaker;
use atomic_waker::steps::Registering;
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("5.3", "atomic-waker/both-at-once.md");

const WOKEN: Rule =
    EX.rule("A wake that comes during a registration wakes the waker that is being registered.");
const WINDOW: Rule =
    EX.rule("The window is closed before a waker is woken or dropped: both can register again.");
const PANIC: Rule = EX.rule("A stale waker that panics does not keep the other from being woken.");

#[test]
fn the_waker_is_woken_at_the_end_of_the_registration() {
    EX.within("waking while somebody registers", || {
        let place = AtomicWaker::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        place.register(&a.waker());
        let registering = Registering::begin(&place, b.waker());
        place.wake();
        WOKEN.check_eq("wakes of B before the end", b.wakes(), 0);
        registering.end();
        WOKEN.check_eq("wakes of B", b.wakes(), 1);
        WOKEN.check_eq("wakers of B held", b.held(), 0);
        WOKEN.check_eq("wakers held of A, which is stale", a.held(), 0);
    });
}

#[test]
fn three_wakes_during_a_registration_are_one() {
    EX.within("waking three times while somebody registers", || {
        let place = AtomicWaker::new();
        let a = TestWaker::new("A");
        let registering = Registering::begin(&place, a.waker());
        for _ in 0..3 {
            place.wake();
        }
        registering.end();
        WOKEN.check_eq("wakes", a.wakes(), 1);
    });
}

#[test]
fn the_place_is_ready_afterwards() {
    EX.within("registering after both at once", || {
        let place = AtomicWaker::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let registering = Registering::begin(&place, a.waker());
        place.wake();
        registering.end();
        place.register(&b.waker());
        WINDOW.check_eq("wakers of B held", b.held(), 1);
        WINDOW.check_eq("wakes of B so far", b.wakes(), 0);
        place.wake();
        WINDOW.check_eq("wakes of B", b.wakes(), 1);
        WINDOW.check_eq("wakes of A", a.wakes(), 1);
    });
}

#[test]
fn a_wake_that_registers_finds_the_window_closed() {
    EX.within("a waker whose wake registers again", || {
        let place = Arc::new(AtomicWaker::new());
        let [a, again] = ["A", "again"].map(TestWaker::new);
        a.on_wake({
            let (place, again) = (Arc::clone(&place), again.clone());
            move || place.register(&again.waker())
        });
        let registering = Registering::begin(&place, a.waker());
        place.wake();
        registering.end();
        WINDOW.check_eq("wakers held, which the wake registered", again.held(), 1);
        WINDOW.check_eq("wakes of it so far", again.wakes(), 0);
    });
}

#[test]
fn a_drop_that_registers_finds_the_window_closed() {
    EX.within("a stale waker whose drop registers another one", || {
        let place = Arc::new(AtomicWaker::new());
        let [stale, b, again] = ["stale", "B", "again"].map(TestWaker::new);
        let registered = stale.waker();
        place.register(&registered);
        stale.on_drop({
            let (place, again) = (Arc::downgrade(&place), again.clone());
            move || {
                if let Some(place) = place.upgrade() {
                    place.register(&again.waker());
                }
            }
        });
        let registering = Registering::begin(&place, b.waker());
        place.wake();
        registering.end();
        WINDOW.check_eq("wakers held, which the drop registered", again.held(), 1);
        WOKEN.check_eq("wakes of B", b.wakes(), 1);
        drop(place);
        drop(registered);
    });
}

#[test]
fn a_stale_waker_that_panics_loses_no_wake() {
    EX.within("a stale waker that panics when dropped", || {
        let place = AtomicWaker::new();
        let [stale, b] = ["stale", "B"].map(TestWaker::new);
        let registered = stale.waker();
        place.register(&registered);
        stale.on_drop(panics_once());
        let registering = Registering::begin(&place, b.waker());
        place.wake();
        PANIC.returns(
            || registering.end(),
            "the registration of B was hit by the panic of the stale waker, which is another task's",
        );
        PANIC.check_eq("wakes of B", b.wakes(), 1);
        drop(registered);
    });
}

#[test]
fn a_wake_that_panics_leaves_the_place_usable() {
    EX.within("a waker that panics when woken", || {
        let place = AtomicWaker::new();
        let [stale, b, c] = ["stale", "B", "C"].map(TestWaker::new);
        place.register(&stale.waker());
        b.on_wake(|| panic!("expected by the test"));
        let registering = Registering::begin(&place, b.waker());
        place.wake();
        PANIC.panics(
            || registering.end(),
            "B was not woken, or its panic was caught",
        );
        PANIC.check_eq("stale wakers held", stale.held(), 0);
        place.register(&c.waker());
        place.wake();
        PANIC.check_eq("wakes of C, which came after the panic", c.wakes(), 1);
    });
}

/// The panic of the wake is on its way when the stale waker is dropped, if that has been left until
/// then: a second panic is the end of the process.
#[test]
fn both_wakers_panic() {
    EX.within("a stale waker and a new one, both of which panic", || {
        let place = AtomicWaker::new();
        let [calm, stale, b, c] = ["calm", "stale", "B", "C"].map(TestWaker::new);
        let registering = Registering::begin(&place, calm.waker());
        place.wake();
        registering.end();
        PANIC.check_eq("wakes, without a panic", calm.wakes(), 1);
        let registered = stale.waker();
        place.register(&registered);
        stale.on_drop(panics_once());
        b.on_wake(|| panic!("expected by the test, of B"));
        let registering = Registering::begin(&place, b.waker());
        place.wake();
        PANIC.step("a wake that panics, and a stale waker that panics when it is dropped");
        let message = PANIC.panics(
            || registering.end(),
            "B was not woken, or its panic was caught",
        );
        let expected = "expected by the test, of B";
        PANIC.check_eq("the panic", message.as_str(), expected);
        PANIC.check_eq("wakes of B", b.wakes(), 1);
        place.register(&c.waker());
        place.wake();
        PANIC.check_eq("wakes of C, which came after the panics", c.wakes(), 1);
        drop(registered);
    });
}

/// Panics once.
fn panics_once() -> impl Fn() + Send + Sync {
    let is_first = AtomicBool::new(true);
    move || assert!(!is_first.swap(false, SeqCst), "expected by the test")
}
