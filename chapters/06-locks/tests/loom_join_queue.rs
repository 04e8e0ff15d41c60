//! 6.2, model-checked: a future is polled while another thread notifies.

#![cfg(loom)]

mod sleeper;

use locks::Notify;
use locks::steps::leave_permit;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use sleeper::{Count, block_on, poll};
use std::sync::Arc;
use testkit::{Exercise, Rule, lane};

use std::sync::atomic::Ordering::Relaxed;

const EX: Exercise = Exercise::new("6.2", "locks/notified.md");

const MISSED: Rule =
    EX.rule("A notification that comes between the look and the queue is not missed.");
const PERMIT: Rule =
    EX.rule("A permit that is there is taken by the first task that polls, and by no other.");

#[test]
fn a_broadcast_comes_at_any_moment_of_the_poll() {
    MISSED.model(|| {
        lane("the future");
        let notify = Arc::new(Notify::new());
        let value = Arc::new(AtomicUsize::new(0));
        let notified = notify.notified();
        let theirs = (Arc::clone(&notify), Arc::clone(&value));
        let telling = thread::spawn(move || {
            lane("notify_waiters");
            theirs.1.store(1, Relaxed);
            theirs.0.notify_waiters();
        });
        block_on(notified);
        MISSED.check_eq(
            "what was written before the notification",
            value.load(Relaxed),
            1,
        );
        telling.join().unwrap();
    });
}

#[test]
fn two_poll_for_one_permit() {
    PERMIT.model(|| {
        lane("one future");
        let notify = Arc::new(Notify::new());
        leave_permit(&notify);
        let poll_once = |notify: Arc<Notify>| {
            let mut future = Box::pin(notify.notified_owned());
            let is_ready = poll(future.as_mut(), &Count::new().1).is_ready();
            (future, is_ready)
        };
        let theirs = Arc::clone(&notify);
        let other = thread::spawn(move || {
            lane("another future");
            poll_once(theirs)
        });
        let (mut mine, is_mine) = poll_once(Arc::clone(&notify));
        let (mut other, is_theirs) = other.join().unwrap();
        PERMIT.check_eq(
            "futures that have the permit",
            [is_mine, is_theirs].iter().filter(|it| **it).count(),
            1,
        );
        // Those who are dropped are ready.
        notify.notify_waiters();
        for future in [&mut mine, &mut other] {
            PERMIT.ready(poll(future.as_mut(), &Count::new().1), "it was told");
        }
    });
}
