//! Tests that no longer fit the chapter: something they call was removed or declared differently.

use std::fs;
use std::path::PathBuf;

use crate::cargo::{Diagnostic, Message};
use crate::course::{Chapter, Course, Exercise};
use crate::skeleton;
use crate::verdict::Verdict;

use super::compile::rendered;

/// Something of the skeleton that the reader's file no longer has.
struct Missing {
    name: String,
    /// Relative to the chapter's folder.
    file: PathBuf,
    /// Whether the item is there and only its `use` or `mod` line is gone.
    is_listed_only: bool,
}

/// The verdict of an exercise whose tests do not compile although the chapter does: none if they
/// do. The tests of the whole chapter count as the last exercise's.
pub fn verdict(
    course: &Course,
    chapter: &Chapter,
    exercise: &Exercise,
    is_last: bool,
    errors: &[&Diagnostic],
) -> Option<Verdict> {
    let is_own = |target: &String| {
        let of_exercise = exercise.tests.iter().chain(&exercise.loom);
        let of_chapter = chapter.tests.iter().chain(&chapter.loom);
        let of_chapter = of_chapter.filter(|_| is_last);
        of_exercise.chain(of_chapter).any(|own| own == target)
    };
    let own: Vec<&Message> = errors
        .iter()
        .filter(|error| is_own(&error.target.name))
        .map(|error| &error.message)
        .collect();
    if own.is_empty() {
        return None;
    }
    let missing = own.iter().find_map(|error| missing(course, chapter, error));
    Some(Verdict::DoesNotCompile {
        rendered: own.iter().map(|error| rendered(error)).collect(),
        advice: match missing {
            Some(missing) => bring_back(chapter, &missing),
            None if let Some(place) = own.iter().find_map(|error| broken_place(error)) => format!(
                "{place} is no Rust: the test file was changed. `git diff chapters/{}/tests` shows \
                 what",
                chapter.dir
            ),
            None => format!(
                "The chapter compiles, but its tests do not fit it: a name, a signature or a type \
                 was changed that they rely on. `git diff chapters/{}` shows what",
                chapter.dir
            ),
        },
    })
}

/// Where a file cannot even be parsed. An error that the parser finds has no code.
fn broken_place(error: &Message) -> Option<String> {
    let span = error.spans.iter().find(|span| span.is_primary)?;
    let file = span.file_name.display().to_string().replace('\\', "/");
    error
        .code
        .is_none()
        .then(|| format!("{file}:{}", span.line_start))
}

fn bring_back(chapter: &Chapter, missing: &Missing) -> String {
    let Missing { name, file, .. } = missing;
    let shown = file.display();
    let what = match missing.is_listed_only {
        true => format!("The tests call `{name}`, which {shown} no longer lists"),
        false => format!("The tests call `{name}`, which is gone from {shown}"),
    };
    let how = match chapter
        .exercises
        .iter()
        .find(|exercise| exercise.file == *file)
    {
        Some(exercise) => format!("`cargo course reset {}`", exercise.id),
        // No answer is in it that could be lost.
        None => format!("`git restore chapters/{}/{shown}`", chapter.dir),
    };
    format!("{what}: bring it back with {how}")
}

/// A name in the error that the skeleton has and the reader's chapter no longer has.
fn missing(course: &Course, chapter: &Chapter, error: &Message) -> Option<Missing> {
    let skeleton = skeleton::render(course, chapter).ok()?;
    let folder = course.chapter_dir(chapter);
    let files: Vec<(PathBuf, String, String)> = skeleton
        .into_iter()
        .map(|(file, given)| {
            let present = fs::read_to_string(folder.join(&file)).unwrap_or_default();
            (file, given, present)
        })
        .collect();
    let names = error.message.split('`').skip(1).step_by(2);
    let names: Vec<&str> = names.filter_map(|path| path.rsplit("::").next()).collect();
    for (is_listed_only, has) in [(false, defines as fn(&str, &str) -> bool), (true, lists)] {
        for name in &names {
            for (file, given, present) in &files {
                if has(given, name) && !has(present, name) {
                    return Some(Missing {
                        name: (*name).to_owned(),
                        file: file.clone(),
                        is_listed_only,
                    });
                }
            }
        }
    }
    None
}

/// Whether a file defines an item of that name.
fn defines(text: &str, name: &str) -> bool {
    const KINDS: [&str; 8] = [
        "fn", "struct", "enum", "trait", "type", "mod", "const", "static",
    ];
    let mut last = "";
    words(text).any(|word| {
        let before = std::mem::replace(&mut last, word);
        word == name && KINDS.contains(&before)
    })
}

/// Whether a file makes an item of that name known by a `pub use`.
fn lists(text: &str, name: &str) -> bool {
    let mut uses = text.split("pub use ").skip(1);
    uses.any(|rest| words(rest.split(';').next().unwrap_or(rest)).any(|word| word == name))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
}
