//! 7.4: the receiver closes the channel.

#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use channels::mpsc::error::TryRecvError;
use channels::mpsc::{channel, unbounded_channel};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("7.4", "channels/close.md");

const REFUSED: Rule = EX.rule("After the close nothing new is sent, and each value comes back.");
const LEFT: Rule = EX.rule("What was in the channel before the close is received.");
const PROMISED: Rule = EX.rule("A permit that was given out before the close still sends.");
const TOLD: Rule = EX.rule("A close tells all who wait: for room, and for the close itself.");
const ONCE: Rule = EX.rule("A second close does nothing.");
const PANIC: Rule =
    EX.rule("A waker that panics keeps no other from being told, and then it goes on.");

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
    EX.within("a close with five who wait", || {
        let (tx, mut rx) = channel(1);
        let (unbounded, mut from_unbounded) = unbounded_channel::<u32>();
        let tasks = ["A", "B", "C", "D", "E"].map(TestWaker::new);
        tx.try_send(0).unwrap();
        let [mut a, mut b] = [(); 2].map(|()| Box::pin(tx.reserve()));
        let [mut c, mut d] = [(); 2].map(|()| Box::pin(tx.closed()));
        let mut e = pin!(unbounded.closed());
        TOLD.pending(
            tasks[0].poll(a.as_mut()).map(drop),
            "A has room in a full channel",
        );
        TOLD.pending(
            tasks[1].poll(b.as_mut()).map(drop),
            "B has room in a full channel",
        );
        TOLD.pending(
            tasks[2].poll(c.as_mut()),
            "the channel is closed, C was told",
        );
        TOLD.pending(
            tasks[3].poll(d.as_mut()),
            "the channel is closed, D was told",
        );
        TOLD.pending(
            tasks[4].poll(e.as_mut()),
            "the channel is closed, E was told",
        );
        rx.close();
        from_unbounded.close();
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        TOLD.check_eq("wakes", wakes, [1; 5]);
        let refused = TOLD.ready(tasks[0].poll(a.as_mut()), "A still waits for room");
        TOLD.check(refused.is_err(), "A has room in a channel that is closed");
        TOLD.ready(tasks[2].poll(c.as_mut()), "C still waits for the close");
        TOLD.ready(tasks[4].poll(e), "E still waits for the close");

        // Who comes now finds it closed; and a second close tells those again who were told.
        let late = TestWaker::new("F");
        TOLD.ready(
            late.poll(pin!(tx.closed())),
            "F waits for a close that has been",
        );
        rx.close();
        from_unbounded.close();
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        ONCE.check_eq("wakes, after the second close", wakes, [1; 5]);
    });
}

#[test]
fn a_waker_that_panics() {
    EX.within("a close with a waker that panics", || {
        let (tx, mut rx) = channel(1);
        let [bad, room, closed] = ["bad", "room", "closed"].map(TestWaker::new);
        bad.on_wake(|| std::panic::resume_unwind(Box::new("expected by the test")));
        tx.try_send(0).unwrap();
        let [mut first, mut second] = [(); 2].map(|()| Box::pin(tx.reserve()));
        let mut third = Box::pin(tx.closed());
        PANIC.pending(
            bad.poll(first.as_mut()).map(drop),
            "there is room in a full channel",
        );
        PANIC.pending(
            room.poll(second.as_mut()).map(drop),
            "there is room in a full channel",
        );
        PANIC.pending(closed.poll(third.as_mut()), "the channel is closed");
        let panicked = catch_unwind(AssertUnwindSafe(|| rx.close()));
        PANIC.check_eq(
            "wakes of those who waited for room, and for the close",
            [room.wakes(), closed.wakes()],
            [1, 1],
        );
        PANIC.check(panicked.is_err(), "the panic was not passed on");
        PANIC.ready(closed.poll(third.as_mut()), "it still waits for the close");
        PANIC.check_eq("what was in the channel", rx.try_recv(), Ok(0));
        PANIC.check_eq("and then", rx.try_recv(), Err(TryRecvError::Disconnected));
    });
}
