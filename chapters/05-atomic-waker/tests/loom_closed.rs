//! 5.8: a receiver is closed while the sender asks for it.

#![cfg(loom)]

use std::task::Context;

use atomic_waker::oneshot;
use model::loom::thread;
use testkit::{Exercise, Rule, TestWaker, lane, note};

const EX: Exercise = Exercise::new("5.8", "atomic-waker/closed.md");

const WOKEN: Rule = EX.rule("A task that awaits `closed` sees that it is, or is woken when it is.");
const ONCE: Rule = EX.rule("A task is woken when there is something new for it.");

#[test]
fn a_close_while_the_sender_asks() {
    WOKEN.model(|| {
        lane("the sender");
        let task = TestWaker::new("task");
        let (mut tx, mut rx) = oneshot::channel::<u32>();
        let receiver = thread::spawn(move || {
            lane("the receiver");
            rx.close();
            rx
        });
        let polled = tx.poll_closed(&mut Context::from_waker(&task.waker()));
        if polled.is_pending() {
            note("returns Pending");
        }
        let rx = receiver.join().unwrap();
        WOKEN.check(
            polled.is_ready() || 1 <= task.wakes(),
            "the sender found it open, and was not woken",
        );
        ONCE.check(
            task.wakes() <= 1,
            format_args!("one close, and the task was woken {} times", task.wakes()),
        );
        drop((tx, rx));
        WOKEN.check_eq("wakers held", task.held(), 0);
    });
}

#[test]
fn a_receiver_is_dropped_while_the_sender_asks() {
    WOKEN.model(|| {
        lane("the sender");
        let task = TestWaker::new("task");
        let (mut tx, rx) = oneshot::channel::<u32>();
        let receiver = thread::spawn(move || {
            lane("the receiver");
            drop(rx);
        });
        let polled = tx.poll_closed(&mut Context::from_waker(&task.waker()));
        receiver.join().unwrap();
        WOKEN.check(
            polled.is_ready() || 1 <= task.wakes(),
            "the sender found it open, and was not woken",
        );
        ONCE.check(
            task.wakes() <= 1,
            format_args!("one close, and the task was woken {} times", task.wakes()),
        );
        drop(tx);
        WOKEN.check_eq("wakers held", task.held(), 0);
    });
}
