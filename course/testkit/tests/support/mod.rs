//! How the kit is tested on itself: by tests that must fail, each in a process of its own.

#![allow(dead_code, reason = "not every test file needs all of it")]

use std::env;
use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::pin::pin;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::time::Duration;
use std::{fs, process};

use testkit::{Exercise, PanicMessage, Rule};

pub const EX: Exercise = Exercise::new("1.1", "timer-future/poll.md");

pub const RULE: Rule = EX.rule("The rule under test.");

/// For tests that come to an end. However loaded the machine is, they take less.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Set in the process that runs a failing body, to the test's name.
const CHILD: &str = "TESTKIT_CHILD";

/// How a failing body ended.
#[derive(Debug)]
pub struct Failure {
    /// What `COURSE_REPORT` holds. Under Miri, which starts no processes, the panic's message.
    pub report: String,
    /// Standard error and output; empty under Miri.
    pub output: String,
    pub steps: String,
    pub status: Option<ExitStatus>,
}

/// Runs `body`, which has to fail, in a process of its own, as `cargo course` does.
#[track_caller]
pub fn failure_of(body: impl FnOnce()) -> Failure {
    let name = thread::current()
        .name()
        .expect("a test's thread has its name")
        .to_owned();
    if cfg!(miri) {
        let payload = panic::catch_unwind(AssertUnwindSafe(body)).expect_err("it has to fail");
        let report = PanicMessage::of(&*payload).to_string();
        return Failure {
            report,
            output: String::new(),
            steps: String::new(),
            status: None,
        };
    }
    if env::var_os(CHILD).is_some_and(|child| *child == *name) {
        body();
        panic!("the body did not fail");
    }

    let file = |what: &str| {
        let file = format!("testkit-{}-{name}-{what}", process::id());
        env::temp_dir().join(file.replace(':', "-"))
    };
    let (report, steps) = (file("report"), file("steps"));
    let mut command = Command::new(env::current_exe().unwrap());
    let output = command
        .args(["--exact", &name, "--nocapture"])
        .env(CHILD, &name)
        .env("COURSE_REPORT", &report)
        .env("COURSE_STEPS", &steps)
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap();
    let read = |path| {
        let text = fs::read_to_string(&path).unwrap_or_default();
        _ = fs::remove_file(path);
        text
    };
    let failure = Failure {
        report: read(report),
        output: String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr),
        steps: read(steps),
        status: Some(output.status),
    };
    assert!(!output.status.success(), "it has to fail: {failure:#?}");
    if env::var_os("TESTKIT_SHOW").is_some() {
        println!("{}", failure.report);
    }
    failure
}

impl Failure {
    /// Checks that the report says `words`, however its lines are broken.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Failure {
        let flat = self.report.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            flat.contains(words),
            "it does not say {words:?}: {self:#?}\n{}",
            self.report
        );
        self
    }

    #[track_caller]
    pub fn names_rule(&self, rule: &str) -> &Failure {
        self.says(&format!("broken rule: {rule} what was seen: "))
    }

    /// Checks that it was found without waiting for the time-out, where that is possible.
    #[track_caller]
    pub fn early(&self) -> &Failure {
        if tells_system_calls() {
            self.says("each thread of the process waits for another");
        }
        self
    }
}

/// Whether the system says what the threads wait for. It may be Linux, and yet a sandbox that does
/// not; then a hang ends by the time-out.
pub fn tells_system_calls() -> bool {
    cfg!(target_os = "linux") && fs::read_to_string("/proc/self/syscall").is_ok()
}

/// A correct `block_on`.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Arc::new(Unpark {
        thread: thread::current(),
        woken: AtomicBool::new(false),
    });
    let task = Arc::clone(&waker).into();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&task)) {
            return value;
        }
        // ORDERING: Acquire; pairs with the Release in `wake`.
        while !waker.woken.swap(false, Acquire) {
            thread::park();
        }
    }
}

struct Unpark {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Unpark>) {
        // ORDERING: Release; see `block_on`.
        self.woken.store(true, Release);
        self.thread.unpark();
    }
}
