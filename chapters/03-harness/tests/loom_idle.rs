//! 3.1: the end of a poll, and a wake that comes at the same time: every interleaving of the word.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use harness::state::{State, ToIdle, ToNotifiedByVal, ToRunning};
use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("3.1", "harness/idle.md");

const ANSWERED: Rule = EX.rule("A wake that comes during a poll is answered by another poll.");
const OWNED: Rule =
    EX.rule("Running Owns Stage: the next poll comes after all that this one did, on any thread.");

/// The word of a task that is being polled, with `refs` references, and what the future looks at.
struct Polled {
    state: State,
    value: AtomicUsize,
    /// What only a poll touches.
    stage: UnsafeCell<usize>,
}

// SAFETY: the stage is touched between `transition_to_running` and the end of that poll only. That no
// two threads do so at once is what the model checks.
unsafe impl Sync for Polled {}

fn polled(refs: usize) -> Arc<Polled> {
    let state = State::new(refs);
    let begun = state.transition_to_running();
    OWNED.check_eq("the beginning of the poll", begun, ToRunning::Success);
    Arc::new(Polled {
        state,
        value: AtomicUsize::new(0),
        stage: UnsafeCell::new(0),
    })
}

impl Polled {
    /// A poll: it writes to the stage, and returns what it saw of the value.
    fn poll(&self) -> usize {
        // SAFETY: our caller has RUNNING.
        self.stage.with_mut(|stage| unsafe { *stage += 1 });
        self.value.load(Relaxed)
    }
}

/// The wake may come before, during or after the end of the poll. It gets the ticket, or leaves word.
#[test]
fn a_wake_comes_while_the_poll_ends() {
    ANSWERED.model(|| {
        lane("polls");
        let task = polled(3);
        let waking = thread::spawn({
            let task = Arc::clone(&task);
            move || {
                lane("wakes");
                task.value.store(1, Relaxed);
                task.state.transition_to_notified_by_val()
            }
        });
        let mut seen = task.poll();
        let ended = task.state.transition_to_idle();
        if ended == ToIdle::OkNotified {
            let begun = task.state.transition_to_running();
            ANSWERED.check_eq("the poll after the wake", begun, ToRunning::Success);
            seen = task.poll();
        }
        let woken = waking.join().unwrap();
        match (ended, woken) {
            (ToIdle::OkNotified, ToNotifiedByVal::DoNothing) => ANSWERED.check_eq(
                "the value that was stored before the wake, in the poll that answers it",
                seen,
                1,
            ),
            (ToIdle::Ok, ToNotifiedByVal::Submit) => {}
            (ended, woken) => ANSWERED.fail(format_args!(
                "the poll ended with {ended:?}, the wake with {woken:?}: exactly one of them has to \
                 have the ticket"
            )),
        }
    });
}

/// The waking thread has the ticket and polls.
#[test]
fn the_next_poll_is_on_the_thread_that_woke() {
    OWNED.model(|| {
        lane("polls");
        let task = polled(3);
        let waking = thread::spawn({
            let task = Arc::clone(&task);
            move || {
                lane("wakes and polls");
                if task.state.transition_to_notified_by_val() == ToNotifiedByVal::Submit {
                    let begun = task.state.transition_to_running();
                    OWNED.check_eq("the poll after the wake", begun, ToRunning::Success);
                    task.poll();
                }
            }
        });
        task.poll();
        let _ = task.state.transition_to_idle();
        waking.join().unwrap();
    });
}

/// Two give their references up: the ticket's at the end of the poll, and a waker's.
#[test]
fn the_last_reference_is_given_up_once() {
    OWNED.model(|| {
        let task = polled(2);
        let dropping = thread::spawn({
            let task = Arc::clone(&task);
            move || task.state.ref_dec(1)
        });
        task.poll();
        let is_last = task.state.transition_to_idle() == ToIdle::OkDealloc;
        let is_last_there = dropping.join().unwrap();
        OWNED.check(
            is_last != is_last_there,
            format_args!("the poll frees the cell: {is_last}; the waker too: {is_last_there}"),
        );
    });
}
