//! 6.4, model-checked: a future is dropped while another thread notifies.

#![cfg(loom)]

mod sleeper;

use locks::Notify;
use model::loom::sync::Arc;
use model::loom::thread;
use sleeper::{Count, poll};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("6.4", "locks/pass-on.md");

const PASSED: Rule =
    EX.rule("A notification of `notify_one` that was not seen goes to the next, or is kept.");
const NO_MORE: Rule =
    EX.rule("What was told to all is not passed on, and no permit is lost or made.");

/// Two wait, the first is dropped, and somebody notifies.
fn drop_while(tell: fn(&Notify), check: fn(&Notify, bool)) {
    lane("the drop");
    let notify = Arc::new(Notify::new());
    let (_, first_waker) = Count::new();
    let (second_count, second_waker) = Count::new();
    let mut first = Box::pin(notify.notified());
    let mut second = Box::pin(notify.notified());
    assert!(poll(first.as_mut(), &first_waker).is_pending());
    assert!(poll(second.as_mut(), &second_waker).is_pending());
    let theirs = Arc::clone(&notify);
    let other = thread::spawn(move || {
        lane("the notification");
        tell(&theirs);
    });
    drop(first);
    other.join().unwrap();
    let is_told = second_count.wakes() == 1 && poll(second.as_mut(), &second_waker).is_ready();
    drop(second);
    check(&notify, is_told);
}

fn has_permit(notify: &Notify) -> bool {
    poll(Box::pin(notify.notified()).as_mut(), &Count::new().1).is_ready()
}

#[test]
fn the_first_is_dropped_while_one_is_told() {
    PASSED.model(|| {
        drop_while(Notify::notify_one, |notify, is_told| {
            PASSED.check(is_told, "one was dropped and one waits: nobody was told");
            PASSED.check(!has_permit(notify), "one notification became two");
        });
    });
}

#[test]
fn the_first_is_dropped_while_all_are_told() {
    NO_MORE.model(|| {
        drop_while(Notify::notify_waiters, |notify, is_told| {
            NO_MORE.check(is_told, "one was dropped and one waits: it was not told");
            NO_MORE.check(!has_permit(notify), "notify_waiters has left a permit");
        });
    });
}

#[test]
fn the_only_one_is_dropped_while_one_is_told() {
    PASSED.model(|| {
        lane("the drop");
        let notify = Arc::new(Notify::new());
        let (_, waker) = Count::new();
        let mut only = Box::pin(notify.notified());
        assert!(poll(only.as_mut(), &waker).is_pending());
        let theirs = Arc::clone(&notify);
        let other = thread::spawn(move || {
            lane("the notification");
            theirs.notify_one();
        });
        drop(only);
        other.join().unwrap();
        PASSED.check(has_permit(&notify), "the notification is lost");
        PASSED.check(!has_permit(&notify), "one notification became two");
    });
}
