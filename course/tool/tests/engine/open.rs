//! An open exercise: a whole type that is built from its tests.

use std::fs;

use course::check::{Cancel, Hole, hole};
use course::course::{Course, ExerciseId};
use course::prove::prove;
use course::reset::Plan;
use course::source::Source;
use course::verdict::Verdict;
use course::{skeleton, solution};

use crate::fixture::Fixture;

const TEN: ExerciseId = ExerciseId {
    chapter: 1,
    number: 10,
};

const EXERCISE: &str = r#"
[[exercise]]
id = "1.10"
name = "stack"
title = "A stack"
goal = "Build a stack from its tests."
file = "src/stack.rs"
open = { fields = { Stack = "values: ()" } }
tests = ["stack"]
page = "small/stack.md"
minutes = 30
hints = ["Push.", "Pop.", "A `Vec` does both."]
"#;

const STUB: &str = "\
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need.

/// Last in, first out.
pub struct Stack {
    // Yours to replace, as are all private fields and whatever else is not public.
    values: (),
}

impl Stack {
    /// An empty stack.
    pub fn new() -> Stack {
        todo!(\"1.10 stack\")
    }

    /// Puts one on top.
    pub fn push(&mut self, value: u32) {
        todo!(\"1.10 stack\")
    }

    /// Takes the top.
    pub fn pop(&mut self) -> Option<u32> {
        todo!(\"1.10 stack\")
    }
}
";

const ANSWER: &str = "\
/// Last in, first out.
pub struct Stack {
    values: Vec<u32>,
}

impl Stack {
    /// An empty stack.
    pub fn new() -> Stack {
        Stack { values: Vec::new() }
    }

    // ANCHOR: push
    /// Puts one on top.
    pub fn push(&mut self, value: u32) {
        self.values.push(value);
    }
    // ANCHOR_END: push

    /// Takes the top.
    pub fn pop(&mut self) -> Option<u32> {
        self.values.pop()
    }
}
";

const TESTS: &str = "\
use small::stack::Stack;

#[test]
fn an_empty_stack_can_be_made() {
    Stack::new();
}

#[test]
fn what_comes_last_goes_first() {
    let mut stack = Stack::new();
    stack.push(1);
    stack.push(2);
    assert_eq!((stack.pop(), stack.pop(), stack.pop()), (Some(2), Some(1), None));
}
";

const WRONG: &str = "\
//! exercise: 1.10
//! test: stack::what_comes_last_goes_first
//! verdict: wrong
//! message: left: (Some(1), Some(2), None)
//! rule: What comes last goes first.
//!
//! This is a queue.

<<<<<<< solution
        self.values.pop()
=======
        (!self.values.is_empty()).then(|| self.values.remove(0))
>>>>>>> wrong
";

/// The small course with a tenth exercise, which is open.
fn fixture() -> Fixture {
    let mut fixture = Fixture::new();
    let (course, chapter) = (&fixture.course, &fixture.course.chapters[0]);
    let solution = course.solution_dir(chapter);
    let add = |path: std::path::PathBuf, text: &str| {
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, before + text).unwrap();
    };
    let region =
        format!("//! Stack.\n\n// ANCHOR: ex-1-10-stack\n{ANSWER}// ANCHOR_END: ex-1-10-stack\n");
    add(solution.join("src/stack.rs"), &region);
    add(solution.join("src/lib.rs"), "\npub mod stack;\n");
    add(fixture.beside_the_solution("course.toml"), EXERCISE);
    add(fixture.path("tests/stack.rs"), TESTS);
    add(fixture.beside_the_solution("wrong/queue.rs"), WRONG);
    fixture.course = Course::load(&fixture.course.root).unwrap();
    skeleton::write(&fixture.course, &fixture.course.chapters[0]).unwrap();
    fixture
}

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
fn an_open_exercise_is_proven_as_any_other() {
    let fixture = fixture();
    let report = prove(&fixture.course, Some(1), &Cancel::default(), &mut |_| {}).unwrap();
    let text = report.text(&fixture.course);
    let row = report.rows.iter().find(|row| row.id == TEN).unwrap();
    assert_eq!((row.failing, row.tests), (2, 2), "{text}");
    assert_eq!((row.caught, row.wrong), (1, 1), "{text}");
    assert!(!text.contains("queue"), "{text}");
}

#[test]
fn a_wrong_answer_that_does_not_fit_ours_is_named() {
    let fixture = fixture();
    let changed = &WRONG.replace("self.values.pop()", "self.gone()");
    fs::write(fixture.beside_the_solution("wrong/queue.rs"), changed).unwrap();
    let report = prove(&fixture.course, Some(1), &Cancel::default(), &mut |_| {}).unwrap();
    let text = report.text(&fixture.course);
    assert!(
        text.contains("`self.gone()` of our answer, which occurs 0 times"),
        "{text}"
    );
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
