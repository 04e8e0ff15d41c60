//! 5.7: a receiver is polled while the sender sends.

#![cfg(loom)]

use std::pin::Pin;

use atomic_waker::oneshot;
use model::loom::thread;
use testkit::{Exercise, Rule, TestWaker, lane, note};

const EX: Exercise = Exercise::new("5.7", "atomic-waker/receive.md");

const WOKEN: Rule =
    EX.rule("A receiver that is polled while a value is sent returns it, or is woken.");
const HANDS: Rule = EX.rule(
    "The waker's cell is the receiver's while RX_WAKER is clear, and the receiver may not look \
     into it otherwise (The Waker Changes Hands).",
);
const LATEST: Rule = EX.rule("The task that polled last is woken, unless it has seen the value.");
const GOES: Rule =
    EX.rule("A receiver that is dropped while a value is sent leaves nothing behind.");

#[test]
fn a_send_during_the_first_poll() {
    WOKEN.model(|| {
        lane("the receiver");
        let task = TestWaker::new("task");
        let (tx, mut rx) = oneshot::channel();
        let sender = thread::spawn(move || {
            lane("the sender");
            tx.send(7).unwrap();
        });
        let polled = task.poll(Pin::new(&mut rx));
        if polled.is_pending() {
            note("returns Pending");
        }
        sender.join().unwrap();
        WOKEN.check(
            polled.is_ready() || task.wakes() == 1,
            format_args!(
                "the poll returned Pending, and the task was woken {} times",
                task.wakes()
            ),
        );
        if polled.is_pending() {
            let value = WOKEN.ready(task.poll(Pin::new(&mut rx)), "it was sent, and woke us");
            WOKEN.check_eq("the value", value, Ok(7));
        }
        WOKEN.check_eq("wakers held", task.held(), 0);
    });
}

#[test]
fn a_send_while_the_receiver_moves() {
    HANDS.model(|| {
        lane("the receiver");
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let (tx, mut rx) = oneshot::channel();
        LATEST.pending(a.poll(Pin::new(&mut rx)), "nothing was sent");
        let sender = thread::spawn(move || {
            lane("the sender");
            tx.send(7).unwrap();
        });
        let polled = b.poll(Pin::new(&mut rx));
        sender.join().unwrap();
        LATEST.check(
            polled.is_ready() || b.wakes() == 1,
            "B saw no value, and nobody has woken it",
        );
        drop(rx);
        LATEST.check_eq("wakers held", a.held() + b.held(), 0);
    });
}

#[test]
fn a_receiver_is_polled_and_dropped_while_the_sender_is_dropped() {
    GOES.model(|| {
        lane("the receiver");
        let task = TestWaker::new("task");
        let (tx, mut rx) = oneshot::channel::<u32>();
        let sender = thread::spawn(move || {
            lane("the sender");
            drop(tx);
        });
        let _ = task.poll(Pin::new(&mut rx));
        drop(rx);
        sender.join().unwrap();
        GOES.check_eq("wakers held", task.held(), 0);
    });
}
