//! The channels: every interleaving of what their ends do at the same time.
//!
//! A block has two slots here, so that a few values are in several blocks, and blocks are used again.

#![cfg(loom)]

mod asleep;

use asleep::block_on;
use channels::mpsc::{channel, error::TryRecvError, unbounded_channel};
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const ARRIVES: Rule = CHAPTER.may_be("7.1 or 7.2").rule("Each value arrives once, whole, in the order of its sender, and its block is freed after its last use.");
const ENDS: Rule = CHAPTER.may_be("6.5, 7.1 or 7.2").rule("Sends, room and ends race: what is refused is given back, what is accepted arrives or is dropped, and each side is told.");
const LOOKS: Rule = CHAPTER
    .may_be("7.1 or 7.2")
    .rule("A look at the channel sees what was done before it.");

/// Two senders meet where one block ends and the next begins.
#[test]
fn two_senders_at_the_border_of_a_block() {
    ARRIVES.model(|| {
        let (tx, mut rx) = unbounded_channel();
        tx.send(0).unwrap();
        let senders: Vec<_> = (1..3)
            .map(|n| {
                let tx = tx.clone();
                thread::spawn(move || tx.send(n).unwrap())
            })
            .collect();
        drop(tx);
        let mut received = Vec::new();
        while let Some(n) = block_on(rx.recv()) {
            received.push(n);
        }
        assert_eq!(received[0], 0);
        received.sort_unstable();
        assert_eq!(received, [0, 1, 2]);
        for sender in senders {
            sender.join().unwrap();
        }
    });
}

/// Blocks are given back and used again, while a sender may still be on its way through them.
#[test]
fn a_slow_sender_and_blocks_that_are_used_again() {
    ARRIVES.model(|| {
        let (tx, mut rx) = unbounded_channel();
        let slow = tx.clone();
        let sender = thread::spawn(move || slow.send(100).unwrap());
        let mut received = Vec::new();
        for n in 0..5 {
            tx.send(n).unwrap();
            received.push(block_on(rx.recv()).unwrap());
        }
        received.push(block_on(rx.recv()).unwrap());
        sender.join().unwrap();
        assert!(received.contains(&100));
        received.retain(|&n| n != 100);
        assert_eq!(received, [0, 1, 2, 3, 4]);
    });
}

/// Over three blocks, with the receiver close behind.
#[test]
fn values_are_received_while_they_are_sent() {
    ARRIVES.model(|| {
        let (tx, mut rx) = unbounded_channel();
        let sender = thread::spawn(move || {
            for n in 0..5 {
                tx.send(Box::new(n)).unwrap();
            }
        });
        for n in 0..5 {
            assert_eq!(block_on(rx.recv()), Some(Box::new(n)));
        }
        assert_eq!(block_on(rx.recv()), None);
        sender.join().unwrap();
    });
}

/// Whatever was said to be sent is received, and nothing else.
#[test]
fn a_send_and_a_close() {
    ENDS.model(|| {
        let (tx, mut rx) = unbounded_channel();
        let sender = thread::spawn(move || (0..3).take_while(|&n| tx.send(n).is_ok()).count());
        rx.close();
        let mut received = 0;
        while let Some(n) = block_on(rx.recv()) {
            assert_eq!(n, received);
            received += 1;
        }
        assert_eq!(sender.join().unwrap(), received);
    });
}

#[test]
fn a_bounded_send_and_a_close() {
    ENDS.model(|| {
        let (tx, mut rx) = channel(1);
        let sender =
            thread::spawn(move || (0..2).take_while(|&n| block_on(tx.send(n)).is_ok()).count());
        rx.close();
        let mut received = 0;
        while block_on(rx.recv()).is_some() {
            received += 1;
        }
        assert_eq!(sender.join().unwrap(), received);
    });
}

/// A value is received, or dropped with the receiver, or comes back: once.
#[test]
fn sends_and_the_end_of_the_receiver() {
    ENDS.model(|| {
        let (tx, rx) = unbounded_channel();
        let value = Arc::new(());
        let theirs = value.clone();
        let sender = thread::spawn(move || {
            for _ in 0..3 {
                if tx.send(theirs.clone()).is_err() {
                    break;
                }
            }
            tx
        });
        drop(rx);
        let tx = sender.join().unwrap();
        // The channel is there, and the values are not.
        assert_eq!(Arc::strong_count(&value), 1);
        drop(tx);
    });
}

#[test]
fn a_permit_and_the_end_of_the_receiver() {
    ENDS.model(|| {
        let (tx, rx) = channel(1);
        let value = Arc::new(());
        let theirs = value.clone();
        let permit = tx.clone().try_reserve_owned().unwrap();
        let sender = thread::spawn(move || permit.send(theirs));
        drop(rx);
        let other = sender.join().unwrap();
        assert_eq!(Arc::strong_count(&value), 1);
        drop((tx, other));
    });
}

/// Whoever waits for room is told of the end.
#[test]
fn a_wait_for_room_and_the_end_of_the_receiver() {
    ENDS.model(|| {
        let (tx, rx) = channel(1);
        tx.try_send(1).unwrap();
        let sender = thread::spawn(move || block_on(tx.reserve()).is_err());
        drop(rx);
        assert!(sender.join().unwrap());
    });
}

#[test]
fn room_goes_from_the_receiver_to_a_sender() {
    ENDS.model(|| {
        let (tx, mut rx) = channel(1);
        let sender = thread::spawn(move || {
            for n in 0..2 {
                block_on(tx.send(n)).unwrap();
            }
        });
        assert_eq!(block_on(rx.recv()), Some(0));
        assert_eq!(block_on(rx.recv()), Some(1));
        assert_eq!(block_on(rx.recv()), None);
        sender.join().unwrap();
    });
}

/// A sender is made of a weak one, or it is too late.
#[test]
fn an_upgrade_and_the_end_of_the_last_sender() {
    ENDS.model(|| {
        let (tx, mut rx) = unbounded_channel();
        let weak = tx.downgrade();
        let upgrading = thread::spawn(move || match weak.upgrade() {
            Some(tx) => tx.send(7).is_ok(),
            None => false,
        });
        drop(tx);
        let received = block_on(rx.recv());
        assert_eq!(upgrading.join().unwrap(), received.is_some());
        assert_eq!(block_on(rx.recv()), None);
    });
}

/// What was sent is there, also if a claim before it is not filled yet.
#[test]
fn a_look_behind_a_slow_sender() {
    LOOKS.model(|| {
        let (tx, mut rx) = unbounded_channel();
        let slow = tx.clone();
        let sender = thread::spawn(move || slow.send(1).unwrap());
        tx.send(2).unwrap();
        assert!(!rx.is_empty());
        let first = rx.try_recv();
        assert!(first.is_ok(), "it was sent before we looked");
        sender.join().unwrap();
        let second = rx.try_recv();
        assert_eq!(first.unwrap() + second.unwrap(), 3);
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    });
}

/// The last sender goes while somebody looks.
#[test]
fn a_look_and_the_end_of_the_last_sender() {
    LOOKS.model(|| {
        let (tx, mut rx) = unbounded_channel();
        let sender = thread::spawn(move || tx.send(1).unwrap());
        let mut received = 0;
        loop {
            match rx.try_recv() {
                Ok(n) => received += n,
                Err(TryRecvError::Empty) => thread::yield_now(),
                Err(TryRecvError::Disconnected) => break,
            }
        }
        assert_eq!(received, 1);
        sender.join().unwrap();
    });
}

#[test]
fn a_wait_for_the_close() {
    ENDS.model(|| {
        let (tx, mut rx) = unbounded_channel::<()>();
        let waiting = thread::spawn(move || block_on(tx.closed()));
        rx.close();
        waiting.join().unwrap();
    });
}
