//! A wake beside a poll, on the state word alone.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use raw_waker::state::{State, ToIdle, ToNotified};
use testkit::Exercise;

const EX: Exercise = Exercise::new("2.3", "raw-waker/notify.md");

/// Polls as an executor does, until nothing is due. Returns what the last poll read.
fn poll_until_idle(state: &State, data: &AtomicUsize) -> usize {
    loop {
        state.transition_to_running();
        let seen = data.load(Relaxed);
        if state.transition_to_idle() == ToIdle::Idle {
            return seen;
        }
    }
}

#[test]
fn the_poll_after_a_wake_sees_what_was_done_before_it() {
    EX.rule("The poll that answers a wake sees everything that was done before the wake, also if the task was notified already.")
        .model(|| {
            let state = Arc::new(State::new());
            let data = Arc::new(AtomicUsize::new(0));

            // The task is new, and so it is notified already when the wake comes.
            let waking = thread::spawn({
                let (state, data) = (Arc::clone(&state), Arc::clone(&data));
                move || {
                    data.store(1, Relaxed);
                    state.transition_to_notified()
                }
            });
            let seen = poll_until_idle(&state, &data);
            match waking.join().unwrap() {
                // The wake came after the last poll, and another one is due.
                ToNotified::Submit => assert!(state.load().is_notified()),
                ToNotified::DoNothing => assert_eq!(
                    seen, 1,
                    "the wake left it to a poll that had not seen what the wake was about"
                ),
            }
        });
}

#[test]
fn two_wakes_give_out_one_ticket() {
    EX.rule("However many threads wake an idle task, one of them queues it.")
        .model(|| {
            let state = Arc::new(State::new());
            state.transition_to_running();
            assert_eq!(state.transition_to_idle(), ToIdle::Idle);

            let other = thread::spawn({
                let state = Arc::clone(&state);
                move || state.transition_to_notified()
            });
            let outcomes = [state.transition_to_notified(), other.join().unwrap()];
            let tickets = outcomes
                .iter()
                .filter(|outcome| **outcome == ToNotified::Submit)
                .count();
            assert_eq!(tickets, 1, "tickets for two wakes of one idle task");
        });
}

/// Stands for the future, which only the holder of the ticket may touch.
struct Owned(UnsafeCell<usize>);

// SAFETY: whether its uses are ordered is what loom finds out.
unsafe impl Sync for Owned {}

impl Owned {
    fn touch(&self) {
        // SAFETY: the caller has the ticket, or loom reports it.
        self.0.with_mut(|future| unsafe { *future += 1 });
    }
}

#[test]
fn a_ticket_shows_what_the_last_poll_did() {
    EX.rule("The holder of the ticket sees the future as the last poll left it.")
        .model(|| {
            let state = Arc::new(State::new());
            let future = Arc::new(Owned(UnsafeCell::new(0)));
            let waking = thread::spawn({
                let (state, future) = (Arc::clone(&state), Arc::clone(&future));
                move || {
                    if state.transition_to_notified() == ToNotified::Submit {
                        future.touch();
                    }
                }
            });
            loop {
                state.transition_to_running();
                future.touch();
                if state.transition_to_idle() == ToIdle::Idle {
                    break;
                }
            }
            waking.join().unwrap();
        });
}
