//! 5.1: a waker is left, and where foreign code runs while it is.

#![cfg(not(loom))]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use atomic_waker::AtomicWaker;
use atomic_waker::steps::Waking;
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("5.1", "atomic-waker/register.md");

const LATEST: Rule = EX.rule("The waker of the latest registration is kept, and no older one.");
const WINDOW: Rule =
    EX.rule("A waker is cloned before the window is opened, and dropped when it is closed.");
const USABLE: Rule = EX.rule("A waker that panics leaves a place that others can register at.");
const TOO_LATE: Rule = EX.rule("A registration that finds a wake going on wakes its own waker.");

#[test]
fn the_latest_waker_is_kept() {
    EX.within("registering two tasks", || {
        let place = AtomicWaker::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        place.register(&a.waker());
        LATEST.check_eq("wakers of A held", a.held(), 1);
        place.register(&b.waker());
        LATEST.check_eq("wakers of B held", b.held(), 1);
        LATEST.check_eq("wakers of A held", a.held(), 0);
        place.register(&a.waker());
        LATEST.check_eq("wakers of A held", a.held(), 1);
        LATEST.check_eq("wakers of B held", b.held(), 0);
        drop(place);
        LATEST.check_eq("wakers held when the place is gone", a.held(), 0);
        LATEST.check_eq("wakes", a.wakes() + b.wakes(), 0);
    });
}

#[test]
fn one_task_registers_again_and_again() {
    EX.within("registering a task four times", || {
        let place = AtomicWaker::new();
        let a = TestWaker::new("A");
        for _ in 0..4 {
            place.register(&a.waker());
            LATEST.check_eq("wakers held", a.held(), 1);
        }
        LATEST.check_eq("wakes", a.wakes(), 0);
    });
}

/// The clone of B registers C, as a waker may whose clone tells somebody. If it is called in the
/// window, C finds the place taken and goes away.
#[test]
fn a_clone_that_registers_finds_the_window_closed() {
    EX.within("a clone that registers another waker", || {
        let place = Arc::new(AtomicWaker::new());
        let [b, c] = ["B", "C"].map(TestWaker::new);
        let held = Arc::new(std::sync::Mutex::new(None));
        b.on_clone({
            let (place, c, held) = (Arc::clone(&place), c.clone(), Arc::clone(&held));
            move || {
                place.register(&c.waker());
                *held.lock().unwrap() = Some(c.held());
            }
        });
        place.register(&b.waker());
        let held = held.lock().unwrap().take();
        WINDOW.check_eq(
            "wakers of C held, which the clone registered",
            held,
            Some(1),
        );
        LATEST.check_eq("wakers of B held", b.held(), 1);
        LATEST.check_eq("wakers of C held", c.held(), 0);
    });
}

/// The drop of A registers C. If it is called in the window, C finds the place taken.
#[test]
fn a_drop_that_registers_finds_the_window_closed() {
    EX.within("a stale waker whose drop registers another one", || {
        let place = Arc::new(AtomicWaker::new());
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let registered = a.waker();
        place.register(&registered);
        a.on_drop({
            let (place, c) = (Arc::downgrade(&place), c.clone());
            move || {
                if let Some(place) = place.upgrade() {
                    place.register(&c.waker());
                }
            }
        });
        place.register(&b.waker());
        WINDOW.check_eq(
            "wakers of C held, which the drop registered last",
            c.held(),
            1,
        );
        LATEST.check_eq("wakers of B held", b.held(), 0);
        drop(place);
        drop(registered);
    });
}

#[test]
fn a_clone_that_panics_leaves_the_place_as_it_was() {
    EX.within("registering a waker that panics when cloned", || {
        let place = AtomicWaker::new();
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        place.register(&a.waker());
        b.on_clone(|| panic!("expected by the test"));
        let bad = b.waker();
        USABLE.panics(
            || place.register(&bad),
            "the waker was not cloned, or its panic was caught",
        );
        USABLE.check_eq("wakers of A held after the panic", a.held(), 1);
        place.register(&c.waker());
        USABLE.check_eq("wakers of C held, which came after the panic", c.held(), 1);
        USABLE.check_eq("wakers of A held", a.held(), 0);
    });
}

#[test]
fn a_drop_that_panics_is_not_the_panic_of_whoever_registers() {
    EX.within("replacing a waker that panics when dropped", || {
        let place = AtomicWaker::new();
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let registered = a.waker();
        place.register(&registered);
        a.on_drop(panics_once());
        USABLE.returns(
            || place.register(&b.waker()),
            "the registration of B was hit by the panic of A, which is another task's",
        );
        USABLE.check_eq("wakers of B held after the panic", b.held(), 1);
        place.register(&c.waker());
        USABLE.check_eq("wakers of C held", c.held(), 1);
        drop(registered);
    });
}

#[test]
fn a_registration_during_a_wake_wakes_itself() {
    EX.within("registering while a wake takes the waker", || {
        let place = AtomicWaker::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        place.register(&a.waker());
        let waking = Waking::begin(&place);
        place.register(&b.waker());
        TOO_LATE.check_eq("wakes of B", b.wakes(), 1);
        TOO_LATE.check_eq("wakers of B held", b.held(), 0);
        TOO_LATE.check(
            waking.end().is_some(),
            "the registration took what belonged to the wake",
        );
        place.register(&b.waker());
        TOO_LATE.check_eq("wakers of B held after the wake", b.held(), 1);
    });
}

/// Panics once.
fn panics_once() -> impl Fn() + Send + Sync {
    let is_first = AtomicBool::new(true);
    move || assert!(!is_first.swap(false, SeqCst), "expected by the test")
}
