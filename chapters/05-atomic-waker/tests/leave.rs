//! 5.6: both ends go, and one of them frees.

#![cfg(not(loom))]

use atomic_waker::oneshot;
use atomic_waker::oneshot::state::{End, State};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("5.6", "atomic-waker/last-one.md");

const LAST: Rule = EX.rule("Of the two ends, the last one to go is told to free, and no other.");
const ONLY_LOOKS: Rule = EX.rule(
    "An end that finds the other one gone only looks: no end is left to read what it writes.",
);
const SHOWN: Rule = EX.rule("Debug shows the bits of the word that are set.");

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
fn debug_shows_the_word() {
    EX.within("showing a receiver", || {
        let (sender, receiver) = oneshot::channel::<u32>();
        let expected = "Receiver { state: Some() }";
        SHOWN.check_eq("a new one", format!("{receiver:?}"), expected.to_owned());
        drop(sender);
        let shown = "Receiver { state: Some(COMPLETE | TX_GONE) }";
        SHOWN.check_eq(
            "after the sender",
            format!("{receiver:?}"),
            shown.to_owned(),
        );
    });
}
