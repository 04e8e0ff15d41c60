//! A save leads to a verdict, however the editor saves, and never to that of an older one.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::fixture::{DOUBLE, Fixture};
use crate::terminal::Terminal;

/// An answer whose test does not end by itself.
const ENDLESS: &str = "loop { std::thread::park() }";

#[test]
fn a_save_leads_to_a_verdict() {
    let fixture = Fixture::new();
    let terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("not started");
    terminal.wait_for("1.1 double");

    fixture.answer(DOUBLE, "x * x");
    terminal.wait_for("wrong");
    terminal.wait_for("the double of three");

    fixture.answer(DOUBLE, "y");
    terminal.wait_for("cannot find value `y`");

    fixture.answer(DOUBLE, "x + x");
    terminal.wait_for("1.1 double is solved");
    terminal.wait_for("Next is 1.2 half");
    terminal.wait_for("1 of 2 solved");
}

#[test]
fn an_editor_may_save_by_renaming() {
    let fixture = Fixture::new();
    let terminal = Terminal::start(fixture.tool(&["watch"]), 80, 24);
    terminal.wait_for("not started");
    for (body, seen) in [("x * x", "wrong"), ("x + x", "1.1 double is solved")] {
        let (file, text) = fixture.answered(DOUBLE, body);
        // As vim does: the old file becomes a backup, a new one takes its name.
        let path = fixture.path(&file);
        let backup = path.with_extension("rs~");
        fs::rename(&path, &backup).unwrap();
        fs::write(&path, text).unwrap();
        fs::remove_file(&backup).unwrap();
        terminal.wait_for(seen);
    }
    let (file, text) = fixture.answered(DOUBLE, "x / x");
    // As many others do: a temporary file is renamed over the old one.
    let fresh = fixture.path("src/.one.rs.swp");
    fs::write(&fresh, text).unwrap();
    fs::rename(&fresh, fixture.path(&file)).unwrap();
    terminal.wait_for("wrong");
}

#[test]
fn a_new_save_stops_the_old_run() {
    let fixture = Fixture::new();
    let terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("not started");
    fixture.answer(DOUBLE, ENDLESS);
    terminal.wait_for("testing 1.1");
    fixture.answer(DOUBLE, "x + x");
    // The old run alone would go on for half a minute, and then say that it hangs.
    let screen = terminal.wait_for("1.1 double is solved");
    assert!(!screen.contains("hangs"), "{screen}");
}

#[test]
fn an_edit_of_another_exercise_is_followed() {
    let fixture = Fixture::new();
    let terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("not started");
    fixture.answer(crate::fixture::HALF, "x");
    terminal.wait_for("You edited 1.2");
    terminal.wait_for("wrong");
}

#[test]
fn a_save_without_a_change_starts_nothing() {
    let fixture = Fixture::new();
    let mut terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("not started");
    fixture.answer(DOUBLE, "x * x");
    terminal.wait_for("wrong");
    terminal.press("h");
    terminal.wait_for("Hint 1 of 3");
    // A save would bring the verdict back to the screen.
    let same = fixture.path("src/.one.rs.same");
    fs::copy(fixture.path("src/one.rs"), &same).unwrap();
    fs::rename(&same, fixture.path("src/one.rs")).unwrap();
    fixture.write("src/notes.txt", "not a part of the chapter");
    terminal.press("h");
    terminal.wait_for("Hint 2 of 3");
}

#[test]
fn without_a_terminal_lines_follow_one_another() {
    let fixture = Fixture::new();
    // As `cargo run` does it.
    let mut command = fixture.tool(&[]);
    command.env("TERM", "dumb");
    let mut terminal = Terminal::start_as_it_is(command, 80, 24);
    terminal.wait_for("1.1 double, Twice: not started");
    fixture.answer(DOUBLE, "x + x");
    terminal.wait_for("1.1 double, Twice: solved");
    let screen = terminal.wait_for("1.2 half, Half: not started");
    assert!(
        screen.starts_with("Checking on every save."),
        "nothing is redrawn:\n{screen}"
    );
    assert!(!terminal.is_coloured());
    terminal.press("\u{3}");
    assert!(!terminal.end().success());
}

#[test]
fn what_other_chapters_need_is_fetched_while_the_reader_thinks() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x + x");
    let mut terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("1.2 half");
    let memory = fixture.root().join("target/course/fetched");
    let started = Instant::now();
    while !memory.exists() {
        assert!(started.elapsed() < Duration::from_secs(120));
        thread::sleep(Duration::from_millis(50));
    }
    terminal.press("q");
    assert!(terminal.end().success());
}
