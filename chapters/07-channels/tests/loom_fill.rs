//! 7.1: a slot is filled while the receiver looks, announces, and leaves: every interleaving.

#![cfg(loom)]

mod asleep;

use asleep::Asleep;
use channels::mpsc::{steps, unbounded_channel};
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("7.1", "channels/fill.md");

const HANDED: Rule = EX.rule("The receiver takes the value when it is published, and not before.");
const WOKEN: Rule = EX.rule("Publishing and looking whether the receiver waits are one step.");
const BACK: Rule = EX.rule("A value is taken by the receiver or comes back to its sender.");

/// The value is in the slot when it can be taken.
#[test]
fn a_value_is_published_after_it_was_written() {
    HANDED.model(|| {
        lane("the receiver");
        let (tx, mut rx) = unbounded_channel();
        let sending = thread::spawn(move || {
            lane("the sender");
            assert!(tx.send(Box::new(7)).is_ok());
        });
        if let Some(value) = steps::take(&mut rx) {
            assert_eq!(*value, 7);
        }
        sending.join().unwrap();
    });
}

/// The receiver waits for just this value; either it sees it, or it is woken.
#[test]
fn a_value_is_sent_while_the_receiver_goes_to_sleep() {
    WOKEN.model(|| {
        lane("the receiver");
        let (tx, mut rx) = unbounded_channel();
        let sending = thread::spawn(move || {
            lane("the sender");
            assert!(tx.send(7).is_ok());
        });
        let mut asleep = Asleep::new();
        steps::announce(&mut rx, &asleep.waker());
        let value = loop {
            match steps::take(&mut rx) {
                Some(value) => break value,
                None => asleep.sleep(),
            }
        };
        assert_eq!(value, 7);
        sending.join().unwrap();
    });
}

/// The receiver goes; nothing is lost, and nothing is there twice.
#[test]
fn a_value_is_sent_while_the_receiver_goes() {
    BACK.model(|| {
        lane("the receiver");
        let (tx, rx) = unbounded_channel();
        let value = Arc::new(());
        let theirs = value.clone();
        let sending = thread::spawn(move || {
            lane("the sender");
            // Whoever has it drops it.
            drop(tx.send(theirs));
        });
        drop(rx);
        sending.join().unwrap();
        assert_eq!(Arc::strong_count(&value), 1);
    });
}
