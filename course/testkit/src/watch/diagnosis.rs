//! Why nothing happens any more: from what was observed to the rule that was broken.
//!
//! The causes are tried in the order of [`CAUSES`]: those that explain the others come first. A
//! task that nobody wakes, for one, is no riddle if the thread that should have done so is stuck.

use std::sync::Arc;

use crate::words::calls::Doing;
use crate::words::evidence::{self, Evidence, times};
use crate::words::report::Report;
use crate::words::task::{Kind, State, Task};

/// What was found.
struct Finding {
    rule: String,
    saw: String,
    /// The thread it tells of, if it tells of one.
    thread: Option<String>,
}

type Cause = fn(&Evidence) -> Option<Finding>;

const CAUSES: [Cause; 14] = [
    a_thread_panicked,
    stuck_in_a_call,
    stuck_in_a_poll,
    polled_over_and_over,
    running_inside_a_call,
    woken_and_not_polled,
    the_wrong_waker_was_woken,
    nobody_holds_the_waker,
    the_waker_is_never_called,
    running_all_the_time,
    ended_and_not_noticed,
    never_polled,
    stuck_after_its_sleep,
    the_test_waits,
];

const LATEST_WAKER: &str =
    "A future that returns Pending keeps the waker of its latest poll, and no older one.";

impl Finding {
    fn new(rule: &str, saw: String) -> Finding {
        Finding {
            rule: rule.to_owned(),
            saw,
            thread: None,
        }
    }

    fn on(mut self, thread: &str) -> Finding {
        self.thread = Some(thread.to_owned());
        self
    }
}

/// The report on a run that has not come to an end.
pub(crate) fn diagnose(evidence: &Evidence) -> Report {
    let finding = CAUSES.iter().find_map(|cause| cause(evidence));
    let finding = finding.unwrap_or_else(|| unknown(evidence));
    let saw = format!(
        "{}\n{}",
        finding.saw,
        evidence.lines(finding.thread.as_deref())
    );
    Report::hangs(evidence.exercise, &finding.rule, saw)
}

fn a_thread_panicked(evidence: &Evidence) -> Option<Finding> {
    let note = evidence.uncaught_panics().next()?;
    let rule = "A thread that others wait for does not end in a panic.";
    let saw = format!(
        "{} panicked at {}: {}",
        note.thread, note.place, note.message
    );
    Some(Finding::new(rule, saw).on(&note.thread))
}

fn stuck_in_a_call(evidence: &Evidence) -> Option<Finding> {
    evidence.stuck().find_map(|thread| {
        let call = thread.innermost();
        let name = call.task.as_ref().map_or("a future", |task| &task.name);
        let rule = match call.doing {
            Doing::WakeByValue | Doing::WakeByRef => "A waker is called with no lock held.",
            Doing::CloneWaker => "A waker is cloned with no lock held.",
            Doing::DropWaker => "A waker is dropped with no lock held.",
            Doing::DropFuture => "A future is dropped with no lock held.",
            Doing::Poll | Doing::Wait(_) | Doing::Sleep(_) => return None,
        };
        let inside = inside(&call.doing, name)?;
        let saw = format!(
            "deadlock: {} is stuck inside {inside}{}; the code that made that call holds a lock that the \
             called code needs, too",
            thread.label(),
            thread.outer_calls(),
        );
        Some(Finding::new(rule, saw).on(thread.label()))
    })
}

/// A call in words, if it is one that the code under test has to return from.
fn inside(doing: &Doing, name: &str) -> Option<String> {
    match doing {
        Doing::Poll => Some(format!("the poll of {name}")),
        Doing::WakeByValue => Some(format!("wake() of {name}")),
        Doing::WakeByRef => Some(format!("wake_by_ref() of {name}")),
        Doing::CloneWaker => Some(format!("clone() of {name}'s waker")),
        Doing::DropWaker => Some(format!("the drop of {name}'s waker")),
        Doing::DropFuture => Some(format!("the drop of {name}'s future")),
        Doing::Wait(_) | Doing::Sleep(_) => None,
    }
}

/// What a future's poll promises.
const NO_BLOCK: &str = "A poll never blocks its thread: it answers Ready or Pending at once.";

/// What any other call promises.
const RETURNS: &str = "A call does its work and returns; it does not go round and round.";

fn stuck_in_a_poll(evidence: &Evidence) -> Option<Finding> {
    let thread = evidence
        .stuck()
        .find(|thread| matches!(thread.innermost().doing, Doing::Poll))?;
    let name = thread
        .innermost()
        .task
        .as_ref()
        .map_or("a future", |task| &task.name);
    let saw = format!(
        "{} is stuck inside the poll of {name}{}: it waits there for something, such as a lock that \
         is never released",
        thread.label(),
        thread.outer_calls(),
    );
    Some(Finding::new(NO_BLOCK, saw).on(thread.label()))
}

fn polled_over_and_over(evidence: &Evidence) -> Option<Finding> {
    // Fewer than make a busy loop at once, as the progress of other tests starts the count anew.
    const MANY: usize = 1_000;
    if evidence.is_proven {
        return None;
    }
    let task = evidence.pending().find(|task| MANY <= task.idle_polls())?;
    let report = busy(task);
    Some(Finding::new(report.rule(), report.saw().to_owned()))
}

/// The report on a future that is polled over and over.
pub(crate) fn busy(task: &Task) -> Report {
    let name = &task.name;
    let idle = task.idle_polls();
    if task.wakes_of_itself.get() * 2 > idle {
        let rule =
            "A future that has to wait keeps its waker; it does not wake itself to ask again.";
        let saw = format!(
            "busy loop: {name} was polled {idle} times in a row, and each time it woke its own \
             waker and returned Pending; nothing else happened in between",
        );
        Report::hangs(None, rule, saw)
    } else {
        let rule = "After Pending, a future is polled again when its waker was woken, not before.";
        let what = if task.kind == Kind::Leaf {
            "the future "
        } else {
            ""
        };
        let saw = format!(
            "busy loop: {what}{name} was polled {idle} times in a row, and no waker was woken in \
             between; who waits for a wake has to let its thread sleep",
        );
        Report::hangs(None, rule, saw)
    }
}

fn running_inside_a_call(evidence: &Evidence) -> Option<Finding> {
    let thread = evidence.running_inside()?;
    let call = thread.innermost();
    let name = call.task.as_ref().map_or("a future", |task| &task.name);
    let inside = inside(&call.doing, name)?;
    let rule = match call.doing {
        Doing::Poll => NO_BLOCK,
        _ => RETURNS,
    };
    let saw = format!(
        "{} is running all the time inside {inside}{}: a loop without an end",
        thread.label(),
        thread.outer_calls(),
    );
    Some(Finding::new(rule, saw).on(thread.label()))
}

fn woken_and_not_polled(evidence: &Evidence) -> Option<Finding> {
    let task = evidence.pending().find(|task| task.is_woken())?;
    let rule = "A task that was woken is polled again.";
    let saw = format!(
        "the wake got lost: {} was woken after its poll {} began, and has not been polled since",
        task.name,
        task.polls.get(),
    );
    Some(Finding::new(rule, saw))
}

fn the_wrong_waker_was_woken(evidence: &Evidence) -> Option<Finding> {
    evidence
        .pending()
        .find_map(|task| {
            let (latest, earlier) = task.held();
            let how = if task.is_woken_stale() {
                "was woken"
            } else if latest == 0 && earlier > 0 {
                "is still held"
            } else {
                return None;
            };
            let saw = format!(
                "stale waker: the waker of an earlier poll {how}, but {} was polled with another \
                 one since, and that one was not",
                task.name,
            );
            Some(Finding::new(LATEST_WAKER, saw))
        })
        .or_else(|| {
            evidence
                .awaited()
                .find_map(|awaited| stale(evidence, awaited))
        })
}

/// The waker that polled the same future before the one that is waited for, if it is the one that
/// was kept.
fn stale(evidence: &Evidence, awaited: &Task) -> Option<Finding> {
    let polled_at = awaited.at(&awaited.polled_at);
    if polled_at == 0 || awaited.is_woken() {
        return None;
    }
    let address = awaited.at(&awaited.future_address);
    let is_earlier = |task: &&Arc<Task>| {
        task.kind == Kind::Waker
            && task.at(&task.future_address) == address
            && task.at(&task.polled_at) < polled_at
    };
    evidence.tasks.iter().filter(is_earlier).find_map(|earlier| {
        let how = if earlier.at(&earlier.woken_at) > polled_at {
            "was woken"
        } else if evidence::held(earlier) > evidence::held(awaited) {
            "is still held"
        } else {
            return None;
        };
        let saw = format!(
            "stale waker: {} was the last to poll the future, but the waker of {}, which had polled \
             it before, {how}",
            awaited.name, earlier.name,
        );
        Some(Finding::new(LATEST_WAKER, saw))
    })
}

fn nobody_holds_the_waker(evidence: &Evidence) -> Option<Finding> {
    let is_lost = |task: &&Arc<Task>| {
        task.state() == State::Pending && !task.is_woken() && evidence::held(task) == 0
    };
    let task = evidence
        .pending()
        .find(is_lost)
        .or_else(|| evidence.awaited().find(is_lost))?;
    let rule = "A future that returns Pending has given its waker to code that will call it.";
    let who = match task.kind {
        Kind::Waker => format!("a future polled by {}", task.name),
        _ => task.name.clone(),
    };
    Some(Finding::new(
        rule,
        format!("{who} returned Pending, and nothing holds its waker"),
    ))
}

fn the_waker_is_never_called(evidence: &Evidence) -> Option<Finding> {
    let is_asleep = |task: &&Arc<Task>| !task.is_woken() && evidence::held(task) > 0;
    let task = evidence
        .pending()
        .find(is_asleep)
        .or_else(|| evidence.awaited().find(is_asleep))?;
    let keepers: Vec<&str> = evidence
        .tasks
        .iter()
        .filter(|leaf| leaf.state() == State::Pending)
        .filter(|leaf| leaf.kept().is_some_and(|kept| Arc::ptr_eq(&kept, task)))
        .map(|leaf| leaf.name.as_str())
        .collect();
    let by = match keepers.as_slice() {
        [] => String::new(),
        names => format!(" (by {}, which it waits for)", names.join(", ")),
    };
    let rule = "Code that keeps a waker calls it as soon as its task can go on.";
    if let Some(thread) = evidence.silent.first() {
        let saw = format!(
            "{thread} is stuck: its sleep is over, but it has not called the waker of {}, which is \
             still held{by}. It waits for something else first, such as a lock that it has locked \
             itself and not unlocked",
            task.name
        );
        return Some(Finding::new(rule, saw).on(thread));
    }
    let saw = match task.state() {
        State::Pending => {
            format!(
                "{} returned Pending; its waker is held{by}, but was not called",
                task.name
            )
        }
        _ => format!("the waker of {} is held{by}, but was not called", task.name),
    };
    Some(Finding::new(rule, saw))
}

fn running_all_the_time(evidence: &Evidence) -> Option<Finding> {
    let runner = evidence.runner.as_ref()?.label;
    let saw = format!("{runner} is running all the time: a loop without an end");
    Some(Finding::new(RETURNS, saw))
}

fn ended_and_not_noticed(evidence: &Evidence) -> Option<Finding> {
    if evidence.awaited().next().is_some() {
        return None;
    }
    if let Some((rule, meaning)) = evidence.at_the_end
        && evidence.all_have_ended()
    {
        return Some(Finding::new(rule.sentence(), meaning.to_owned()));
    }
    let ends: Option<Vec<String>> = evidence
        .probes()
        .map(|task| {
            let how = match task.state() {
                State::Ready => "returned Ready",
                State::Dropped if task.was_ready() => "returned Ready",
                State::Panicked => "panicked",
                State::Dropped => "was dropped before it was ready",
                State::New | State::Polling | State::Pending => return None,
            };
            Some(format!("{} {how}", task.name))
        })
        .collect();
    let ends = ends.filter(|ends| !ends.is_empty())?;
    let rule = "Code that waits for a future learns of its end, and goes on.";
    Some(Finding::new(
        rule,
        format!("{}; and something still waits", ends.join(", ")),
    ))
}

fn never_polled(evidence: &Evidence) -> Option<Finding> {
    let task = evidence.probes().find(|task| task.state() == State::New)?;
    let rule = "A future that was handed over to be run is polled at least once.";
    Some(Finding::new(
        rule,
        format!("{} was never polled", task.name),
    ))
}

fn stuck_after_its_sleep(evidence: &Evidence) -> Option<Finding> {
    let thread = evidence.silent.first()?;
    let rule = "A thread that has slept to the end does what it has slept for.";
    let saw = format!(
        "{thread} is stuck: its sleep is over, and it got no further. It waits for something, such \
         as a lock that it has locked itself and not unlocked"
    );
    Some(Finding::new(rule, saw).on(thread))
}

fn the_test_waits(evidence: &Evidence) -> Option<Finding> {
    let waits = |doing: &Doing| matches!(doing, Doing::Wait(_) | Doing::Sleep(_));
    let thread = evidence
        .threads
        .iter()
        .find(|thread| waits(&thread.innermost().doing))?;
    let call = thread.innermost();
    let seen = match &call.task {
        Some(task) => format!(", which was woken {}", times(task.wakes())),
        None => String::new(),
    };
    let saw = format!("{} is {}{seen}", thread.label(), call.words());
    Some(Finding::new("What a test waits for happens.", saw).on(thread.label()))
}

fn unknown(evidence: &Evidence) -> Finding {
    let rule = "What was called returns, and what was started comes to an end.";
    let saw = format!(
        "\"{}\" did not, and no future or waker of the test kit tells why",
        evidence.what
    );
    Finding::new(rule, saw)
}
