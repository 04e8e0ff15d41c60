//! A wake, in each of the states that a task can be in.

use raw_waker::state::{State, ToIdle, ToNotified};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("2.3", "raw-waker/notify.md");
const ONE_TICKET: Rule = EX.rule("A wake gives out a ticket only if the task is idle.");
const ANSWERED: Rule = EX.rule("A wake during a poll is seen when that poll ends.");
const COMPLETE: Rule = EX.rule("A wake after completion does nothing.");

/// The state of a task that was polled once and waits.
fn idle() -> State {
    let state = State::new();
    state.transition_to_running();
    assert_eq!(state.transition_to_idle(), ToIdle::Idle);
    state
}

#[test]
fn an_idle_task_gives_a_ticket() {
    EX.within("waking an idle task", || {
        let state = idle();
        ONE_TICKET.check_eq(
            "the wake of an idle task",
            state.transition_to_notified(),
            ToNotified::Submit,
        );
        ONE_TICKET.check(
            state.load().is_notified(),
            format_args!("after the wake the task is {:?}", state.load()),
        );
    });
}

#[test]
fn a_second_wake_gives_no_ticket() {
    EX.within("waking an idle task twice", || {
        let state = idle();
        ONE_TICKET.check_eq(
            "the first wake",
            state.transition_to_notified(),
            ToNotified::Submit,
        );
        ONE_TICKET.check_eq(
            "the second wake",
            state.transition_to_notified(),
            ToNotified::DoNothing,
        );
    });
}

#[test]
fn a_new_task_gives_no_ticket() {
    EX.within("waking a task before its first poll", || {
        let state = State::new();
        ONE_TICKET.check_eq(
            "the wake of a task that has been spawned and is in the queue",
            state.transition_to_notified(),
            ToNotified::DoNothing,
        );
    });
}

#[test]
fn a_wake_during_a_poll_gives_no_ticket() {
    EX.within("waking a task that is being polled", || {
        let state = State::new();
        state.transition_to_running();
        for wake in [
            "the first wake during the poll",
            "the second wake during the poll",
        ] {
            ONE_TICKET.check_eq(wake, state.transition_to_notified(), ToNotified::DoNothing);
        }
    });
}

#[test]
fn a_wake_during_a_poll_is_seen_at_its_end() {
    EX.within("ending a poll during which the task was woken", || {
        let state = State::new();
        state.transition_to_running();
        let _ = state.transition_to_notified();
        ANSWERED.check_eq(
            "the end of the poll",
            state.transition_to_idle(),
            ToIdle::Notified,
        );
        ONE_TICKET.check_eq(
            "a wake after it, when the task is due already",
            state.transition_to_notified(),
            ToNotified::DoNothing,
        );
        state.transition_to_running();
        ANSWERED.check_eq(
            "the end of a second poll, without a wake",
            state.transition_to_idle(),
            ToIdle::Idle,
        );
    });
}

#[test]
fn a_wake_after_completion_gives_no_ticket() {
    EX.within("waking a finished task", || {
        let state = State::new();
        state.transition_to_running();
        state.transition_to_complete();
        for wake in ["the first late wake", "the second late wake"] {
            COMPLETE.check_eq(wake, state.transition_to_notified(), ToNotified::DoNothing);
            COMPLETE.check(
                state.load().is_complete(),
                format_args!("after {wake} the task is {:?}", state.load()),
            );
        }
    });
}
