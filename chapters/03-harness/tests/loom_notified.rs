//! 3.2: a wake that keeps its reference, against the poll that begins: every interleaving of the word.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use harness::state::{State, ToIdle, ToNotifiedByRef, ToRunning};
use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("3.2", "harness/notified.md");

const ANSWERED: Rule =
    EX.rule("After a wake, a poll begins that sees all that was done before it.");
const ONE_TICKET: Rule = EX.rule("There is at most one ticket for a task.");
const HANDED_OVER: Rule =
    EX.rule("The ticket changes hands: its new holder sees all that was done by the last one.");

/// The state of a task that waits, with two references, and what only the holder of the ticket writes: its
/// place in a queue, for example.
struct Waiting {
    state: State,
    place: UnsafeCell<usize>,
}

// SAFETY: the place is written by the holder of the ticket alone. That there is one, and that it comes after the last
// one, is what the model checks.
unsafe impl Sync for Waiting {}

impl Waiting {
    fn new() -> Arc<Waiting> {
        let state = State::new(3);
        let begun = state.transition_to_running();
        ONE_TICKET.check_eq("the beginning of the poll", begun, ToRunning::Success);
        ONE_TICKET.check_eq(
            "the end of the poll",
            state.transition_to_idle(),
            ToIdle::Ok,
        );
        Arc::new(Waiting {
            state,
            place: UnsafeCell::new(0),
        })
    }

    /// Wakes the task, and says whether we have the ticket.
    fn wake(&self) -> bool {
        let woken = self.state.transition_to_notified_by_ref();
        if woken == ToNotifiedByRef::Submit {
            // SAFETY: we have the ticket.
            self.place.with_mut(|place| unsafe { *place += 1 });
        }
        woken == ToNotifiedByRef::Submit
    }
}

/// tokio-rs/tokio#7622: the task is queued already, and the poll that is due has to see the news.
#[test]
fn a_task_that_is_queued_is_woken() {
    ANSWERED.model(|| {
        lane("polls");
        // Its first poll is due.
        let task = Arc::new((State::new(3), AtomicUsize::new(0)));
        let waking = thread::spawn({
            let task = Arc::clone(&task);
            move || {
                lane("wakes");
                task.1.store(1, Relaxed);
                let woken = task.0.transition_to_notified_by_ref();
                ONE_TICKET.check_eq("the wake", woken, ToNotifiedByRef::DoNothing);
            }
        });
        let begun = task.0.transition_to_running();
        ANSWERED.check_eq("the beginning of the poll", begun, ToRunning::Success);
        let seen = task.1.load(Relaxed);
        waking.join().unwrap();
        // If the wake came during the poll, it has left word, and another poll follows.
        if !task.0.load().is_notified() {
            ANSWERED.check_eq(
                "the value that was stored before the wake, in the poll that answers it",
                seen,
                1,
            );
        }
    });
}

#[test]
fn two_wakes_submit_once() {
    ONE_TICKET.model(|| {
        let state = State::new(1);
        let begun = state.transition_to_running();
        ONE_TICKET.check_eq("the beginning of the poll", begun, ToRunning::Success);
        // Idle again, with two references and no ticket.
        state.ref_inc();
        state.ref_inc();
        let _ = state.transition_to_idle();
        let state = Arc::new(state);
        let other = thread::spawn({
            let state = Arc::clone(&state);
            move || state.transition_to_notified_by_ref() == ToNotifiedByRef::Submit
        });
        let submitted = state.transition_to_notified_by_ref() == ToNotifiedByRef::Submit;
        let submitted_there = other.join().unwrap();
        ONE_TICKET.check_eq(
            "tickets that the two wakes gave out",
            usize::from(submitted) + usize::from(submitted_there),
            1,
        );
        ONE_TICKET.check_eq("references", state.load().ref_count(), 3);
    });
}

/// One thread wakes the task and polls it, and then the other one may have the next ticket.
#[test]
fn a_ticket_is_handed_over() {
    HANDED_OVER.model(|| {
        lane("wakes");
        let task = Waiting::new();
        let polling = thread::spawn({
            let task = Arc::clone(&task);
            move || {
                lane("wakes and polls");
                if task.wake() {
                    let begun = task.state.transition_to_running();
                    HANDED_OVER.check_eq("the beginning of the poll", begun, ToRunning::Success);
                    let _ = task.state.transition_to_idle();
                }
            }
        });
        task.wake();
        polling.join().unwrap();
    });
}
