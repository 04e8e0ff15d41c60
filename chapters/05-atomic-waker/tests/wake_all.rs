//! 5.4: many wakers, and one of them panics.

#![cfg(not(loom))]

use std::panic::panic_any;
use std::sync::{Arc, Mutex};

use atomic_waker::WakeList;
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("5.4", "atomic-waker/wake-list.md");

const IN_ORDER: Rule =
    EX.rule("All wakers of a list are woken, once each, in the order they came.");
const THE_REST: Rule = EX.rule("A waker that panics keeps none of the others from being woken.");
const GOES_ON: Rule =
    EX.rule("The first panic goes on, when all have been woken; no other panic does.");
const EMPTY: Rule = EX.rule("A list that has been woken is empty, and may be filled again.");

/// Wakers that note their numbers when they are woken.
fn numbered(n: usize) -> (Vec<TestWaker>, Arc<Mutex<Vec<usize>>>) {
    let order = Arc::new(Mutex::new(Vec::new()));
    let wakers = (0..n).map(|i| {
        let waker = TestWaker::new(&format!("number {i}"));
        let order = Arc::clone(&order);
        waker.on_wake(move || order.lock().unwrap().push(i));
        waker
    });
    (wakers.collect(), order)
}

#[test]
fn a_full_list_is_woken_in_order() {
    EX.within("waking 32", || {
        let (wakers, order) = numbered(32);
        let mut list = WakeList::new();
        for waker in &wakers {
            IN_ORDER.check(list.can_push(), "the list is full too early");
            list.push(waker.waker());
        }
        IN_ORDER.check(!list.can_push(), "the list takes more than 32");
        list.wake_all();
        let order = order.lock().unwrap().clone();
        IN_ORDER.check_eq("who was woken", order, (0..32).collect());
        for waker in &wakers {
            IN_ORDER.check_eq("wakes of one, by reference", waker.wakes_by_ref(), 0);
            IN_ORDER.check_eq("wakes of one, by value", waker.wakes_by_val(), 1);
            IN_ORDER.check_eq("wakers of one held", waker.held(), 0);
        }
    });
}

#[test]
fn a_list_is_used_again() {
    EX.within("filling a list three times", || {
        let mut list = WakeList::new();
        list.wake_all();
        for n in [3, 32, 1] {
            let (wakers, order) = numbered(n);
            for waker in &wakers {
                EMPTY.check(list.can_push(), "there is no room, though all were woken");
                list.push(waker.waker());
            }
            list.wake_all();
            let order = order.lock().unwrap().clone();
            EMPTY.check_eq("who was woken", order, (0..n).collect());
            EMPTY.check(list.is_empty(), "it is not empty");
        }
    });
}

#[test]
fn the_others_are_woken_though_one_panics() {
    EX.within("waking five, the third of which panics", || {
        let wakers = ["0", "1", "2", "3", "4"].map(TestWaker::new);
        wakers[2].on_wake(|| panic!("expected by the test"));
        let mut list = WakeList::new();
        for waker in &wakers {
            list.push(waker.waker());
        }
        let message = GOES_ON.panics(|| list.wake_all(), "the panic was swallowed");
        GOES_ON.check_eq("the panic", message.as_str(), "expected by the test");
        for waker in &wakers {
            let what = format!("wakes of number {}", waker.name());
            THE_REST.check_eq(&what, waker.wakes(), 1);
            THE_REST.check_eq("wakers held", waker.held(), 0);
        }
        EMPTY.check(list.is_empty(), "it is not empty after the panic");
        list.push(wakers[0].waker());
        list.wake_all();
        EMPTY.check_eq("wakes of number 0", wakers[0].wakes(), 2);
    });
}

#[test]
fn the_first_of_three_panics_goes_on() {
    EX.within("waking four, three of which panic", || {
        let wakers = ["0", "1", "2", "3"].map(TestWaker::new);
        wakers[0].on_wake(|| panic!("the first"));
        wakers[1].on_wake(|| panic!("the second"));
        wakers[2].on_wake(|| panic!("the third"));
        let mut list = WakeList::new();
        for waker in &wakers {
            list.push(waker.waker());
        }
        let message = GOES_ON.panics(|| list.wake_all(), "the panics were swallowed");
        GOES_ON.check_eq("the panic", message.as_str(), "the first");
        for waker in &wakers {
            let what = format!("wakes of number {}", waker.name());
            THE_REST.check_eq(&what, waker.wakes(), 1);
        }
    });
}

/// What a waker panics with may be anybody's value. That of the first goes on; that of the second
/// is dropped by us, and its drop panics.
#[test]
fn a_payload_that_panics_when_dropped() {
    struct Payload;

    impl Drop for Payload {
        fn drop(&mut self) {
            panic!("the drop of a payload");
        }
    }

    EX.within(
        "waking three, one of which panics with a value that panics",
        || {
            let wakers = ["0", "1", "2"].map(TestWaker::new);
            wakers[0].on_wake(|| panic!("the first"));
            wakers[1].on_wake(|| panic_any(Payload));
            let mut list = WakeList::new();
            for waker in &wakers {
                list.push(waker.waker());
            }
            GOES_ON.step("dropping what the second waker has panicked with, whose drop panics");
            let message = GOES_ON.panics(|| list.wake_all(), "the panics were swallowed");
            GOES_ON.check_eq("the panic", message.as_str(), "the first");
            for waker in &wakers {
                let what = format!("wakes of number {}", waker.name());
                THE_REST.check_eq(&what, waker.wakes(), 1);
            }
        },
    );
}

#[test]
fn a_list_that_is_dropped_wakes_nobody() {
    EX.within("dropping a list", || {
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let mut list = WakeList::new();
        list.push(a.waker());
        list.push(b.waker());
        drop(list);
        EMPTY.check_eq("wakes", a.wakes() + b.wakes(), 0);
        EMPTY.check_eq("wakers held", a.held() + b.held(), 0);
    });
}
