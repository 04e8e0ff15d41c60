//! A hang is a result: the watchdog every test runs under.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::watch::diagnosis;
use crate::watch::gather;
use crate::watch::run::Run;
use crate::words::exercise::{Exercise, LIMIT};
use crate::words::lock::Lock;
use crate::words::panics::{self, PanicMessage};
use crate::words::report::{self, Report};
use crate::words::rule::Rule;
use crate::words::share::{self, Share};
use crate::words::threads::Stillness;

/// The rule of a test that has no other, for a panic that none of its checks explains.
const KEPT: &str = "What the code promises holds: no check fails, and nothing panics.";

/// How often the supervisor looks whether the process has come to a standstill. Under Miri it would see nothing, and
/// each look takes the time of many a test: there it wakes up for the limit alone.
const LOOK: Duration = match cfg!(miri) {
    true => Duration::from_secs(1),
    false => Duration::from_millis(25),
};

/// The clock on the wall ends a run after so many times its limit, whatever its threads got. The kit
/// has then seen neither a standstill nor a loop in all that time.
const LAST_RESORT: u32 = 60;

/// Runs `f` on a thread of its own and returns what it returned, if that happens within `limit`.
///
/// The limit counts what the process got of the machine: time in which a thread of the test wanted a
/// processor and other programs had it does not count. So a test that passes on an idle machine
/// passes on a loaded one.
///
/// If it does not, the failure says what is known: every future and waker of the kit that was
/// made inside `f` (or before, by the calling thread), its polls and wakes, who holds its waker,
/// and what the threads are doing; and it names the rule that is broken. The threads are left
/// behind, so no test can hang.
///
/// - A busy loop is found by counting polls, after milliseconds.
/// - On Linux any other loop without an end is found by its processor time, after a second and a half:
///   a thread that has run for so long neither slept nor called into the kit. Elsewhere it takes
///   `limit`.
/// - On Linux a deadlock is found within half a second: when every thread of the process waits
///   for another one, and none of them with a time-out, nothing can happen any more. A thread that
///   runs, wants to run, or sleeps for a certain time says "not yet". Elsewhere it takes `limit`.
/// - Under Miri, or when the environment variable `TESTKIT_SLOW` is set, `limit` is ten times as
///   long.
///
/// `what` completes the sentence "… has not come to an end".
///
/// ```should_panic
/// use std::time::Duration;
///
/// testkit::within(Duration::from_millis(200), "a thread that parks", || std::thread::park());
/// ```
///
/// # Panics
///
/// If `f` panics, with its panic. If it has not returned after `limit`, with the diagnosis. If a
/// rule was broken on another thread meanwhile, with that.
#[track_caller]
pub fn within<T: Send + 'static>(
    limit: Duration,
    what: &str,
    f: impl FnOnce() -> T + Send + 'static,
) -> T {
    supervise(None, limit, what, None, f)
}

impl Exercise {
    /// [`within`](crate::within()) with the limit [`LIMIT`], and failures attributed to this
    /// exercise.
    ///
    /// # Panics
    ///
    /// If `f` panics: with the panic, told as a break of this exercise. If it does not come to an end:
    /// with the diagnosis.
    #[track_caller]
    pub fn within<T: Send + 'static>(
        self,
        what: &str,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        supervise(Some(self.rule(KEPT)), LIMIT, what, None, f)
    }
}

impl Rule {
    /// [`Exercise::within`], for code that ends when all its futures do. If they have, and `f` still
    /// waits, it is this rule that is broken, and `meaning` says in which way.
    ///
    /// # Panics
    ///
    /// If `f` panics: with the panic, told as a break of this rule. If it does not come to an end: with
    /// the diagnosis.
    #[track_caller]
    pub fn within<T: Send + 'static>(
        self,
        what: &str,
        meaning: &'static str,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let at_the_end = Some((self, meaning));
        supervise(Some(self), LIMIT, what, at_the_end, f)
    }

    /// [`Exercise::within`], for a test whose checks are all about this rule: a plain assertion that
    /// fails in `f`, and any other panic, is told as a break of it.
    ///
    /// ```should_panic
    /// use testkit::{Exercise, Rule};
    ///
    /// const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
    /// const ONCE: Rule = CHAPTER.may_be("3.4").rule("Wakes before a poll add up to one poll.");
    ///
    /// ONCE.holds("two wakes", || assert_eq!(1 + 1, 1, "polls"));
    /// ```
    ///
    /// # Panics
    ///
    /// If `f` panics: with the panic, told as a break of this rule. If it does not come to an end: with
    /// the diagnosis.
    #[track_caller]
    pub fn holds<T: Send + 'static>(self, what: &str, f: impl FnOnce() -> T + Send + 'static) -> T {
        supervise(Some(self), LIMIT, what, None, f)
    }
}

#[track_caller]
pub(crate) fn supervise<T: Send + 'static>(
    rule: Option<Rule>,
    limit: Duration,
    what: &str,
    at_the_end: Option<(Rule, &'static str)>,
    f: impl FnOnce() -> T + Send + 'static,
) -> T {
    panics::watch();
    let run = Run::begin(rule.map(Rule::exercise), what, at_the_end);
    let _end = EndOfRun(&run);
    let result = Arc::new(Lock::new(None));
    // Before the body's thread is there, which is one that counts.
    let mut looks = Looks {
        stillness: Stillness::new(),
        share: Share::new(stretched(share::LOOP)),
    };
    let body = start_body(&run, &result, f);
    match watch(&run, stretched(limit), &mut looks) {
        Ending::Returned => {}
        Ending::Failed(report) => {
            run.abandon();
            run.fail(&report)
        }
    }
    if cfg!(miri) {
        // Miri wants every thread ended before the process is.
        body.join().expect("the body's panics are caught");
    }
    let result = result.lock().take();
    match result.expect("the body leaves its result before it ends") {
        Ok(value) => value,
        Err(payload) => match rule.and_then(|rule| told(&run, rule, &*payload)) {
            Some(report) => run.fail(&report),
            None => panic::resume_unwind(payload),
        },
    }
}

/// A panic of the body, told as a break of `rule`; `None` if it is told already.
fn told(run: &Run, rule: Rule, payload: &(dyn Any + Send)) -> Option<Report> {
    let message = PanicMessage::of(payload);
    if report::is_report(&message) || panics::is_hole(&message) {
        return None;
    }
    let saw = panics::explained(&message, &run.panics());
    let saw = format!("{saw}\nin: {}", run.what);
    Some(Report::wrong(Some(rule.exercise()), rule.sentence(), saw))
}

/// Ends the run however its supervisor is left.
struct EndOfRun<'a>(&'a Arc<Run>);

impl Drop for EndOfRun<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// How a run ends for its supervisor.
enum Ending {
    Returned,
    Failed(Box<Report>),
}

/// What the supervisor learns from looking at the threads.
struct Looks {
    stillness: Stillness,
    share: Share,
}

type BodyResult<T> = Lock<Option<thread::Result<T>>>;

fn start_body<T: Send + 'static>(
    run: &Arc<Run>,
    result: &Arc<BodyResult<T>>,
    f: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<()> {
    let mut builder = thread::Builder::new();
    if let Some(name) = thread::current().name() {
        // So a panic in the body is printed as the test's.
        builder = builder.name(name.to_owned());
    }
    let run = Arc::clone(run);
    let result = Arc::clone(result);
    let quiet = panics::is_quiet();
    let body = move || {
        panics::set_quiet(quiet);
        let _entered = run.enter();
        let value = panic::catch_unwind(AssertUnwindSafe(f));
        *result.lock() = Some(value);
        run.body_ended();
    };
    builder
        .spawn(body)
        .expect("the system has a thread left for the test's body")
}

/// Waits for the body's end, a failure, a standstill, a loop or the time-out, whichever is first.
fn watch(run: &Arc<Run>, limit: Duration, looks: &mut Looks) -> Ending {
    let start = Instant::now();
    let mut looked_at = start;
    let mut outcome = run.outcome();
    loop {
        if let Some(failure) = outcome.failure.take() {
            return Ending::Failed(Box::new(failure));
        }
        if outcome.ended {
            return Ending::Returned;
        }
        let rest = limit.saturating_sub(looks.share.time());
        let is_late = limit.saturating_mul(LAST_RESORT) < start.elapsed();
        let loops = run.own(looks.share.loopers()).is_some();
        if rest.is_zero() || is_late || loops || looks.stillness.is_proven() {
            break;
        }
        let pause = LOOK.min(rest);
        outcome = run.wait(outcome, pause);
        // Without the lock, which the threads need to tell us something. A standstill means that
        // none is about to: what it told before is seen above.
        drop(outcome);
        looks.stillness.look();
        let now = Instant::now();
        looks.share.look(now - looked_at, pause);
        looked_at = now;
        outcome = run.outcome();
    }
    drop(outcome);
    let evidence = gather::gather(run, start.elapsed(), &looks.stillness, &looks.share);
    Ending::Failed(Box::new(diagnosis::diagnose(&evidence)))
}

fn stretched(limit: Duration) -> Duration {
    if cfg!(miri) || std::env::var_os("TESTKIT_SLOW").is_some() {
        limit.saturating_mul(10)
    } else {
        limit
    }
}
