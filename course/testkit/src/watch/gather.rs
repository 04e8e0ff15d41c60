//! A picture of a run, taken when nothing happens any more.

use std::sync::Arc;
use std::time::Duration;

use crate::watch::run::Run;
use crate::words::calls::{self, Call};
use crate::words::evidence::{Evidence, Runner, Thread};
use crate::words::panics;
use crate::words::report;
use crate::words::share::Share;
use crate::words::threads::Stillness;

/// All that is known of `run`, which has not come to an end after `elapsed`.
pub(crate) fn gather(
    run: &Run,
    elapsed: Duration,
    stillness: &Stillness,
    share: &Share,
) -> Evidence {
    let tasks = run.tasks();
    let is_alone = run.is_alone();
    let is_ours = |call: &Call| match &call.task {
        Some(task) => tasks.iter().any(|ours| Arc::ptr_eq(ours, task)),
        None => is_alone,
    };
    let logs = calls::logs();
    let silent = logs
        .iter()
        .filter(|log| is_alone && log.is_silent_since_its_sleep(run.tick))
        .map(|log| log.label.clone())
        .collect();
    let threads = logs
        .into_iter()
        .map(|log| Thread {
            calls: log.calls(),
            log,
        })
        .filter(|thread| thread.calls.iter().any(is_ours))
        .collect();
    // One processor may be shared by many threads, so a runner need not have had all the time.
    let running = share.runners(share.time() / 10);
    let runner = run.own(share.loopers()).or_else(|| run.own(&running));
    let runner = runner.map(|id| Runner {
        id,
        label: match run.body_id.get() {
            Some(Some(body)) if *body == id => "the test's thread",
            _ => "a thread that the test has started",
        },
    });
    Evidence {
        exercise: run.exercise,
        what: run.what.clone(),
        at_the_end: run.at_the_end,
        elapsed,
        is_proven: stillness.is_proven(),
        threads,
        silent,
        runner,
        running,
        // What is told already was told by another test, or by the run itself.
        panics: panics::since(run.tick)
            .into_iter()
            .filter(|note| !report::is_report(&note.message))
            .collect(),
        is_alone,
        tasks,
    }
}
