//! 6.3, model-checked: one thread notifies, another comes to wait.

#![cfg(loom)]

mod sleeper;

use std::sync::atomic::Ordering::Relaxed;

use locks::Notify;
use locks::steps::leave_permit;
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use sleeper::{Count, block_on, poll};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("6.3", "locks/notify.md");

const MISSED: Rule =
    EX.rule("A notification is seen by a task that comes, whether before or after it.");
const ONE: Rule = EX.rule("A notification is handed to one waiting task, and to no other.");
const PUBLISHED: Rule =
    EX.rule("The task that takes a permit sees what was done before each call that left it.");

#[test]
fn a_notification_comes_at_any_moment_of_the_poll() {
    MISSED.model(|| {
        lane("the future");
        let notify = Arc::new(Notify::new());
        let value = Arc::new(AtomicUsize::new(0));
        let theirs = (Arc::clone(&notify), Arc::clone(&value));
        let other = thread::spawn(move || {
            lane("notify_one");
            theirs.1.store(1, Relaxed);
            theirs.0.notify_one();
        });
        block_on(notify.notified());
        PUBLISHED.check_eq(
            "what was written before the notification",
            value.load(Relaxed),
            1,
        );
        other.join().unwrap();
    });
}

/// There is a permit already when the other thread writes, and notifies. If the permit is taken
/// without a look at what was written, then another one must come.
#[test]
fn a_permit_is_there_already() {
    PUBLISHED.model(|| {
        lane("the future");
        let notify = Arc::new(Notify::new());
        let value = Arc::new(AtomicUsize::new(0));
        leave_permit(&notify);
        let theirs = (Arc::clone(&notify), Arc::clone(&value));
        let other = thread::spawn(move || {
            lane("notify_one");
            theirs.1.store(1, Relaxed);
            theirs.0.notify_one();
        });
        block_on(notify.notified());
        if value.load(Relaxed) == 0 {
            block_on(notify.notified());
            PUBLISHED.check_eq("what was written", value.load(Relaxed), 1);
        }
        other.join().unwrap();
    });
}

#[test]
fn one_of_two_is_told() {
    ONE.model(|| {
        lane("the future");
        let notify = Arc::new(Notify::new());
        let theirs = Arc::clone(&notify);
        let other = thread::spawn(move || {
            lane("notify_one");
            theirs.notify_one();
        });
        let counts = [Count::new(), Count::new()];
        let mut futures = [0, 1].map(|_| Box::pin(notify.notified()));
        let mut ready = [false; 2];
        for (i, future) in futures.iter_mut().enumerate() {
            ready[i] = poll(future.as_mut(), &counts[i].1).is_ready();
        }
        other.join().unwrap();
        for (i, future) in futures.iter_mut().enumerate() {
            if !ready[i] {
                ready[i] = poll(future.as_mut(), &counts[i].1).is_ready();
                ONE.check_eq(
                    "whether one was woken who is ready",
                    counts[i].0.wakes() == 1,
                    ready[i],
                );
            }
        }
        let told = ready.iter().filter(|is_ready| **is_ready).count();
        ONE.check_eq("futures that are ready after one notification", told, 1);
        // Those who are dropped are ready.
        notify.notify_waiters();
        for future in &mut futures {
            ONE.ready(poll(future.as_mut(), &counts[0].1), "all were told");
        }
    });
}
