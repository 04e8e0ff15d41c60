//! 5.8: a sender waits until nobody wants its value any more.

#![cfg(not(loom))]

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use atomic_waker::oneshot::{self, Receiver, Sender};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("5.8", "atomic-waker/closed.md");

const WOKEN: Rule =
    EX.rule("A sender that waits for `closed` is woken when the receiver is closed.");
const LOOKS_AGAIN: Rule = EX.rule("Register, then look: a close in between finds no waker.");
const LATEST: Rule = EX.rule("A future that returns Pending keeps the waker of its latest poll.");

fn poll_closed<T>(task: &TestWaker, sender: &mut Sender<T>) -> Poll<()> {
    sender.poll_closed(&mut Context::from_waker(&task.waker()))
}

#[test]
fn a_close_wakes_the_sender() {
    EX.within("closing a receiver", || {
        let task = TestWaker::new("sender's task");
        let (mut tx, mut rx) = oneshot::channel::<u32>();
        WOKEN.pending(poll_closed(&task, &mut tx), "the receiver is open");
        WOKEN.check_eq("wakes", task.wakes(), 0);
        rx.close();
        WOKEN.check_eq("wakes", task.wakes(), 1);
        WOKEN.ready(poll_closed(&task, &mut tx), "the receiver is closed");
        WOKEN.check(tx.is_closed(), "it does not say so");
        rx.close();
        WOKEN.check_eq("wakes by the second close", task.wakes(), 1);
    });
}

#[test]
fn a_dropped_receiver_wakes_the_sender() {
    EX.within("dropping a receiver", || {
        let task = TestWaker::new("sender's task");
        let (mut tx, rx) = oneshot::channel::<u32>();
        WOKEN.pending(poll_closed(&task, &mut tx), "the receiver is there");
        drop(rx);
        WOKEN.check_eq("wakes", task.wakes(), 1);
        WOKEN.ready(poll_closed(&task, &mut tx), "the receiver is gone");
        WOKEN.check_eq("the send", tx.send(7), Err(7));
    });
}

#[test]
fn a_receiver_that_is_closed_already() {
    EX.within("asking for `closed` afterwards", || {
        let task = TestWaker::new("sender's task");
        let (mut tx, rx) = oneshot::channel::<u32>();
        drop(rx);
        WOKEN.ready(poll_closed(&task, &mut tx), "the receiver is gone");
        drop(tx);
        LATEST.check_eq("wakers held", task.held(), 0);
    });
}

/// The clone closes the receiver: that is after the look that found it open, and before the waker
/// is in its place.
#[test]
fn a_close_between_the_look_and_the_registration() {
    EX.within("a clone that closes the receiver", || {
        let task = TestWaker::new("sender's task");
        let (mut tx, rx) = oneshot::channel::<u32>();
        task.on_clone(closes(rx));
        let polled = poll_closed(&task, &mut tx);
        LOOKS_AGAIN.check(
            polled.is_ready() || 1 <= task.wakes(),
            "the receiver was closed before the waker was there, the poll returned Pending, and \
             nobody wakes the task",
        );
    });
}

#[test]
fn the_waker_of_the_latest_poll_is_kept() {
    EX.within("asking for `closed` from two tasks", || {
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let (mut tx, rx) = oneshot::channel::<u32>();
        LATEST.pending(poll_closed(&a, &mut tx), "the receiver is there");
        LATEST.pending(poll_closed(&b, &mut tx), "the receiver is there");
        LATEST.check_eq("wakers of A held", a.held(), 0);
        drop(rx);
        LATEST.check_eq("wakes of A", a.wakes(), 0);
        LATEST.check_eq("wakes of B, which polled last", b.wakes(), 1);
    });
}

/// Woken for nothing, as any task may be: it waits on.
#[test]
fn a_poll_for_no_reason_keeps_its_waker() {
    EX.within("asking again and again", || {
        let task = TestWaker::new("sender's task");
        let (mut tx, rx) = oneshot::channel::<u32>();
        for _ in 0..4 {
            LATEST.pending(poll_closed(&task, &mut tx), "the receiver is there");
            LATEST.check_eq("wakers held", task.held(), 1);
            LATEST.check_eq("wakes", task.wakes(), 0);
        }
        drop(rx);
        WOKEN.check_eq("wakes", task.wakes(), 1);
    });
}

#[test]
fn closed_can_be_given_up_and_asked_again() {
    EX.within("dropping the future of `closed`", || {
        let task = TestWaker::new("sender's task");
        let (mut tx, rx) = oneshot::channel::<u32>();
        {
            let mut closed = pin!(tx.closed());
            LATEST.pending(task.poll(closed.as_mut()), "the receiver is there");
        }
        drop(rx);
        let mut closed = pin!(tx.closed());
        WOKEN.ready(task.poll(closed.as_mut()), "the receiver is gone");
    });
}

/// futures-rs #1490: a receiver that is done woke a sender that was gone.
#[test]
fn a_sender_that_has_sent_is_not_woken() {
    EX.within("receiving from a sender that had waited", || {
        let task = TestWaker::new("sender's task");
        let receiver = TestWaker::new("receiver's task");
        let (mut tx, mut rx) = oneshot::channel();
        WOKEN.pending(poll_closed(&task, &mut tx), "the receiver is there");
        WOKEN.check_eq("the send", tx.send(7), Ok(()));
        rx.close();
        let value = receiver.poll(Pin::new(&mut rx));
        WOKEN.check_eq("the value", value, Poll::Ready(Ok(7)));
        drop(rx);
        WOKEN.check_eq("wakes of a sender that is gone", task.wakes(), 0);
        WOKEN.check_eq("wakers of it held", task.held(), 0);
    });
}

fn closes(receiver: Receiver<u32>) -> impl Fn() + Send + Sync {
    let receiver = Arc::new(Mutex::new(Some(receiver)));
    move || drop(receiver.lock().unwrap().take())
}
