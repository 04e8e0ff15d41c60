//! Everything that was allocated is freed, once, however a wait ends.

#![cfg(not(loom))]

use std::sync::Arc;

use locks::{Mutex, Notify, OwnedMutexGuard, Semaphore};
use testkit::{Exercise, Rule, TestWaker};

testkit::quarantine!();

const EX: Exercise = Exercise::new("6.6", "locks/give-back.md");
const FREED: Rule = EX.rule("A task that has waited leaves nothing behind.");

/// Futures in every state, dropped from the first, from the last, and from the middle.
#[test]
fn futures_in_every_state() {
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        testkit::memory::check(FREED, || {
            let (notify, semaphore) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(1)));
            let task = TestWaker::new("task");
            let mut notified: Vec<_> = (0..4)
                .map(|_| Some(Box::pin(Arc::clone(&notify).notified_owned())))
                .collect();
            let mut acquires: Vec<_> = (0..4)
                .map(|n| Some(Box::pin(Arc::clone(&semaphore).acquire_many_owned(n + 2))))
                .collect();
            for future in notified.iter_mut().take(3).flatten() {
                assert!(task.poll(future.as_mut()).is_pending());
            }
            for future in acquires.iter_mut().take(3).flatten() {
                assert!(task.poll(future.as_mut()).is_pending());
            }
            notify.notify_one();
            semaphore.add_permits(2);
            for at in order {
                FREED.step("dropping a future");
                notified[at] = None;
                acquires[at] = None;
            }
            assert_eq!(semaphore.available_permits(), 3);
        });
    }
}

#[test]
fn a_guard_is_the_last_owner() {
    testkit::memory::check(FREED, || {
        let mutex = Arc::new(Mutex::new(vec![String::from("value")]));
        let guard = Arc::clone(&mutex).try_lock_owned().unwrap();
        drop(mutex);
        let part = OwnedMutexGuard::map(guard, |value| &mut value[0]);
        drop(part);
    });
}
