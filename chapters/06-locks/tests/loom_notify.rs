//! The notification, model-checked: to one and to all at once.

#![cfg(loom)]

mod sleeper;

use locks::Notify;
use model::loom::sync::Arc;
use model::loom::thread;
use sleeper::{Count, block_on, poll};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const TOLD: Rule = CHAPTER
    .may_be("6.1, 6.2 or 6.3")
    .rule("Each that waits before a notification is told of it, and sees what was done before it.");

/// Both are told of: the one who waits by the broadcast, the next by the permit.
#[test]
fn one_and_all_are_told_at_once() {
    TOLD.model(|| {
        let notify = Arc::new(Notify::new());
        let (count, waker) = Count::new();
        let mut waits = Box::pin(notify.notified());
        assert!(poll(waits.as_mut(), &waker).is_pending());
        let theirs = Arc::clone(&notify);
        let other = thread::spawn(move || theirs.notify_waiters());
        notify.notify_one();
        other.join().unwrap();
        assert_eq!(count.wakes(), 1);
        assert!(poll(waits.as_mut(), &waker).is_ready());
    });
}

/// Two broadcasts, and each of two futures is woken once.
#[test]
fn all_are_told_twice_at_once() {
    TOLD.model(|| {
        let notify = Arc::new(Notify::new());
        let counts = [Count::new(), Count::new()];
        let mut futures = [0, 1].map(|_| Box::pin(notify.notified()));
        for (future, (_, waker)) in futures.iter_mut().zip(&counts) {
            assert!(poll(future.as_mut(), waker).is_pending());
        }
        let theirs = Arc::clone(&notify);
        let other = thread::spawn(move || theirs.notify_waiters());
        notify.notify_waiters();
        other.join().unwrap();
        for (future, (count, waker)) in futures.iter_mut().zip(&counts) {
            assert_eq!(count.wakes(), 1);
            assert!(poll(future.as_mut(), waker).is_ready());
        }
    });
}

/// Enabled, then the look at the state, then the wait: the notification is not missed.
#[test]
fn one_is_enabled_before_it_looks() {
    TOLD.model(|| {
        let notify = Arc::new(Notify::new());
        let theirs = Arc::clone(&notify);
        let other = thread::spawn(move || theirs.notify_one());
        let mut future = Box::pin(notify.notified());
        if !future.as_mut().enable() {
            block_on(future);
        }
        other.join().unwrap();
    });
}

/// The waker is replaced while the broadcast is on its way.
#[test]
fn the_latest_waker_is_woken() {
    TOLD.model(|| {
        let notify = Arc::new(Notify::new());
        let (_, first) = Count::new();
        let (second_count, second) = Count::new();
        let mut future = Box::pin(notify.notified());
        assert!(poll(future.as_mut(), &first).is_pending());
        let theirs = Arc::clone(&notify);
        let other = thread::spawn(move || theirs.notify_waiters());
        let polled = poll(future.as_mut(), &second);
        other.join().unwrap();
        assert!(polled.is_ready() || second_count.wakes() == 1);
    });
}
