//! The list of exercises as a panel: which of them it shows, and which of those is marked.
//!
//! # Invariants
//!
//! - *Mark In Sight*: the marked exercise is one of those shown, as long as any is.

use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::status::{self, Verdicts};

/// What the reader sees of all exercises.
#[derive(Debug)]
pub struct List {
    /// The exercise that Enter goes to.
    pub marked: ExerciseId,
    /// Words that a row has to contain, as the reader has typed them.
    pub wanted: String,
    /// Whether characters are added to `wanted`, and are no keys.
    pub is_typing: bool,
    /// Whether solved exercises are left out.
    pub is_unsolved_only: bool,
}

impl List {
    /// All exercises.
    pub fn all(marked: ExerciseId) -> List {
        List {
            marked,
            wanted: String::new(),
            is_typing: false,
            is_unsolved_only: false,
        }
    }

    /// Whether this exercise is shown. A search looks at its number, name and title, and at the title of
    /// its chapter; each word has to occur, in any case of letters.
    pub fn shows(&self, chapter: &Chapter, exercise: &Exercise, verdicts: &Verdicts) -> bool {
        if self.is_unsolved_only && status::is_solved(verdicts, exercise.id) {
            return false;
        }
        let row = format!("{} {} {}", exercise.label(), exercise.title, chapter.title);
        let row = row.to_lowercase();
        let wanted = self.wanted.to_lowercase();
        wanted.split_whitespace().all(|word| row.contains(word))
    }

    /// The exercises that are shown, in order.
    pub fn shown(&self, course: &Course, verdicts: &Verdicts) -> Vec<ExerciseId> {
        let shown =
            |(chapter, exercise): &(&Chapter, &Exercise)| self.shows(chapter, exercise, verdicts);
        let all = course.exercises().filter(shown);
        all.map(|(_, exercise)| exercise.id).collect()
    }

    /// Moves the mark by so many of the exercises that are shown.
    pub fn move_by(&mut self, steps: isize, course: &Course, verdicts: &Verdicts) {
        let shown = self.shown(course, verdicts);
        let at = shown.iter().position(|id| *id == self.marked).unwrap_or(0);
        let last = shown.len().saturating_sub(1);
        if let Some(id) = shown.get(at.saturating_add_signed(steps).min(last)) {
            self.marked = *id;
        }
    }

    /// After what is shown has changed: if the mark is not shown any more, the next that is gets it, or
    /// else the last (*Mark In Sight*).
    pub fn keep_mark_in_sight(&mut self, course: &Course, verdicts: &Verdicts) {
        let shown = self.shown(course, verdicts);
        let next = shown.iter().find(|id| self.marked <= **id);
        if let Some(id) = next.or(shown.last()) {
            self.marked = *id;
        }
    }
}
