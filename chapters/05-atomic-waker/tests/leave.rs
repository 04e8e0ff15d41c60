//! 5.6: both ends go, and one of them frees.

#![cfg(not(loom))]

use atomic_waker::oneshot::error::TryRecvError;
use atomic_waker::oneshot::state::{End, State};
use atomic_waker::oneshot::{self};
use testkit::{Exercise, Rule, drop_counter, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("5.6", "atomic-waker/last-one.md");

const LAST: Rule = EX.rule("Of the two ends, the last one to go is told to free, and no other.");
const ONLY_LOOKS: Rule = EX.rule(
    "An end that finds the other one gone only looks: no end is left to read what it writes.",
);
const FREED: Rule = EX.rule("A channel is freed once, when both of its ends are gone.");

#[test]
fn the_last_one_is_told_so() {
    EX.within("both ends going", || {
        for (first, second) in [(End::Sender, End::Receiver), (End::Receiver, End::Sender)] {
            let state = State::new();
            let what = format!("{first:?} goes first: it is the last one");
            LAST.check_eq(&what, state.leave(first), false);
            let what = format!("{second:?} goes second: it is the last one");
            LAST.check_eq(&what, state.leave(second), true);
        }
    });
}

#[test]
fn a_sender_that_has_completed_is_gone() {
    EX.within("the receiver going after a send", || {
        let state = State::new();
        drop(state.complete());
        let is_last = state.leave(End::Receiver);
        LAST.check_eq("the receiver is the last one", is_last, true);
    });
}

/// The look costs a load; a step that writes costs more, and is for nobody.
#[test]
fn whoever_goes_second_writes_nothing() {
    EX.within("the receiver going after a send", || {
        let state = State::new();
        drop(state.complete());
        let before = format!("{state:?}");
        let is_last = state.leave(End::Receiver);
        LAST.check_eq("the receiver is the last one", is_last, true);
        let after = format!("{state:?}");
        ONLY_LOOKS.check_eq("the word afterwards", after, before);
    });
}

#[test]
fn a_sender_that_wakes_is_not_gone_yet() {
    EX.within("the receiver going while the sender wakes", || {
        let state = State::new();
        state.set_rx_waker();
        drop(state.complete());
        let is_last = state.leave(End::Receiver);
        LAST.check_eq("the receiver is the last one", is_last, false);
        let is_last = state.leave(End::Sender);
        LAST.check_eq("the sender is the last one", is_last, true);
    });
}

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
