//! Which way each part is on.

use crate::course::{Chapter, ExerciseId, enumeration};
use crate::part::{Part, Way};
use crate::screen::{Line, dim};

/// A line for each part of a chapter: which way it is on, and how to change that.
pub fn lines(chapter: &Chapter) -> Vec<Line> {
    let parts = chapter.parts.iter();
    parts.map(|part| line(chapter, part).indented(2)).collect()
}

/// Of an exercise that can be done another way: how.
pub fn of_exercise(chapter: &Chapter, id: ExerciseId) -> Option<Line> {
    chapter.part(id).map(|part| line(chapter, part))
}

fn line(chapter: &Chapter, part: &Part) -> Line {
    let exercises = enumeration(&part.exercises);
    let (name, id) = (&part.name, part.id);
    Line::from(dim(match chapter.way(part) {
        Way::Guided if part.exercises.is_empty() => {
            format!("{name} is given: `cargo course open {id}` lets you build it")
        }
        Way::Open if part.exercises.is_empty() => {
            format!("{id}, {name}, is open: `cargo course guided {id}` gives our answer again")
        }
        Way::Guided => {
            format!("{exercises}, {name}, is guided: `cargo course open {id}` builds it as a whole")
        }
        Way::Open => {
            format!("{id}, {name}, is open: `cargo course guided {id}` makes {exercises} of it")
        }
    }))
}
