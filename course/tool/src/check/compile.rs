//! Which exercise a compiler's error belongs to, and what to look at.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::{Build, Diagnostic, Message, Span};
use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::problem::Result;
use crate::skeleton;
use crate::source::Source;
use crate::verdict::Verdict;

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
        let failing = |e: &&&Exercise| {
            errors.iter().any(|error| {
                e.tests.contains(&error.target.name) || e.loom.contains(&error.target.name)
            })
        };
        return Ok(exercises
            .iter()
            .filter(failing)
            .map(|exercise| {
                (
                    exercise.id,
                    tests_broken(course, chapter, exercise, &errors),
                )
            })
            .collect());
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
    let place = place_of(course, chapter, errors[0]);
    let spans = spans_in_chapter(course, chapter, errors[0]);
    let inside = spans
        .iter()
        .any(|(file, line)| region_at(course, chapter, file, *line).is_some());
    let mut advice = match errors.len() {
        1 => format!("Look at {place}"),
        count => format!("Begin with the first of {count} errors, at {place}"),
    };
    if errors[0].message.contains("unclosed delimiter") {
        advice.push_str(": a bracket that is opened there is never closed");
    } else if !inside {
        let _ = write!(
            advice,
            ", which is outside the exercise's region; `git diff chapters/{}` shows what was \
             changed, and `cargo course reset {}` puts the file back",
            chapter.dir, exercise.id
        );
    } else if let Some(code) = &errors[0].code {
        let _ = write!(advice, "; `rustc --explain {}` tells more", code.code);
    }
    Verdict::DoesNotCompile { rendered, advice }
}

/// The chapter's library compiles, but the tests do not fit it: something they call was removed or
/// declared differently.
fn tests_broken(
    course: &Course,
    chapter: &Chapter,
    exercise: &Exercise,
    errors: &[&Diagnostic],
) -> Verdict {
    let own: Vec<&Message> = errors
        .iter()
        .filter(|e| {
            exercise.tests.contains(&e.target.name) || exercise.loom.contains(&e.target.name)
        })
        .map(|error| &error.message)
        .collect();
    let missing = own
        .iter()
        .find_map(|error| missing_item(course, chapter, error));
    let advice = match missing {
        Some((name, file)) => {
            let reset = chapter.exercises.iter().find(|e| e.file == file);
            let reset = reset.map_or(exercise.id, |exercise| exercise.id);
            format!(
                "The tests call `{name}`, which is gone from {}: bring it back with `cargo course \
                 reset {reset}`",
                file.display()
            )
        }
        None => format!(
            "The chapter compiles, but its tests do not fit it: a name, a signature or a type was \
             changed that they rely on. `git diff chapters/{}` shows what",
            chapter.dir
        ),
    };
    Verdict::DoesNotCompile {
        rendered: own.iter().map(|error| rendered(error)).collect(),
        advice,
    }
}

/// A name in the error that the skeleton defines and the reader's file no longer does.
fn missing_item(course: &Course, chapter: &Chapter, error: &Message) -> Option<(String, PathBuf)> {
    let skeleton = skeleton::render(course, chapter).ok()?;
    let names = error.message.split('`').skip(1).step_by(2);
    for name in names.filter_map(|path| path.rsplit("::").next()) {
        for (file, text) in &skeleton {
            let present = fs::read_to_string(course.chapter_dir(chapter).join(file));
            if defines(text, name) && !present.is_ok_and(|text| defines(&text, name)) {
                return Some((name.to_owned(), file.clone()));
            }
        }
    }
    None
}

/// Whether a file defines an item of that name.
fn defines(text: &str, name: &str) -> bool {
    const KINDS: [&str; 9] = [
        "fn",
        "struct",
        "enum",
        "trait",
        "type",
        "mod",
        "const",
        "static",
        "macro_rules!",
    ];
    let mut words = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '!'))
        .filter(|word| !word.is_empty());
    let mut last = "";
    words.any(|word| {
        let before = std::mem::replace(&mut last, word);
        word == name && KINDS.contains(&before)
    })
}

fn is_test(diagnostic: &Diagnostic) -> bool {
    diagnostic.target.kind.iter().any(|kind| kind == "test")
}

fn rendered(error: &Message) -> String {
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
