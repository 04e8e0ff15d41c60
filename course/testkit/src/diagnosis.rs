//! Why nothing happens any more: from what was observed to the rule that was broken.
//!
//! The causes are tried in the order of [`CAUSES`]: those that explain the others come first. A
//! task that nobody wakes, for one, is no riddle if the thread that should have done so is stuck.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use crate::calls::{self, Call, Doing, ThreadLog};
use crate::exercise::Exercise;
use crate::panics::{self, Note};
use crate::poll;
use crate::report::Report;
use crate::run::{self, Run};
use crate::task::{Kind, State, Task};

/// All that is known of a run that came to no end.
pub(crate) struct Evidence {
    exercise: Option<Exercise>,
    what: String,
    elapsed: Duration,
    /// Whether it is certain that nothing can happen any more.
    proven: bool,
    tasks: Vec<Arc<Task>>,
    threads: Vec<(Arc<ThreadLog>, Vec<Call>)>,
    panics: Vec<Note>,
    /// Whether what other threads do can only be this run's affair.
    alone: bool,
}

/// What was found: the rule that was broken, and how that shows.
struct Finding {
    rule: String,
    saw: String,
}

type Cause = fn(&Evidence) -> Option<Finding>;

const CAUSES: [Cause; 10] = [
    a_thread_panicked,
    stuck_in_a_call,
    stuck_in_a_poll,
    polled_over_and_over,
    woken_and_not_polled,
    the_wrong_waker_was_woken,
    nobody_holds_the_waker,
    the_waker_is_never_called,
    finished_and_not_noticed,
    the_test_waits,
];

/// How long a call must have lasted to count as stuck when the process is not at a standstill.
const STUCK: Duration = Duration::from_millis(500);

/// The lines of a kind that a report lists at most.
const LINES_MAX: usize = 12;

impl Evidence {
    pub(crate) fn gather(run: &Run, elapsed: Duration, proven: bool) -> Evidence {
        let tasks = run.tasks();
        let alone = run::active_count() <= 1;
        let mut threads = Vec::new();
        for log in calls::logs() {
            let calls = log.calls();
            let of_ours = |call: &Call| match &call.task {
                Some(task) => tasks.iter().any(|ours| Arc::ptr_eq(ours, task)),
                None => alone,
            };
            if calls.iter().any(of_ours) {
                threads.push((log, calls));
            }
        }
        Evidence {
            exercise: run.exercise,
            what: run.what.clone(),
            elapsed,
            proven,
            tasks,
            threads,
            panics: if alone {
                panics::since(run.tick)
            } else {
                Vec::new()
            },
            alone,
        }
    }

    /// The message of a thread that ran into the hole of an exercise that is not started.
    pub(crate) fn hole(&self) -> Option<String> {
        let note = self.panics.iter().find(|note| note.is_hole())?;
        Some(format!(
            "{}\n(thread {} panicked at {})",
            note.message, note.thread, note.place
        ))
    }

    /// Futures that returned Pending last, the test's own before the kit's.
    fn pending(&self) -> impl Iterator<Item = &Arc<Task>> {
        let of_kind = |kind| {
            self.tasks
                .iter()
                .filter(move |task| task.kind == kind && task.state() == State::Pending)
        };
        of_kind(Kind::Probe).chain(of_kind(Kind::Leaf))
    }

    /// Wakers of the test that a thread waits for to be woken.
    fn awaited(&self) -> impl Iterator<Item = &Arc<Task>> {
        self.threads.iter().filter_map(|(_, calls)| {
            let call = calls.last()?;
            match call.doing {
                Doing::Wait(_) => call.task.as_ref(),
                _ => None,
            }
        })
    }

    /// The innermost call of each thread that has been in it for too long.
    fn stuck(&self) -> impl Iterator<Item = (&ThreadLog, &[Call], &Call)> {
        self.threads.iter().filter_map(|(log, calls)| {
            let call = calls.last()?;
            let too_long = self.proven || STUCK.min(self.elapsed / 2) <= call.since.elapsed();
            too_long.then_some((&**log, calls.as_slice(), call))
        })
    }
}

/// The report on a run that came to no end.
pub(crate) fn diagnose(evidence: &Evidence) -> Report {
    let finding = CAUSES
        .iter()
        .find_map(|cause| cause(evidence))
        .unwrap_or_else(|| unknown(evidence));
    let mut saw = finding.saw;
    saw += "\n";
    append_tasks(&mut saw, evidence);
    append_threads(&mut saw, evidence);
    let seconds = evidence.elapsed.as_secs_f64();
    if evidence.proven {
        _ = write!(
            saw,
            "Stopped after {seconds:.1} s: \"{}\" has come to no end, and each thread of the process \
             waits for another.",
            evidence.what,
        );
    } else {
        _ = write!(
            saw,
            "Stopped after {seconds:.1} s: \"{}\" has come to no end.",
            evidence.what
        );
    }
    Report::hangs(evidence.exercise, &finding.rule, saw)
}

fn a_thread_panicked(evidence: &Evidence) -> Option<Finding> {
    let note = evidence
        .panics
        .iter()
        .find(|note| note.thread_has_ended())?;
    Some(Finding {
        rule: "A thread that others wait for does not end in a panic.".to_owned(),
        saw: format!(
            "thread {} panicked at {}: {}",
            note.thread, note.place, note.message
        ),
    })
}

fn stuck_in_a_call(evidence: &Evidence) -> Option<Finding> {
    let (log, calls, call) = evidence
        .stuck()
        .find(|(_, _, call)| !matches!(call.doing, Doing::Poll | Doing::Wait(_)))?;
    let name = name(call);
    let (rule, does) = match call.doing {
        Doing::WakeByValue => (
            "A waker is called with no lock held.",
            format!("wake() of {name}"),
        ),
        Doing::WakeByRef => (
            "A waker is called with no lock held.",
            format!("wake_by_ref() of {name}"),
        ),
        Doing::CloneWaker => (
            "A waker is cloned with no lock held.",
            format!("clone() of {name}'s waker"),
        ),
        Doing::DropWaker => (
            "A waker is dropped with no lock held.",
            format!("the drop of {name}'s waker"),
        ),
        Doing::DropFuture => (
            "A future is dropped with no lock held.",
            format!("the drop of {name}'s future"),
        ),
        Doing::Poll | Doing::Wait(_) => unreachable!("filtered out above"),
    };
    Some(Finding {
        rule: rule.to_owned(),
        saw: format!(
            "deadlock: thread {} is stuck inside {does}{}; whoever made that call holds a lock that \
             the called code needs, too",
            log.label,
            inside(calls),
        ),
    })
}

fn stuck_in_a_poll(evidence: &Evidence) -> Option<Finding> {
    let (log, calls, call) = evidence
        .stuck()
        .find(|(_, _, call)| matches!(call.doing, Doing::Poll))?;
    Some(Finding {
        rule: "A poll never blocks its thread: it answers Ready or Pending at once.".to_owned(),
        saw: format!(
            "thread {} is stuck inside the poll of {}{}: it waits there for something, such as a \
             lock that is never released",
            log.label,
            name(call),
            inside(calls),
        ),
    })
}

fn polled_over_and_over(evidence: &Evidence) -> Option<Finding> {
    if evidence.proven {
        return None;
    }
    // Not enough for a busy loop at once, as other tests' wakes count as progress, too.
    const MANY: usize = 1_000;
    let task = evidence.pending().find(|task| MANY <= task.idle_polls())?;
    let report = poll::busy(task);
    Some(Finding {
        rule: report.rule().to_owned(),
        saw: report.saw().to_owned(),
    })
}

fn woken_and_not_polled(evidence: &Evidence) -> Option<Finding> {
    let task = evidence.pending().find(|task| task.is_woken())?;
    Some(Finding {
        rule: "A task that was woken is polled again.".to_owned(),
        saw: format!(
            "the wake got lost: {} was woken after its poll {} began, and has not been polled since",
            task.name,
            task.polls.get(),
        ),
    })
}

fn the_wrong_waker_was_woken(evidence: &Evidence) -> Option<Finding> {
    let rule =
        "A future that returns Pending keeps the waker of its latest poll, and no older one.";
    for task in evidence.pending() {
        let name = &task.name;
        let (latest, earlier) = task.held();
        let how = if task.is_woken_stale() {
            "the waker of an earlier poll was woken"
        } else if latest == 0 && earlier > 0 {
            "the waker of an earlier poll is still held"
        } else {
            continue;
        };
        let saw = format!(
            "stale waker: {how}, but {name} was polled with another one since, and that one was not",
        );
        return Some(Finding {
            rule: rule.to_owned(),
            saw,
        });
    }
    for awaited in evidence.awaited() {
        let polled_at = awaited.at(&awaited.polled_at);
        let earlier = evidence.tasks.iter().find(|task| {
            task.kind == Kind::Waker
                && task.at(&task.future_address) == awaited.at(&awaited.future_address)
                && task.at(&task.polled_at) < polled_at
                && (task.at(&task.woken_at) > polled_at || task.held().0 > 0)
        });
        if let Some(earlier) = earlier.filter(|_| polled_at > 0 && !awaited.is_woken()) {
            let done = if earlier.at(&earlier.woken_at) > polled_at {
                "was woken"
            } else {
                "is held"
            };
            let saw = format!(
                "stale waker: {} was the last to poll the future, but the waker of {}, which had \
                 polled it before, {done}",
                awaited.name, earlier.name,
            );
            return Some(Finding {
                rule: rule.to_owned(),
                saw,
            });
        }
    }
    None
}

fn nobody_holds_the_waker(evidence: &Evidence) -> Option<Finding> {
    let rule = "A future that returns Pending has given its waker to someone who will call it.";
    let lost = |task: &&Arc<Task>| !task.is_woken() && held(task) == 0;
    let task = evidence.pending().find(lost).or_else(|| {
        evidence
            .awaited()
            .find(|task| lost(task) && task.state() == State::Pending)
    })?;
    let saw = if task.kind == Kind::Waker {
        format!(
            "a future polled by {} returned Pending, and nobody holds its waker",
            task.name
        )
    } else {
        format!("{} returned Pending, and nobody holds its waker", task.name)
    };
    Some(Finding {
        rule: rule.to_owned(),
        saw,
    })
}

fn the_waker_is_never_called(evidence: &Evidence) -> Option<Finding> {
    let asleep = |task: &&Arc<Task>| !task.is_woken() && held(task) > 0;
    let task = evidence
        .pending()
        .find(asleep)
        .or_else(|| evidence.awaited().find(asleep))?;
    let keepers: Vec<&str> = evidence
        .tasks
        .iter()
        .filter(|leaf| leaf.state() == State::Pending)
        .filter(|leaf| leaf.kept().is_some_and(|kept| Arc::ptr_eq(&kept, task)))
        .map(|leaf| leaf.name.as_str())
        .collect();
    let by = match keepers.as_slice() {
        [] => String::new(),
        names => format!(" (by {}, where it waits)", names.join(", ")),
    };
    Some(Finding {
        rule: "Whoever keeps a waker calls it as soon as its task can go on.".to_owned(),
        saw: format!(
            "{} returned Pending; its waker is held{by}, but was not called since",
            task.name,
        ),
    })
}

fn finished_and_not_noticed(evidence: &Evidence) -> Option<Finding> {
    let mut probes = evidence
        .tasks
        .iter()
        .filter(|task| task.kind == Kind::Probe)
        .peekable();
    probes.peek()?;
    let names: Vec<&str> = probes.clone().map(|task| task.name.as_str()).collect();
    let finished = |task: &Arc<Task>| task.was_ready() || task.state() == State::Dropped;
    if !probes.all(finished) || evidence.awaited().next().is_some() {
        return None;
    }
    Some(Finding {
        rule: "Who waits for a future goes on when it is ready.".to_owned(),
        saw: format!(
            "{} came to an end, and someone still waits",
            names.join(", ")
        ),
    })
}

fn the_test_waits(evidence: &Evidence) -> Option<Finding> {
    let never_polled = evidence
        .tasks
        .iter()
        .find(|task| task.kind == Kind::Probe && task.state() == State::New);
    if let Some(task) = never_polled {
        return Some(Finding {
            rule: "A future that was handed over to run is polled at least once.".to_owned(),
            saw: format!("{} was never polled", task.name),
        });
    }
    let (log, call) = evidence.threads.iter().find_map(|(log, calls)| {
        let call = calls.last()?;
        matches!(call.doing, Doing::Wait(_)).then_some((log, call))
    })?;
    let seen = match &call.task {
        Some(task) => format!(", which was woken {}", times(task.wakes())),
        None => String::new(),
    };
    Some(Finding {
        rule: "What a test waits for happens.".to_owned(),
        saw: format!("thread {} is {}{seen}", log.label, call.words()),
    })
}

fn unknown(evidence: &Evidence) -> Finding {
    let _ = evidence.alone;
    Finding {
        rule: format!("\"{}\" comes to an end.", evidence.what),
        saw: "it did not, and no future or waker of the test kit tells why".to_owned(),
    }
}

fn append_tasks(saw: &mut String, evidence: &Evidence) {
    let shown = |task: &&Arc<Task>| match task.kind {
        Kind::Probe | Kind::Leaf => true,
        Kind::Waker => task.polls.get() + task.wakes() + task.clones.get() > 0,
        Kind::Token => false,
    };
    let tasks: Vec<_> = evidence.tasks.iter().filter(shown).collect();
    let width = tasks
        .iter()
        .map(|task| task.name.chars().count())
        .max()
        .unwrap_or(0)
        .min(30);
    for task in tasks.iter().take(LINES_MAX) {
        let state = match task.state() {
            State::New => "not polled",
            State::Polling => "in poll",
            State::Pending => "pending",
            State::Ready => "ready",
            State::Panicked => "panicked",
            State::Dropped if task.was_ready() => "ready, dropped",
            State::Dropped => "dropped",
        };
        _ = write!(
            saw,
            "{:width$}  {state}, polled {}",
            task.name,
            times(task.polls.get())
        );
        match task.kind {
            Kind::Leaf => {
                if let Some(kept) = task.kept() {
                    _ = write!(saw, ", keeps the waker of {}", kept.name);
                }
            }
            _ => {
                _ = write!(
                    saw,
                    ", woken {}, wakers held: {}",
                    times(task.wakes()),
                    held(task)
                );
            }
        }
        saw.push('\n');
    }
    if tasks.len() > LINES_MAX {
        _ = writeln!(saw, "… and {} more", tasks.len() - LINES_MAX);
    }
}

fn append_threads(saw: &mut String, evidence: &Evidence) {
    for (log, calls) in evidence.threads.iter().take(LINES_MAX) {
        let words: Vec<String> = calls.iter().map(Call::words).collect();
        _ = writeln!(saw, "thread {} is {}", log.label, words.join(", in that "));
    }
    for note in evidence.panics.iter().take(LINES_MAX) {
        _ = writeln!(saw, "thread {} panicked: {}", note.thread, note.message);
    }
}

/// Wakers of it that are alive; of a leaf, whether it keeps one.
fn held(task: &Task) -> usize {
    match task.kind {
        Kind::Leaf => usize::from(task.keeps_any()),
        _ => {
            let (latest, earlier) = task.held();
            latest + earlier
        }
    }
}

fn name(call: &Call) -> &str {
    call.task.as_ref().map_or("a future", |task| &task.name)
}

/// The calls around the innermost, in words.
fn inside(calls: &[Call]) -> String {
    let outer: Vec<String> = calls
        .iter()
        .rev()
        .skip(1)
        .map(|call| format!(", while {}", call.words()))
        .collect();
    outer.concat()
}

fn times(n: usize) -> String {
    match n {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}
