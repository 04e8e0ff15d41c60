//! What a reader may get wrong, and a machine: one sentence and the next step.

use std::fs;
use std::process::{Command, Stdio};

use crate::fixture::{DOUBLE, Fixture};

#[test]
fn unknown_names_are_answered_with_the_nearest() {
    let fixture = Fixture::new();
    let cases: [(&[&str], &[&str]); 10] = [
        (&["chekc"], &["'check'"]),
        (
            &["check", "1.9"],
            &["There is no exercise 1.9", "1.1 to 1.2"],
        ),
        (&["check", "7"], &["There is no chapter 7 yet", "chapter 1"]),
        (&["check", "7.1"], &["There is no chapter 7 yet"]),
        (
            &["check", "duoble"],
            &[
                "There is no exercise `duoble`",
                "Did you mean `1.1 double`?",
            ],
        ),
        (
            &["hint", "1.x"],
            &["There is no exercise `1.x`", "cargo course list"],
        ),
        (&["hint", "1.1", "half"], &["names two exercises"]),
        (
            &["run", "1", "shwo"],
            &["no example `shwo`", "Did you mean `show`?"],
        ),
        (
            &["run", "smal", "show"],
            &["There is no chapter `smal`", "Did you mean `small`?"],
        ),
        (&["reset"], &["required"]),
    ];
    for (arguments, says) in cases {
        fixture.run(arguments).expect(2, says);
    }
}

#[test]
fn outside_the_repository_it_says_where_to_go() {
    let elsewhere = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_course"))
        .arg("status")
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.contains("is not inside the course's repository"),
        "{said}"
    );
    assert!(said.contains("Change to the folder you cloned"), "{said}");
}

#[test]
fn it_works_from_any_folder_of_the_repository() {
    let fixture = Fixture::new();
    let output = fixture
        .tool(&["status"])
        .current_dir(fixture.path("src"))
        .output()
        .unwrap();
    assert!(output.status.success());
}

#[test]
fn without_cargo_it_says_how_to_get_it() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x + x");
    let output = fixture
        .tool(&["check", "1.1"])
        .env("CARGO", "/no/such/cargo")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("https://rustup.rs"), "{said}");
}

#[test]
fn a_reader_of_our_output_may_stop_early() {
    let fixture = Fixture::new();
    let mut child = fixture
        .tool(&["list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

/// `/dev/full` is a disk without room.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_problem_and_not_a_panic() {
    let fixture = Fixture::new();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = fixture
        .tool(&["list"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot be written"), "{said}");
}

#[test]
fn a_missing_or_broken_description_names_the_command_that_brings_it_back() {
    let fixture = Fixture::new();
    let description = fixture.beside_the_solution("course.toml");
    fs::write(&description, "number = 1").unwrap();
    fixture
        .run(&["status"])
        .expect(2, &["course.toml", "git restore"]);
    fs::remove_file(description).unwrap();
    fixture.run(&["status"]).expect(2, &["git restore"]);
}

#[test]
fn where_there_is_no_git_its_advice_has_another() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x + x");
    let file = fixture.read("src/one.rs") + "\nfn helper() -> u32 {}\n";
    fixture.write("src/one.rs", &file);
    let words = "take the file from the archive that you unpacked";
    fixture
        .run(&["check", "1.1"])
        .expect(1, &["`git diff", words]);
    std::fs::create_dir(fixture.root().join(".git")).unwrap();
    let run = fixture.run(&["check", "1.1"]);
    run.expect(1, &["`git diff"]);
    assert!(!run.stdout.contains(words), "{}", run.stdout);
}
