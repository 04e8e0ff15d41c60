//! 6.4: the word says that the last one has left.

#![cfg(not(loom))]

use std::sync::Arc;

use locks::Notify;
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("6.4", "locks/pass-on.md");

const LEFT: Rule = EX.rule("QUEUED is set as long as a waiter is in the list, and no longer.");

#[test]
fn the_last_one_leaves() {
    EX.within("the only one is dropped", || {
        let notify = Arc::new(Notify::new());
        let task = TestWaker::new("task");
        let mut future = Box::pin(Arc::clone(&notify).notified_owned());
        LEFT.pending(task.poll(future.as_mut()), "there was no notification");
        drop(future);
        LEFT.check(
            format!("{notify:?}").contains("is_queued: false"),
            format_args!("no task waits any more, and yet {notify:?}"),
        );
    });
}
