//! An open exercise: a whole type that is built from its tests.

use course::check::{Hole, hole};
use course::reset::Plan;
use course::source::Source;
use course::verdict::Verdict;
use course::{skeleton, solution};

use crate::stack::{ANSWER, STUB, TEN, fixture};

fn unfinished(verdict: &Verdict) -> (&str, usize, usize) {
    match verdict {
        Verdict::Unfinished {
            place, passed, of, ..
        } => (place.as_deref().unwrap(), *passed, *of),
        other => panic!("expected an unfinished exercise, got {other:?}"),
    }
}

#[test]
fn an_untouched_stub_is_not_started() {
    let fixture = fixture();
    let expected =
        format!("//! Stack.\n\n// ANCHOR: ex-1-10-stack\n{STUB}// ANCHOR_END: ex-1-10-stack\n");
    assert_eq!(fixture.read("src/stack.rs"), expected);
    let (chapter, exercise) = fixture.course.exercise(TEN).unwrap();
    assert_eq!(hole(&fixture.course, chapter, exercise), Hole::Open);
    assert_eq!(fixture.check(&[TEN]), [Verdict::NotStarted]);
    // As an editor on Windows may save it.
    fixture.write("src/stack.rs", &expected.replace('\n', "\r\n"));
    assert_eq!(hole(&fixture.course, chapter, exercise), Hole::Open);
}

#[test]
fn an_exercise_that_was_begun_says_how_far_it_is() {
    let fixture = fixture();
    let begun = ANSWER.replace("self.values.push(value)", "todo!(\"1.10 stack\")");
    fixture.answer(TEN, &begun);
    let verdict = fixture.check(&[TEN]).remove(0);
    assert_eq!(verdict.word(), "not finished");
    let (place, passed, of) = unfinished(&verdict);
    assert!(place.contains("src/stack.rs:18"), "{place}");
    assert_eq!((passed, of), (1, 2));
    fixture.answer(TEN, ANSWER);
    assert_eq!(fixture.check(&[TEN]), [Verdict::Solved]);
}

#[test]
fn a_reset_brings_the_stub_back() {
    let fixture = fixture();
    let given = fixture.read("src/stack.rs");
    fixture.answer(TEN, ANSWER);
    let (chapter, exercise) = fixture.course.exercise(TEN).unwrap();
    let lines = solution::lines(&fixture.course, chapter, exercise).unwrap();
    assert!(lines.iter().any(|line| line.text() == "They are the same."));
    let plan = Plan::exercise(&fixture.course, chapter, exercise).unwrap();
    plan.carry_out(&fixture.course).unwrap();
    assert_eq!(fixture.read("src/stack.rs"), given);
}

#[test]
fn the_solution_is_found_in_the_region_alone() {
    let fixture = fixture();
    let (chapter, exercise) = fixture.course.exercise(TEN).unwrap();
    let answer = skeleton::answer(&fixture.course, chapter, exercise).unwrap();
    assert!(!answer.contains("ANCHOR"), "{answer}");
    let source = Source::parse("", fixture.read("src/stack.rs")).unwrap();
    assert_eq!(source.body("ex-1-10-stack"), Some(STUB));
}
