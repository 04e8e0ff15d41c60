//! All that is known of a run that has not come to an end.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use crate::words::calls::{Call, Doing, ThreadLog};
use crate::words::exercise::Exercise;
use crate::words::panics::Note;
use crate::words::rule::Rule;
use crate::words::task::{Kind, State, Task};

/// A picture of a run, taken when nothing happened any more.
pub(crate) struct Evidence {
    pub(crate) exercise: Option<Exercise>,
    pub(crate) what: String,
    /// What it means that all futures have come to their end, and the run has not.
    pub(crate) at_the_end: Option<(Rule, &'static str)>,
    pub(crate) elapsed: Duration,
    /// Whether it is certain that nothing can happen any more.
    pub(crate) is_proven: bool,
    /// Everything observed that still exists.
    pub(crate) tasks: Vec<Arc<Task>>,
    /// The threads that are inside calls of this run.
    pub(crate) threads: Vec<Thread>,
    /// The labels of the threads whose sleep on a manual clock is over, and that live and have done
    /// nothing since that the kit could see.
    pub(crate) silent: Vec<String>,
    /// A thread of this run that has been running for a good part of the time, and runs on.
    pub(crate) runner: Option<Runner>,
    /// What the system calls the threads of which that can be said.
    pub(crate) running: Vec<u32>,
    /// The panics since the run began. With other tests in the process they may be theirs.
    pub(crate) panics: Vec<Note>,
    /// Whether this is the only run, so that what any thread does is its affair.
    pub(crate) is_alone: bool,
}

/// A thread that does not stop running.
pub(crate) struct Runner {
    /// What the system calls it.
    pub(crate) id: u32,
    pub(crate) label: &'static str,
}

/// A thread inside at least one call.
pub(crate) struct Thread {
    pub(crate) log: Arc<ThreadLog>,
    /// The outermost first.
    pub(crate) calls: Vec<Call>,
}

/// How long a call must have lasted to count as stuck when the process is not at a standstill.
const STUCK: Duration = Duration::from_millis(100);

/// The lines of a kind that are listed at most.
const LINES_MAX: usize = 12;

impl Evidence {
    /// Panics that ended their threads, if they are ours for certain.
    pub(crate) fn uncaught_panics(&self) -> impl Iterator<Item = &Note> {
        self.panics
            .iter()
            .filter(|note| self.is_alone && note.thread_has_ended())
    }

    /// The futures that returned Pending last. The kit's own are of interest only if there are
    /// none of the test's, which wait for them.
    pub(crate) fn pending(&self) -> impl Iterator<Item = &Arc<Task>> {
        let pending = |kind| {
            let is_pending =
                move |task: &&Arc<Task>| task.kind == kind && task.state() == State::Pending;
            self.tasks.iter().filter(is_pending)
        };
        let has_probes = pending(Kind::Probe).next().is_some();
        pending(if has_probes { Kind::Probe } else { Kind::Leaf })
    }

    /// Whether none of the futures, the kit's own included, is left unfinished.
    pub(crate) fn all_have_ended(&self) -> bool {
        self.tasks.iter().all(|task| match task.kind {
            Kind::Probe | Kind::Leaf => {
                matches!(
                    task.state(),
                    State::Ready | State::Panicked | State::Dropped
                )
            }
            Kind::Waker | Kind::Token => true,
        })
    }

    /// The futures of the test's.
    pub(crate) fn probes(&self) -> impl Iterator<Item = &Arc<Task>> {
        self.tasks.iter().filter(|task| task.kind == Kind::Probe)
    }

    /// The wakers that a thread waits for to be woken.
    pub(crate) fn awaited(&self) -> impl Iterator<Item = &Arc<Task>> {
        self.threads.iter().filter_map(|thread| {
            let call = thread.innermost();
            matches!(call.doing, Doing::Wait(_)).then_some(call.task.as_ref())?
        })
    }

    /// The threads that have been inside their innermost call for too long, and do not run all the
    /// time.
    pub(crate) fn stuck(&self) -> impl Iterator<Item = &Thread> {
        self.threads.iter().filter(|thread| {
            let time = thread.innermost().since.elapsed();
            let runs = thread.log.id.is_some_and(|id| self.running.contains(&id));
            self.is_proven || !runs && STUCK.min(self.elapsed / 2) <= time
        })
    }

    /// The thread that does not stop running, if it does so inside a call that it should return
    /// from.
    pub(crate) fn running_inside(&self) -> Option<&Thread> {
        let runner = self.runner.as_ref()?;
        self.threads
            .iter()
            .find(|thread| thread.log.id == Some(runner.id))
            .filter(|thread| !matches!(thread.innermost().doing, Doing::Wait(_) | Doing::Sleep(_)))
    }

    /// What is known beside the finding, one line for each thing: the tasks, the threads other
    /// than the one called `told_of`, and how the run was stopped.
    pub(crate) fn lines(&self, told_of: Option<&str>) -> String {
        let mut text = String::new();
        self.write_tasks(&mut text);
        for thread in self.threads.iter().take(LINES_MAX) {
            if Some(thread.label()) != told_of {
                let calls: Vec<String> = thread.calls.iter().map(Call::words).collect();
                _ = writeln!(
                    text,
                    "{} is {}",
                    thread.label(),
                    calls.join(", and in that ")
                );
            }
        }
        for label in self.silent.iter().take(LINES_MAX) {
            if Some(label.as_str()) != told_of {
                _ = writeln!(text, "{label} has slept to the end, and got no further");
            }
        }
        for note in self.panics.iter().take(LINES_MAX) {
            if Some(note.thread.as_str()) != told_of {
                let first_line = note.message.lines().next().unwrap_or_default();
                _ = writeln!(text, "{} has panicked: {first_line}", note.thread);
            }
        }
        let seconds = self.elapsed.as_secs_f64();
        let proof = if self.is_proven {
            ", and each thread of the process waits for another"
        } else {
            ""
        };
        let what = &self.what;
        _ = write!(
            text,
            "Stopped after {seconds:.1} s: \"{what}\" has not come to an end{proof}."
        );
        text
    }

    fn write_tasks(&self, text: &mut String) {
        let is_shown = |task: &&Arc<Task>| match task.kind {
            Kind::Probe | Kind::Leaf => true,
            Kind::Waker => task.polls.get() + task.wakes() + task.clones.get() > 0,
            Kind::Token => false,
        };
        let tasks: Vec<_> = self.tasks.iter().filter(is_shown).collect();
        let width = tasks
            .iter()
            .map(|task| task.name.chars().count())
            .max()
            .unwrap_or(0)
            .min(30);
        for task in tasks.iter().take(LINES_MAX) {
            _ = writeln!(text, "{:width$}  {}", task.name, state(task));
        }
        if LINES_MAX < tasks.len() {
            _ = writeln!(text, "… and {} more", tasks.len() - LINES_MAX);
        }
    }
}

impl Thread {
    /// What to call it: "thread 'timer'".
    pub(crate) fn label(&self) -> &str {
        &self.log.label
    }

    pub(crate) fn innermost(&self) -> &Call {
        self.calls
            .last()
            .expect("only threads inside a call are evidence")
    }

    /// The calls around the innermost: ", while polling task 1".
    pub(crate) fn outer_calls(&self) -> String {
        let outer = self.calls.iter().rev().skip(1);
        outer
            .map(|call| format!(", while {}", call.words()))
            .collect()
    }
}

/// Wakers of it that are alive; of a leaf, whether it keeps one.
pub(crate) fn held(task: &Task) -> usize {
    if task.kind == Kind::Leaf {
        return usize::from(task.keeps_any());
    }
    let (latest, earlier) = task.held();
    latest + earlier
}

pub(crate) fn times(n: usize) -> String {
    match n {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

/// What there is to say of a task: "pending, polled once, woken never, wakers held: 0".
fn state(task: &Task) -> String {
    let state = match task.state() {
        State::New if task.kind == Kind::Waker => "no poll by hand",
        State::New => "not polled yet",
        State::Polling => "in poll",
        State::Pending => "pending",
        State::Ready => "ready",
        State::Panicked => "panicked",
        State::Dropped if task.was_ready() => "ready, dropped",
        State::Dropped => "dropped",
    };
    let mut text = state.to_owned();
    if task.polls.get() > 0 {
        _ = write!(text, ", polled {}", times(task.polls.get()));
    }
    match (task.kind, task.kept()) {
        (Kind::Leaf, Some(kept)) => _ = write!(text, ", keeps the waker of {}", kept.name),
        (Kind::Leaf, None) => {}
        _ => {
            _ = write!(
                text,
                ", woken {}, wakers held: {}",
                times(task.wakes()),
                held(task)
            )
        }
    }
    text
}
