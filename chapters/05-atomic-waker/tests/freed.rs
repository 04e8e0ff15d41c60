//! 5.6: a channel is freed when both of its ends are gone.

#![cfg(not(loom))]

use atomic_waker::oneshot;
use atomic_waker::oneshot::error::TryRecvError;
use testkit::{Exercise, Rule, drop_counter, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("5.6", "atomic-waker/last-one.md");

const FREED: Rule = EX.rule("A channel is freed once, when both of its ends are gone.");

#[test]
fn a_channel_that_is_not_used_is_freed() {
    EX.within("dropping both ends, in either order", || {
        FREED.step("dropping both ends of a channel");
        memory::check(FREED, || {
            let (sender, receiver) = oneshot::channel::<String>();
            drop(sender);
            drop(receiver);
            let (sender, receiver) = oneshot::channel::<String>();
            drop(receiver);
            drop(sender);
        });
    });
}

#[test]
fn a_channel_that_is_used_is_freed() {
    EX.within("sending and receiving", || {
        FREED.step("sending a value and receiving it");
        memory::check(FREED, || {
            let (sender, mut receiver) = oneshot::channel();
            FREED.check_eq("nothing", receiver.try_recv(), Err(TryRecvError::Empty));
            let sent = sender.send(String::from("value"));
            FREED.check_eq("the send", sent, Ok(()));
            let received = receiver.try_recv();
            FREED.check_eq("the value", received, Ok(String::from("value")));
            drop(receiver);
        });
    });
}

#[test]
fn a_value_that_nobody_takes_is_dropped() {
    EX.within("a receiver that is dropped with a value in it", || {
        let (token, drops) = drop_counter("value");
        let (sender, receiver) = oneshot::channel();
        FREED.check(sender.send(token).is_ok(), "the send failed");
        drop(receiver);
        drops.dropped_once(FREED);
    });
}

#[test]
fn a_value_that_cannot_be_sent_comes_back() {
    EX.within("sending to a receiver that is gone", || {
        FREED.step("sending to a receiver that is gone");
        memory::check(FREED, || {
            let (sender, receiver) = oneshot::channel();
            drop(receiver);
            let sent = sender.send(String::from("value"));
            FREED.check_eq("the send", sent, Err(String::from("value")));
        });
    });
}
