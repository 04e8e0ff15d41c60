//! What belongs to one checkout stays with it: verdicts, and what a reader would miss.

use std::fs;
use std::path::Path;

use crate::fixture::{DOUBLE, Fixture};
use crate::run::Run;

/// The command with the target folder of all checkouts that the reader's shell names.
fn run_sharing(fixture: &Fixture, target: &Path, arguments: &[&str]) -> Run {
    let mut command = fixture.tool(arguments);
    command.env("CARGO_TARGET_DIR", target);
    Run::of(&mut command)
}

/// One checkout with a right answer, one with a wrong one, and one in which nothing was begun.
fn three() -> [Fixture; 3] {
    let all = [Fixture::new(), Fixture::new(), Fixture::new()];
    all[0].answer(DOUBLE, "x + x");
    all[1].answer(DOUBLE, "x * x");
    all
}

fn forget_verdicts(fixtures: &[&Fixture]) {
    for fixture in fixtures {
        // There are none yet after a check that also wrote Cargo.lock.
        let _ = fs::remove_dir_all(fixture.root().join("target/course/verdicts"));
    }
}

#[test]
fn checkouts_that_share_a_target_folder_have_verdicts_of_their_own() {
    let shared = tempfile::tempdir().unwrap();
    let [right, wrong, untouched] = three();
    let check = |fixture| run_sharing(fixture, shared.path(), &["check", "1.1"]);
    check(&right).expect(0, &["1 of 1 solved"]);
    check(&wrong).expect(1, &["left: 9"]);
    check(&untouched).expect(1, &["not started"]);
    // Nothing is remembered, so all is built and run again.
    forget_verdicts(&[&right, &wrong]);
    check(&right).expect(0, &["1 of 1 solved"]);
    check(&wrong).expect(1, &["left: 9"]);
    let run = ["run", "1", "show", "--mine"];
    run_sharing(&right, shared.path(), &run).expect(0, &["twice 21 is 42"]);
    run_sharing(&wrong, shared.path(), &run).expect(0, &["twice 21 is 441"]);
    let left = fs::read_dir(shared.path()).unwrap().count();
    assert_eq!(left, 0, "something was built in the folder that is shared");
}

#[test]
fn a_target_folder_in_the_settings_of_cargo_is_not_shared_either() {
    let shared = tempfile::tempdir().unwrap();
    let [right, wrong, _] = three();
    for fixture in [&right, &wrong] {
        let folder = fixture.root().join(".cargo");
        fs::create_dir_all(&folder).unwrap();
        let path = shared.path().display();
        let settings = format!("[build]\ntarget-dir = '{path}/t'\nbuild-dir = '{path}/b'\n");
        fs::write(folder.join("config.toml"), settings).unwrap();
    }
    for _ in 0..2 {
        right.run(&["check", "1.1"]).expect(0, &["1 of 1 solved"]);
        wrong.run(&["check", "1.1"]).expect(1, &["left: 9"]);
        forget_verdicts(&[&right, &wrong]);
    }
    let left = fs::read_dir(shared.path()).unwrap().count();
    assert_eq!(left, 0, "something was built in the folder that is shared");
}

#[test]
fn copies_and_hints_outlive_the_target_folder() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x * x");
    let mine = fixture.read("src/one.rs");
    fixture.run(&["hint", "1.1"]).expect(0, &["Hint 1 of 3"]);
    let run = fixture.run(&["reset", "1.1", "--yes"]);
    fs::remove_dir_all(fixture.root().join("target")).unwrap();
    let copy = run.stdout.split("A copy is kept at ").nth(1).unwrap();
    let copy = fs::read_to_string(fixture.root().join(copy.trim())).unwrap();
    assert_eq!(copy, mine);
    fixture.run(&["hint", "1.1"]).expect(0, &["Hint 2 of 3"]);
}

#[test]
fn copies_of_earlier_versions_are_moved_out_of_the_target_folder() {
    let fixture = Fixture::new();
    let old = fixture.root().join("target/course");
    let copy = "backup/2026-01-31-14-05-09/chapters/01-small/src/one.rs";
    fs::create_dir_all(old.join(copy).parent().unwrap()).unwrap();
    fs::write(old.join(copy), "mine").unwrap();
    fs::write(old.join("hints"), "1.1 2\n").unwrap();
    fixture.run(&["hint", "1.1"]).expect(0, &["Hint 3 of 3"]);
    let kept = fixture.root().join(".course").join(copy);
    assert_eq!(fs::read_to_string(kept).unwrap(), "mine");
    assert!(!old.join(copy).exists());
}
