//! Starting anew loses nothing that was not copied first.

use std::fs;

use crate::fixture::{DOUBLE, Fixture, HALF};

#[test]
fn what_is_as_it_was_given_is_left_alone() {
    Fixture::new()
        .run(&["reset", "1"])
        .expect(0, &["nothing to reset"]);
}

#[test]
fn nobody_to_ask_means_no() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x * x");
    let before = fixture.read("src/one.rs");
    fixture.run(&["reset", "1.1"]).expect(
        2,
        &[
            "- ",
            "x * x",
            "was not reset",
            "cargo course reset 1.1 --yes",
        ],
    );
    assert_eq!(fixture.read("src/one.rs"), before);
}

#[test]
fn a_reset_shows_what_is_lost_and_keeps_a_copy() {
    let fixture = Fixture::new();
    let given = fixture.read("src/one.rs");
    fixture.answer(DOUBLE, "x * x");
    let mine = fixture.read("src/one.rs");
    let run = fixture.run(&["reset", "1.1", "--yes"]);
    run.expect(0, &["x * x", "todo!(\"1.1 double\")", "A copy is kept at"]);
    assert_eq!(fixture.read("src/one.rs"), given);

    let copy = run.stdout.split("A copy is kept at ").nth(1).unwrap();
    let copy = fixture.root().join(copy.trim());
    assert_eq!(fs::read_to_string(copy).unwrap(), mine);
}

#[test]
fn the_reset_of_one_exercise_leaves_the_others() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x * x");
    fixture.answer(HALF, "x / 2");
    let half = fixture.read("src/two.rs");
    fixture.run(&["reset", "double", "--yes"]).expect(0, &[]);
    assert_eq!(fixture.read("src/two.rs"), half);
}

#[test]
fn a_reset_mends_broken_markers() {
    let fixture = Fixture::new();
    let given = fixture.read("src/one.rs");
    fixture.write("src/one.rs", &given.replace("ANCHOR_END", "ANCHOR_GONE"));
    fixture.run(&["check", "1.1"]).expect(1, &["never closed"]);
    fixture
        .run(&["reset", "1.1", "--yes"])
        .expect(0, &["marker lines are broken", "A copy is kept at"]);
    assert_eq!(fixture.read("src/one.rs"), given);
}

#[test]
fn a_chapter_is_reset_with_files_that_are_gone_and_without_those_that_were_added() {
    let fixture = Fixture::new();
    let given = fixture.read("src/two.rs");
    fixture.answer(DOUBLE, "x + x");
    fs::remove_file(fixture.path("src/two.rs")).unwrap();
    fixture.write("src/mine.rs", "// my own\n");
    fixture
        .run(&["reset", "1", "--yes"])
        .expect(0, &["A copy is kept at"]);
    assert_eq!(fixture.read("src/two.rs"), given);
    assert_eq!(fixture.read("src/mine.rs"), "// my own\n");
    assert!(fixture.read("src/one.rs").contains("todo!"));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x * x");
    let (link, elsewhere) = (fixture.path("src/one.rs"), fixture.root().join("mine.rs"));
    fs::rename(&link, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
    fixture
        .run(&["reset", "1.1", "--yes"])
        .expect(0, &["A copy is kept at"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(elsewhere).unwrap().contains("todo!"));
}

/// Whoever is root may write everywhere.
#[cfg(unix)]
#[test]
fn without_a_copy_nothing_is_overwritten() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x * x");
    let mine = fixture.read("src/one.rs");
    // A file stands where the folder for copies should be.
    let backup = fixture.root().join(".course/backup");
    fs::create_dir_all(backup.parent().unwrap()).unwrap();
    fs::write(&backup, "").unwrap();
    fixture
        .run(&["reset", "1.1", "--yes"])
        .expect(2, &["a copy cannot be kept"]);
    assert_eq!(fixture.read("src/one.rs"), mine);
}
