//! 5.4: waiters under a lock, woken outside of it.

#![cfg(loom)]

use atomic_waker::WakeList;
use model::loom::sync::{Arc, Mutex};
use model::loom::thread;
use testkit::{Exercise, Rule, TestWaker, lane};

use std::task::Waker;

const EX: Exercise = Exercise::new("5.4", "atomic-waker/wake-list.md");

const EACH_ONCE: Rule =
    EX.rule("A waiter in the list is woken, once, whichever thread comes first.");

type Waiters = Mutex<Vec<Waker>>;

// ANCHOR: wake-waiters
/// Takes them out under the lock, and wakes them without it.
fn wake_waiters(waiters: &Waiters) {
    let mut list = WakeList::new();
    {
        let mut waiters = waiters.lock().unwrap();
        while list.can_push()
            && let Some(waker) = waiters.pop()
        {
            list.push(waker);
        }
    }
    list.wake_all();
}
// ANCHOR_END: wake-waiters

#[test]
fn two_threads_wake_the_waiters() {
    EACH_ONCE.model(|| {
        lane("first");
        let tasks = ["A", "B"].map(TestWaker::new);
        let waiters: Vec<_> = tasks.iter().map(TestWaker::waker).collect();
        let waiters = Arc::new(Mutex::new(waiters));
        // Its wake comes back for the lock.
        tasks[0].on_wake({
            let waiters = Arc::clone(&waiters);
            let is_empty = move || waiters.lock().unwrap().is_empty();
            move || assert!(is_empty())
        });
        let other = thread::spawn({
            let waiters = Arc::clone(&waiters);
            move || {
                lane("second");
                wake_waiters(&waiters);
            }
        });
        wake_waiters(&waiters);
        other.join().unwrap();
        for task in &tasks {
            EACH_ONCE.check_eq("wakes of one", task.wakes(), 1);
        }
    });
}
