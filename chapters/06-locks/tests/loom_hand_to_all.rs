//! 6.1, model-checked: one thread takes everybody out, another takes itself out.

#![cfg(loom)]

mod sleeper;

use locks::list::{WaitList, Waiter, hand_to_all, relock};
use model::loom::sync::{Arc, Mutex};
use model::loom::thread;
use sleeper::Count;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("6.1", "locks/hand-to-all.md");

const ONE_WAY: Rule =
    EX.rule("A waiter is handed its state and woken, or it has left the list: one of the two.");

#[test]
fn a_waiter_leaves_while_all_are_told() {
    ONE_WAY.model(|| {
        lane("a task that leaves");
        let list = Arc::new(Mutex::new(WaitList::new()));
        let waiters = [1, 2].map(|number| Box::pin(Waiter::new(number)));
        let counts = [Count::new(), Count::new()];
        for (waiter, (_, waker)) in waiters.iter().zip(&counts) {
            // SAFETY: the waiter is in no list, and is dropped when the list is empty.
            unsafe { relock(&list).push(waiter, Some(waker.clone())) };
        }
        let theirs = Arc::clone(&list);
        let telling = thread::spawn(move || {
            lane("hand_to_all");
            hand_to_all(&theirs, relock(&theirs), |list| list, |number| number + 10);
        });
        // SAFETY: the waiter is in this list, or in none.
        let waker = unsafe { relock(&list).remove(&waiters[0]) };
        let state = waiters[0].state();
        ONE_WAY.check_eq(
            "whether it was handed something",
            state == 11,
            waker.is_none(),
        );
        drop(waker);
        telling.join().unwrap();
        ONE_WAY.check_eq("the state of a task that left", waiters[0].state(), state);
        ONE_WAY.check_eq("wakes of it", counts[0].0.wakes(), usize::from(state == 11));
        ONE_WAY.check_eq("the state of one who stayed", waiters[1].state(), 12);
        ONE_WAY.check_eq("wakes of it", counts[1].0.wakes(), 1);
    });
}
