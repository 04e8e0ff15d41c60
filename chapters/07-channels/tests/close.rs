//! 7.3: the receiver closes the channel.

#![cfg(not(loom))]

use std::pin::pin;
use std::task::Poll;

use channels::mpsc::error::TryRecvError;
use channels::mpsc::{channel, unbounded_channel};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("7.3", "channels/close.md");

const REFUSED: Rule = EX.rule("After the close nothing new is sent, and each value comes back.");
const LEFT: Rule = EX.rule("What was in the channel before the close is received.");
const PROMISED: Rule = EX.rule("A permit that was given out before the close still sends.");
const WAITS: Rule = EX.rule("As long as a sender may send, the receiver waits.");
const TOLD: Rule = EX.rule("A close tells all who wait for it, in a channel of either kind.");
const ONCE: Rule = EX.rule("A second close does nothing.");

#[test]
fn nothing_new_is_sent() {
    EX.within("sends after the close", || {
        let (tx, mut rx) = unbounded_channel();
        let (bounded, mut from_bounded) = channel(2);
        for n in 0..2 {
            tx.send(n).unwrap();
            bounded.try_send(n).unwrap();
        }
        rx.close();
        from_bounded.close();
        REFUSED.check_eq("a send", tx.send(7).map_err(|error| error.0), Err(7));
        REFUSED.check(
            bounded.try_send(7).is_err(),
            "a value was sent after the close",
        );
        REFUSED.check(
            bounded.try_reserve().is_err(),
            "room was given out after the close",
        );
        for n in 0..2 {
            LEFT.check_eq("what was received", rx.try_recv(), Ok(n));
            LEFT.check_eq("what was received", from_bounded.try_recv(), Ok(n));
        }
        LEFT.check_eq("and then", rx.try_recv(), Err(TryRecvError::Disconnected));
        LEFT.check_eq(
            "and then",
            from_bounded.try_recv(),
            Err(TryRecvError::Disconnected),
        );
    });
}

#[test]
fn a_permit_is_a_promise() {
    EX.within("a permit that is used after the close", || {
        let (tx, mut rx) = channel(2);
        let task = TestWaker::new("the receiver");
        let [first, second] = [(); 2].map(|()| tx.try_reserve().unwrap());
        rx.close();
        PROMISED.pending(
            task.poll(pin!(rx.recv())),
            "the end was said, and two may still send",
        );
        first.send(1);
        PROMISED.check_eq("wakes of the receiver", task.wakes(), 1);
        let received = task.poll(pin!(rx.recv()));
        PROMISED.check_eq("what was received", received, Poll::Ready(Some(1)));
        PROMISED.pending(
            task.poll(pin!(rx.recv())),
            "the end was said, and one may still send",
        );
        second.send(2);
        let received = task.poll(pin!(rx.recv()));
        PROMISED.check_eq("what was received", received, Poll::Ready(Some(2)));
        PROMISED.check_eq("and then", task.poll(pin!(rx.recv())), Poll::Ready(None));
    });
}

#[test]
fn all_who_wait_are_told() {
    EX.within("a close with three who wait", || {
        let (tx, mut rx) = channel::<u32>(1);
        let (unbounded, mut from_unbounded) = unbounded_channel::<u32>();
        let tasks = ["A", "B", "C"].map(TestWaker::new);
        let [mut a, mut b] = [(); 2].map(|()| Box::pin(tx.closed()));
        let mut c = pin!(unbounded.closed());
        TOLD.pending(
            tasks[0].poll(a.as_mut()),
            "the channel is open, and A was told that it is closed",
        );
        TOLD.pending(
            tasks[1].poll(b.as_mut()),
            "the channel is open, and B was told that it is closed",
        );
        TOLD.pending(
            tasks[2].poll(c.as_mut()),
            "the channel is open, and C was told that it is closed",
        );
        rx.close();
        from_unbounded.close();
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        TOLD.check_eq("wakes", wakes, [1; 3]);
        TOLD.ready(tasks[0].poll(a.as_mut()), "A still waits for the close");
        TOLD.ready(tasks[2].poll(c), "C still waits for the close");

        // D comes after the close and finds it. A second close tells none of them again.
        let late = TestWaker::new("D");
        TOLD.ready(
            late.poll(pin!(tx.closed())),
            "D waits for a close that has been",
        );
        rx.close();
        from_unbounded.close();
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        ONCE.check_eq("wakes, after the second close", wakes, [1; 3]);
    });
}

#[test]
fn a_closed_channel_waits_for_those_who_have_room() {
    EX.within("a channel that is closed with two permits out", || {
        let (tx, mut rx) = channel(3);
        let task = TestWaker::new("the receiver");
        let used = tx.try_reserve().unwrap();
        let unused = tx.try_reserve().unwrap();
        rx.close();
        let polled = task.poll(pin!(rx.recv()));
        WAITS.pending(polled, "there are permits out");
        used.send(1);
        WAITS.check_eq("wakes for the value", task.wakes(), 1);
        let received = WAITS.ready(task.poll(pin!(rx.recv())), "a value was sent");
        WAITS.check_eq("what was received", received, Some(1));
        let polled = task.poll(pin!(rx.recv()));
        WAITS.pending(polled, "there is a permit out");
        drop(unused);
        WAITS.check_eq("wakes for the end", task.wakes(), 2);
        let received = WAITS.ready(task.poll(pin!(rx.recv())), "nobody can send");
        WAITS.check_eq("what was received", received, None);
    });
}
