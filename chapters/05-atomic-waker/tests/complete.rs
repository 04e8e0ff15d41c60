//! 5.5: the sender has said all it will.

#![cfg(not(loom))]

use atomic_waker::oneshot::state::{State, ToComplete};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("5.5", "atomic-waker/send.md");

const GONE: Rule = EX
    .rule("A sender with no receiver to wake is gone by the same step that completes the channel.");
const WAKE: Rule =
    EX.rule("A sender that has to take the waker is not gone before it has done so.");
const CLOSED: Rule = EX.rule("A channel that was closed is never complete: the value goes back.");

#[test]
fn nobody_waits() {
    EX.within("completing a new channel", || {
        let state = State::new();
        GONE.check_eq("the outcome", state.complete(), ToComplete::Gone);
        GONE.check_eq("the word", word(&state), "COMPLETE | TX_GONE".to_owned());
    });
}

#[test]
fn the_receiver_waits() {
    EX.within("completing a channel with a waker in it", || {
        let state = State::new();
        state.set_rx_waker();
        WAKE.check_eq("the outcome", state.complete(), ToComplete::Wake);
        WAKE.check_eq("the word", word(&state), "RX_WAKER | COMPLETE".to_owned());
    });
}

#[test]
fn the_receiver_has_taken_its_waker_back() {
    EX.within("completing a channel that had a waker in it", || {
        let state = State::new();
        state.set_rx_waker();
        let is_complete = state.unset_rx_waker().is_complete();
        GONE.check(!is_complete, "complete, though nobody has completed it");
        GONE.check_eq("the outcome", state.complete(), ToComplete::Gone);
        GONE.check_eq("the word", word(&state), "COMPLETE | TX_GONE".to_owned());
    });
}

#[test]
fn the_receiver_was_closed() {
    EX.within("completing a channel that was closed", || {
        let state = State::new();
        state.close();
        CLOSED.check_eq("the outcome", state.complete(), ToComplete::Closed);
        CLOSED.check_eq("the word", word(&state), "CLOSED".to_owned());
    });
}

#[test]
fn the_receiver_was_closed_while_it_waited() {
    EX.within("completing a closed channel with a waker", || {
        let state = State::new();
        state.set_rx_waker();
        state.close();
        CLOSED.check_eq("the outcome", state.complete(), ToComplete::Closed);
        CLOSED.check_eq("the word", word(&state), "RX_WAKER | CLOSED".to_owned());
    });
}

#[test]
fn a_close_comes_too_late() {
    EX.within("closing a complete channel", || {
        let state = State::new();
        GONE.check_eq("the outcome", state.complete(), ToComplete::Gone);
        let was_complete = state.close().is_complete();
        GONE.check(was_complete, "the closing end does not learn of the value");
        let word = word(&state);
        GONE.check_eq("the word", word, "COMPLETE | CLOSED | TX_GONE".to_owned());
    });
}

fn word(state: &State) -> String {
    format!("{state:?}")
}
