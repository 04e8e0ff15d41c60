//! However the watch ends, the terminal is as it was.

use std::process::Command;

use course::screen;

use crate::fixture::Fixture;
use crate::terminal::Terminal;

fn started(fixture: &Fixture) -> Terminal {
    let terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("not started");
    terminal
}

#[test]
fn q_says_where_you_are() {
    let fixture = Fixture::new();
    let mut terminal = started(&fixture);
    terminal.press("q");
    assert_eq!(terminal.end().code(), Some(0));
    terminal.expect_restored();
    terminal.wait_for("Chapter 1: 0 of 2 solved.");
    terminal.wait_for("Next: 1.1 double.");
}

#[test]
fn ctrl_c_ends_it() {
    let fixture = Fixture::new();
    let mut terminal = started(&fixture);
    terminal.press("\u{3}");
    assert_eq!(terminal.end().code(), Some(0));
    terminal.expect_restored();
}

#[test]
fn signals_end_it_with_their_status() {
    let fixture = Fixture::new();
    for signal in [libc::SIGTERM, libc::SIGHUP, libc::SIGINT] {
        let mut terminal = started(&fixture);
        terminal.signal(signal);
        assert_eq!(terminal.end().code(), Some(128 + signal));
        terminal.expect_restored();
    }
}

#[test]
fn ctrl_z_stops_it_and_it_goes_on() {
    let fixture = Fixture::new();
    let mut terminal = started(&fixture);
    terminal.press("\u{1a}");
    terminal.wait_until_stopped();
    terminal.expect_restored();
    terminal.signal(libc::SIGCONT);
    terminal.wait("the screen to be taken again", |screen| {
        screen.alternate_screen()
    });
    terminal.wait_for("not started");
    terminal.press("q");
    assert_eq!(terminal.end().code(), Some(0));
    terminal.expect_restored();
}

#[test]
fn a_panic_on_any_thread_can_be_read() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "leaving::panics_on_a_screen",
        "--ignored",
        "--nocapture",
    ]);
    // What it says should fit the screen.
    command.env("RUST_BACKTRACE", "0");
    let mut terminal = Terminal::start(command, 80, 24);
    assert!(!terminal.end().success());
    terminal.expect_restored();
    terminal.wait_for("fell over on a thread");
}

/// The program of the test above.
#[test]
#[ignore = "run by another test, in a terminal of its own"]
fn panics_on_a_screen() {
    let _terminal = screen::Terminal::enter(false).unwrap();
    std::thread::spawn(|| panic!("fell over on a thread"))
        .join()
        .unwrap();
}
