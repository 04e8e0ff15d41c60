//! The notification as it is used: to one, to the last, to all.

#![cfg(not(loom))]

use std::pin::Pin;
use std::sync::{Arc, Barrier};

use locks::Notify;
use locks::notify::{Notified, OwnedNotified};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const ALL: Rule = CHAPTER.may_be("6.1 or 6.3").rule("A broadcast tells all that wait, none that comes later, and no lock is held while it wakes them.");
const LATEST: Rule = CHAPTER.may_be("6.2").rule("A future that waits keeps the waker of its latest poll, and clones and drops it outside of the lock.");
const ENABLED: Rule = CHAPTER
    .may_be("6.2 or 6.3")
    .rule("A future that is enabled is told of what comes after that, before its first poll too.");
const TYPES: Rule = CHAPTER.rule("The types are Send and Sync, and futures leave their thread.");

fn wait(notify: &Arc<Notify>, task: &TestWaker) -> Pin<Box<OwnedNotified>> {
    let mut future = Box::pin(Arc::clone(notify).notified_owned());
    assert!(task.poll(future.as_mut()).is_pending());
    future
}

#[test]
fn all_who_wait_are_told_and_nobody_else() {
    ALL.holds("notify_waiters", || {
        let notify = Arc::new(Notify::new());
        notify.notify_waiters();
        let tasks = ["A", "B"].map(TestWaker::new);
        let mut futures = tasks.each_ref().map(|task| wait(&notify, task));
        notify.notify_waiters();
        for (future, task) in futures.iter_mut().zip(&tasks) {
            assert_eq!((task.wakes(), task.held()), (1, 0));
            assert!(task.poll(future.as_mut()).is_ready());
            // Ready for good.
            assert!(task.poll(future.as_mut()).is_ready());
        }
        let late = wait(&notify, &tasks[0]);
        drop(late);
    });
}

/// Those who come while the others are woken are not meant. The wakers of both batches bring one.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn newcomers_are_not_meant() {
    ALL.holds("wakers that wait again", || {
        let notify = Arc::new(Notify::new());
        let tasks: Vec<_> = (0..40).map(|_| TestWaker::new("task")).collect();
        let futures: Vec<_> = tasks.iter().map(|task| wait(&notify, task)).collect();
        let newcomer = TestWaker::new("newcomer");
        let new = Arc::new(std::sync::Mutex::new(Vec::new()));
        for task in &tasks {
            let (notify, newcomer, new) = (Arc::clone(&notify), newcomer.clone(), Arc::clone(&new));
            task.on_wake(move || new.lock().unwrap().push(wait(&notify, &newcomer)));
        }
        notify.notify_waiters();
        assert_eq!((newcomer.wakes(), newcomer.held()), (0, 40));
        notify.notify_waiters();
        assert_eq!((newcomer.wakes(), newcomer.held()), (40, 0));
        drop(futures);
        new.lock().unwrap().clear();
    });
}

/// In the middle of a broadcast, those whose turn is still to come are polled, notified and counted.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn a_broadcast_is_seen_by_all_at_once() {
    ALL.holds("a broadcast that is looked at from within", || {
        let notify = Arc::new(Notify::new());
        let tasks: Vec<_> = (0..40).map(|_| TestWaker::new("task")).collect();
        let mut futures: Vec<_> = tasks.iter().map(|task| wait(&notify, task)).collect();
        let last = Arc::new(std::sync::Mutex::new(futures.pop().unwrap()));
        let (theirs, task, seen) = (Arc::clone(&notify), tasks[39].clone(), Arc::clone(&last));
        tasks[0].on_wake(move || {
            assert!(task.poll(seen.lock().unwrap().as_mut()).is_ready());
            // This is not for those who are told already: it is kept.
            theirs.notify_one();
        });
        notify.notify_waiters();
        assert_eq!((tasks[39].wakes(), tasks[39].held()), (0, 0));
        assert!(tasks[38].wakes() == 1);
        drop(futures);
        let mut next = Box::pin(notify.notified());
        assert!(tasks[0].poll(next.as_mut()).is_ready());
    });
}

#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn a_waker_that_panics_keeps_no_other_asleep() {
    ALL.holds("forty who wait, and two panic", || {
        let notify = Arc::new(Notify::new());
        let tasks: Vec<_> = (0..40).map(|_| TestWaker::new("task")).collect();
        let futures: Vec<_> = tasks.iter().map(|task| wait(&notify, task)).collect();
        for number in [0, 35] {
            tasks[number].on_wake(|| panic!("expected by the test"));
        }
        let telling = std::panic::AssertUnwindSafe(|| notify.notify_waiters());
        assert!(std::panic::catch_unwind(telling).is_err());
        assert!(tasks.iter().all(|task| task.wakes() == 1));
        drop(futures);
    });
}

#[test]
fn the_latest_waker_is_woken() {
    LATEST.holds("a future that moves to another task", || {
        let notify = Arc::new(Notify::new());
        let [first, second] = ["first", "second"].map(TestWaker::new);
        let mut future = wait(&notify, &first);
        assert!(first.poll(future.as_mut()).is_pending());
        assert_eq!(first.clones(), 1);
        assert!(second.poll(future.as_mut()).is_pending());
        assert_eq!((first.held(), second.held()), (0, 1));
        notify.notify_one();
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
        assert!(second.poll(future.as_mut()).is_ready());
    });
}

/// The notification comes from the clone of the second waker, or from the drop of the first.
#[test]
fn a_notification_comes_while_the_waker_is_replaced() {
    LATEST.holds("wakers that notify when they are replaced", || {
        let notify = Arc::new(Notify::new());
        let [first, second] = ["first", "second"].map(TestWaker::new);
        let mut future = wait(&notify, &first);
        let theirs = Arc::clone(&notify);
        second.on_clone(move || theirs.notify_one());
        assert!(second.poll(future.as_mut()).is_ready());

        let [first, second] = ["first", "second"].map(TestWaker::new);
        let mut future = wait(&notify, &first);
        let theirs = Arc::clone(&notify);
        first.on_drop(move || theirs.notify_one());
        assert!(second.poll(future.as_mut()).is_pending());
        assert_eq!(second.wakes(), 1);
        assert!(second.poll(future.as_mut()).is_ready());
    });
}

/// While the next waker is cloned a broadcast begins, and has not yet come to this future. The clone
/// was made in vain, and its drop comes back.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri a minute")]
fn a_clone_in_vain_is_dropped_outside_of_the_lock() {
    LATEST.holds("a broadcast during a clone", || {
        let notify = Arc::new(Notify::new());
        let tasks: Vec<_> = (0..40).map(|_| TestWaker::new("task")).collect();
        let mut futures: Vec<_> = tasks.iter().map(|task| wait(&notify, task)).collect();
        let mut last = futures.pop().unwrap();
        // The broadcast stays in its first batch until the poll is over.
        let (begun, middle) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (theirs, end) = (Arc::clone(&begun), Arc::clone(&middle));
        tasks[0].on_wake(move || {
            theirs.wait();
            end.wait();
        });
        let next = TestWaker::new("next");
        let theirs = Arc::clone(&notify);
        next.on_clone(move || {
            let theirs = Arc::clone(&theirs);
            std::thread::spawn(move || theirs.notify_waiters());
            begun.wait();
        });
        let theirs = Arc::clone(&notify);
        next.on_drop(move || {
            let other = TestWaker::new("other");
            let _ = other.poll(Box::pin(theirs.notified()).as_mut());
        });
        assert!(next.poll(last.as_mut()).is_ready());
        assert_eq!((next.clones(), next.held()), (1, 0));
        middle.wait();
        tasks[38].wait_for_wakes(1);
        drop(futures);
    });
}

/// Enabled first, then the look at the state, then the wait.
#[test]
fn who_is_enabled_misses_nothing() {
    ENABLED.holds("who is enabled misses nothing", || {
        let notify = Notify::new();
        let task = TestWaker::new("task");
        let mut future = Box::pin(notify.notified());
        assert!(!future.as_mut().enable());
        assert!(!future.as_mut().enable());
        notify.notify_one();
        assert!(future.as_mut().enable());
        assert!(task.poll(future.as_mut()).is_ready());
        let mut owned = Box::pin(Arc::new(Notify::new()).notified_owned());
        assert!(!owned.as_mut().enable());
    });
}

#[test]
fn the_types_are_what_users_expect() {
    TYPES.holds("the types are what users expect", || {
        fn send_sync<T: Send + Sync>() {}
        fn unwind_safe<T: std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}
        send_sync::<Notify>();
        send_sync::<Notified<'_>>();
        send_sync::<OwnedNotified>();
        unwind_safe::<Notify>();
    });
}
