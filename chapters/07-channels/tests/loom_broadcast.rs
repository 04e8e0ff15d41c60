//! 7.6, model-checked: sending while others receive, come to wait, and go.

#![cfg(loom)]

#[path = "../../06-locks/tests/sleeper/mod.rs"]
mod sleeper;

use std::sync::Arc;

use channels::broadcast::channel;
use channels::broadcast::error::{RecvError, TryRecvError};
use model::loom::thread;
use sleeper::block_on;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("7.6", "channels/broadcast.md");

const WAIT: Rule = EX.rule("A receiver that has received all waits, and the next send wakes it.");
const LAGGED: Rule = EX.rule(
    "A receiver that was overtaken is told how many messages it has missed, and then gets the oldest that is left.",
);
const DROPPED: Rule =
    EX.rule("A message is dropped when all have received it, or when it is overwritten.");
const DESERTED: Rule = EX.rule("Sender::closed() waits until there is no receiver.");

/// A receiver that looks before it asks to be notified is found with three interruptions, and not with
/// two.
const LOOKS: usize = 3;

#[test]
fn one_sends_and_goes() {
    WAIT.model_with(LOOKS, || {
        lane("the receiver");
        let (sender, mut receiver) = channel(2);
        let other = thread::spawn(move || {
            lane("a send, then gone");
            sender.send(1).unwrap()
        });
        WAIT.check_eq("the first recv()", block_on(receiver.recv()), Ok(1));
        WAIT.check_eq(
            "the second",
            block_on(receiver.recv()),
            Err(RecvError::Closed),
        );
        other.join().unwrap();
    });
}

/// Receives two messages, or hears how many it has missed, from a ring that has room for one.
fn receive_two<T: Clone + Send + Sync + 'static>(messages: [T; 2], number: fn(&T) -> u64) {
    let (sender, mut receiver) = channel(1);
    let other = thread::spawn(move || {
        lane("two sends");
        for message in messages {
            assert!(sender.send(message).is_ok());
        }
    });
    let mut next = 0;
    while next < 2 {
        match block_on(receiver.recv()) {
            Ok(message) => {
                LAGGED.check_eq("the message", number(&message), next);
                next += 1;
            }
            Err(RecvError::Lagged(missed)) => next += missed,
            Err(RecvError::Closed) => LAGGED.fail("the end came before the last message"),
        }
    }
    other.join().unwrap();
}

#[test]
fn one_is_overtaken_meanwhile() {
    LAGGED.model_with(LOOKS, || {
        lane("the receiver");
        receive_two([0, 1], |number| *number);
    });
}

/// Messages that have to be dropped.
#[test]
fn one_is_overtaken_while_it_clones() {
    DROPPED.model_with(LOOKS, || {
        lane("the receiver");
        let messages = [Arc::new(0), Arc::new(1)];
        receive_two(messages.clone(), |number| **number);
        for message in messages {
            DROPPED.check_eq("who has a message", Arc::strong_count(&message), 1);
        }
    });
}

/// A message for two, one of which is gone perhaps before the other has received it.
#[test]
fn two_receive() {
    DROPPED.model(|| {
        lane("the second receiver");
        let message = Arc::new(());
        let (sender, mut first) = channel(1);
        let mut second = sender.subscribe();
        sender.send(message.clone()).unwrap();
        let other = thread::spawn(move || {
            lane("the first receiver");
            drop(first.try_recv().unwrap())
        });
        drop(second.try_recv().unwrap());
        other.join().unwrap();
        DROPPED.check_eq("who has the message", Arc::strong_count(&message), 1);
        DROPPED.check_eq(
            "what is left",
            second.try_recv().err(),
            Some(TryRecvError::Empty),
        );
    });
}

/// Both receive, or come too late, while the message is overwritten: three threads at one place.
/// `LOOM_MAX_PREEMPTIONS=3` is worth its second here: it sees two leave a slot at the same time.
#[test]
fn two_are_overtaken_meanwhile() {
    DROPPED.model(|| {
        lane("the second receiver");
        let messages = [Arc::new(()), Arc::new(())];
        let (sender, mut first) = channel(1);
        let mut second = sender.subscribe();
        sender.send(messages[0].clone()).unwrap();
        let next = messages[1].clone();
        let sends = thread::spawn(move || {
            lane("a send");
            drop(sender.send(next));
        });
        let receives = thread::spawn(move || {
            lane("the first receiver");
            drop(first.try_recv());
        });
        drop(second.try_recv());
        sends.join().unwrap();
        receives.join().unwrap();
        drop(second);
        for message in messages {
            DROPPED.check_eq("who has a message", Arc::strong_count(&message), 1);
        }
    });
}

#[test]
fn one_goes_while_another_sends() {
    DROPPED.model(|| {
        lane("a send");
        let message = Arc::new(());
        let (sender, receiver) = channel(1);
        let other = thread::spawn(move || {
            lane("the receiver goes");
            drop(receiver)
        });
        let sent = sender.send(message.clone());
        other.join().unwrap();
        drop(sent);
        DROPPED.check_eq("who has the message", Arc::strong_count(&message), 1);
        DROPPED.check(sender.is_empty(), "there is a message for nobody");
    });
}

#[test]
fn the_last_receiver_goes() {
    DESERTED.model(|| {
        lane("closed()");
        let (sender, receiver) = channel::<()>(1);
        let other = thread::spawn(move || {
            lane("the last receiver goes");
            drop(receiver)
        });
        block_on(sender.closed());
        DESERTED.check_eq("receivers", sender.receiver_count(), 0);
        other.join().unwrap();
    });
}
