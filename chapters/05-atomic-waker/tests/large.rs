//! Large values: 512 KiB on a stack of 2 MiB, where each move of a debug build is a copy.

#![cfg(not(loom))]

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use atomic_waker::oneshot::{Receiver, Sender, channel};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("5.5", "atomic-waker/send.md");
const ROOM: Rule =
    EX.rule("A channel for a large value is made on the heap, and a send moves it once.");

const STACK: usize = 2 << 20;
const LARGE: usize = if cfg!(miri) { 64 << 10 } else { 512 << 10 };

type Large = [u8; LARGE];

/// In a frame of its own: what it has on the stack is gone when it returns.
#[inline(never)]
fn send(sender: Sender<Large>) {
    let is_sent = sender.send([7; LARGE]).is_ok();
    ROOM.check(is_sent, "the value came back, though there is a receiver");
}

/// Looks at the value without moving it once more.
#[inline(never)]
fn try_receive(receiver: &mut Receiver<Large>) {
    match &receiver.try_recv() {
        Ok(value) => ROOM.check_eq("the last byte", value[LARGE - 1], 7),
        Err(error) => ROOM.fail(error),
    }
}

#[inline(never)]
fn poll(receiver: &mut Receiver<Large>) {
    let mut cx = Context::from_waker(Waker::noop());
    match &Pin::new(receiver).poll(&mut cx) {
        Poll::Ready(Ok(value)) => ROOM.check_eq("the last byte", value[LARGE - 1], 7),
        _ => ROOM.fail("there is no value, though one was sent"),
    }
}

#[inline(never)]
fn poll_in_vain(receiver: &mut Receiver<Large>, task: &TestWaker) {
    let is_pending = task.poll(Pin::new(receiver)).is_pending();
    ROOM.check(is_pending, "a value was received before one was sent");
}

#[test]
fn sent_and_received() {
    ROOM.on_a_small_stack("sent_and_received", STACK, || {
        let (sender, mut receiver) = channel();
        send(sender);
        try_receive(&mut receiver);
    });
}

#[test]
fn sent_and_awaited() {
    ROOM.on_a_small_stack("sent_and_awaited", STACK, || {
        let (sender, mut receiver) = channel();
        let task = TestWaker::new("the receiver");
        poll_in_vain(&mut receiver, &task);
        send(sender);
        ROOM.check_eq("wakes of the receiver", task.wakes(), 1);
        poll(&mut receiver);
    });
}

#[test]
fn sent_and_dropped() {
    ROOM.on_a_small_stack("sent_and_dropped", STACK, || {
        let (sender, receiver) = channel();
        send(sender);
        drop(receiver);
        let (sender, receiver) = channel::<Large>();
        drop((sender, receiver));
    });
}
