//! Every way a task can end, times everything its handle can do meanwhile.
//!
//! What panics: the poll, the drop of the future, the drop of the output. What the handle does: it
//! is polled or not, and dropped at one of five moments. When the task is aborted, through which
//! handle, from which thread. On every scheduler. For each combination the test knows how often
//! the future is polled, that it is dropped once, that each output is dropped once, what the
//! handle returns, and that nothing is left behind.

#![cfg(not(loom))]

pub(crate) mod schedulers;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Waker};
use std::thread;

use harness::{AbortHandle, JoinError, JoinHandle};
use schedulers::{Elsewhere, Local, Pool, Scheduler};
use testkit::{Exercise, Rule};

/// What panics in the future.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Panics {
    Never,
    OnRun,
    OnDrop,
    OnRunAndDrop,
}

/// When the handle is dropped, and when the task is aborted. The moments are in order.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Moment {
    Spawned,
    /// Inside of the first poll. Only for an abort, through an `AbortHandle`.
    WhilePolled,
    PolledOnce,
    Finished,
    OutputTaken,
    Never,
}

/// Through which handle the task is aborted, and where that is called.
#[derive(Clone, Copy, Debug, PartialEq)]
enum AbortBy {
    JoinHandle,
    AbortHandle,
    OtherThread,
}

impl AbortBy {
    fn call(self, abort: AbortHandle) {
        match self {
            AbortBy::JoinHandle => unreachable!("the handle aborts by itself"),
            AbortBy::AbortHandle => abort.abort(),
            AbortBy::OtherThread => thread::scope(|scope| {
                scope.spawn(move || abort.abort());
            }),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Case {
    panics: Panics,
    output_panics: bool,
    join_is_polled: bool,
    join_dropped: Moment,
    aborted: Moment,
    abort_by: AbortBy,
}

#[derive(Default)]
struct Counts {
    polls: AtomicUsize,
    future_drops: AtomicUsize,
    outputs: AtomicUsize,
    output_drops: AtomicUsize,
}

const EXPECTED: &str = "expected by the test";

/// Pending once, with a waker left behind; then done, or panics.
struct Subject {
    case: Case,
    counts: Arc<Counts>,
    waker: Arc<std::sync::Mutex<Option<Waker>>>,
    /// Its own, if it is to be aborted while it is polled.
    abort: Arc<std::sync::Mutex<Option<AbortHandle>>>,
}

struct Output {
    panics: bool,
    counts: Arc<Counts>,
}

impl Future for Subject {
    type Output = Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Output> {
        if self.counts.polls.fetch_add(1, SeqCst) == 0 {
            *self.waker.lock().unwrap() = Some(cx.waker().clone());
            if let Some(abort) = self.abort.lock().unwrap().take() {
                self.case.abort_by.call(abort);
            }
            return Poll::Pending;
        }
        if matches!(self.case.panics, Panics::OnRun | Panics::OnRunAndDrop) {
            panic!("{EXPECTED}: in poll");
        }
        self.counts.outputs.fetch_add(1, SeqCst);
        Poll::Ready(Output {
            panics: self.case.output_panics,
            counts: Arc::clone(&self.counts),
        })
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        self.counts.future_drops.fetch_add(1, SeqCst);
        if matches!(self.case.panics, Panics::OnDrop | Panics::OnRunAndDrop) {
            panic!("{EXPECTED}: in drop");
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.counts.output_drops.fetch_add(1, SeqCst);
        if self.panics {
            panic!("{EXPECTED}: in the output's drop");
        }
    }
}

fn all_cases() -> Vec<Case> {
    use Moment::{Finished, Never, OutputTaken, PolledOnce, Spawned, WhilePolled};
    let moments_dropped = [Spawned, PolledOnce, Finished, OutputTaken, Never];
    let moments_aborted = [
        Spawned,
        WhilePolled,
        PolledOnce,
        Finished,
        OutputTaken,
        Never,
    ];
    let mut cases = Vec::new();
    for panics in [
        Panics::Never,
        Panics::OnRun,
        Panics::OnDrop,
        Panics::OnRunAndDrop,
    ] {
        for output_panics in [false, true] {
            for join_is_polled in [false, true] {
                for join_dropped in moments_dropped {
                    for aborted in moments_aborted {
                        for abort_by in [
                            AbortBy::JoinHandle,
                            AbortBy::AbortHandle,
                            AbortBy::OtherThread,
                        ] {
                            cases.push(Case {
                                panics,
                                output_panics,
                                join_is_polled,
                                join_dropped,
                                aborted,
                                abort_by,
                            });
                        }
                    }
                }
            }
        }
    }
    // A handle that is gone can neither abort nor be polled.
    cases.retain(|case| {
        let is_aborted_too_late = case.abort_by == AbortBy::JoinHandle
            && case.aborted != Never
            && case.join_dropped < case.aborted;
        let is_polled_too_late = case.join_is_polled && case.join_dropped == Spawned;
        // Outside of the task, and not at hand in its poll.
        let is_out_of_reach = case.abort_by == AbortBy::JoinHandle && case.aborted == WhilePolled;
        let is_same_case = case.aborted == Never && case.abort_by != AbortBy::JoinHandle;
        !(is_aborted_too_late || is_polled_too_late || is_out_of_reach || is_same_case)
    });
    cases
}

/// Lets the panics of the subjects pass in silence.
fn silence_expected_panics() {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let is_expected = info
            .payload()
            .downcast_ref::<String>()
            .is_some_and(|text| text.starts_with(EXPECTED));
        if !is_expected {
            loud(info);
        }
    }));
}

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const ENDS_ONCE: Rule = CHAPTER.may_be("3.3, 3.5, 3.6 or 3.7").rule(
    "However a task ends, its future and its output are dropped once, its handle is told, and its \
     cell is freed.",
);

#[test]
fn every_combination_on_every_scheduler() {
    every_combination::<Pool>(ENDS_ONCE);
    every_combination::<Local>(ENDS_ONCE);
    every_combination::<Elsewhere>(ENDS_ONCE);
}

/// The matrix on one scheduler. Later chapters call it with theirs, and with a rule of their own.
pub(crate) fn every_combination<S: Scheduler>(rule: Rule) {
    static SILENCE: Once = Once::new();
    SILENCE.call_once(silence_expected_panics);
    let cases = all_cases();
    // Miri is a hundred times slower, and eight schedulers run this: it takes a sample.
    let step = if cfg!(miri) { 97 } else { 1 };
    let mut count = 0;
    for case in cases.iter().copied().step_by(step) {
        let what = format!("{case:?}, on {}", S::NAME);
        rule.holds(&what, move || Run::<S>::new(case).all());
        count += 1;
    }
    println!("{count} combinations on {}", S::NAME);
    assert!(cfg!(miri) || 500 < count, "only {count} combinations");
}

struct Run<S> {
    case: Case,
    scheduler: S,
    counts: Arc<Counts>,
    waker: Arc<std::sync::Mutex<Option<Waker>>>,
    join: Option<JoinHandle<Output>>,
    abort: Option<AbortHandle>,
    result: Option<Result<Output, JoinError>>,
}

impl<S: Scheduler> Run<S> {
    fn new(case: Case) -> Run<S> {
        let scheduler = S::start();
        let counts = Arc::new(Counts::default());
        let waker = Arc::default();
        let own: Arc<std::sync::Mutex<Option<AbortHandle>>> = Arc::default();
        let join = scheduler.spawn(Subject {
            case,
            counts: Arc::clone(&counts),
            waker: Arc::clone(&waker),
            abort: Arc::clone(&own),
        });
        let mut abort = Some(join.abort_handle());
        if case.aborted == Moment::WhilePolled {
            *own.lock().unwrap() = abort.take();
        }
        Run {
            case,
            scheduler,
            counts,
            waker,
            abort,
            join: Some(join),
            result: None,
        }
    }

    fn all(mut self) {
        self.reach(Moment::Spawned);
        self.scheduler.run();
        self.poll_join();
        self.reach(Moment::PolledOnce);
        // A task that was aborted before has run to its end in here.
        self.scheduler.run();
        let waker = self.waker.lock().unwrap().take();
        if let Some(waker) = waker {
            waker.wake();
        }
        self.scheduler.run();
        self.reach(Moment::Finished);
        self.take_output();
        self.reach(Moment::OutputTaken);
        self.scheduler.run();
        self.check();
    }

    /// Does what is due at this moment: first the abort, then the drop.
    fn reach(&mut self, moment: Moment) {
        if self.case.aborted == moment {
            let abort = self.abort.take().unwrap();
            match self.case.abort_by {
                AbortBy::JoinHandle => self.join.as_ref().unwrap().abort(),
                by => by.call(abort),
            }
        }
        if self.case.join_dropped == moment {
            // Whatever panics in here must not reach us.
            drop(self.join.take());
        }
    }

    fn poll_join(&mut self) {
        if !self.case.join_is_polled || self.result.is_some() {
            return;
        }
        if let Some(join) = &mut self.join {
            let mut cx = Context::from_waker(Waker::noop());
            if let Poll::Ready(result) = pin!(join).poll(&mut cx) {
                self.result = Some(result);
            }
        }
    }

    fn take_output(&mut self) {
        self.poll_join();
        if let Some(result) = self.result.take() {
            self.check_result(result);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.case.aborted <= Moment::PolledOnce
    }

    fn check_result(&self, result: Result<Output, JoinError>) {
        let panics_in_drop = matches!(self.case.panics, Panics::OnDrop | Panics::OnRunAndDrop);
        match result {
            Ok(output) => {
                assert_eq!(
                    self.case.panics,
                    Panics::Never,
                    "what panics, and still there is an output"
                );
                assert!(
                    !self.is_cancelled(),
                    "a task that was aborted in time has an output"
                );
                // Ours now, and so is its panic.
                let _ = catch_unwind(AssertUnwindSafe(|| drop(output)));
            }
            Err(error) if error.is_cancelled() => {
                assert!(
                    self.is_cancelled(),
                    "it was not aborted in time, and is cancelled"
                );
                assert!(
                    !panics_in_drop,
                    "the panic of the future's drop is not told"
                );
            }
            Err(error) => {
                let text = error.to_string();
                let expected = match self.case.panics {
                    Panics::OnRun | Panics::OnRunAndDrop if !self.is_cancelled() => "in poll",
                    _ => "in drop",
                };
                assert!(text.contains(expected), "the error says: {text}");
                assert_ne!(
                    self.case.panics,
                    Panics::Never,
                    "a panic is told of what does not panic"
                );
            }
        }
    }

    fn check(self) {
        let counts = &self.counts;
        let polls = match self.case.aborted {
            Moment::Spawned => 0,
            Moment::WhilePolled | Moment::PolledOnce => 1,
            _ => 2,
        };
        assert_eq!(counts.polls.load(SeqCst), polls, "polls");
        assert_eq!(counts.future_drops.load(SeqCst), 1, "drops of the future");
        let is_run_to_end = matches!(self.case.panics, Panics::Never | Panics::OnDrop);
        let outputs = usize::from(polls == 2 && is_run_to_end);
        assert_eq!(counts.outputs.load(SeqCst), outputs, "outputs");
        // An output that nobody took is dropped with the handle, at the latest.
        let is_kept = self.join.is_some() && !self.case.join_is_polled;
        if is_kept && self.case.panics == Panics::Never && outputs == 1 {
            assert_eq!(
                counts.output_drops.load(SeqCst),
                0,
                "the output was dropped early"
            );
        }
        drop(self.join);
        assert_eq!(
            counts.output_drops.load(SeqCst),
            outputs,
            "drops of the output"
        );
        assert!(self.scheduler.is_empty(), "the task is still listed");
        if let Some(abort) = &self.abort {
            assert!(
                abort.is_finished(),
                "an abort handle does not find it finished"
            );
        }
        // The cell is freed with the last handle, and with it its handle on the scheduler.
        drop(self.abort);
        assert_eq!(self.scheduler.handles(), 1, "the cell leaked");
    }
}
