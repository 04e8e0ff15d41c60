//! 7.2: the receiver looks, leaves its waker, and looks again.

#![cfg(not(loom))]

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use channels::mpsc::{UnboundedReceiver, unbounded_channel};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("7.2", "channels/poll-recv.md");

const TAKEN: Rule = EX.rule("What is there is received, in order, before anything else is said.");
const FREE: Rule = EX.rule("A value that is there already costs no clone of the waker.");
const LATEST: Rule = EX.rule("A receiver that waits has left the waker of its latest poll.");
const AGAIN: Rule = EX.rule("Whatever comes while the waker is being left is seen.");
const END: Rule = EX.rule("The end is said when all was received, and at once.");
const WAITS: Rule = EX.rule("As long as a sender may send, the receiver waits.");

/// Polls once, as `task`.
fn poll<T>(rx: &mut UnboundedReceiver<T>, task: &TestWaker) -> Poll<Option<T>> {
    task.poll(pin!(poll_fn(|cx| rx.poll_recv(cx))))
}

#[test]
fn what_is_there_is_received_at_once() {
    EX.within("three values and three polls", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        for n in 0..3 {
            tx.send(n).unwrap();
        }
        for n in 0..3 {
            let received = TAKEN.ready(poll(&mut rx, &task), "a value was there");
            TAKEN.check_eq("what was received", received, Some(n));
        }
        // Nobody had to wait.
        FREE.check_eq("clones of the waker", task.clones(), 0);
    });
}

#[test]
fn a_value_that_comes_later_wakes_the_receiver() {
    EX.within("a poll, a value, a poll; three times", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        for n in 0..3 {
            WAITS.pending(poll(&mut rx, &task), "nothing was sent yet");
            tx.send(n).unwrap();
            LATEST.check_eq("wakes of the receiver", task.wakes(), n + 1);
            let received = TAKEN.ready(poll(&mut rx, &task), "a value was there");
            TAKEN.check_eq("what was received", received, Some(n));
        }
    });
}

#[test]
fn the_waker_of_the_latest_poll_is_woken() {
    EX.within("a receiver that moves to another task", || {
        let (tx, mut rx) = unbounded_channel();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        WAITS.pending(poll(&mut rx, &a), "nothing was sent yet");
        WAITS.pending(poll(&mut rx, &a), "nothing was sent yet");
        WAITS.pending(poll(&mut rx, &b), "nothing was sent yet");
        tx.send(1).unwrap();
        LATEST.check_eq("wakes of B, which polled last", b.wakes(), 1);
        a.none_held(LATEST);
    });
}

#[test]
fn a_value_that_comes_while_the_waker_is_left() {
    EX.within("a waker whose clone sends a value", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        task.on_clone(move || tx.send(7).unwrap());
        let polled = poll(&mut rx, &task);
        AGAIN.check(
            polled == Poll::Ready(Some(7)) || task.wakes() == 1,
            "the receiver sleeps beside a value: it neither returned it nor was woken",
        );
    });
}

#[test]
fn the_last_sender_goes_while_the_waker_is_left() {
    EX.within("a waker whose clone drops the last sender", || {
        let (tx, mut rx) = unbounded_channel::<u32>();
        let tx = Mutex::new(Some(tx));
        let task = TestWaker::new("the receiver");
        task.on_clone(move || drop(tx.lock().unwrap().take()));
        let polled = poll(&mut rx, &task);
        AGAIN.check(
            polled == Poll::Ready(None) || task.wakes() == 1,
            "the receiver sleeps, and nobody is left to wake it: it neither returned `None` nor was woken",
        );
    });
}

#[test]
fn the_last_sender_goes_later() {
    EX.within("two senders that go, one after the other", || {
        let (tx, mut rx) = unbounded_channel::<u32>();
        let other = tx.clone();
        let task = TestWaker::new("the receiver");
        WAITS.pending(poll(&mut rx, &task), "nothing was sent yet");
        drop(tx);
        WAITS.pending(poll(&mut rx, &task), "there is another sender");
        drop(other);
        END.check_eq("wakes by the last sender", task.wakes(), 1);
        let received = END.ready(poll(&mut rx, &task), "no sender is left");
        END.check_eq("what was received", received, None);
    });
}

#[test]
fn what_was_sent_before_the_end_is_received() {
    EX.within("a sender that sends and goes", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        tx.send(1).unwrap();
        tx.send(2).unwrap();
        drop(tx);
        for expected in [Some(1), Some(2), None, None] {
            let received = END.ready(poll(&mut rx, &task), "no sender is left");
            TAKEN.check_eq("what was received", received, expected);
        }
    });
}

#[test]
fn a_wake_that_polls() {
    EX.within("a waker that polls the receiver", || {
        let (tx, mut rx) = unbounded_channel();
        let [outer, inner] = ["the receiver", "inside of the wake"].map(TestWaker::new);
        WAITS.pending(poll(&mut rx, &outer), "nothing was sent yet");
        let rx = Arc::new(Mutex::new(rx));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (inside, saw, task) = (Arc::clone(&rx), Arc::clone(&seen), inner.clone());
        outer.on_wake(move || {
            while let Poll::Ready(value) = poll(&mut inside.lock().unwrap(), &task) {
                saw.lock().unwrap().push(value);
            }
        });
        tx.send(1).unwrap();
        TAKEN.check_eq("what was received", &*seen.lock().unwrap(), &vec![Some(1)]);
        // The poll inside has left its waker.
        tx.send(2).unwrap();
        LATEST.check_eq("wakes of the task that polled last", inner.wakes(), 1);
    });
}
