//! 7.2: a poll of the receiver, while values are sent and senders go: every interleaving.

#![cfg(loom)]

mod asleep;

use asleep::block_on;
use channels::mpsc::unbounded_channel;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("7.2", "channels/poll-recv.md");

const SEEN: Rule = EX.rule("A value that is sent during a poll is seen by it, or wakes it.");
const END: Rule = EX.rule("An end that comes during a poll is seen by it, or wakes it.");

#[test]
fn a_value_is_sent_during_a_poll() {
    SEEN.model(|| {
        lane("the receiver");
        let (tx, mut rx) = unbounded_channel();
        let other = tx.clone();
        let sending = thread::spawn(move || {
            lane("the sender");
            assert!(other.send(7).is_ok());
        });
        assert_eq!(block_on(rx.recv()), Some(7));
        sending.join().unwrap();
        drop(tx);
    });
}

#[test]
fn the_last_sender_goes_during_a_poll() {
    END.model(|| {
        lane("the receiver");
        let (tx, mut rx) = unbounded_channel();
        let sending = thread::spawn(move || {
            lane("the sender");
            assert!(tx.send(7).is_ok());
        });
        assert_eq!(block_on(rx.recv()), Some(7));
        assert_eq!(block_on(rx.recv()), None);
        sending.join().unwrap();
    });
}
