//! What one [`within`](crate::within()) observes, and how a failure reaches it from any thread.

use std::cell::RefCell;
use std::ptr;
use std::sync::{Arc, Condvar, MutexGuard, OnceLock, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use crate::words::count;
use crate::words::exercise::Exercise;
use crate::words::label;
use crate::words::lock::Lock;
use crate::words::own::uncounted;
use crate::words::panics::{self, Note};
use crate::words::report::Report;
use crate::words::rule::Rule;
use crate::words::task::Task;
use crate::words::threads;

/// One call of `within`.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exercise: Option<Exercise>,
    pub(crate) what: String,
    /// What it means that all futures have come to their end, and the run has not.
    pub(crate) at_the_end: Option<(Rule, &'static str)>,
    /// When it began.
    pub(crate) tick: u64,
    /// How many runs it is inside of.
    depth: usize,
    /// The number of the thread that executes the body; later threads have higher ones.
    body: OnceLock<u64>,
    /// What the system calls that thread, if it says so.
    pub(crate) body_id: OnceLock<Option<u32>>,
    tasks: Lock<Vec<Weak<Task>>>,
    outcome: Lock<Outcome>,
    changed: Condvar,
}

/// What the supervisor waits for.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The body has returned or panicked.
    pub(crate) ended: bool,
    /// The first failure that a thread other than the body's has found.
    pub(crate) failure: Option<Report>,
}

/// Puts back what was the thread's run before.
pub(crate) struct Entered {
    outer: Option<Arc<Run>>,
    was_body: bool,
}

/// The runs that have not come to an end.
static ACTIVE: Lock<Vec<Arc<Run>>> = Lock::new(Vec::new());

thread_local! {
    /// The run whose body this thread executes.
    static CURRENT: RefCell<Option<Arc<Run>>> = const { RefCell::new(None) };

    /// Made by this thread outside of a run: the next one that it begins takes them on.
    static ORPHANS: RefCell<Vec<Weak<Task>>> = const { RefCell::new(Vec::new()) };
}

impl Run {
    /// Begins a run; this thread will supervise it.
    pub(crate) fn begin(
        exercise: Option<Exercise>,
        what: &str,
        at_the_end: Option<(Rule, &'static str)>,
    ) -> Arc<Run> {
        let outer = current_on_this_thread();
        let mut tasks = ORPHANS.take();
        if let Some(outer) = &outer {
            tasks.extend(outer.tasks.lock().iter().cloned());
        }
        let run = Arc::new(Run {
            exercise: exercise.or(outer.as_ref().and_then(|outer| outer.exercise)),
            what: what.to_owned(),
            at_the_end,
            tick: count::tick(),
            depth: outer.map_or(0, |outer| outer.depth + 1),
            body: OnceLock::new(),
            body_id: OnceLock::new(),
            tasks: Lock::new(tasks),
            outcome: Lock::default(),
            changed: Condvar::new(),
        });
        ACTIVE.lock().push(Arc::clone(&run));
        run
    }

    /// Takes the run off the active ones.
    pub(crate) fn end(self: &Arc<Run>) {
        ACTIVE.lock().retain(|run| !Arc::ptr_eq(run, self));
    }

    /// Makes this thread the one that executes the run's body.
    pub(crate) fn enter(self: &Arc<Run>) -> Entered {
        self.body.get_or_init(number_of_this_thread);
        self.body_id.get_or_init(threads::own_id);
        Entered {
            outer: CURRENT.replace(Some(Arc::clone(self))),
            was_body: label::set_body(true),
        }
    }

    pub(crate) fn body_ended(&self) {
        self.outcome.lock().ended = true;
        self.changed.notify_all();
    }

    pub(crate) fn outcome(&self) -> MutexGuard<'_, Outcome> {
        self.outcome.lock()
    }

    /// Waits until the outcome has changed, or `time` is over.
    pub(crate) fn wait<'a>(
        &self,
        outcome: MutexGuard<'a, Outcome>,
        time: Duration,
    ) -> MutexGuard<'a, Outcome> {
        self.changed
            .wait_timeout(outcome, time)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// Fails with `report`, unless a thread ran into an exercise that is not started: then with
    /// that, as it explains everything else.
    #[track_caller]
    pub(crate) fn fail(&self, report: &Report) -> ! {
        if let Some(hole) = self.hole() {
            panic!("{hole}");
        }
        report.write();
        panic!("{report}");
    }

    fn hole(&self) -> Option<String> {
        if !self.is_alone() {
            return None;
        }
        let note = panics::since(self.tick)
            .into_iter()
            .find(|note| panics::is_hole(&note.message))?;
        Some(format!(
            "{}\n({}, at {})",
            note.message, note.thread, note.place
        ))
    }

    /// The panics since it began, if they are its own for certain.
    pub(crate) fn panics(&self) -> Vec<Note> {
        match self.is_alone() {
            true => panics::since(self.tick),
            false => Vec::new(),
        }
    }

    /// Whether all other runs are around this one: then what any thread does is its affair.
    pub(crate) fn is_alone(&self) -> bool {
        ACTIVE.lock().len() <= self.depth + 1
    }

    /// One of these threads whose doings are this run's affair: that of its body; or any, if there is no other run.
    pub(crate) fn own(&self, threads: &[u32]) -> Option<u32> {
        let body = self.body_id.get().copied().flatten();
        let is_alone = self.is_alone();
        let mut threads = threads.iter().copied();
        threads.find(|id| is_alone || body == Some(*id))
    }

    /// Everything observed that still exists.
    pub(crate) fn tasks(&self) -> Vec<Arc<Task>> {
        self.tasks.lock().iter().filter_map(Weak::upgrade).collect()
    }

    /// Has the threads that are left behind stop when they poll one of our futures again: a busy
    /// loop would cost every later test its time.
    pub(crate) fn abandon(&self) {
        for task in self.tasks() {
            task.abandon();
        }
    }

    fn add(&self, task: &Arc<Task>) {
        let mut tasks = self.tasks.lock();
        prune(&mut tasks);
        uncounted(|| tasks.push(Arc::downgrade(task)));
    }

    fn set_failure(&self, report: &Report) {
        self.outcome
            .lock()
            .failure
            .get_or_insert_with(|| report.clone());
        self.changed.notify_all();
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.outer.take());
        label::set_body(self.was_body);
    }
}

/// Has the run of this thread observe `task`.
pub(crate) fn register(task: &Arc<Task>) {
    if let Some(run) = current() {
        run.add(task);
    } else {
        // Fails at the end of a thread, when nobody is left to observe for.
        _ = ORPHANS.try_with(|orphans| {
            let mut orphans = orphans.borrow_mut();
            prune(&mut orphans);
            uncounted(|| orphans.push(Arc::downgrade(task)));
        });
    }
}

/// Writes the report and panics with its text. If the panic would not reach the test by itself,
/// the run is told, too.
#[track_caller]
pub(crate) fn fail_here(report: Report) -> ! {
    #[cfg(loom)]
    let report = report.drawn(std::panic::Location::caller());
    let Some(run) = current() else {
        report.write();
        panic!("{report}");
    };
    let report = report.or_exercise(run.exercise);
    if !is_body_of_a_run() {
        run.set_failure(&report);
    }
    run.fail(&report)
}

/// For a place that must go on: has the run that observes `task`, or else the one of this thread,
/// fail as soon as it can.
///
/// # Panics
///
/// If there is no such run, and this thread is not panicking already.
pub(crate) fn fail_softly(report: Report, task: Option<&Task>) {
    let Some(run) = task.and_then(observer).or_else(current) else {
        report.write();
        if thread::panicking() {
            eprintln!("{report}");
            return;
        }
        panic!("{report}");
    };
    let report = report.or_exercise(run.exercise);
    report.write();
    run.set_failure(&report);
}

/// For a place that must not go on: has the run that observes `task` fail, and this thread sleep
/// for ever.
///
/// # Panics
///
/// If there is no such run.
pub(crate) fn fail_and_stop(report: Report, task: &Task) -> ! {
    let Some(run) = observer(task) else {
        report.write();
        panic!("{report}");
    };
    let report = report.or_exercise(run.exercise);
    report.write();
    run.set_failure(&report);
    stop_this_thread()
}

/// Never returns, and costs nothing.
pub(crate) fn stop_this_thread() -> ! {
    loop {
        thread::park();
    }
}

/// Before a list would grow, forgets those that are gone: loom makes the same tasks thousands of
/// times.
fn prune(tasks: &mut Vec<Weak<Task>>) {
    if tasks.len() == tasks.capacity() {
        tasks.retain(|task| task.strong_count() > 0);
    }
}

/// The run that this thread's doings belong to: the one whose body it executes. Or else, if all
/// runs there are lie inside one another, the innermost, provided that its body may have started
/// this thread.
pub(crate) fn current() -> Option<Arc<Run>> {
    if let Some(run) = current_on_this_thread() {
        return Some(run);
    }
    let active = ACTIVE.lock();
    let innermost = active.last()?;
    let is_only = active.len() == innermost.depth + 1;
    let is_older = *innermost.body.get()? < number_of_this_thread();
    (is_only && is_older).then(|| Arc::clone(innermost))
}

/// The run of this thread, or else the one that observes `task`.
fn observer(task: &Task) -> Option<Arc<Run>> {
    if let Some(run) = current_on_this_thread() {
        return Some(run);
    }
    let active = ACTIVE.lock();
    let run = active.iter().rev().find(|run| {
        let tasks = run.tasks.lock();
        tasks.iter().any(|ours| ptr::eq(ours.as_ptr(), task))
    });
    run.cloned()
}

/// The panics of this thread's run so far, if they are its own for certain; otherwise those of this
/// thread.
pub(crate) fn panics_so_far() -> Vec<Note> {
    let run = current();
    let is_alone = run.as_ref().is_some_and(|run| run.is_alone());
    let own = label::of_this_thread();
    panics::since(run.map_or(0, |run| run.tick))
        .into_iter()
        .filter(|note| is_alone || note.thread == own)
        .collect()
}

/// Threads are numbered in the order in which they are started.
pub(crate) fn number_of_this_thread() -> u64 {
    // The number itself is not to be had on stable Rust, but it is printed.
    let id = format!("{:?}", thread::current().id());
    let digits: String = id.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(u64::MAX)
}

/// Whether this thread executes the body of a run.
pub(crate) fn is_body_of_a_run() -> bool {
    current_on_this_thread().is_some()
}

fn current_on_this_thread() -> Option<Arc<Run>> {
    CURRENT.try_with(|run| run.borrow().clone()).ok().flatten()
}
