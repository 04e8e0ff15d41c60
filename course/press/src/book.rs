//! What is wrong with a book that was built.

mod lint;
mod warnings;

use std::collections::BTreeSet;
use std::fs;

use course::book::{self, Built, Found};
use course::course::Course;
use course::problem::{Problem, Result};
use course::wrong;

/// Builds the book, and says everything that is wrong with it: what
/// [`build`](course::book::build) would say, or else what is wrong with the pages it makes.
pub fn check(course: &Course) -> Vec<Problem> {
    // A reader may have the book open, so the checked one is written elsewhere.
    let dir = book::beside(course, "check");
    let (built, warnings) = warnings::during(|| book::build_into(course, &dir));
    let problems = match built {
        Err(problems) => problems,
        Ok(Built { pages, found }) => {
            let mut problems: Vec<Problem> = warnings
                .into_iter()
                .map(|what| Problem::new(what, "Close each HTML tag where it was opened"))
                .collect();
            problems.extend(lint::lint(course, &pages, &found, &dir));
            problems
        }
    };
    // Whatever cannot be removed is under `target/`, where it does no harm.
    let _ = fs::remove_dir_all(&dir);
    problems
}

/// The wrong answers that no page shows, as `chapter/name`. Some are unlisted on purpose.
///
/// # Errors
///
/// If the wrong answers cannot be read.
pub fn unshown_wrong_answers(course: &Course, found: &Found) -> Result<Vec<String>> {
    let mut all = BTreeSet::new();
    for chapter in &course.chapters {
        let answers = wrong::load(course, chapter)?.into_iter();
        all.extend(answers.map(|answer| format!("{}/{}", chapter.dir, answer.name)));
    }
    Ok(all.difference(&found.wrong).cloned().collect())
}
