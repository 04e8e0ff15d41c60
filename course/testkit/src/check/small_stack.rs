//! Code on a thread with little stack, in a process of its own.
//!
//! A stack that overflows ends the process, and with it every other test, with no word of the rule. So
//! the test runs itself once more in another process, and reports how that ended.

use std::env;
use std::process::{Command, Stdio};
use std::thread;

use crate::words::rule::Rule;

/// The name of the test whose code this process is to run, on a small stack.
const SMALL: &str = "TESTKIT_SMALL_STACK";

impl Rule {
    /// Runs `f` on a thread with a stack of `bytes`. `test` is the name of the test that calls this, as
    /// `cargo test` prints it; it calls this once.
    ///
    /// Miri has stacks without a limit, and no processes: there `f` is only run.
    ///
    /// # Panics
    ///
    /// If the stack overflows, or if `f` panics.
    #[track_caller]
    pub fn on_a_small_stack(self, test: &str, bytes: usize, f: impl FnOnce() + Send + 'static) {
        if cfg!(miri) {
            return f();
        }
        if env::var_os(SMALL).is_some_and(|name| name == test) {
            let thread = thread::Builder::new().stack_size(bytes).spawn(f);
            thread.expect("a thread").join().expect("the test");
            return;
        }
        let program = env::current_exe().expect("a test is a program");
        let output = Command::new(program)
            .args([test, "--exact", "--nocapture"])
            .env(SMALL, test)
            // A process that overflows its stack must not write the report.
            .env_remove("COURSE_REPORT")
            .stdin(Stdio::null())
            .output()
            .expect("the test runs itself");
        let said = String::from_utf8_lossy(&output.stderr);
        let is_overflow = said.contains("has overflowed its stack");
        let kib = bytes / 1024;
        self.check(
            !is_overflow,
            format_args!("{test}: a stack of {kib} KiB has overflowed"),
        );
        self.check(output.status.success(), format_args!("{test}: {said}"));
        let ran = String::from_utf8_lossy(&output.stdout);
        self.check(
            ran.contains("1 passed"),
            format_args!("there is no test of the name {test}"),
        );
    }
}
