//! 3.1: the end of a poll that is not the last.

#![cfg(not(loom))]

use harness::state::{State, ToIdle, ToNotifiedByRef, ToNotifiedByVal, ToRunning};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("3.1", "harness/idle.md");

const USED_UP: Rule = EX.rule("A poll without a wake in it uses its ticket up.");
const KEPT: Rule = EX.rule("A poll that was woken meanwhile keeps its ticket.");
const LAST: Rule = EX.rule("The thread that takes the count to zero frees the cell.");
const CANCELLED: Rule = EX.rule("A cancelled task is not polled again.");

/// The state of a task that is being polled.
fn running(refs: usize) -> State {
    let state = State::new(refs);
    assert_eq!(state.transition_to_running(), ToRunning::Success);
    state
}

#[test]
fn a_poll_that_nobody_woke_uses_its_ticket_up() {
    EX.within("ending a poll", || {
        let state = running(3);
        USED_UP.check_eq(
            "the end of the poll",
            state.transition_to_idle(),
            ToIdle::Ok,
        );
        let after = state.load();
        USED_UP.check(after.is_idle(), format_args!("the state is {after:?}"));
        USED_UP.check_eq("references", after.ref_count(), 2);
    });
}

#[test]
fn a_poll_that_was_woken_keeps_its_ticket() {
    EX.within("ending a poll that was woken", || {
        let state = running(4);
        // Another thread, while the future is polled.
        let woken = state.transition_to_notified_by_val();
        assert_eq!(woken, ToNotifiedByVal::DoNothing);
        KEPT.check_eq(
            "the end of the poll",
            state.transition_to_idle(),
            ToIdle::OkNotified,
        );
        let after = state.load();
        KEPT.check(after.is_notified(), format_args!("the state is {after:?}"));
        KEPT.check(!after.is_running(), format_args!("the state is {after:?}"));
        KEPT.check_eq("references", after.ref_count(), 3);
    });
}

#[test]
fn the_ticket_may_be_the_last_reference() {
    EX.within("ending the poll of a task without a waker", || {
        let state = running(1);
        LAST.check_eq(
            "the end of the poll",
            state.transition_to_idle(),
            ToIdle::OkDealloc,
        );
        LAST.check_eq("references", state.load().ref_count(), 0);
    });
}

#[test]
fn a_task_cancelled_while_it_runs_is_still_ours() {
    EX.within("ending the poll of a task that was aborted", || {
        let state = running(3);
        let aborted = state.transition_to_notified_and_cancel();
        assert_eq!(aborted, ToNotifiedByRef::DoNothing);
        CANCELLED.check_eq(
            "the end of the poll",
            state.transition_to_idle(),
            ToIdle::Cancelled,
        );
        let after = state.load();
        CANCELLED.check(
            after.is_running(),
            format_args!("we gave up RUNNING, and the future is not dropped yet: {after:?}"),
        );
        CANCELLED.check_eq("references", after.ref_count(), 3);
    });
}
