//! 7.4: a sender waits for room, and has it or gives back what it got.

#![cfg(not(loom))]

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use channels::mpsc::{Receiver, channel};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("7.4", "channels/wait-for-room.md");

const SERVED: Rule = EX.rule("A sender that waits for room has it in its turn, and is woken once.");
const REFUSED: Rule = EX.rule("A sender that waits when the channel is closed is refused.");
const BACK: Rule = EX.rule("A wait that comes to nothing gives back all the room that it had got.");
const ROOM: Rule = EX.rule("What was received leaves its room to the next.");
const TOLD: Rule =
    EX.rule("A receiver that waits for the last room to come back is told, however a wait ends.");
const QUIET: Rule = EX.rule("A receiver that waits for a value is not woken by room.");

/// Polls once, as `task`.
fn poll(rx: &mut Receiver<u32>, task: &TestWaker) -> Poll<Option<u32>> {
    task.poll(pin!(poll_fn(|cx| rx.poll_recv(cx))))
}

#[test]
fn one_after_the_other() {
    EX.within("two who wait for room", || {
        let (tx, mut rx) = channel(1);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        tx.try_send(1).unwrap();
        let mut waits = [(); 2].map(|()| Box::pin(tx.reserve()));
        SERVED.pending(
            a.poll(waits[0].as_mut()).map(drop),
            "A has room in a full channel",
        );
        SERVED.pending(
            b.poll(waits[1].as_mut()).map(drop),
            "B has room in a full channel",
        );
        let [first, second] = waits;
        for (n, (task, mut wait)) in [(&a, first), (&b, second)].into_iter().enumerate() {
            SERVED.check_eq("what was received", rx.try_recv().ok(), Some(n as u32 + 1));
            SERVED.check_eq("wakes of the one whose turn it is", task.wakes(), 1);
            let permit = SERVED.ready(task.poll(wait.as_mut()), "there is room, and it waits");
            match permit {
                Ok(permit) => permit.send(n as u32 + 2),
                Err(_) => SERVED.fail("it was refused, and the channel is open"),
            }
        }
        SERVED.check_eq("wakes of A and B", [a.wakes(), b.wakes()], [1, 1]);
    });
}

#[test]
fn a_sender_that_waits_for_room_gets_it() {
    EX.within("a full channel", || {
        let (tx, mut rx) = channel(1);
        let [sender, receiver] = ["the sender", "the receiver"].map(TestWaker::new);
        tx.try_send(1).unwrap();
        let mut send = Box::pin(tx.send(2));
        assert!(sender.poll(send.as_mut()).is_pending());
        let received = ROOM.ready(receiver.poll(pin!(rx.recv())), "a value was there");
        ROOM.check_eq("what was received", received, Some(1));
        ROOM.check_eq("wakes of the sender", sender.wakes(), 1);
        assert!(sender.poll(send.as_mut()).is_ready());
        let received = ROOM.ready(receiver.poll(pin!(rx.recv())), "a value was there");
        ROOM.check_eq("what was received", received, Some(2));
        ROOM.check_eq("room", tx.capacity(), 1);
    });
}

#[test]
fn refused_by_the_close() {
    EX.within("a close while one waits", || {
        let (tx, mut rx) = channel(1);
        let task = TestWaker::new("A");
        tx.try_send(1).unwrap();
        let mut wait = pin!(tx.reserve());
        REFUSED.pending(
            task.poll(wait.as_mut()).map(drop),
            "there is room in a full channel",
        );
        rx.close();
        REFUSED.check_eq("wakes of A", task.wakes(), 1);
        let refused = REFUSED.ready(task.poll(wait), "the channel is closed, and A waits");
        REFUSED.check(refused.is_err(), "A has room in a channel that is closed");
        // Nothing of it is left: what was in the channel is received, and then comes the end.
        REFUSED.check_eq(
            "what was received",
            poll(&mut rx, &task),
            Poll::Ready(Some(1)),
        );
        REFUSED.check_eq("and then", poll(&mut rx, &task), Poll::Ready(None));
    });
}

/// The ways in which a wait can end without a send: it is dropped, or it is polled and refused.
const ENDS: [&str; 2] = ["dropped", "polled, and refused"];

/// A wait for two of two that has got one, and one for one that has got it: both do not know yet.
#[test]
fn the_receiver_waits_for_the_room() {
    for is_part in [true, false] {
        for end in ENDS {
            EX.within("a wait that ends after the close", move || {
                let (tx, mut rx) = channel(if is_part { 2 } else { 1 });
                let [sender, receiver] = ["the sender", "the receiver"].map(TestWaker::new);
                let permit = tx.try_reserve().unwrap();
                let mut wait = Box::pin(tx.reserve_many(if is_part { 2 } else { 1 }));
                let polled = sender.poll(wait.as_mut()).map(drop);
                BACK.pending(polled, "there is room, and others have it");
                if is_part {
                    rx.close();
                    drop(permit);
                } else {
                    drop(permit);
                    rx.close();
                }
                TOLD.pending(
                    poll(&mut rx, &receiver),
                    "the end was said, and a sender may still have room",
                );
                if end == ENDS[0] {
                    drop(wait);
                } else {
                    let refused = TOLD.ready(sender.poll(wait.as_mut()), "it still waits");
                    TOLD.check(refused.is_err(), "it has room in a channel that is closed");
                    drop(wait);
                }
                let what = format!("wakes of the receiver, when the wait was {end}");
                TOLD.check_eq(&what, receiver.wakes(), 1);
                BACK.check_eq("what it finds", poll(&mut rx, &receiver), Poll::Ready(None));
            });
        }
    }
}

#[test]
fn a_wait_that_is_given_up_goes_to_the_next() {
    EX.within("a task that leaves with a part of the room", || {
        let (tx, mut rx) = channel(2);
        let [a, b, receiver] = ["A", "B", "the receiver"].map(TestWaker::new);
        let mut permits: Vec<_> = (0..2).map(|_| tx.try_reserve().unwrap()).collect();
        let mut all = Box::pin(tx.reserve_many(2));
        let mut one = pin!(tx.reserve());
        BACK.pending(
            a.poll(all.as_mut()).map(drop),
            "there is no room, and A has it",
        );
        BACK.pending(
            b.poll(one.as_mut()).map(drop),
            "there is no room, and B has it",
        );
        QUIET.pending(poll(&mut rx, &receiver), "nothing was sent");
        drop(permits.pop());
        drop(all);
        BACK.check_eq("wakes of B, when A has left", b.wakes(), 1);
        let has_room = BACK
            .ready(b.poll(one), "A has left its room, and B waits")
            .is_ok();
        BACK.check(has_room, "B was refused, and the channel is open");
        QUIET.check_eq("wakes of the receiver", receiver.wakes(), 0);
    });
}
