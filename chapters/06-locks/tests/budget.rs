//! A task that always finds something ready gives way all the same: each leaf spends the task's budget.

#![cfg(not(loom))]

mod turns;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use futures::FutureExt;
use harness::coop::{consume_budget, with_budget};
use locks::{Mutex, RwLock, Semaphore};
use testkit::{Exercise, Rule, TestWaker};

use turns::{TIMES, gives_way};

const SHARED: Rule = Exercise::chapter("6", "locks/index.md").rule(
    "A lock or a permit that is ready spends one of the budget, and waits when there is none.",
);

const IN_ORDER: Rule = Exercise::chapter("6", "locks/index.md")
    .rule("A task that has used up its budget is served in its order all the same.");

/// Polls once, in a poll of a task that has used up its budget.
fn poll_without_budget<F: Future>(future: Pin<&mut F>, waker: &TestWaker) -> Poll<F::Output> {
    with_budget(|| {
        while consume_budget().now_or_never().is_some() {}
        waker.poll(future)
    })
}

/// The lock is taken when a task comes that has no budget left, and then another one comes.
#[test]
fn a_task_without_budget_joins_the_queue() {
    IN_ORDER.holds("two tasks that wait, the first without budget", || {
        let mutex = Mutex::new(());
        let guard = mutex.try_lock().unwrap();
        let [first_waker, second_waker] = ["first", "second"].map(TestWaker::new);
        let mut first = pin!(mutex.lock());
        let polled = poll_without_budget(first.as_mut(), &first_waker);
        IN_ORDER.check_eq("the lock is taken", polled.is_pending(), true);
        let mut second = pin!(mutex.lock());
        assert!(second_waker.poll(second.as_mut()).is_pending());
        drop(guard);
        let woken = second_waker.wakes();
        IN_ORDER.check_eq("wakes of the second task", woken, 0);
        let got = first.now_or_never();
        IN_ORDER.check_eq("the first task has the lock", got.is_some(), true);
    });
}

/// The lock is free, and a task has no budget left to go on with it: it has the lock, and can give it back.
#[test]
fn what_a_task_without_budget_gets_is_not_lost() {
    IN_ORDER.holds("a lock that is free, and a task without budget", || {
        let mutex = Mutex::new(());
        let waker = TestWaker::new("task");
        {
            let mut lock = pin!(mutex.lock());
            let polled = poll_without_budget(lock.as_mut(), &waker);
            IN_ORDER.check_eq("it goes on in its next turn", polled.is_pending(), true);
            IN_ORDER.check_eq("it is locked", mutex.try_lock().is_err(), true);
        }
        IN_ORDER.check_eq("it is free again", mutex.try_lock().is_ok(), true);
        let mut lock = pin!(mutex.lock());
        assert!(poll_without_budget(lock.as_mut(), &waker).is_pending());
        let guard = lock.now_or_never();
        IN_ORDER.check_eq("its next turn", guard.is_some(), true);
        let semaphore = Semaphore::new(2);
        let mut acquire = pin!(semaphore.acquire());
        assert!(poll_without_budget(acquire.as_mut(), &waker).is_pending());
        semaphore.close();
        let error = acquire.now_or_never().map(|permit| permit.is_err());
        IN_ORDER.check_eq("closed meanwhile: an error", error, Some(true));
        IN_ORDER.check_eq("permits", semaphore.available_permits(), 2);
    });
}

#[test]
fn locks_spend_the_budget() {
    SHARED.holds("locks that are free", || {
        gives_way("Mutex::lock", async {
            let mutex = Mutex::new(());
            for _ in 0..TIMES {
                drop(mutex.lock().await);
            }
        });
        gives_way("Mutex::lock_owned", async {
            let mutex = Arc::new(Mutex::new(()));
            for _ in 0..TIMES {
                drop(Arc::clone(&mutex).lock_owned().await);
            }
        });
        gives_way("Semaphore::acquire", async {
            let semaphore = Semaphore::new(1);
            for _ in 0..TIMES {
                drop(semaphore.acquire().await);
            }
        });
        gives_way("Semaphore::acquire_many_owned", async {
            let semaphore = Arc::new(Semaphore::new(3));
            for _ in 0..TIMES {
                drop(Arc::clone(&semaphore).acquire_many_owned(2).await);
            }
        });
        gives_way("RwLock::read, then RwLock::write", async {
            let lock = RwLock::new(());
            for _ in 0..TIMES / 2 {
                drop(lock.read().await);
                drop(lock.write().await);
            }
        });
    });
}
