//! 6.4: the word says that the last one has left.

#![cfg(not(loom))]

use std::sync::Arc;

use locks::Notify;
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("6.4", "locks/pass-on.md");

const LEFT: Rule = EX.rule("QUEUED is set as long as a waiter is in the list, and no longer.");
const SHOWN: Rule = EX.rule("Debug shows what the word says.");

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

#[test]
fn a_permit_is_shown() {
    EX.within("a notification that no task waits for", || {
        let notify = Notify::default();
        notify.notify_one();
        let expected = "Notify { is_queued: false, is_notified: true }";
        SHOWN.check_eq("the word", format!("{notify:?}"), expected.to_owned());
    });
}
