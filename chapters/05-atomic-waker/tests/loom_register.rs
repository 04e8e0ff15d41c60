//! 5.1: two threads register.

#![cfg(loom)]

use atomic_waker::AtomicWaker;
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, TestWaker, lane};

const EX: Exercise = Exercise::new("5.1", "atomic-waker/register.md");

const WINDOW: Rule = EX
    .rule("The slot belongs to whoever changed WAITING to REGISTERING, until it changes it back.");

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
