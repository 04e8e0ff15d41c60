//! 6.3: the lists of a `Notify` are free while a waker is woken.

#![cfg(not(loom))]

mod kept;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use kept::Kept;
use locks::Notify;
use locks::steps::Locked;
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("6.3", "locks/notify.md");

const ONE: Rule = EX.rule("A notification is handed to one waiting task, and to no other.");
const UNLOCKED: Rule =
    EX.rule("A waker is foreign code: it is cloned, woken and dropped with no lock held.");

/// A task that is polled by its own wake, waits again, and is notified by its own wake.
#[test]
fn the_lists_are_unlocked_during_the_wake() {
    EX.within("a waker that polls and notifies", || {
        let notify = Arc::new(Notify::new());
        let task = TestWaker::new("task");
        let mut future = Kept::new(Arc::clone(&notify).notified_owned());
        ONE.pending(future.poll(&task), "there was no notification");
        let polls = Arc::new(AtomicUsize::new(0));
        let (theirs, seen) = (Arc::clone(&notify), Arc::clone(&polls));
        task.on_wake(move || {
            UNLOCKED.check(
                !theirs.is_locked(),
                "the waker is being woken, and the lists of the `Notify` are locked",
            );
            let other = TestWaker::new("polled by the waker");
            let mut another = Kept::new(theirs.notified());
            let _ = another.poll(&other);
            theirs.notify_one();
            UNLOCKED.ready(another.poll(&other), "it was notified");
            seen.fetch_add(1, SeqCst);
        });
        notify.notify_one();
        UNLOCKED.check_eq("wakes that came to their end", polls.load(SeqCst), 1);
        ONE.ready(future.poll(&task), "it was notified");
    });
}
