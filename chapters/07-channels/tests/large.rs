//! Large messages: 512 KiB on a stack of 2 MiB, where each move of a debug build is a copy.

#![cfg(not(loom))]

use channels::broadcast::{Receiver, Sender, channel};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("7.6", "channels/broadcast.md");
const ROOM: Rule = EX.rule("A ring of large messages is made on the heap.");

const STACK: usize = 2 << 20;
/// The ring. A message that is sent is on the stack of its sender twice, as the argument and in the
/// result, so those that are sent are half as large.
const LARGE: usize = if cfg!(miri) { 64 << 10 } else { 512 << 10 };
const SENT: usize = LARGE / 2;

#[inline(never)]
fn send(sender: &Sender<[u8; SENT]>) {
    ROOM.check(
        sender.send([7; SENT]).is_ok(),
        "the message came back, though there is a receiver",
    );
}

#[inline(never)]
fn receive(receiver: &mut Receiver<[u8; SENT]>) {
    match &receiver.try_recv() {
        Ok(message) => ROOM.check_eq("the last byte", message[SENT - 1], 7),
        Err(error) => ROOM.fail(error),
    }
}

#[test]
fn a_ring_is_made() {
    ROOM.on_a_small_stack("a_ring_is_made", STACK, || {
        drop(channel::<[u8; LARGE]>(4));
    });
}

#[test]
fn messages_are_sent_and_received() {
    ROOM.on_a_small_stack("messages_are_sent_and_received", STACK, || {
        let (sender, mut receiver) = channel(2);
        for _ in 0..3 {
            send(&sender);
            receive(&mut receiver);
        }
        send(&sender);
        drop(receiver);
    });
}
