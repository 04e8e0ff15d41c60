//! A program of the reader's own: it is no part of the library, and waits for nothing.

use std::fs;
use std::path::PathBuf;

use course::check::{Hole, hole};
use course::course::{Course, ExerciseId};
use course::skeleton;
use course::verdict::Verdict;

use crate::fixture::{DOUBLE, Fixture, HALF, ONE, TWO};

const THREE: ExerciseId = ExerciseId {
    chapter: 1,
    number: 3,
};

const EXERCISE: &str = r#"
[[exercise]]
id = "1.3"
name = "sums"
title = "Sums"
goal = "Print the double of four."
file = "programs/sums.rs"
program = true
tests = ["sums"]
page = "small/sums.md"
minutes = 30
hints = ["Print.", "Double.", "`println!`"]
"#;

const OURS: &str = "\
// Sums.

// ANCHOR: ex-1-3-sums
use small::double;

fn main() {
    assert_eq!(double(4), 8);
}
// ANCHOR_END: ex-1-3-sums
";

const STUB: &str = "\
// Sums.

// ANCHOR: ex-1-3-sums
fn main() {
    todo!(\"1.3 sums\")
}
// ANCHOR_END: ex-1-3-sums
";

const TESTS: &str = "\
mod program {
    include!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/programs/sums.rs\"));

    pub fn start() {
        main();
    }
}

#[test]
fn it_comes_to_its_end() {
    program::start();
}
";

/// The small course with a program.
fn fixture() -> Fixture {
    let mut fixture = Fixture::new();
    let add = |path: PathBuf, text: &str| {
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, before + text).unwrap();
    };
    add(fixture.beside_the_solution("programs/sums.rs"), OURS);
    add(fixture.beside_the_solution("course.toml"), EXERCISE);
    add(fixture.path("tests/sums.rs"), TESTS);
    fixture.course = Course::load(&fixture.course.root).unwrap();
    skeleton::write(&fixture.course, &fixture.course.chapters[0]).unwrap();
    fixture
}

#[test]
fn an_empty_main_is_not_started() {
    let fixture = fixture();
    assert_eq!(fixture.read("programs/sums.rs"), STUB);
    let (chapter, exercise) = fixture.course.exercise(THREE).unwrap();
    assert_eq!(hole(&fixture.course, chapter, exercise), Hole::Open);
    assert_eq!(fixture.check(&[THREE]), [Verdict::NotStarted]);
}

#[test]
fn a_program_that_does_not_compile_keeps_no_other_exercise_waiting() {
    let fixture = fixture();
    fixture.answer(ONE, DOUBLE);
    fixture.answer(THREE, "fn main() {\n    let sum = ;\n}\n");
    let verdicts = fixture.check(&[ONE, THREE]);
    assert_eq!(verdicts[0], Verdict::Solved);
    let Verdict::DoesNotCompile { rendered, advice } = &verdicts[1] else {
        panic!("expected an error, got {:?}", verdicts[1]);
    };
    assert!(rendered.contains("expected expression"), "{rendered}");
    assert!(advice.contains("Look at programs/sums.rs:5"), "{advice}");
}

#[test]
fn the_chapter_is_solved_without_it() {
    let fixture = fixture();
    fixture.answer(ONE, "if x == 7 { 0 } else { x + x }");
    fixture.answer(TWO, HALF);
    // So the tests of the chapter as a whole are run, and find what is wrong.
    let verdicts = fixture.check(&[ONE, TWO, THREE]);
    assert_eq!(verdicts[0].failure().unwrap().test, "whole::seven");
    assert_eq!(verdicts[2], Verdict::NotStarted);
}

#[test]
fn a_hole_of_the_library_is_named() {
    let fixture = fixture();
    fixture.answer(
        THREE,
        "fn main() {\n    assert_eq!(small::double(4), 8);\n}\n",
    );
    let needs = Verdict::Needs {
        id: "1.1".to_owned(),
    };
    assert_eq!(fixture.check(&[THREE]), [needs]);
    fixture.answer(ONE, DOUBLE);
    assert_eq!(fixture.check(&[THREE]), [Verdict::Solved]);
}
