//! What a look finds: a thread that sees that something is closed, empty, told or there also sees what the
//! other thread did before that. Every interleaving, and every value that a load may return.

#![cfg(loom)]

use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Waker};

use locks::{Notify, OnceCell, Semaphore, SetOnce};
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const LOOK: Rule = CHAPTER.rule(
    "A look without a lock orders: a thread that finds something closed, empty or there sees \
     what was done before it became so.",
);
const TOLD: Rule = CHAPTER
    .may_be("6.1, 6.2 or 6.3")
    .rule("A task that is told sees what was done before the notification.");

/// Another thread stores a value `Relaxed`, and acts. If `look` finds that it has, the value is there.
fn sees(rule: Rule, act: impl FnOnce() + 'static, look: impl FnOnce() -> bool) {
    lane("looks");
    let value = Arc::new(AtomicUsize::new(0));
    let theirs = Arc::clone(&value);
    let other = thread::spawn(move || {
        lane("acts");
        theirs.store(1, Relaxed);
        act();
    });
    if look() {
        rule.check_eq("the value that was stored before", value.load(Relaxed), 1);
    }
    other.join().unwrap();
}

#[test]
fn a_semaphore_is_closed() {
    LOOK.model(|| {
        let semaphore = Arc::new(Semaphore::new(0));
        let theirs = Arc::clone(&semaphore);
        sees(LOOK, move || theirs.close(), || semaphore.is_closed());
    });
}

#[test]
fn a_semaphore_has_permits() {
    LOOK.model(|| {
        let semaphore = Arc::new(Semaphore::new(0));
        let theirs = Arc::clone(&semaphore);
        sees(
            LOOK,
            move || theirs.add_permits(1),
            || semaphore.available_permits() == 1,
        );
    });
}

#[test]
fn a_permit_is_tried() {
    LOOK.model(|| {
        let semaphore = Arc::new(Semaphore::new(0));
        let theirs = Arc::clone(&semaphore);
        sees(
            LOOK,
            move || theirs.add_permits(1),
            || semaphore.try_acquire().is_ok(),
        );
    });
}

/// (A length counts claims, and promises nothing of what they are for.)
#[test]
fn a_cell_is_set() {
    LOOK.model(|| {
        let cell = Arc::new(OnceCell::new());
        let theirs = Arc::clone(&cell);
        sees(LOOK, move || theirs.set(1).unwrap(), || cell.initialized());
    });
}

#[test]
fn a_cell_has_a_value() {
    LOOK.model(|| {
        let cell = Arc::new(SetOnce::new());
        let theirs = Arc::clone(&cell);
        sees(
            LOOK,
            move || theirs.set(1).unwrap(),
            || cell.get().is_some(),
        );
    });
}

/// The one that waits is polled without a wake: it may find by itself that it was told.
#[test]
fn all_are_told() {
    TOLD.model(|| {
        let notify = Arc::new(Notify::new());
        let theirs = Arc::clone(&notify);
        let mut told = pin!(notify.notified());
        told.as_mut().enable();
        sees(
            TOLD,
            move || theirs.notify_waiters(),
            || {
                let mut cx = Context::from_waker(Waker::noop());
                told.as_mut().poll(&mut cx).is_ready()
            },
        );
    });
}

/// A future that has not begun to wait knows which broadcasts came before it, by a count.
#[test]
fn all_are_told_before_they_wait() {
    TOLD.model(|| {
        let notify = Arc::new(Notify::new());
        let theirs = Arc::clone(&notify);
        let mut told = pin!(notify.notified());
        sees(
            TOLD,
            move || theirs.notify_waiters(),
            || {
                let mut cx = Context::from_waker(Waker::noop());
                told.as_mut().poll(&mut cx).is_ready()
            },
        );
    });
}

#[test]
fn one_is_told() {
    TOLD.model(|| {
        let notify = Arc::new(Notify::new());
        let theirs = Arc::clone(&notify);
        let mut told = pin!(notify.notified());
        told.as_mut().enable();
        sees(
            TOLD,
            move || theirs.notify_one(),
            || {
                let mut cx = Context::from_waker(Waker::noop());
                told.as_mut().poll(&mut cx).is_ready()
            },
        );
    });
}

#[test]
fn a_permit_of_a_notify_is_taken() {
    TOLD.model(|| {
        let notify = Arc::new(Notify::new());
        let theirs = Arc::clone(&notify);
        sees(
            TOLD,
            move || theirs.notify_one(),
            || {
                let mut told = pin!(notify.notified());
                told.as_mut().enable()
            },
        );
    });
}

/// A permit may be taken, and another one be there, between a look at it and its taking. What was done before the
/// second notification is seen, too.
#[test]
fn a_permit_that_came_after_the_look_is_taken() {
    TOLD.model(|| {
        lane("takes");
        let notify = Arc::new(Notify::new());
        let value = Arc::new(AtomicUsize::new(0));
        notify.notify_one();
        let (theirs, stored) = (Arc::clone(&notify), Arc::clone(&value));
        let other = thread::spawn(move || {
            lane("takes and notifies");
            let mut told = pin!(theirs.notified());
            let first = told.as_mut().enable();
            if first {
                stored.store(1, Relaxed);
                theirs.notify_one();
            }
            first
        });
        let mut told = pin!(notify.notified());
        let mut cx = Context::from_waker(Waker::noop());
        let second = told.as_mut().poll(&mut cx).is_ready();
        let seen = value.load(Relaxed);
        // Of two permits the other thread has taken the first and made the second.
        if other.join().unwrap() && second {
            TOLD.check_eq(
                "the value that was stored before the second permit",
                seen,
                1,
            );
        }
    });
}

/// The one that waits in a queue is served.
#[test]
fn a_waiter_is_served() {
    TOLD.model(|| {
        let semaphore = Arc::new(Semaphore::new(0));
        let theirs = Arc::clone(&semaphore);
        let mut acquire = pin!(semaphore.acquire());
        let mut cx = Context::from_waker(Waker::noop());
        TOLD.check(
            acquire.as_mut().poll(&mut cx).is_pending(),
            "a permit of none",
        );
        sees(
            TOLD,
            move || theirs.add_permits(1),
            || acquire.as_mut().poll(&mut cx).is_ready(),
        );
    });
}
