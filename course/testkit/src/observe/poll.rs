//! A poll under observation: counted, named while it runs, and checked for the two mistakes that
//! show at the poll itself.

use std::panic::Location;
use std::sync::Arc;
use std::task::Poll;

use crate::watch::diagnosis;
use crate::watch::run;
use crate::words::calls::{self, Doing};
use crate::words::report::Report;
use crate::words::task::{BUSY_POLLS, State, Task};

/// Polls `task`'s future by calling `f`.
///
/// A poll that breaks a rule does not return: its thread is stopped, and
/// [`within`](crate::within()) fails.
///
/// # Panics
///
/// If a rule is broken and no `within` is there to be told.
pub(crate) fn observed<T>(task: &Arc<Task>, f: impl FnOnce() -> Poll<T>) -> Poll<T> {
    refuse_after_the_end(task);
    let idle_polls = task.begin_poll();
    if idle_polls >= BUSY_POLLS {
        run::fail_and_stop(diagnosis::busy(task), task);
    }
    noted(task, None, f)
}

/// The same for a poll by the test itself, which may poll as it likes.
#[track_caller]
pub(crate) fn by_hand<T>(task: &Arc<Task>, f: impl FnOnce() -> Poll<T>) -> Poll<T> {
    task.begin_poll();
    noted(task, Some(Location::caller()), f)
}

fn noted<T>(
    task: &Arc<Task>,
    place: Option<&'static Location<'static>>,
    f: impl FnOnce() -> Poll<T>,
) -> Poll<T> {
    if task.is_abandoned() {
        run::stop_this_thread();
    }
    let _call = calls::enter(Doing::Poll, task);
    let mut end = EndOfPoll {
        task,
        state: State::Panicked,
    };
    told(task, None, place);
    let poll = f();
    told(task, Some(poll.is_ready()), place);
    end.state = if poll.is_ready() {
        State::Ready
    } else {
        State::Pending
    };
    poll
}

/// Tells the picture of a model's run of a poll that begins, or has ended.
fn told(task: &Task, is_ready: Option<bool>, place: Option<&'static Location<'static>>) {
    #[cfg(loom)]
    model::record::polls(&task.name, is_ready, place);
    #[cfg(not(loom))]
    let _ = (task, is_ready, place);
}

fn refuse_after_the_end(task: &Task) {
    let (rule, how) = match task.state() {
        State::Ready => (
            "A future is not polled again after it returned Ready.",
            "returned Ready",
        ),
        State::Panicked => (
            "A future is not polled again after it panicked.",
            "panicked",
        ),
        State::New | State::Polling | State::Pending | State::Dropped => return,
    };
    let saw = format!(
        "{} {how} in poll {}, and was polled again",
        task.name,
        task.polls.get()
    );
    run::fail_and_stop(Report::wrong(None, rule, saw), task);
}

/// Notes the end of a poll, also when it unwinds.
struct EndOfPoll<'a> {
    task: &'a Task,
    state: State,
}

impl Drop for EndOfPoll<'_> {
    fn drop(&mut self) {
        self.task.end_poll(self.state);
    }
}
