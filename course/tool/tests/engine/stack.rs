//! The small course with a tenth exercise, which is open: a stack.

use std::fs;

use course::course::{Course, ExerciseId};
use course::skeleton;

use crate::fixture::Fixture;

pub const TEN: ExerciseId = ExerciseId {
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

pub const STUB: &str = "\
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

pub const ANSWER: &str = "\
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

pub const WRONG: &str = "\
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
pub fn fixture() -> Fixture {
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
