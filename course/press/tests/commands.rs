//! The program itself, in a small course.

#[allow(dead_code, reason = "the tests of the tool use the rest")]
#[path = "../../tool/tests/small/mod.rs"]
mod small;

use std::process::{Command, Stdio};

use small::{ONE, Small};

/// Runs the press in the course, and checks its exit status and what it says.
#[track_caller]
fn expect(small: &Small, arguments: &[&str], status: i32, says: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_press"))
        .args(arguments)
        .current_dir(&small.course.root)
        .stdin(Stdio::null())
        .env_remove("CARGO_PKG_NAME")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert!(said.contains(says), "{said}");
}

#[test]
fn skeletons_are_written_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let small = Small::write_into(&folder.path().canonicalize().unwrap(), &[]);
    expect(&small, &["skeleton", "--check"], 0, "up to date");
    small.answer(ONE, "x + x");
    let stale = "chapters/01-small/src/one.rs";
    expect(&small, &["skeleton", "--check"], 1, stale);
    expect(&small, &["ci", "--only", "skeletons"], 1, stale);
    expect(&small, &["skeleton"], 0, stale);
    expect(
        &small,
        &["ci", "--only", "skeletons"],
        0,
        "1 passed, 0 failed",
    );
}

#[test]
fn a_step_is_run_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let small = Small::write_into(&folder.path().canonicalize().unwrap(), &[]);
    expect(&small, &["ci", "--list"], 0, "every skeleton is fresh");
    expect(
        &small,
        &["ci", "--only", "spelling"],
        2,
        "The steps are format, ",
    );
}
