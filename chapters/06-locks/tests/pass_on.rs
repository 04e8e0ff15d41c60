//! 6.4: a future that is dropped leaves the queue as if it had never come.

#![cfg(not(loom))]

use std::sync::{Arc, Mutex};

use locks::Notify;
use testkit::{Exercise, Rule, TestWaker};

testkit::quarantine!();

const EX: Exercise = Exercise::new("6.4", "locks/pass-on.md");

const PASSED: Rule =
    EX.rule("A notification of `notify_one` that was not seen goes to the next, or is kept.");
const CHOICE: Rule = EX.rule("A notification is passed on in the way in which it came.");
const NO_MORE: Rule =
    EX.rule("What was told to all is not passed on, and no permit is lost or made.");
const LEFT: Rule =
    EX.rule("A future that is dropped is out of the list, and its waker is dropped.");
const UNLOCKED: Rule =
    EX.rule("A waker is foreign code: it is cloned, woken and dropped with no lock held.");

type Waiting = std::pin::Pin<Box<locks::notify::OwnedNotified>>;

/// A future that waits, as `task`.
fn wait(notify: &Arc<Notify>, task: &TestWaker) -> Waiting {
    let mut future = Box::pin(Arc::clone(notify).notified_owned());
    LEFT.pending(task.poll(future.as_mut()), "there was no notification");
    future
}

/// Whether there is a permit; it is taken.
fn has_permit(notify: &Arc<Notify>) -> bool {
    let mut future = Box::pin(notify.notified());
    TestWaker::new("who looks for a permit")
        .poll(future.as_mut())
        .is_ready()
}

#[test]
fn who_waits_leaves_the_queue() {
    EX.within("the middle one of three is dropped", || {
        let notify = Arc::new(Notify::new());
        let tasks = ["A", "B", "C"].map(TestWaker::new);
        let [a, b, c] = tasks.each_ref().map(|task| wait(&notify, task));
        drop(b);
        LEFT.check_eq("wakers of B that are still held", tasks[1].held(), 0);
        notify.notify_one();
        notify.notify_one();
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        LEFT.check_eq("wakes of A, B and C", wakes, [1, 0, 1]);
        for (mut future, task) in [(a, &tasks[0]), (c, &tasks[2])] {
            LEFT.ready(task.poll(future.as_mut()), "it was notified");
        }
    });
}

#[test]
fn the_last_one_leaves() {
    EX.within("the only one is dropped, and then a notification", || {
        let notify = Arc::new(Notify::new());
        let task = TestWaker::new("task");
        drop(wait(&notify, &task));
        LEFT.check(!has_permit(&notify), "a permit came from nowhere");
        notify.notify_one();
        LEFT.check(
            has_permit(&notify),
            "a notification that came later is lost",
        );
    });
}

#[test]
fn a_notification_goes_to_the_next() {
    EX.within(
        "a task that was notified is dropped before it looks",
        || {
            let notify = Arc::new(Notify::new());
            let tasks = ["A", "B", "C"].map(TestWaker::new);
            let [a, mut b, c] = tasks.each_ref().map(|task| wait(&notify, task));
            notify.notify_one();
            drop(a);
            let wakes = tasks.each_ref().map(TestWaker::wakes);
            PASSED.check_eq("wakes of A, B and C", wakes, [1, 1, 0]);
            PASSED.ready(
                tasks[1].poll(b.as_mut()),
                "the notification was passed on to it",
            );
            drop(c);
            PASSED.check(!has_permit(&notify), "one notification became two");
        },
    );
}

#[test]
fn a_notification_is_kept_if_nobody_is_next() {
    EX.within("the only one was notified and is dropped", || {
        let notify = Arc::new(Notify::new());
        let task = TestWaker::new("task");
        let future = wait(&notify, &task);
        notify.notify_one();
        drop(future);
        PASSED.check(has_permit(&notify), "the notification is lost");
        PASSED.check(!has_permit(&notify), "one notification became two");
    });
}

#[test]
fn it_is_passed_on_as_it_came() {
    EX.within(
        "the last of three was notified by notify_last, and is dropped",
        || {
            let notify = Arc::new(Notify::new());
            let tasks = ["A", "B", "C"].map(TestWaker::new);
            let [a, b, c] = tasks.each_ref().map(|task| wait(&notify, task));
            notify.notify_last();
            drop(c);
            let wakes = tasks.each_ref().map(TestWaker::wakes);
            CHOICE.check_eq("wakes of A, B and C", wakes, [0, 1, 1]);
            drop((a, b));
        },
    );
}

/// tokio #3652.
#[test]
fn what_was_told_to_all_leaves_permits_alone() {
    EX.within("notify_waiters, notify_one, and then the drop", || {
        let notify = Arc::new(Notify::new());
        let task = TestWaker::new("task");
        let future = wait(&notify, &task);
        notify.notify_waiters();
        notify.notify_one();
        drop(future);
        NO_MORE.check(has_permit(&notify), "the permit of notify_one is lost");

        let future = wait(&notify, &task);
        notify.notify_waiters();
        drop(future);
        NO_MORE.check(!has_permit(&notify), "notify_waiters has left a permit");
    });
}

/// More than a batch wait. While the first are woken, one of the others is dropped.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn one_leaves_while_others_are_told() {
    EX.within("a future that is dropped by the waker of another", || {
        let notify = Arc::new(Notify::new());
        let tasks: Vec<_> = (0..40)
            .map(|n| TestWaker::new(&format!("task {n}")))
            .collect();
        let mut futures: Vec<_> = tasks.iter().map(|task| Some(wait(&notify, task))).collect();
        let last = Mutex::new(futures.pop());
        let middle = Mutex::new(futures.remove(35));
        LEFT.step("waking the first batch, and dropping two futures that are to be woken later");
        tasks[0].on_wake(move || {
            drop(last.lock().unwrap().take());
            drop(middle.lock().unwrap().take());
        });
        notify.notify_waiters();
        let wakes: Vec<_> = tasks.iter().map(TestWaker::wakes).collect();
        let expected: Vec<_> = (0..40).map(|n| usize::from(n != 35 && n != 39)).collect();
        LEFT.check_eq("wakes of the forty", wakes, expected);
        LEFT.check(!has_permit(&notify), "a permit came from nowhere");
        LEFT.step("dropping those that were woken");
        drop(futures);
    });
}

/// The drop of the waker of a task that leaves, and the wake of the next, come back for the lists.
#[test]
fn wakers_are_dropped_and_woken_with_no_lock_held() {
    EX.within("wakers that notify when they are dropped or woken", || {
        for is_notified in [false, true] {
            let notify = Arc::new(Notify::new());
            let tasks = ["A", "B"].map(TestWaker::new);
            let [a, b] = tasks.each_ref().map(|task| wait(&notify, task));
            let theirs = Arc::clone(&notify);
            tasks[0].on_drop(move || theirs.notify_waiters());
            let theirs = Arc::clone(&notify);
            tasks[1].on_wake(move || theirs.notify_waiters());
            if is_notified {
                notify.notify_one();
            }
            drop(a);
            UNLOCKED.check_eq("wakes of B", tasks[1].wakes(), 1);
            drop(b);
        }
    });
}
