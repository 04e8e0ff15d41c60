//! 6.11, model-checked: sending while others receive, come to wait, and go.

#![cfg(loom)]

mod sleeper;

use std::sync::Arc;

use sleeper::block_on;
use sync::broadcast::channel;
use sync::broadcast::error::{RecvError, TryRecvError};
use sync::loom::thread;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("6.11", "sync/broadcast.md");

const WAIT: Rule = EX.rule("A receiver that has received all waits, and the next send wakes it.");
const LAGGED: Rule = EX.rule(
    "A receiver that was overtaken is told how many messages it has missed, and then gets the oldest that is left.",
);
const DROPPED: Rule =
    EX.rule("A message is dropped when all have received it, or when it is overwritten.");
const DESERTED: Rule = EX.rule("Sender::closed() waits until there is no receiver.");

#[test]
fn one_sends_and_goes() {
    WAIT.model(|| {
        let (sender, mut receiver) = channel(2);
        let other = thread::spawn(move || sender.send(1).unwrap());
        WAIT.check_eq("the first recv()", block_on(receiver.recv()), Ok(1));
        WAIT.check_eq(
            "the second",
            block_on(receiver.recv()),
            Err(RecvError::Closed),
        );
        other.join().unwrap();
    });
}

#[test]
fn one_is_overtaken_meanwhile() {
    LAGGED.model(|| {
        let (sender, mut receiver) = channel(1);
        let other = thread::spawn(move || {
            sender.send(0).unwrap();
            sender.send(1).unwrap();
        });
        let mut next = 0;
        while next < 2 {
            match block_on(receiver.recv()) {
                Ok(value) => {
                    LAGGED.check_eq("the message", value, next);
                    next += 1;
                }
                Err(RecvError::Lagged(missed)) => next += missed,
                Err(RecvError::Closed) => LAGGED.fail("the end came before the last message"),
            }
        }
        LAGGED.check_eq("after the last", receiver.try_recv().is_err(), true);
        other.join().unwrap();
    });
}

/// A message for two, one of which is gone perhaps before the other has received it.
#[test]
fn two_receive() {
    DROPPED.model(|| {
        let message = Arc::new(());
        let (sender, mut first) = channel(1);
        let mut second = sender.subscribe();
        sender.send(message.clone()).unwrap();
        let other = thread::spawn(move || drop(first.try_recv().unwrap()));
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

#[test]
fn one_goes_while_another_sends() {
    DROPPED.model(|| {
        let message = Arc::new(());
        let (sender, receiver) = channel(1);
        let other = thread::spawn(move || drop(receiver));
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
        let (sender, receiver) = channel::<()>(1);
        let other = thread::spawn(move || drop(receiver));
        block_on(sender.closed());
        DESERTED.check_eq("receivers", sender.receiver_count(), 0);
        other.join().unwrap();
    });
}
