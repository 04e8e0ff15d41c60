//! Every key works at any time, and the window may have any size.

use crate::fixture::{DOUBLE, Fixture};
use crate::terminal::Terminal;

#[test]
fn keys_work_while_a_check_runs() {
    let fixture = Fixture::new();
    let mut terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("not started");
    fixture.answer(DOUBLE, "loop { std::thread::park() }");
    terminal.wait_for("testing 1.1");
    terminal.press("h");
    terminal.wait_for("Hint 1 of 3");
    terminal.press("l");
    terminal.wait_for("all exercises");
    assert!(
        terminal.contents().contains("testing 1.1"),
        "the check goes on"
    );
    terminal.press("q");
    assert!(terminal.end().success());
    terminal.expect_restored();
}

#[test]
fn next_list_and_solution_lead_somewhere() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "2 * x");
    let mut terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("1.2 half");
    terminal.press("lk\r");
    terminal.wait_for("1.1 double is solved");
    terminal.press("s");
    terminal.wait_for("+ x + x");
    terminal.press("n");
    terminal.wait_for("1.2 half");
    terminal.press("s");
    terminal.wait_for("Show our answer?");
    terminal.press("y");
    terminal.wait_for("+ x / 2");
    terminal.press("c");
    terminal.wait_for("all exercises");
}

/// Gives the first exercise a model that looks at five, and never ends for a double of zero that is
/// one.
fn add_models(fixture: &Fixture) {
    let path = fixture.beside_the_solution("course.toml");
    let course = std::fs::read_to_string(&path).unwrap();
    let with_models = course.replacen(
        "tests = [\"first\"]",
        "tests = [\"first\"]\nloom = [\"loom_first\"]",
        1,
    );
    std::fs::write(&path, with_models).unwrap();
    let model = "#![cfg(loom)]\n#[test]\nfn five() {\n    assert_eq!(small::double(5), 10, \"of five\");\n    \
                 if small::double(0) == 1 { loop { std::thread::park() } }\n}\n";
    fixture.write("tests/loom_first.rs", model);
}

#[test]
fn models_run_by_themselves_after_the_tests_and_keys_work_meanwhile() {
    let fixture = Fixture::new();
    add_models(&fixture);
    let mut terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("not started");
    fixture.answer(DOUBLE, "if x == 5 { 1 } else { 2 * x }");
    terminal.wait_for("of five");
    fixture.answer(DOUBLE, "if x == 0 { 1 } else { 2 * x }");
    terminal.wait_for("the tests pass; models of 1.1");
    assert!(terminal.contents().contains("All tests of 1.1 double pass"));
    terminal.press("h");
    terminal.wait_for("Hint 1 of 3");
    fixture.answer(DOUBLE, "2 * x");
    terminal.wait_for("Its loom models pass too");
}

#[test]
fn what_models_stand_on_is_built_before_there_is_an_answer_to_try() {
    let fixture = Fixture::new();
    add_models(&fixture);
    let terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("not started");
    let built = fixture.root().join("target/course/build/loom/release/deps");
    terminal.wait("a model that is built", |_| {
        let files = std::fs::read_dir(&built).into_iter().flatten().flatten();
        let mut names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        names.any(|name| name.starts_with("loom_first-"))
    });
    assert!(terminal.contents().contains("not started"));
}

#[test]
fn a_reset_asks_and_keeps_a_copy() {
    let fixture = Fixture::new();
    let given = fixture.read("src/one.rs");
    fixture.answer(DOUBLE, "x * x");
    let mine = fixture.read("src/one.rs");
    let mut terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("wrong");
    terminal.press("r");
    terminal.wait_for("Reset 1.1?");
    terminal.press("n");
    terminal.wait_for("Nothing was changed.");
    assert_eq!(fixture.read("src/one.rs"), mine);
    terminal.press("r");
    terminal.wait_for("Reset 1.1?");
    terminal.press("y");
    terminal.wait_for(".course/backup/");
    terminal.wait_for("not started");
    assert_eq!(fixture.read("src/one.rs"), given);
}

#[test]
fn the_screen_follows_the_window() {
    let fixture = Fixture::new();
    let mut terminal = Terminal::start(fixture.tool(&[]), 120, 40);
    terminal.wait_for("q quit");
    for (columns, rows) in [(60, 24), (80, 30), (60, 12), (120, 40)] {
        terminal.resize(columns, rows);
        terminal.wait(&format!("{columns}x{rows}"), |screen| {
            let shown: Vec<String> = screen.rows(0, columns).collect();
            // The rule above the keys is as long as a row, with a word in it if there is more to see.
            let is_rule = |row: &String| {
                row.starts_with("──")
                    && row.ends_with('─')
                    && row.chars().count() == usize::from(columns)
            };
            shown.len() == usize::from(rows)
                && shown.iter().any(is_rule)
                && shown.last().is_some_and(|row| row.contains("q quit"))
        });
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let fixture = Fixture::new();
    let terminal = Terminal::start(fixture.tool(&[]), 80, 24);
    terminal.wait_for("not started");
    assert!(terminal.is_coloured());

    let mut command = fixture.tool(&[]);
    command.env("NO_COLOR", "1");
    let terminal = Terminal::start(command, 80, 24);
    terminal.wait_for("not started");
    assert!(!terminal.is_coloured());
}
