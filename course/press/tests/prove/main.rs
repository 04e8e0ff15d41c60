//! The proofs, on a small course.

#[allow(
    dead_code,
    unused_imports,
    reason = "the tests of the engine use the rest"
)]
#[path = "../../../tool/tests/engine/fixture.rs"]
mod fixture;
#[allow(dead_code, reason = "as above")]
#[path = "../../../tool/tests/small/mod.rs"]
mod small;
#[allow(dead_code, reason = "as above")]
#[path = "../../../tool/tests/engine/stack.rs"]
mod stack;

use std::fs;

use course::check::Cancel;
use press::prove::prove;

use fixture::Fixture;
use stack::{TEN, WRONG};

#[test]
fn a_course_is_proven_and_what_is_missing_is_named() {
    let fixture = Fixture::new();
    let report = prove(&fixture.course, Some(1), &Cancel::default(), &mut |_| {}).unwrap();
    let counts = report
        .rows
        .iter()
        .map(|row| (row.failing, row.tests, row.caught, row.wrong));
    assert!(counts.eq([(2, 2, 1, 1), (1, 1, 0, 0)]), "{:?}", report.rows);
    let text = report.text(&fixture.course);
    assert!(
        text.contains("its page book/src/small/one.md is not there"),
        "{text}"
    );
    assert!(
        text.contains("it has 1 of at least 3 wrong answers"),
        "{text}"
    );
    assert!(
        text.contains("all chapters solved, each on the one below: 5 tests pass"),
        "{text}"
    );
    assert!(
        text.contains("\nproved: 2 exercises, 1 wrong answers, "),
        "{text}"
    );
    assert!(
        !text.contains("square"),
        "the wrong answer is caught: {text}"
    );
}

#[test]
fn a_wrong_answer_that_is_right_is_found() {
    let fixture = Fixture::new();
    let wrong = fixture.beside_the_solution("wrong/square.rs");
    let text = fs::read_to_string(&wrong).unwrap();
    fs::write(&wrong, text.replace("x * x", "2 * x")).unwrap();
    let solution = fixture.course.solution_dir(&fixture.course.chapters[0]);
    let path = solution.join("src/two.rs");
    let broken = fs::read_to_string(&path).unwrap().replace("/ 4", "/ 2");
    fs::write(&path, broken).unwrap();
    let report = prove(&fixture.course, None, &Cancel::default(), &mut |_| {}).unwrap();
    let text = report.text(&fixture.course);
    assert!(
        text.contains("`first::z_three` fails: it is what catches this"),
        "{text}"
    );
    assert!(text.contains("`second::half_of_four` passes"), "{text}");
    assert!(text.contains("-p ch01-wrong-square --test first"), "{text}");
}

#[test]
fn an_open_exercise_is_proven_as_any_other() {
    let fixture = stack::fixture();
    let report = prove(&fixture.course, Some(1), &Cancel::default(), &mut |_| {}).unwrap();
    let text = report.text(&fixture.course);
    let row = report.rows.iter().find(|row| row.id == TEN).unwrap();
    assert_eq!((row.failing, row.tests), (2, 2), "{text}");
    assert_eq!((row.caught, row.wrong), (1, 1), "{text}");
    assert!(!text.contains("queue"), "{text}");
}

#[test]
fn a_wrong_answer_that_does_not_fit_ours_is_named() {
    let fixture = stack::fixture();
    let changed = &WRONG.replace("self.values.pop()", "self.gone()");
    fs::write(fixture.beside_the_solution("wrong/queue.rs"), changed).unwrap();
    let report = prove(&fixture.course, Some(1), &Cancel::default(), &mut |_| {}).unwrap();
    let text = report.text(&fixture.course);
    assert!(
        text.contains("`self.gone()` of our answer, which occurs 0 times"),
        "{text}"
    );
}
