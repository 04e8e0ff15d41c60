//! 6.3: one of those who wait is told, or the next who comes.

#![cfg(not(loom))]

mod kept;

use kept::Kept;
use locks::Notify;
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("6.3", "locks/notify.md");

const KEPT: Rule =
    EX.rule("A notification that finds no waiting task is kept for the next one that comes, once.");
const ONE: Rule = EX.rule("A notification is handed to one waiting task, and to no other.");
const CHOICE: Rule = EX.rule(
    "`notify_one` chooses the task that has waited longest, `notify_last` the one that came last.",
);

#[test]
fn a_permit_is_kept_for_the_next() {
    EX.within("three notifications, then two futures", || {
        let notify = Notify::new();
        notify.notify_one();
        notify.notify_last();
        notify.notify_one();
        let (mut first, mut second) = (Kept::new(notify.notified()), Kept::new(notify.notified()));
        let task = TestWaker::new("task");
        KEPT.ready(
            first.poll(&task),
            "it was notified before it came, and waits",
        );
        KEPT.pending(second.poll(&task), "more than one notification was kept");
        notify.notify_one();
        ONE.check_eq("wakes of the task that waits", task.wakes(), 1);
        ONE.ready(second.poll(&task), "it waited, and was notified");
    });
}

#[test]
fn one_of_three_is_chosen() {
    EX.within("three who wait", || {
        let notify = Notify::new();
        let tasks = ["A", "B", "C"].map(TestWaker::new);
        let mut futures: Vec<_> = (0..3).map(|_| Kept::new(notify.notified())).collect();
        for (future, task) in futures.iter_mut().zip(&tasks) {
            ONE.pending(future.poll(task), "there was no notification");
        }
        let wakes = || tasks.each_ref().map(TestWaker::wakes);
        notify.notify_one();
        CHOICE.check_eq("wakes of A, B and C after notify_one", wakes(), [1, 0, 0]);
        notify.notify_last();
        CHOICE.check_eq("wakes of A, B and C after notify_last", wakes(), [1, 0, 1]);
        notify.notify_one();
        ONE.check_eq(
            "wakes of A, B and C after three notifications",
            wakes(),
            [1, 1, 1],
        );
        for (future, task) in futures.iter_mut().zip(&tasks) {
            ONE.ready(future.poll(task), "it was notified");
        }
        // The queue is empty again.
        notify.notify_one();
        let mut next = Kept::new(notify.notified());
        KEPT.ready(
            next.poll(&tasks[0]),
            "a notification found nobody, and is gone",
        );
        ONE.check_eq("wakes of those who are gone", wakes(), [1, 1, 1]);
    });
}

/// Who was enabled is in the queue, and has no waker yet.
#[test]
fn one_who_is_enabled_is_chosen() {
    EX.within("a task that is enabled", || {
        let notify = Notify::new();
        let mut future = Kept::new(notify.notified());
        ONE.check(!future.as_mut().enable(), "there was no notification");
        ONE.returns(
            || notify.notify_one(),
            "one in the queue has no waker yet, and notify_one panicked",
        );
        let task = TestWaker::new("task");
        ONE.ready(future.poll(&task), "it was enabled, and then notified");
    });
}

/// As the initial value of a static is made.
const fn in_a_static() -> Notify {
    Notify::const_new()
}

#[test]
fn one_that_is_made_as_for_a_static_is_notified() {
    EX.within("a notify that a constant function has made", || {
        let notify = in_a_static();
        notify.notify_one();
        let mut future = Kept::new(notify.notified());
        KEPT.ready(future.poll(&TestWaker::new("task")), "it was notified");
    });
}
