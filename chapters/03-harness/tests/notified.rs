//! 3.2: a wake that keeps its reference.

#![cfg(not(loom))]

use harness::state::{State, ToComplete, ToNotifiedByRef, ToRunning};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("3.2", "harness/notified.md");

const ONE_TICKET: Rule = EX.rule("There is at most one ticket for a task.");
const A_REFERENCE_EACH: Rule = EX.rule("Every handle that exists is counted once, the ticket too.");
const REMEMBERED: Rule = EX.rule("A wake that comes during a poll is answered by another poll.");
const COMPLETE_STAYS: Rule = EX.rule("A task that is complete does not change any more.");

/// The state of a task that waits.
fn idle(refs: usize) -> State {
    let state = running(refs + 1);
    let _ = state.transition_to_idle();
    assert!(state.load().is_idle());
    state
}

fn running(refs: usize) -> State {
    let state = State::new(refs);
    assert_eq!(state.transition_to_running(), ToRunning::Success);
    state
}

#[test]
fn a_task_that_waits_is_submitted_with_a_reference() {
    EX.within("waking a task that waits", || {
        let state = idle(2);
        let woken = state.transition_to_notified_by_ref();
        ONE_TICKET.check_eq("the wake", woken, ToNotifiedByRef::Submit);
        let after = state.load();
        ONE_TICKET.check(after.is_notified(), format_args!("the state is {after:?}"));
        A_REFERENCE_EACH.check_eq("references", after.ref_count(), 3);
    });
}

#[test]
fn a_task_that_is_queued_is_not_submitted_again() {
    EX.within("waking a task twice", || {
        let state = idle(2);
        let _ = state.transition_to_notified_by_ref();
        let woken = state.transition_to_notified_by_ref();
        ONE_TICKET.check_eq("the second wake", woken, ToNotifiedByRef::DoNothing);
        A_REFERENCE_EACH.check_eq("references", state.load().ref_count(), 3);
    });
}

#[test]
fn a_task_that_runs_is_marked_and_not_submitted() {
    EX.within("waking a task that runs", || {
        let state = running(3);
        let woken = state.transition_to_notified_by_ref();
        ONE_TICKET.check_eq("the wake", woken, ToNotifiedByRef::DoNothing);
        let after = state.load();
        REMEMBERED.check(after.is_notified(), format_args!("the state is {after:?}"));
        REMEMBERED.check(after.is_running(), format_args!("the state is {after:?}"));
        A_REFERENCE_EACH.check_eq("references", after.ref_count(), 3);
    });
}

#[test]
fn a_task_that_is_complete_is_left_alone() {
    EX.within("waking a task that is complete", || {
        let state = running(3);
        assert_eq!(state.transition_to_complete(1), ToComplete::Done);
        let before = state.load();
        let woken = state.transition_to_notified_by_ref();
        COMPLETE_STAYS.check_eq("the wake", woken, ToNotifiedByRef::DoNothing);
        COMPLETE_STAYS.check_eq("the state", state.load(), before);
    });
}
