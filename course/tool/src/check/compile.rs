//! Which exercise a compiler's error belongs to, and what to look at.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::{Build, Diagnostic, Message, Span};
use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::problem::Result;
use crate::source::Source;
use crate::verdict::Verdict;

use super::notes::AllNotes;
use super::unfit;

/// Gives each of the exercises (all of one chapter) the verdict that a failed build means for it:
/// none if everything that it needs was built.
///
/// # Errors
///
/// If something other than the reader's chapter does not compile.
pub fn blame(
    course: &Course,
    chapter: &Chapter,
    exercises: &[&Exercise],
    build: &Build,
) -> Result<Vec<(ExerciseId, Verdict)>> {
    let errors: Vec<&Diagnostic> = build
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error() && diagnostic.is_in_a_file())
        .collect();
    if let Some(foreign) = errors.iter().find(|e| e.package() != chapter.package) {
        return Err(foreign_error(foreign));
    }
    let of_lib: Vec<&Message> = errors
        .iter()
        .filter(|error| !is_test(error))
        .map(|error| &error.message)
        .collect();
    if of_lib.is_empty() {
        let last = exercises.iter().rfind(|exercise| !exercise.program);
        let broken = exercises.iter().filter_map(|exercise| {
            let is_last = last.is_some_and(|last| last.id == exercise.id);
            let of_program = || of_program(course, chapter, exercise, &errors);
            let unfit = || unfit::verdict(course, chapter, exercise, is_last, &errors);
            Some((exercise.id, of_program().or_else(unfit)?))
        });
        return Ok(broken.collect());
    }
    let owners: Vec<Option<ExerciseId>> = of_lib
        .iter()
        .map(|error| owner(course, chapter, exercises, error))
        .collect();
    // The exercise to look at first, to which everything else waits.
    let first = owners.iter().flatten().next().copied();
    Ok(exercises
        .iter()
        .map(|exercise| {
            let own: Vec<&Message> = of_lib
                .iter()
                .zip(&owners)
                .filter(|(_, owner)| **owner == Some(exercise.id))
                .map(|(error, _)| *error)
                .collect();
            let verdict = match own.is_empty() {
                false => does_not_compile(course, chapter, exercise, &own),
                true => Verdict::NotChecked {
                    why: match first {
                        Some(id) => format!("exercise {id} does not compile; mend it first"),
                        None => format!(
                            "the chapter does not compile: {}",
                            place_of(course, chapter, of_lib[0])
                        ),
                    },
                },
            };
            (exercise.id, verdict)
        })
        .collect())
}

/// The verdict of a program that does not compile. It is compiled as a module of its test.
fn of_program(
    course: &Course,
    chapter: &Chapter,
    exercise: &Exercise,
    errors: &[&Diagnostic],
) -> Option<Verdict> {
    let is_in_program = |error: &&Message| {
        let spans = spans_in_chapter(course, chapter, error);
        spans
            .first()
            .is_some_and(|(file, _)| *file == exercise.file)
    };
    let own = errors
        .iter()
        .filter(|error| exercise.program && exercise.tests.contains(&error.target.name));
    let own: Vec<&Message> = own
        .map(|error| &error.message)
        .filter(is_in_program)
        .collect();
    (!own.is_empty()).then(|| does_not_compile(course, chapter, exercise, &own))
}

/// Notes the compiler's warnings that lie in the region of one of these exercises.
pub fn note_warnings(
    course: &Course,
    chapter: &Chapter,
    exercises: &[&Exercise],
    build: &Build,
    notes: &mut AllNotes,
) {
    let own = build.diagnostics.iter().filter(|said| {
        said.message.level == "warning" && said.package() == chapter.package && !is_test(said)
    });
    for warning in own {
        let spans = spans_in_chapter(course, chapter, &warning.message);
        let mut regions = spans
            .iter()
            .filter_map(|(file, line)| region_at(course, chapter, file, *line));
        if let Some(id) = regions
            .next()
            .filter(|id| exercises.iter().any(|e| e.id == *id))
        {
            let warnings = &mut notes.entry(id).or_default().warnings;
            warnings.push_str(&rendered(&warning.message));
        }
    }
}

/// The exercise whose region an error is in. An error in no region belongs to the first exercise of
/// that file which was asked about, or to the first of all.
fn owner(
    course: &Course,
    chapter: &Chapter,
    exercises: &[&Exercise],
    error: &Message,
) -> Option<ExerciseId> {
    let spans = spans_in_chapter(course, chapter, error);
    let in_region = spans
        .iter()
        .find_map(|(file, line)| region_at(course, chapter, file, *line));
    in_region.or_else(|| {
        let in_file = exercises
            .iter()
            .find(|exercise| spans.iter().any(|(file, _)| *file == exercise.file));
        in_file.or(exercises.first()).map(|exercise| exercise.id)
    })
}

fn does_not_compile(
    course: &Course,
    chapter: &Chapter,
    exercise: &Exercise,
    errors: &[&Message],
) -> Verdict {
    let rendered = errors.iter().map(|error| rendered(error)).collect();
    let spans = spans_in_chapter(course, chapter, errors[0]);
    let inside = spans
        .iter()
        .find(|(file, line)| region_at(course, chapter, file, *line).is_some());
    let is_unclosed = errors[0].message.contains("unclosed delimiter");
    // The error is at the end of the file then, and its cause further up.
    let place = match inside.filter(|_| is_unclosed) {
        Some((file, line)) => format!("{}:{line}", file.display()),
        None => place_of(course, chapter, errors[0]),
    };
    let mut advice = match errors.len() {
        1 => format!("Look at {place}"),
        count => format!("Begin with the first of {count} errors, at {place}"),
    };
    if is_unclosed {
        advice.push_str(": a bracket that is opened there is never closed");
    } else if inside.is_none() {
        let _ = write!(
            advice,
            ", which is outside the exercise's region; `git diff chapters/{}` shows what was \
             changed, and `cargo course reset {}` puts the file back",
            chapter.dir, exercise.id
        );
    } else if let Some(code) = errors[0].code.as_ref().filter(|c| is_explained(&c.code)) {
        let _ = write!(advice, "; `rustc --explain {}` tells more", code.code);
    }
    Verdict::DoesNotCompile { rendered, advice }
}

/// Whether the compiler can explain an error of this code: a lint is named in words, such as
/// `invalid_atomic_ordering`, and has no explanation.
fn is_explained(code: &str) -> bool {
    code.strip_prefix('E')
        .is_some_and(|number| number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()))
}

fn is_test(diagnostic: &Diagnostic) -> bool {
    diagnostic.target.kind.iter().any(|kind| kind == "test")
}

/// An error as the compiler prints it, and an empty line.
pub fn rendered(error: &Message) -> String {
    let text = error.rendered.as_deref().unwrap_or(&error.message);
    text.trim_end().to_owned() + "\n\n"
}

/// The first place of an error in the chapter, as `src/timer.rs:12`.
fn place_of(course: &Course, chapter: &Chapter, error: &Message) -> String {
    let spans = spans_in_chapter(course, chapter, error);
    match spans.first() {
        Some((file, line)) => format!("{}:{line}", file.display()),
        None => error.message.clone(),
    }
}

/// The places of an error in the chapter's files, the main one first, each with its file relative
/// to the chapter's folder. A place in a macro stands for the place that called it.
fn spans_in_chapter(course: &Course, chapter: &Chapter, error: &Message) -> Vec<(PathBuf, usize)> {
    let folder = course.chapter_dir(chapter);
    let mut spans: Vec<&Span> = error.spans.iter().collect();
    spans.sort_by_key(|span| !span.is_primary);
    let mut found = Vec::new();
    for mut span in spans {
        loop {
            let path = course.root.join(&span.file_name);
            if let Ok(relative) = path.strip_prefix(&folder) {
                found.push((relative.to_owned(), span.line_start));
                break;
            }
            match &span.expansion {
                Some(expansion) => span = &expansion.span,
                None => break,
            }
        }
    }
    found
}

/// The exercise whose region holds this line of the reader's file.
fn region_at(course: &Course, chapter: &Chapter, file: &Path, line: usize) -> Option<ExerciseId> {
    let text = fs::read_to_string(course.chapter_dir(chapter).join(file)).ok()?;
    let source = Source::parse("", text).ok()?;
    let exercise = chapter.exercises.iter().find(|exercise| {
        source.region(&exercise.anchor()).is_some_and(|region| {
            let height = source.text()[region.whole.clone()].lines().count();
            (region.line..region.line + height).contains(&line)
        })
    });
    exercise.map(|exercise| exercise.id)
}

fn foreign_error(error: &Diagnostic) -> crate::problem::Problem {
    let place = error.message.spans.iter().find(|span| span.is_primary);
    let place = place.map_or(String::new(), |span| {
        format!(" ({}:{})", span.file_name.display(), span.line_start)
    });
    crate::problem::Problem::new(
        format!(
            "The package `{}` does not compile, which is not your chapter's doing: {}{place}",
            error.package(),
            error.message.message
        ),
        "Bring its files back (`git status` shows what was changed), then run the command again",
    )
}
