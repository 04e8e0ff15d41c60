//! Panics of foreign code where a channel wakes many: the first goes on when all were woken, and what the
//! others were thrown with stays inside, also if its own drop panics.

#![cfg(not(loom))]

use std::future::Future;
use std::panic::panic_any;
use std::pin::Pin;

use channels::{broadcast, mpsc, watch};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const THE_REST: Rule = CHAPTER
    .may_be("6.1 or 6.5")
    .rule("A waker that panics keeps none of the others asleep, in this batch or the next.");
const FIRST: Rule = CHAPTER
    .may_be("6.1 or 6.5")
    .rule("The first panic goes on when all were woken, and what the others were thrown with is discarded.");
const USABLE: Rule = CHAPTER
    .may_be("6.1, 6.5 or 6.6")
    .rule("A channel can be used as before when a waker has panicked.");

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
fn all_who_wait_for_a_value_or_a_message() {
    THE_REST.holds("seventy that wait for a value", || {
        let (sender, receiver) = watch::channel(0);
        let mut receivers = vec![receiver; MANY];
        let waits = wait(receivers.iter_mut().map(|receiver| {
            Box::pin(async { receiver.changed().await.unwrap() })
                as Pin<Box<dyn Future<Output = ()>>>
        }));
        wakes_all(&waits, || sender.send(1).unwrap());
        drop(waits);
        USABLE.check_eq("the value", *sender.borrow(), 1);

        let (sender, _receiver) = broadcast::channel(4);
        let mut receivers: Vec<_> = (0..MANY).map(|_| sender.subscribe()).collect();
        let waits = wait(receivers.iter_mut().map(|receiver| {
            Box::pin(async { USABLE.check_eq("the message", receiver.recv().await, Ok(7)) })
                as Pin<Box<dyn Future<Output = ()>>>
        }));
        wakes_all(&waits, || drop(sender.send(7)));
        for (task, mut future) in waits {
            USABLE.ready(task.poll(future.as_mut()), "a message was lost");
        }
    });
}

#[test]
fn all_who_wait_for_room() {
    THE_REST.holds("seventy that wait for room", || {
        let (tx, rx) = mpsc::channel::<u32>(1);
        tx.try_send(0).unwrap();
        let waits = wait((0..MANY).map(|n| {
            let tx = tx.clone();
            Box::pin(async move {
                let refused = tx.send(n as u32).await;
                USABLE.check(refused.is_err(), "it was sent to no receiver");
            }) as Pin<Box<dyn Future<Output = ()>>>
        }));
        wakes_all(&waits, || drop(rx));
        for (task, mut future) in waits {
            USABLE.ready(
                task.poll(future.as_mut()),
                "a sender waits for a receiver that is gone",
            );
        }
    });
}
