//! Panics of foreign code where a lock wakes many: the first goes on when all were woken, and what the
//! others were thrown with stays inside, also if its own drop panics.

#![cfg(not(loom))]

use std::future::Future;
use std::panic::panic_any;
use std::pin::Pin;
use std::sync::Arc;

use locks::{Notify, Semaphore};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const THE_REST: Rule = CHAPTER
    .may_be("6.1 or 6.5")
    .rule("A waker that panics keeps none of the others asleep, in this batch or the next.");
const FIRST: Rule = CHAPTER
    .may_be("6.1 or 6.5")
    .rule("The first panic goes on when all were woken, and what the others were thrown with is discarded.");
const USABLE: Rule = CHAPTER
    .may_be("6.1, 6.5 or 6.6")
    .rule("What was locked can be used as before when a waker has panicked.");

/// More than two batches.
const MANY: usize = 70;
/// One in the first batch, one in the second.
const FIRST_THAT_PANICS: usize = 3;
const SECOND_THAT_PANICS: usize = 40;
/// A third, in the batch of the second.
const THIRD_THAT_PANICS: usize = 41;

/// The drop of each panics, and throws another one.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any(Bomb);
    }
}

type Waits<'a> = Vec<(TestWaker, Pin<Box<dyn Future<Output = ()> + 'a>>)>;

/// Polls each future with a waker of its own; three of these panic when they are woken.
fn wait<'a>(futures: impl Iterator<Item = Pin<Box<dyn Future<Output = ()> + 'a>>>) -> Waits<'a> {
    futures
        .enumerate()
        .map(|(n, mut future)| {
            let task = TestWaker::new(&format!("task {n}"));
            THE_REST.pending(task.poll(future.as_mut()), "it did not wait");
            match n {
                FIRST_THAT_PANICS => task.on_wake(|| panic!("expected by the test: the first")),
                SECOND_THAT_PANICS | THIRD_THAT_PANICS => task.on_wake(|| panic_any(Bomb)),
                _ => {}
            }
            (task, future)
        })
        .collect()
}

/// Calls `wake`, which has to wake all, and panic with the first panic.
fn wakes_all(waits: &Waits<'_>, wake: impl FnOnce()) {
    let said = FIRST.panics(wake, "the first panic was swallowed");
    FIRST.check(
        said.contains("the first"),
        format_args!("the panic said: {said}"),
    );
    for (task, _) in waits {
        THE_REST.check_eq("wakes", task.wakes(), 1);
        THE_REST.check_eq("wakers that are left", task.held(), 0);
    }
}

#[test]
fn all_who_wait_for_a_notification() {
    THE_REST.holds("seventy that wait for a notification", || {
        let notify = Notify::new();
        let waits = wait(
            (0..MANY).map(|_| Box::pin(notify.notified()) as Pin<Box<dyn Future<Output = ()>>>),
        );
        wakes_all(&waits, || notify.notify_waiters());
        drop(waits);
        notify.notify_one();
        let task = TestWaker::new("later");
        USABLE.ready(
            task.poll(Box::pin(notify.notified()).as_mut()),
            "a notification was lost",
        );
    });
}

#[test]
fn all_who_wait_for_a_semaphore_that_is_closed() {
    THE_REST.holds("seventy that wait for a permit", || {
        let semaphore = Semaphore::new(0);
        let waits = wait((0..MANY).map(|_| {
            Box::pin(async { USABLE.check(semaphore.acquire().await.is_err(), "a permit of none") })
                as Pin<Box<dyn Future<Output = ()>>>
        }));
        wakes_all(&waits, || semaphore.close());
        USABLE.check(semaphore.is_closed(), "it is not closed");
    });
}

#[test]
fn all_who_wait_for_permits() {
    THE_REST.holds("seventy that wait for a permit each", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let waits = wait((0..MANY).map(|_| {
            let semaphore = Arc::clone(&semaphore);
            Box::pin(async move { semaphore.acquire().await.unwrap().forget() })
                as Pin<Box<dyn Future<Output = ()>>>
        }));
        wakes_all(&waits, || semaphore.add_permits(MANY));
        for (task, mut future) in waits {
            USABLE.ready(task.poll(future.as_mut()), "a permit was lost");
        }
        USABLE.check_eq("permits that are left", semaphore.available_permits(), 0);
    });
}
