//! Futures of a channel that are dropped at their await: nothing is lost, and nobody waits in vain.

#![cfg(not(loom))]

use std::pin::{Pin, pin};
use std::task::Poll;

use channels::mpsc::{Receiver, Sender, channel, unbounded_channel};
use testkit::{DropToken, Exercise, Rule, TestWaker, drop_counter};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const TAKEN_BACK: Rule = CHAPTER.may_be("6.4, 6.5 or 7.2").rule("A future that is dropped while it waits has taken nothing: no value is lost, and its place goes to the next.");
const TOLD: Rule = CHAPTER
    .may_be("6.6 or 7.2")
    .rule("A receiver that waits for the last permits is told when they go.");

/// A future that waits, as `task`.
fn wait<'a, T>(
    task: &TestWaker,
    future: impl Future<Output = T> + 'a,
) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    let mut future: Pin<Box<dyn Future<Output = T> + 'a>> = Box::pin(future);
    assert!(task.poll(future.as_mut()).is_pending());
    future
}

fn full() -> (Sender<u32>, Receiver<u32>) {
    let (tx, rx) = channel(1);
    tx.try_send(0).unwrap();
    (tx, rx)
}

#[test]
fn a_recv_that_is_dropped_has_taken_nothing() {
    TAKEN_BACK.holds("a recv that is dropped has taken nothing", || {
        let (tx, mut rx) = unbounded_channel();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        drop(wait(&a, rx.recv()));
        tx.send(1).unwrap();
        // It was woken, for that the waker stays.
        assert_eq!(a.wakes(), 1);
        assert_eq!(b.poll(pin!(rx.recv())), Poll::Ready(Some(1)));
        let mut buffer = Vec::new();
        drop(wait(&a, rx.recv_many(&mut buffer, 10)));
        assert!(buffer.is_empty());
        tx.send(2).unwrap();
        assert_eq!(b.poll(pin!(rx.recv())), Poll::Ready(Some(2)));
    });
}

/// The value is lost with the future, as the documentation says; the room is not.
#[test]
fn a_send_that_is_dropped_takes_its_value_along() {
    TAKEN_BACK.holds("a send that is dropped takes its value along", || {
        let (tx, mut rx) = channel::<DropToken>(1);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let [(first, _), (lost, lost_drops), (second, second_drops)] =
            ["first", "lost", "second"].map(drop_counter);
        tx.try_send(first).unwrap();
        let lost = wait(&a, tx.send(lost));
        let mut second = wait(&b, tx.send(second));
        drop(lost);
        assert_eq!(lost_drops.count(), 1);
        assert_eq!(a.held(), 0);
        drop(rx.try_recv().unwrap());
        assert_eq!((a.wakes(), b.wakes()), (0, 1));
        assert!(b.poll(second.as_mut()).is_ready());
        assert_eq!(second_drops.count(), 0);
        drop(rx.try_recv().unwrap());
        assert_eq!(second_drops.count(), 1);
        assert_eq!(tx.capacity(), 1);
    });
}

/// The permit was handed to a future that is dropped before its next poll.
#[test]
fn a_permit_that_nobody_saw_goes_to_the_next() {
    TAKEN_BACK.holds("a permit that nobody saw goes to the next", || {
        let (tx, mut rx) = full();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let first = wait(&a, tx.reserve());
        let mut second = wait(&b, tx.send(2));
        assert_eq!(rx.try_recv(), Ok(0));
        assert_eq!((a.wakes(), b.wakes()), (1, 0));
        drop(first);
        assert_eq!((a.wakes(), b.wakes()), (1, 1));
        assert!(b.poll(second.as_mut()).is_ready());
        assert_eq!(rx.try_recv(), Ok(2));
        assert_eq!(tx.capacity(), 1);
    });
}

#[test]
fn a_part_of_the_room_goes_to_the_next() {
    TAKEN_BACK.holds("a part of the room goes to the next", || {
        let (tx, mut rx) = channel(3);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        for n in 0..2 {
            tx.try_send(n).unwrap();
        }
        let three = wait(&a, tx.reserve_many(3));
        let mut one = wait(&b, tx.reserve());
        // It has one, and waits for two.
        assert_eq!(tx.capacity(), 0);
        drop(three);
        assert_eq!(b.wakes(), 1);
        assert!(matches!(b.poll(one.as_mut()), Poll::Ready(Ok(_))));
        assert_eq!(rx.try_recv(), Ok(0));
        assert_eq!(rx.try_recv(), Ok(1));
        drop(one);
        assert_eq!(tx.capacity(), 3);
    });
}

#[test]
fn a_reserve_owned_that_is_dropped_drops_its_sender() {
    TAKEN_BACK.holds("a reserve owned that is dropped drops its sender", || {
        let (tx, mut rx) = full();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let reserve = wait(&a, tx.reserve_owned());
        assert_eq!(rx.try_recv(), Ok(0));
        let mut recv = wait(&b, rx.recv());
        drop(reserve);
        assert_eq!(b.wakes(), 1);
        assert_eq!(b.poll(recv.as_mut()), Poll::Ready(None));
    });
}

#[test]
fn a_wait_for_the_close_that_is_dropped_leaves_nothing() {
    TAKEN_BACK.holds(
        "a wait for the close that is dropped leaves nothing",
        || {
            let (tx, rx) = full();
            let [a, b] = ["A", "B"].map(TestWaker::new);
            let first = wait(&a, tx.closed());
            let mut second = wait(&b, tx.closed());
            drop(first);
            assert_eq!(a.held(), 0);
            drop(rx);
            assert_eq!((a.wakes(), b.wakes()), (0, 1));
            assert!(b.poll(second.as_mut()).is_ready());
        },
    );
}

/// A receiver that has closed the channel waits for all who have room, and each of them may go without
/// having sent. The last one has to tell it.
fn told(rx: &mut Receiver<u32>, last: impl FnOnce()) {
    rx.close();
    let task = TestWaker::new("the receiver");
    let mut recv = wait(&task, rx.recv());
    last();
    assert_eq!(task.wakes(), 1, "the receiver was not told");
    assert_eq!(task.poll(recv.as_mut()), Poll::Ready(None));
}

#[test]
fn a_permit_goes_and_the_receiver_is_told() {
    TOLD.holds("a permit goes and the receiver is told", || {
        let (tx, mut rx) = channel(2);
        let permit = tx.try_reserve().unwrap();
        told(&mut rx, || drop(permit));
    });
}

#[test]
fn an_owned_permit_goes_and_the_receiver_is_told() {
    TOLD.holds("an owned permit goes and the receiver is told", || {
        let (tx, mut rx) = channel(2);
        let permit = tx.clone().try_reserve_owned().unwrap();
        told(&mut rx, || drop(permit));
        let (tx, mut rx) = channel(2);
        let permit = tx.clone().try_reserve_owned().unwrap();
        told(&mut rx, || drop(permit.release()));
    });
}

#[test]
fn many_permits_go_and_the_receiver_is_told() {
    TOLD.holds("many permits go and the receiver is told", || {
        let (tx, mut rx) = channel(2);
        let permits = tx.try_reserve_many(2).unwrap();
        told(&mut rx, || drop(permits));
        let (tx, mut rx) = channel(2);
        let mut permits = tx.try_reserve_many(2).unwrap();
        told(&mut rx, || {
            let (first, second) = (permits.next(), permits.next());
            drop((permits, first));
            drop(second);
        });
    });
}
