//! 5.1: a wake that comes while a waker is being registered: every interleaving.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use atomic_waker::AtomicWaker;
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicBool;
use model::loom::thread;
use testkit::{Exercise, Rule, TestWaker, lane};

/// The rest of a wake is two exercises of its own.
const EX: Exercise = Exercise::new("5.1", "atomic-waker/register.md").may_be("5.1, 5.2 or 5.3");

const NOT_LOST: Rule = EX.rule(
    "A registration that was interrupted by a wake does what the wake could not: it wakes its waker, and \
     keeps none.",
);
const SEEN: Rule = EX.rule(
    "A look after a registration sees what was done before a wake, or the registered waker is woken.",
);

#[test]
fn a_wake_comes_during_a_registration() {
    NOT_LOST.model(|| {
        lane("registers");
        let place = Arc::new(AtomicWaker::new());
        let task = TestWaker::new("the task");
        // The flag is Relaxed: only the place may publish it.
        let flag = Arc::new(AtomicBool::new(false));
        let other = thread::spawn({
            let (place, flag) = (Arc::clone(&place), Arc::clone(&flag));
            move || {
                lane("wakes");
                flag.store(true, Relaxed);
                place.wake();
            }
        });
        place.register(&task.waker());
        let seen = flag.load(Relaxed);
        other.join().unwrap();
        SEEN.check(
            seen || task.wakes() == 1,
            "the flag was not seen after the registration, and the task was not woken either",
        );
        NOT_LOST.check(
            task.wakes() + task.held() == 1,
            format_args!("wakes: {}, wakers held: {}", task.wakes(), task.held()),
        );
    });
}

/// The place has a waker from before, which the registration replaces.
#[test]
fn a_wake_comes_while_a_waker_is_replaced() {
    NOT_LOST.model(|| {
        lane("registers");
        let place = Arc::new(AtomicWaker::new());
        let [old, new] = ["old", "new"].map(TestWaker::new);
        place.register(&old.waker());
        let other = thread::spawn({
            let place = Arc::clone(&place);
            move || {
                lane("wakes");
                place.wake();
            }
        });
        place.register(&new.waker());
        other.join().unwrap();
        // The wake came before the registration, during it, or after it.
        let told = (old.wakes(), new.wakes(), new.held());
        NOT_LOST.check(
            matches!(told, (1, 0, 1) | (1, 1, 0) | (0, 1, 0)),
            format_args!("wakes of the old waker, of the new one, and new ones held: {told:?}"),
        );
        NOT_LOST.check_eq("old wakers held", old.held(), 0);
    });
}
