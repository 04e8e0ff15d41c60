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

#[test]
fn a_new_exercise_is_made_in_all_its_places_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let summary = "# Summary\n\n- [1 · Small](small/index.md)\n  - [1.2 · Half](small/two.md)\n";
    let small = Small::write_into(&root, &[("book/src/SUMMARY.md", summary)]);
    expect(
        &small,
        &["new", "1.2", "third"],
        2,
        "The next exercise of chapter 1 is 1.3",
    );
    expect(
        &small,
        &["new", "1.3", "The_Third"],
        2,
        "words in lower case",
    );
    expect(
        &small,
        &["new", "1.3", "third", "--file", "src/none.rs"],
        2,
        "none.rs is not there",
    );

    let test = "chapters/01-small/tests/third.rs";
    std::fs::write(root.join(test), "// mine\n").unwrap();
    expect(
        &small,
        &["new", "1.3", "third"],
        2,
        "third.rs is there already",
    );
    assert!(!root.join("solutions/01-small/src/third.rs").exists());
    std::fs::remove_file(root.join(test)).unwrap();

    expect(&small, &["new", "1.3", "third"], 0, test);
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    assert!(read("chapters/01-small/src/third.rs").contains("todo!(\"1.3 third\")"));
    assert!(read("chapters/01-small/src/lib.rs").ends_with("\npub mod third;\n"));
    assert!(read("solutions/01-small/Cargo.toml").contains("name = \"third\""));
    assert!(read("solutions/01-small/wrong/third-first.rs").contains("//! exercise: 1.3"));
    assert!(read("book/src/small/third.md").contains("{{#exercise 1.3}}"));
    assert!(
        read("book/src/SUMMARY.md")
            .ends_with("(small/two.md)\n  - [1.3 · The page's title](small/third.md)\n")
    );
    let course = course::course::Course::load(&root).unwrap();
    assert_eq!(course.exercises().count(), 3);
    expect(&small, &["skeleton", "--check"], 0, "up to date");
}
