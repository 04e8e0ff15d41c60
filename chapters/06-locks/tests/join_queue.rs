//! 6.2: the first poll of a `Notified` takes what is there, or joins the queue; and nothing that comes
//! in between is missed.

#![cfg(not(loom))]

mod kept;

use std::sync::Arc;

use kept::Kept;
use locks::Notify;
use locks::steps::{Locked, leave_permit};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("6.2", "locks/notified.md");

const PERMIT: Rule =
    EX.rule("A permit that is there is taken by the first task that polls, and by no other.");
const MEANT: Rule = EX.rule("`notify_waiters` means every future that was made before the call.");
const FREE: Rule = EX.rule("A notification that is there already costs no clone of the waker.");
const MISSED: Rule =
    EX.rule("A notification that comes between the look and the queue is not missed.");
const QUEUED: Rule =
    EX.rule("A future that finds nothing is in the queue, and its waker is kept there.");
const UNLOCKED: Rule =
    EX.rule("A waker is foreign code: it is cloned, woken and dropped with no lock held.");

/// Called by a waker.
fn unlocked(notify: &Notify, doing: &str) {
    UNLOCKED.check(
        !notify.is_locked(),
        format_args!("the waker is being {doing}, and the lists of the `Notify` are locked"),
    );
}

#[test]
fn a_permit_is_taken() {
    EX.within("two futures and one permit", || {
        let notify = Notify::new();
        leave_permit(&notify);
        leave_permit(&notify);
        let (mut first, mut second) = (Kept::new(notify.notified()), Kept::new(notify.notified()));
        let task = TestWaker::new("task");
        PERMIT.ready(
            first.poll(&task),
            "there was a permit, and the poll was pending",
        );
        FREE.check_eq("clones of its waker", task.clones(), 0);
        PERMIT.pending(second.poll(&task), "two futures have taken one permit");
        notify.notify_waiters();
        PERMIT.ready(
            second.poll(&task),
            "notify_waiters did not reach the second one",
        );
    });
}

#[test]
fn a_broadcast_means_who_was_made_before_it() {
    EX.within(
        "notify_waiters between the making and the first poll",
        || {
            let notify = Notify::new();
            let mut before = Kept::new(notify.notified());
            notify.notify_waiters();
            let mut after = Kept::new(notify.notified());
            let task = TestWaker::new("task");
            MEANT.ready(
                before.poll(&task),
                "it was made before notify_waiters, and has to wait",
            );
            FREE.check_eq("clones of its waker", task.clones(), 0);
            MEANT.pending(
                after.poll(&task),
                "it was made after notify_waiters, and need not wait",
            );
            notify.notify_waiters();
            MEANT.ready(
                after.poll(&task),
                "notify_waiters did not reach a task that waits",
            );
        },
    );
}

#[test]
fn who_finds_nothing_waits_with_its_waker() {
    EX.within("a future that waits", || {
        let notify = Notify::new();
        let mut future = Kept::new(notify.notified());
        let task = TestWaker::new("task");
        QUEUED.pending(future.poll(&task), "there was no notification");
        QUEUED.check_eq("wakers that the queue keeps", task.held(), 1);
        let again = QUEUED.returns(
            || future.poll(&task),
            "the second poll panicked. It is in the queue: does its `stage` say so?",
        );
        QUEUED.pending(again, "there was no notification, and it was polled again");
        QUEUED.check_eq("wakers that the queue keeps", task.held(), 1);
        notify.notify_waiters();
        QUEUED.check_eq("wakes", task.wakes(), 1);
        QUEUED.check_eq("wakers that are still held", task.held(), 0);
        QUEUED.ready(future.poll(&task), "it was notified");
    });
}

#[test]
fn a_permit_comes_while_the_waker_is_cloned() {
    EX.within("a permit that comes during the clone", || {
        let notify = Arc::new(Notify::new());
        let mut future = Kept::new(notify.notified());
        let task = TestWaker::new("task");
        let theirs = Arc::clone(&notify);
        task.on_clone(move || {
            unlocked(&theirs, "cloned");
            leave_permit(&theirs);
        });
        MISSED.ready(
            future.poll(&task),
            "the permit came while the waker was cloned; the future waits beside it",
        );
        MISSED.check_eq("wakers that are still held", task.held(), 0);
    });
}

#[test]
fn a_refusal_takes_the_permit_too() {
    EX.within(
        "a permit that comes during the clone, and two futures",
        || {
            let notify = Arc::new(Notify::new());
            let (mut first, mut second) =
                (Kept::new(notify.notified()), Kept::new(notify.notified()));
            let (task, other) = (TestWaker::new("task"), TestWaker::new("another task"));
            let theirs = Arc::clone(&notify);
            task.on_clone(move || {
                unlocked(&theirs, "cloned");
                leave_permit(&theirs);
            });
            MISSED.ready(
                first.poll(&task),
                "the permit came while the waker was cloned",
            );
            PERMIT.pending(second.poll(&other), "two futures have taken one permit");
            notify.notify_waiters();
            QUEUED.ready(second.poll(&other), "it was notified");
        },
    );
}

#[test]
fn a_broadcast_comes_while_the_waker_is_cloned() {
    EX.within("notify_waiters during the clone", || {
        let notify = Arc::new(Notify::new());
        let mut future = Kept::new(notify.notified());
        let task = TestWaker::new("task");
        let theirs = Arc::clone(&notify);
        task.on_clone(move || {
            unlocked(&theirs, "cloned");
            theirs.notify_waiters();
        });
        MISSED.ready(
            future.poll(&task),
            "notify_waiters came while the waker was cloned; the future waits for another",
        );
    });
}

/// A waker that is cloned in vain is dropped, and its drop comes back.
#[test]
fn a_waker_is_cloned_and_dropped_with_no_lock_held() {
    EX.within("a waker whose clone and drop poll another future", || {
        let notify = Arc::new(Notify::new());
        let task = TestWaker::new("task");
        let poll_another = |notify: &Arc<Notify>, doing: &'static str| {
            let theirs = Arc::clone(notify);
            move || {
                unlocked(&theirs, doing);
                let other = TestWaker::new("another task");
                let mut another = Kept::new(theirs.notified());
                let _ = another.poll(&other);
                theirs.notify_waiters();
                let is_ready = another.poll(&other).is_ready();
                UNLOCKED.check(
                    is_ready,
                    "a future that was polled by the waker waits for ever",
                );
            }
        };
        task.on_clone(poll_another(&notify, "cloned"));
        task.on_drop(poll_another(&notify, "dropped"));
        let mut future = Kept::new(notify.notified());
        MISSED.ready(
            future.poll(&task),
            "notify_waiters was called during the clone",
        );
        MISSED.check_eq("wakers that are still held", task.held(), 0);
    });
}

#[test]
fn enabling_takes_a_permit_or_a_place() {
    EX.within("two futures that are enabled", || {
        let notify = Notify::new();
        leave_permit(&notify);
        let (mut first, mut second) = (Kept::new(notify.notified()), Kept::new(notify.notified()));
        PERMIT.check(
            first.as_mut().enable(),
            "there was a permit, and `enable` returned false",
        );
        QUEUED.check(
            !second.as_mut().enable(),
            "there was nothing, and `enable` returned true",
        );
        QUEUED.check(
            format!("{notify:?}").contains("is_queued: true"),
            format_args!("a future was enabled, and nobody is queued: {notify:?}"),
        );
        let task = TestWaker::new("task");
        let polled = QUEUED.returns(
            || second.poll(&task),
            "the poll panicked. It is in the queue: does its `stage` say so?",
        );
        QUEUED.pending(polled, "it was enabled, and nothing came");
        notify.notify_waiters();
        QUEUED.check_eq("wakes of the task that polled it later", task.wakes(), 1);
        for (which, future) in [("first", &mut first), ("second", &mut second)] {
            QUEUED.ready(
                future.poll(&task),
                format_args!("the {which} one was notified"),
            );
        }
    });
}
