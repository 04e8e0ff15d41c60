//! No test outlives the tool that started it.

use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::fixture::{DOUBLE, Fixture};
use crate::terminal::Terminal;

/// An answer that says which process it runs in, and does not end.
const ENDLESS: &str = "\
std::fs::write(\"pid\", std::process::id().to_string()).unwrap();
loop { std::thread::park() }";

#[test]
fn quitting_ends_the_test_that_runs() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, ENDLESS);
    let mut terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    let test = test_process(&fixture);
    terminal.press("q");
    terminal.end();
    expect_gone(test);
}

#[test]
fn a_signal_ends_a_check_and_its_test() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, ENDLESS);
    for signal in [libc::SIGINT, libc::SIGTERM] {
        let _ = fs::remove_file(fixture.path("pid"));
        let mut terminal = Terminal::start(fixture.tool(&["check", "1.1"]), 80, 24);
        let test = test_process(&fixture);
        terminal.signal(signal);
        assert_eq!(terminal.end().code(), Some(128 + signal));
        expect_gone(test);
    }
}

/// The process that the endless answer runs in, once it does.
fn test_process(fixture: &Fixture) -> i32 {
    wait_for("the test to be run", || {
        let pid = fs::read_to_string(fixture.path("pid")).ok()?;
        pid.parse().ok()
    })
}

fn expect_gone(pid: i32) {
    wait_for("the test to be ended", || {
        // SAFETY: `kill` has no requirements, and signal 0 is none.
        let result = unsafe { libc::kill(pid, 0) };
        (result == -1).then_some(())
    });
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + Duration::from_secs(900);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "waited for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
