//! What a reader names on the command line: a chapter, an exercise or an example.
//!
//! An exercise may be named as the book does (`1.4`), as its hole does (`1.4 block-on`) or by its
//! name alone (`block-on`). What does not exist is answered with the nearest that does.

use crate::course::{Chapter, Course, Example, Exercise, ExerciseId, enumeration};
use crate::part::{Part, Way};
use crate::problem::{Problem, Result};

/// Names that are less alike than this are not suggested.
const LIKENESS_MIN: f64 = 0.75;

/// A part of the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every exercise.
    Everything,
    /// A chapter's exercises.
    Chapter(u32),
    /// One exercise.
    Exercise(ExerciseId),
}

impl Selection {
    /// Reads what the reader named; nothing named is everything.
    ///
    /// # Errors
    ///
    /// If there is no such chapter or exercise.
    pub fn parse(course: &Course, words: &[String]) -> Result<Selection> {
        let Some(first) = words.first() else {
            return Ok(Selection::Everything);
        };
        if words.len() == 1 && (is_number(first) || chapter_named(course, first).is_some()) {
            return Ok(Selection::Chapter(chapter(course, first)?.number));
        }
        exercise(course, words).map(Selection::Exercise)
    }

    /// The exercises it holds, in order.
    pub fn exercises(self, course: &Course) -> Vec<ExerciseId> {
        course
            .exercises()
            .map(|(_, exercise)| exercise.id)
            .filter(|id| match self {
                Selection::Everything => true,
                Selection::Chapter(number) => id.chapter == number,
                Selection::Exercise(asked) => *id == asked,
            })
            .collect()
    }
}

/// The chapter that a word names: its number, its folder or its package.
///
/// # Errors
///
/// If there is none.
pub fn chapter<'a>(course: &'a Course, word: &str) -> Result<&'a Chapter> {
    if let Some(chapter) = chapter_named(course, word) {
        return Ok(chapter);
    }
    let missing = if is_number(word) {
        format!("There is no chapter {word} yet")
    } else {
        format!("There is no chapter `{word}`")
    };
    let names = course.chapters.iter().flat_map(|chapter| {
        let name = chapter.dir.split_once('-').map_or("", |(_, name)| name);
        [name, &chapter.package, &chapter.dir]
    });
    let next = match nearest(word, names) {
        Some(name) => format!("Did you mean `{name}`? {}", chapters(course)),
        None => chapters(course),
    };
    Err(Problem::new(missing, next))
}

/// The exercise that these words name.
///
/// # Errors
///
/// If there is none, or they name two.
pub fn exercise(course: &Course, words: &[String]) -> Result<ExerciseId> {
    let asked = words.join(" ");
    let mut found = None;
    for word in words {
        let id = if let Ok(id) = word.parse::<ExerciseId>() {
            known(course, id)?
        } else {
            named(course, word)?
        };
        if found.is_some_and(|other| other != id) {
            return Err(Problem::new(
                format!("`{asked}` names two exercises"),
                "Name one, such as `1.4`",
            ));
        }
        found = Some(id);
    }
    found.ok_or_else(|| Problem::new("No exercise is named", "Name one, such as `1.4`"))
}

/// The chapter's example of that name.
///
/// # Errors
///
/// If there is none.
pub fn example<'a>(chapter: &'a Chapter, name: &str) -> Result<&'a Example> {
    if let Some(example) = chapter.examples.iter().find(|known| known.name == name) {
        return Ok(example);
    }
    let names = chapter.examples.iter().map(|example| example.name.as_str());
    let all = names.clone().collect::<Vec<_>>().join(", ");
    let next = match nearest(name, names) {
        Some(name) => format!("Did you mean `{name}`? Its examples are {all}"),
        None if all.is_empty() => "It has no examples".to_owned(),
        None => format!("Its examples are {all}"),
    };
    Err(Problem::new(
        format!("Chapter {} has no example `{name}`", chapter.number),
        next,
    ))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn chapter_named<'a>(course: &'a Course, word: &str) -> Option<&'a Chapter> {
    course.chapters.iter().find(|chapter| {
        word.parse() == Ok(chapter.number) || word == chapter.package || word == chapter.dir
    })
}

fn known(course: &Course, id: ExerciseId) -> Result<ExerciseId> {
    if course.exercise(id).is_some() {
        return Ok(id);
    }
    let chapter = chapter(course, &id.chapter.to_string())?;
    if let Some(part) = chapter.part(id) {
        return Err(other_way(chapter, part, id));
    }
    Err(Problem::new(
        format!("There is no exercise {id}"),
        match chapter.exercises.last() {
            Some(last) => format!(
                "Chapter {} has the exercises {}.1 to {}; `cargo course list` shows them",
                chapter.number, chapter.number, last.id
            ),
            None => format!("Chapter {} has no exercises", chapter.number),
        },
    ))
}

/// What is asked for is there only in the other way of a part.
fn other_way(chapter: &Chapter, part: &Part, id: ExerciseId) -> Problem {
    let label = part.label();
    match chapter.way(part) {
        Way::Open => Problem::new(
            format!("{id} is a part of {label}, which you do as a whole"),
            format!(
                "Name {}; or `cargo course guided {}` to do it exercise by exercise",
                part.id, part.id
            ),
        ),
        Way::Guided if part.exercises.is_empty() => Problem::new(
            format!("{label} is given"),
            format!("`cargo course open {}` lets you build it", part.id),
        ),
        Way::Guided => Problem::new(
            format!(
                "{label} is what {} make, and you do those",
                enumeration(&part.exercises)
            ),
            format!(
                "Name one of them; or `cargo course open {}` to do it as a whole",
                part.id
            ),
        ),
    }
}

fn named(course: &Course, name: &str) -> Result<ExerciseId> {
    let mut all = course.exercises().map(|(_, exercise)| exercise);
    if let Some(exercise) = all.find(|exercise| exercise.name == name) {
        return Ok(exercise.id);
    }
    for chapter in &course.chapters {
        let wholes = chapter.parts.iter().map(Part::whole);
        let mut away = wholes.chain(&chapter.replaced).filter(|e| e.name == name);
        if let Some((exercise, part)) = away.find_map(|e| Some((e, chapter.part(e.id)?))) {
            return Err(other_way(chapter, part, exercise.id));
        }
    }
    let names = course.exercises().map(|(_, known)| known.name.as_str());
    let next = nearest(name, names).and_then(|name| label(course, name));
    Err(Problem::new(
        format!("There is no exercise `{name}`"),
        match next {
            Some(label) => format!("Did you mean `{label}`? `cargo course list` shows all"),
            None => "Name one by its number, such as `1.4`; `cargo course list` shows all".into(),
        },
    ))
}

fn label(course: &Course, name: &str) -> Option<String> {
    let mut all = course.exercises().map(|(_, exercise)| exercise);
    all.find(|exercise| exercise.name == name)
        .map(Exercise::label)
}

fn chapters(course: &Course) -> String {
    let numbers: Vec<u32> = course.chapters.iter().map(|c| c.number).collect();
    match numbers[..] {
        [] | [_] => "There is chapter 1".to_owned(),
        _ => format!("The chapters are {}", in_words(&numbers)),
    }
}

/// `1 to 7 and 9`: chapters are not always written in order.
fn in_words(numbers: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let runs = runs.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        _ => format!("{first} to {last}"),
    });
    let runs: Vec<String> = runs.collect();
    match &runs[..] {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => runs.concat(),
    }
}

fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (strsim::jaro_winkler(word, name), name))
        .filter(|(likeness, _)| LIKENESS_MIN <= *likeness)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_chapter_that_is_not_written_yet_is_left_out() {
        for (numbers, expected) in [
            (&[1, 2][..], "1 to 2"),
            (&[1, 2, 3, 5], "1 to 3 and 5"),
            (&[1, 3, 5, 6], "1, 3 and 5 to 6"),
        ] {
            assert_eq!(in_words(numbers), expected);
        }
    }
}
