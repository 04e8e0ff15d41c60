//! 7.5, model-checked: sending while others come to wait.

#![cfg(loom)]

#[path = "../../06-locks/tests/sleeper/mod.rs"]
mod sleeper;

use channels::watch::channel;
use model::loom::thread;
use sleeper::block_on;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("7.5", "channels/watch.md");

const CHANGED: Rule = EX.rule("changed() waits for a value that was not seen, which it then is.");
const SEEN: Rule =
    EX.rule("Each receiver knows what it has seen; a new one has seen what is there.");
const DESERTED: Rule = EX.rule("Sender::closed() waits until there is no receiver.");

#[test]
fn one_sends_and_goes() {
    CHANGED.model(|| {
        lane("the receiver");
        let (sender, mut receiver) = channel(0);
        let other = thread::spawn(move || {
            lane("a send, then gone");
            sender.send(1).unwrap()
        });
        let changed = block_on(receiver.changed());
        CHANGED.check(changed.is_ok(), "the end came before the last value");
        CHANGED.check_eq("the value", *receiver.borrow(), 1);
        let changed = block_on(receiver.changed());
        CHANGED.check(changed.is_err(), "a change that nobody has sent");
        other.join().unwrap();
    });
}

#[test]
fn one_looks_while_another_sends() {
    SEEN.model(|| {
        lane("the receiver looks");
        let (sender, mut receiver) = channel(0);
        let other = thread::spawn(move || {
            lane("a send");
            sender.send(1).unwrap();
            sender
        });
        let value = *receiver.borrow_and_update();
        let sender = other.join().unwrap();
        let is_unseen = receiver.has_changed().unwrap();
        SEEN.check_eq("unseen, after 0 or 1 was seen", is_unseen, value == 0);
        drop(sender);
    });
}

#[test]
fn one_waits_for_a_value() {
    // A look before the notification is asked for is found with three, and not with two.
    CHANGED.model_with(3, || {
        lane("the receiver");
        let (sender, mut receiver) = channel(0);
        let other = thread::spawn(move || {
            lane("two sends");
            sender.send_replace(1);
            sender.send_replace(2);
        });
        let found = block_on(receiver.wait_for(|value| *value == 2)).map(|value| *value);
        CHANGED.check_eq("what it found", found.ok(), Some(2));
        other.join().unwrap();
    });
}

#[test]
fn the_last_receiver_goes() {
    DESERTED.model(|| {
        lane("closed()");
        let (sender, receiver) = channel(0);
        let second = receiver.clone();
        drop(receiver);
        let other = thread::spawn(move || {
            lane("the last receiver goes");
            drop(second)
        });
        block_on(sender.closed());
        DESERTED.check_eq("receivers", sender.receiver_count(), 0);
        other.join().unwrap();
    });
}
