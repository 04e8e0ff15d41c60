//! 6.8, model-checked: arriving while others are let go.

#![cfg(loom)]

mod sleeper;

use std::pin::pin;

use locks::Barrier;
use model::loom::sync::Arc;
use model::loom::thread;
use sleeper::{Count, block_on, poll};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("6.8", "locks/barrier.md");

const WOKEN: Rule = EX.rule("When the last has arrived, all others are woken, and pass.");
const LOOK: Rule =
    EX.rule("A wake is a reason to look: a task that waits passes with its own round.");

#[test]
fn two_arrive() {
    WOKEN.model(|| {
        lane("one arrives");
        let barrier = Arc::new(Barrier::new(2));
        let theirs = Arc::clone(&barrier);
        let other = thread::spawn(move || {
            lane("another arrives");
            block_on(theirs.wait()).is_leader()
        });
        let ours = block_on(barrier.wait()).is_leader();
        let theirs = other.join().unwrap();
        WOKEN.check(
            ours != theirs,
            "not one of the two is the leader, or both are",
        );
    });
}

/// Three come to a barrier for two. One of them may do so while the others are let go.
#[test]
fn a_third_comes_meanwhile() {
    LOOK.model(|| {
        lane("one waits, a third comes");
        let barrier = Arc::new(Barrier::new(2));
        let (_, waker) = Count::new();
        let mut first = pin!(barrier.wait());
        assert!(poll(first.as_mut(), &waker).is_pending());

        let theirs = Arc::clone(&barrier);
        let other = thread::spawn(move || {
            lane("the second arrives");
            let (_, waker) = Count::new();
            let mut second = pin!(theirs.wait());
            poll(second.as_mut(), &waker).is_ready() || poll(second, &waker).is_ready()
        });
        let mut third = pin!(barrier.wait());
        let mut passed = usize::from(poll(third.as_mut(), &waker).is_ready());
        let other = other.join().unwrap();
        if passed == 0 {
            passed += usize::from(poll(third, &waker).is_ready());
        }
        passed += usize::from(other);
        passed += usize::from(poll(first, &waker).is_ready());
        // The thread drops its future, so it may have been let go unnoticed.
        LOOK.check(passed <= 2, "three have passed a barrier for two");
    });
}
