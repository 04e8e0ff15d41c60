//! What the state hands over: the stage, the join waker, the cell. Each against another thread that wants
//! it, in every interleaving.

#![cfg(loom)]

use harness::state::{
    IsComplete, State, ToComplete, ToIdle, ToJoinDropped, ToNotifiedByRef, ToNotifiedByVal,
    ToRunning, ToShutdown,
};
use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::chapter("3", "harness/state.md").may_be("3.1, 3.2 or 3.8");

const ONE_POLL: Rule =
    EX.rule("Running Owns Stage: one thread at a time polls the future or drops it.");
const OUTPUT: Rule = EX.rule(
    "Output Changes Hands: the output is the handle's if there is one when the task completes, and it \
     sees all of it.",
);
const WAKER: Rule = EX.rule(
    "Join Waker Changes Hands: the join waker is touched by its owner alone, the handle or the thread that \
     completes.",
);
const CALLED: Rule = EX
    .rule("A join waker that was left is called, or the handle is told that the task is complete.");
const ABORTED: Rule = EX.rule("An abort is seen by the end of the poll, or makes a ticket.");
const LAST: Rule = EX
    .rule("The thread that gives up the last reference sees all that was done through the others.");

/// A state, and what it decides about.
struct Task {
    state: State,
    stage: UnsafeCell<usize>,
    waker: UnsafeCell<usize>,
}

// SAFETY: each cell is touched by the thread that the state says. That no two threads do so at once is what the models
// check.
unsafe impl Sync for Task {}

impl Task {
    /// A new task with so many references.
    fn new(refs: usize) -> Task {
        Task {
            state: State::new(refs),
            stage: UnsafeCell::new(0),
            waker: UnsafeCell::new(0),
        }
    }

    /// A task that is being polled.
    fn running(refs: usize) -> Arc<Task> {
        let task = Task::new(refs);
        let begun = task.state.transition_to_running();
        ONE_POLL.check_eq("the beginning of the poll", begun, ToRunning::Success);
        Arc::new(task)
    }

    /// Our caller has RUNNING, or owns the output, or frees the cell.
    fn touch_stage(&self) {
        // SAFETY: as our caller says.
        self.stage.with_mut(|stage| unsafe { *stage += 1 });
    }

    /// Our caller owns the join waker, or frees the cell.
    fn touch_waker(&self) {
        // SAFETY: as our caller says.
        self.waker.with_mut(|waker| unsafe { *waker += 1 });
    }

    /// Ends the task, with one reference. Returns whether it was the last.
    fn complete(&self) -> bool {
        self.touch_stage();
        match self.state.transition_to_complete(1) {
            ToComplete::Done => false,
            ToComplete::WakeJoin => {
                self.touch_waker();
                self.state.ref_dec(1)
            }
            ToComplete::Detached => {
                self.touch_stage();
                self.state.transition_to_complete_detached(1)
            }
        }
    }

    /// Drops the handle. Returns whether its reference was the last.
    fn drop_join(&self) -> bool {
        match self.state.transition_to_join_dropped() {
            ToJoinDropped::Done => false,
            ToJoinDropped::Dealloc => true,
            ToJoinDropped::DropWaker => {
                self.touch_waker();
                self.state.ref_dec(1)
            }
            ToJoinDropped::DropOutput => {
                self.touch_stage();
                self.state.ref_dec(1)
            }
        }
    }

    /// What the thread does that has the last reference.
    fn free(&self) {
        self.touch_stage();
        self.touch_waker();
    }
}

/// Runs both, and requires that one of them has the last reference. That one frees the cell.
fn race(
    rule: Rule,
    task: Arc<Task>,
    mine: impl Fn(&Task) -> bool,
    theirs: impl Fn(&Task) -> bool + Send + 'static,
) {
    let ends = |task: &Task, is_last: bool| {
        if is_last {
            task.free();
        }
        is_last
    };
    let other = thread::spawn({
        let task = Arc::clone(&task);
        move || {
            lane("completes");
            ends(&task, theirs(&task))
        }
    });
    lane("has the handle");
    let is_last = ends(&task, mine(&task));
    let is_last_there = other.join().unwrap();
    rule.check(
        is_last != is_last_there,
        format_args!(
            "the handle has the last reference: {is_last}; the other thread: {is_last_there}"
        ),
    );
}

#[test]
fn a_handle_looks_and_is_dropped() {
    OUTPUT.model(|| {
        let look = |task: &Task| {
            if task.state.load().is_complete() {
                task.touch_stage();
            }
            task.drop_join()
        };
        race(OUTPUT, Task::running(2), look, Task::complete);
    });
}

#[test]
fn a_handle_is_dropped() {
    OUTPUT.model(|| race(OUTPUT, Task::running(2), Task::drop_join, Task::complete));
}

#[test]
fn a_handle_leaves_a_waker() {
    WAKER.model(|| {
        let leave = |task: &Task| {
            task.touch_waker();
            if task.state.set_join_waker().is_err() {
                // The completing thread saw none.
                task.touch_waker();
                task.touch_stage();
            }
            task.drop_join()
        };
        race(WAKER, Task::running(2), leave, Task::complete);
    });
}

#[test]
fn a_waker_that_is_left_is_called() {
    CALLED.model(|| {
        let task = Task::running(2);
        let completing = thread::spawn({
            let task = Arc::clone(&task);
            move || {
                lane("completes");
                task.state.transition_to_complete(1)
            }
        });
        lane("has the handle");
        let left = task.state.set_join_waker();
        let completed = completing.join().unwrap();
        let is_called = match left {
            Ok(()) => completed == ToComplete::WakeJoin,
            Err(IsComplete) => completed == ToComplete::Done,
        };
        CALLED.check(
            is_called,
            format_args!("leaving the waker: {left:?}; the end of the task: {completed:?}"),
        );
    });
}

#[test]
fn a_handle_takes_its_waker_back() {
    WAKER.model(|| {
        let task = Task::running(2);
        task.touch_waker();
        WAKER.check_eq("leaving a waker", task.state.set_join_waker(), Ok(()));
        let take = |task: &Task| {
            match task.state.unset_join_waker() {
                Ok(()) => task.touch_waker(),
                Err(_) => task.touch_stage(),
            }
            task.drop_join()
        };
        race(WAKER, task, take, Task::complete);
    });
}

#[test]
fn a_shutdown_meets_a_ticket() {
    ONE_POLL.model(|| {
        // The ticket's reference, and the list's.
        let task = Arc::new(Task::new(2));
        let running = thread::spawn({
            let task = Arc::clone(&task);
            move || {
                lane("has the ticket");
                let begun = task.state.transition_to_running();
                let is_ours = matches!(begun, ToRunning::Success | ToRunning::Cancelled);
                if is_ours {
                    task.touch_stage();
                }
                // The poll ends. If it was cancelled meanwhile, it is ours all the same.
                if begun == ToRunning::Success
                    && task.state.transition_to_idle() == ToIdle::Cancelled
                {
                    task.touch_stage();
                }
                is_ours
            }
        });
        lane("shuts it down");
        let is_ours = task.state.transition_to_shutdown() == ToShutdown::Cancel;
        if is_ours {
            task.touch_stage();
        }
        let is_theirs = running.join().unwrap();
        ONE_POLL.check(
            is_ours || is_theirs,
            "the ticket did nothing, and nor did the shutdown: no thread drops the future",
        );
    });
}

#[test]
fn an_abort_meets_the_end_of_a_poll() {
    ABORTED.model(|| {
        let task = Task::running(2);
        let aborting = thread::spawn({
            let task = Arc::clone(&task);
            move || {
                lane("aborts");
                task.state.transition_to_notified_and_cancel()
            }
        });
        lane("polls");
        let ended = task.state.transition_to_idle();
        let aborted = aborting.join().unwrap();
        let is_seen = match ended {
            ToIdle::Cancelled => aborted == ToNotifiedByRef::DoNothing,
            ToIdle::Ok => aborted == ToNotifiedByRef::Submit,
            _ => false,
        };
        ABORTED.check(
            is_seen,
            format_args!("the poll ended with {ended:?}, the abort with {aborted:?}"),
        );
    });
}

#[test]
fn two_give_up_the_last_references() {
    LAST.model(|| {
        let task = Task::running(2);
        // One did something to the stage while it had the right to, the other to the waker.
        let drops_first = |task: &Task| {
            task.touch_waker();
            task.state.ref_dec(1)
        };
        let drops_second = |task: &Task| {
            task.touch_stage();
            task.state.ref_dec(1)
        };
        race(LAST, task, drops_first, drops_second);
    });
}

#[test]
fn a_wake_by_value_may_be_the_last() {
    LAST.model(|| {
        // Queued, and the ticket is dropped: no poll comes. A waker wakes, and another is dropped.
        let task = Task::new(3);
        LAST.check_eq("the ticket is dropped", task.state.ref_dec(1), false);
        let wakes = |task: &Task| {
            task.touch_waker();
            task.state.transition_to_notified_by_val() == ToNotifiedByVal::Dealloc
        };
        let drops = |task: &Task| {
            task.touch_stage();
            task.state.ref_dec(1)
        };
        race(LAST, Arc::new(task), wakes, drops);
    });
}
