//! Every interleaving of a model, those with the fewest changes from thread to thread first.
//!
//! What fails is best shown by a short run. So loom first tries all runs in which a thread goes on
//! until it waits or ends, then those in which one is interrupted once, and so on: what fails then
//! needs every interruption that it has. The small searches cost little beside the last one.

use std::cell::Cell;
use std::env;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Arc;

use crate::watch::run;
use crate::words::panics::{self, PanicMessage};
use crate::words::report::{self, Report};
use crate::words::rule::Rule;
use model::record;

thread_local! {
    /// The rule whose model this thread runs.
    static MODEL: Cell<Option<Rule>> = const { Cell::new(None) };
}

/// Has loom print what it does.
const LOG: &str = "LOOM_LOG";
/// Interruptions in a run, where the environment variable `LOOM_MAX_PREEMPTIONS` sets no limit: up
/// to this many first, then as many as there are.
const FEW_PREEMPTIONS: usize = 2;

/// See [`Rule::model_with`].
#[track_caller]
pub(crate) fn check(rule: Rule, least: usize, f: impl Fn() + Sync + Send + 'static) {
    let f = Arc::new(f);
    let body = move || {
        record::begin();
        f();
    };
    if env::var_os(LOG).is_some() {
        return judge(rule, in_model(rule, || caught(|| model::loom::model(body))));
    }
    let most = model::loom::model::Builder::new().preemption_bound;
    let most = most.map(|most| most.max(least));
    let mut bounds: Vec<Option<usize>> = (0..=most.unwrap_or(FEW_PREEMPTIONS.max(least)))
        .map(Some)
        .collect();
    if most.is_none() {
        bounds.push(None);
    }
    for bound in bounds {
        let mut builder = model::loom::model::Builder::new();
        builder.preemption_bound = bound;
        let body = body.clone();
        judge(rule, in_model(rule, || caught(|| builder.check(body))));
    }
}

fn caught(f: impl FnOnce()) -> std::thread::Result<()> {
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    record::stop();
    result
}

#[track_caller]
fn judge(rule: Rule, result: std::thread::Result<()>) {
    let Err(payload) = result else { return };
    let message = PanicMessage::of(&*payload);
    if report::is_report(&message) || panics::is_hole(&message) {
        panic::resume_unwind(payload);
    }
    run::fail_here(failed(rule, &message))
}

/// Runs `f`. A failure that loom itself finds is reported when it happens, as a break of `rule`:
/// what loom's types do while the model unwinds often ends the process.
fn in_model<R>(rule: Rule, f: impl FnOnce() -> R) -> R {
    let outer = MODEL.replace(Some(rule));
    let value = panics::witnessed(report_at_once, f);
    MODEL.set(outer);
    value
}

fn report_at_once(info: &PanicHookInfo<'_>) {
    let by_loom = info
        .location()
        .is_some_and(|place| place.file().contains("/loom-"));
    // One without a text is how loom's threads are ended.
    let (Some(rule), Some(message)) = (MODEL.get(), info.payload_as_str()) else {
        return;
    };
    if panics::is_hole(message) || report::is_report(message) {
        return;
    }
    if by_loom {
        let report = failed(rule, message);
        report.write();
        eprintln!("{report}");
    } else {
        record::panics(message, info.location());
        // The process may end before it is known whether it is caught. Those that are caught are so
        // in run after run, and are not worth a picture each.
        if record::is_new(message) {
            failed(rule, message).write_for_now();
        }
    }
}

/// What loom 0.7.2 says when a thread that waits for a mutex is unparked: it takes the thread for one that parks.
const UNPARKED_AT_A_LOCK: &str = "expected to be able to acquire lock";

const UNPARK_OF_LOOM: &str = "
This may be no fault of yours. In loom a thread that waits for a mutex must not be unparked meanwhile, as a thread may be. \
Let it sleep where only its waker can reach it: on a condition variable, or on a `ThreadPark` of its own.";

/// The report on a panic inside a model.
fn failed(rule: Rule, message: &str) -> Report {
    let told = match message.split_once("; threads = ") {
        // What follows is for those who know loom from within.
        Some((deadlock, _)) => deadlock,
        None => message.trim(),
    };
    let told = panics::plain(told);
    let mut saw = format!("loom found an interleaving that fails: {told}");
    if told.contains(UNPARKED_AT_A_LOCK) {
        saw.push_str(UNPARK_OF_LOOM);
    }
    let report = Report::wrong(Some(rule.exercise()), rule.sentence(), saw);
    report.with_run(record::told(message, None))
}
