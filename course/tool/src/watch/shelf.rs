//! What the book has for a reader who has solved an exercise: wrong answers to compare with, and pages
//! between two exercises.

use std::collections::BTreeMap;

use crate::book::pages;
use crate::course::{Course, Exercise, ExerciseId};
use crate::wrong;

/// Read once, at the start: none of it changes while a reader works.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// How many wrong answers the page of each exercise shows.
    wrong_answers: BTreeMap<ExerciseId, usize>,
    /// Path and title of each page, in reading order.
    pages: Vec<(String, String)>,
}

impl Shelf {
    /// Reads what there is. What cannot be read is not offered.
    pub fn load(course: &Course) -> Shelf {
        let mut wrong_answers = BTreeMap::new();
        for chapter in &course.chapters {
            for answer in wrong::load(course, chapter).unwrap_or_default() {
                *wrong_answers.entry(answer.exercise).or_default() += 1;
            }
        }
        Shelf {
            wrong_answers,
            pages: pages::titles(course),
        }
    }

    /// How many wrong answers an exercise's page shows.
    pub fn wrong_answers(&self, id: ExerciseId) -> usize {
        self.wrong_answers.get(&id).copied().unwrap_or(0)
    }

    /// The title of a page.
    pub fn title(&self, page: &str) -> Option<&str> {
        let (_, title) = self.pages.iter().find(|(path, _)| path == page)?;
        Some(title)
    }

    /// The title of the page that follows an exercise's page, if it is not the page of `next`.
    pub fn between(&self, exercise: &Exercise, next: &Exercise) -> Option<&str> {
        let at = self
            .pages
            .iter()
            .position(|(path, _)| *path == exercise.page)?;
        let (path, title) = self.pages.get(at + 1)?;
        let is_next = *path == next.page || exercise.page == next.page;
        (!is_next).then_some(title)
    }
}
