//! Bugs that published runtimes had, in their notifications, semaphores and locks.

#![cfg(not(loom))]

use std::pin::Pin;
use std::sync::Arc;

use locks::{Mutex, Notify, Semaphore};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const OUTSIDE: Rule = CHAPTER
    .may_be("6.1, 6.2 or 6.5")
    .rule("Foreign wakers are cloned, woken and dropped outside of the lock, and none is kept.");
const PASSED_ON: Rule = CHAPTER.may_be("6.1, 6.3 or 6.4").rule(
    "A notification or a permit that was not used goes to the next, and is not lost or doubled.",
);
const STAYS: Rule = CHAPTER
    .may_be("6.6")
    .rule("A semaphore that is closed stays closed.");

fn pinned<F: Future>(future: F) -> Pin<Box<F>> {
    Box::pin(future)
}

/// tokio #4129: the waker was cloned under the lock of the waiters, and a clone that notifies
/// deadlocked.
#[test]
fn tokio_4129_a_waker_is_cloned_before_the_lock() {
    OUTSIDE.holds("wakers whose clone comes back", || {
        let (notify, semaphore) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
        let task = TestWaker::new("task");
        let theirs = (Arc::clone(&notify), Arc::clone(&semaphore));
        task.on_clone(move || {
            theirs.0.notify_waiters();
            theirs.1.add_permits(1);
        });
        assert!(task.poll(pinned(notify.notified()).as_mut()).is_ready());
        assert!(
            task.poll(pinned(semaphore.acquire_many(1)).as_mut())
                .is_ready()
        );
    });
}

/// tokio #5429, mended by #5471, #5475, #5578, and again by #8529, #8552, #8554, #8558, #8618: wakers were
/// woken or dropped under the lock.
#[test]
fn tokio_5429_wakers_are_woken_and_dropped_outside_of_the_lock() {
    OUTSIDE.holds("wakers whose wake and drop come back", || {
        let (notify, semaphore) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
        let come_back = |task: &TestWaker| {
            for on in [TestWaker::on_wake, TestWaker::on_drop] {
                let theirs = (Arc::clone(&notify), Arc::clone(&semaphore));
                on(task, move || {
                    let other = TestWaker::new("other");
                    let _ = other.poll(pinned(theirs.0.notified()).as_mut());
                    let _ = other.poll(pinned(theirs.1.acquire_many(9)).as_mut());
                    theirs.0.notify_waiters();
                });
            }
        };
        type Tell = fn(&Notify, &Semaphore);
        let told: [(Tell, usize); 5] = [
            (|notify, _| notify.notify_one(), 1),
            (|notify, _| notify.notify_last(), 1),
            (|notify, _| notify.notify_waiters(), 1),
            (|_, semaphore| semaphore.add_permits(1), 1),
            (|_, _| {}, 0),
        ];
        for (tell, _) in told {
            let task = TestWaker::new("task");
            come_back(&task);
            let mut notified = pinned(notify.notified());
            let mut acquire = pinned(semaphore.acquire());
            assert!(task.poll(notified.as_mut()).is_pending());
            assert!(task.poll(acquire.as_mut()).is_pending());
            tell(&notify, &semaphore);
            let next = TestWaker::new("next");
            come_back(&next);
            let _ = next.poll(notified.as_mut());
            let _ = next.poll(acquire.as_mut());
            drop((notified, acquire));
            assert_eq!((task.held(), next.held()), (0, 0));
            semaphore.forget_permits(9);
            // A permit of `notify_one` that was passed on.
            let _ = next.poll(pinned(notify.notified()).as_mut());
        }
        let task = TestWaker::new("task");
        come_back(&task);
        let acquire = &mut pinned(semaphore.acquire());
        assert!(task.poll(acquire.as_mut()).is_pending());
        semaphore.close();
        assert_eq!(task.wakes(), 1);
    });
}

/// tokio #1898, mended in #1902: a `lock` that was dropped while it waited kept its place, was handed the
/// lock there, and nobody got it any more.
#[test]
fn tokio_1898_a_lock_that_is_dropped_early_leaves_the_queue() {
    PASSED_ON.holds("locks that are dropped at each point", || {
        for (is_polled, is_handed) in [(false, false), (true, false), (true, true)] {
            let mutex = Mutex::new(());
            let guard = mutex.try_lock().unwrap();
            let tasks = ["A", "B"].map(TestWaker::new);
            let mut early = pinned(mutex.lock());
            if is_polled {
                assert!(tasks[0].poll(early.as_mut()).is_pending());
            }
            let mut next = pinned(mutex.lock());
            assert!(tasks[1].poll(next.as_mut()).is_pending());
            if is_handed {
                drop(guard);
                drop(early);
            } else {
                drop(early);
                drop(guard);
            }
            assert_eq!(tasks[1].wakes(), 1);
            assert!(tasks[1].poll(next.as_mut()).is_ready());
        }
    });
}

/// tokio #3652: a future that `notify_waiters` had told took a permit along when it was dropped.
#[test]
fn tokio_3652_a_permit_outlives_those_who_were_told_before() {
    PASSED_ON.holds(
        "tokio 3652 a permit outlives those who were told before",
        || {
            let notify = Notify::new();
            let task = TestWaker::new("task");
            let mut told = pinned(notify.notified());
            assert!(task.poll(told.as_mut()).is_pending());
            notify.notify_waiters();
            notify.notify_one();
            drop(told);
            assert!(task.poll(pinned(notify.notified()).as_mut()).is_ready());
        },
    );
}

/// tokio #3660: `notify_waiters` wrote the word without looking, and a permit could be lost.
#[test]
fn tokio_3660_a_broadcast_keeps_the_permit() {
    PASSED_ON.holds("tokio 3660 a broadcast keeps the permit", || {
        let notify = Notify::new();
        let task = TestWaker::new("task");
        notify.notify_one();
        notify.notify_waiters();
        assert!(task.poll(pinned(notify.notified()).as_mut()).is_ready());
        assert!(task.poll(pinned(notify.notified()).as_mut()).is_pending());
    });
}

/// lalinsky/zio #94, in Zig: a notification was lost if its future was dropped before it had seen it.
#[test]
fn zio_94_a_notification_is_passed_on() {
    PASSED_ON.holds("zio 94 a notification is passed on", || {
        let notify = Notify::new();
        let task = TestWaker::new("task");
        let mut dropped = pinned(notify.notified());
        assert!(task.poll(dropped.as_mut()).is_pending());
        notify.notify_one();
        drop(dropped);
        assert!(task.poll(pinned(notify.notified()).as_mut()).is_ready());
    });
}

/// tokio #5404: a task that waits again while the others are woken was told of the same broadcast.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn tokio_5404_who_waits_again_is_not_told_again() {
    PASSED_ON.holds("wakers that wait again", || {
        let notify = Arc::new(Notify::new());
        let tasks: Vec<_> = (0..40).map(|_| TestWaker::new("task")).collect();
        let mut futures: Vec<_> = tasks.iter().map(|_| pinned(notify.notified())).collect();
        for (future, task) in futures.iter_mut().zip(&tasks) {
            assert!(task.poll(future.as_mut()).is_pending());
        }
        let again = TestWaker::new("again");
        let (theirs, waits) = (Arc::clone(&notify), again.clone());
        let kept = std::sync::Mutex::new(Vec::new());
        tasks[0].on_wake(move || {
            let mut future = pinned(Arc::clone(&theirs).notified_owned());
            assert!(waits.poll(future.as_mut()).is_pending());
            kept.lock().unwrap().push(future);
        });
        notify.notify_waiters();
        assert_eq!(again.wakes(), 0);
    });
}

/// tokio #7996: a future that was meant by `notify_waiters` took the permit of a later `notify_one`.
#[test]
fn tokio_7996_a_broadcast_comes_before_the_permit() {
    PASSED_ON.holds("tokio 7996 a broadcast comes before the permit", || {
        let notify = Notify::new();
        let task = TestWaker::new("task");
        let mut before = pinned(notify.notified());
        notify.notify_waiters();
        notify.notify_one();
        assert!(task.poll(before.as_mut()).is_ready());
        assert!(task.poll(pinned(notify.notified()).as_mut()).is_ready());
    });
}

/// tokio #8021: a semaphore that was closed was open again after `forget_permits`.
#[test]
fn tokio_8021_a_closed_semaphore_stays_closed() {
    STAYS.holds("tokio 8021 a closed semaphore stays closed", || {
        let semaphore = Semaphore::new(3);
        let held = semaphore.try_acquire().unwrap();
        semaphore.close();
        assert_eq!(semaphore.forget_permits(1), 1);
        assert!(semaphore.is_closed());
        held.forget();
        assert_eq!(semaphore.forget_permits(9), 1);
        semaphore.add_permits(5);
        assert!(semaphore.is_closed());
        assert!(semaphore.try_acquire().is_err());
    });
}

/// tokio #8095 and #7886, here for those who wait in a list: a waker is not kept for longer than
/// somebody waits for it.
#[test]
fn tokio_8095_no_waker_is_kept() {
    OUTSIDE.holds("tokio 8095 no waker is kept", || {
        let (notify, semaphore) = (Notify::new(), Semaphore::new(0));
        let task = TestWaker::new("task");
        let mut notified = pinned(notify.notified());
        let mut acquire = pinned(semaphore.acquire());
        for is_told in [true, false] {
            assert!(task.poll(notified.as_mut()).is_pending());
            assert!(task.poll(acquire.as_mut()).is_pending());
            assert_eq!(task.held(), 2);
            if is_told {
                notify.notify_one();
                semaphore.add_permits(1);
            } else {
                notified = pinned(notify.notified());
                acquire = pinned(semaphore.acquire());
            }
            assert_eq!(task.held(), 0);
            if is_told {
                assert!(task.poll(notified.as_mut()).is_ready());
                notified = pinned(notify.notified());
                let std::task::Poll::Ready(Ok(permit)) = task.poll(acquire.as_mut()) else {
                    panic!("there is a permit");
                };
                permit.forget();
                acquire = pinned(semaphore.acquire());
            }
        }
    });
}
