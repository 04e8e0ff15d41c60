//! 5.1: two threads register.

#![cfg(loom)]

use atomic_waker::AtomicWaker;
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, TestWaker, lane};

const EX: Exercise = Exercise::new("5.1", "atomic-waker/register.md");

const WINDOW: Rule = EX.rule(
    "The slot belongs to the thread that changed WAITING to REGISTERING, until it changes it back.",
);
const LETS_GO: Rule = EX.rule(
    "A registration that meets a wake lets the other thread go on, before its task is polled again.",
);

#[test]
fn two_tasks_register_and_one_is_left() {
    WINDOW.model(|| {
        lane("task A");
        let place = Arc::new(AtomicWaker::new());
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let other = thread::spawn({
            let (place, b) = (Arc::clone(&place), b.clone());
            move || {
                lane("task B");
                place.register(&b.waker());
            }
        });
        place.register(&a.waker());
        other.join().unwrap();
        WINDOW.check_eq("wakers left", a.held() + b.held(), 1);
        WINDOW.check_eq("wakes", a.wakes() + b.wakes(), 0);
    });
}

/// A task that is polled again whenever it is woken, as an executor does that does not sleep between.
/// While the other thread is in the middle of its wake, each registration wakes the task itself: it
/// must let that thread go on, or nothing else ever happens.
#[test]
fn a_wake_that_takes_its_time_is_let_go_on() {
    LETS_GO.model(|| {
        lane("the task");
        let place = Arc::new(AtomicWaker::new());
        let other = thread::spawn({
            let place = Arc::clone(&place);
            move || {
                lane("wakes");
                place.wake();
            }
        });
        let task = TestWaker::new("the task");
        let mut wakes = 0;
        loop {
            place.register(&task.waker());
            if task.wakes() == wakes {
                break;
            }
            wakes = task.wakes();
        }
        other.join().unwrap();
    });
}
