//! Skeletons: what the reader starts from, rendered from the solutions.
//!
//! Each `ex-` region of a solution's file becomes its goal and a `todo!` (that of an open exercise:
//! its stub; that of a program: an empty `main`), and all other anchor lines (which only the book needs) are dropped. Nothing else changes, so that the reader's file
//! and the solution's differ by the exercises alone.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::backup;
use crate::course::{Chapter, Course, Exercise, PROGRAMS};
use crate::files::{files_below, unreadable, unwritable, write_file};
use crate::manifest;
use crate::part::Role;
use crate::problem::{Problem, Result};
use crate::source::{Marker, Region, Source, dedent, indent};
use crate::stub;

/// What stands in an exercise's region until it is begun: the goal as a comment, then `todo!`; or the
/// stub of an open exercise or of a program.
pub fn hole_body(exercise: &Exercise, spaces: usize) -> String {
    if let Some(stub) = &exercise.stub {
        return indent(stub, spaces);
    }
    let mut body = String::new();
    for line in wrap(&exercise.goal, LINE_MAX.saturating_sub(spaces + 3)) {
        body.push_str("// ");
        body.push_str(&line);
        body.push('\n');
    }
    body.push_str(&format!("todo!(\"{}\")\n", exercise.label()));
    indent(&body, spaces)
}

/// The stub of an open exercise of the chapter whose solution is in `solution`, or of a program; none for any
/// other.
///
/// # Errors
///
/// If a file of the solution cannot be read, or no stub can be made of the answer.
pub fn stub(solution: &Path, exercise: &Exercise) -> Result<Option<String>> {
    if exercise.program {
        let label = exercise.label();
        return Ok(Some(format!("fn main() {{\n    todo!(\"{label}\")\n}}\n")));
    }
    let Some(open) = &exercise.open else {
        return Ok(None);
    };
    let mut outside = HashSet::new();
    let mut answer = None;
    for path in files_below(&solution.join("src"))? {
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        if path != solution.join(&exercise.file) {
            outside.extend(stub::words(&text));
            continue;
        }
        let source = Source::parse(&path.display().to_string(), text)?;
        if let Some(region) = source.region(&exercise.anchor()) {
            outside.extend(stub::words(&source.text()[..region.whole.start]));
            outside.extend(stub::words(&source.text()[region.whole.end..]));
            answer = Some(stub::without_markers(&source.text()[region.body.clone()]));
        }
    }
    let Some(answer) = answer else {
        return Err(no_region(solution, exercise));
    };
    let stub = stub::of(&dedent(&answer), &exercise.label(), open, &outside);
    stub.map(Some).map_err(|what| {
        Problem::new(
            format!("{}: {what}", exercise.label()),
            "Look at `open` of that exercise in course.toml; course/tool/src/stub.rs says what it takes",
        )
    })
}

fn no_region(solution: &Path, exercise: &Exercise) -> Problem {
    Problem::new(
        format!(
            "exercise {} has no region `{}` in {}",
            exercise.id,
            exercise.anchor(),
            solution.join(&exercise.file).display()
        ),
        "Put the pair of ANCHOR lines inside the function's body",
    )
}

/// The files of a chapter, ours or the reader's, that a skeleton is made of: all of `src/`, and the programs.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = files_below(&folder.join("src"))?;
    let mut programs = files_below(&folder.join(PROGRAMS))?;
    // What a program is shown with lies beside it.
    programs.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.append(&mut programs);
    Ok(files)
}

/// The skeleton of a chapter: each file of `src/`, and each program, with its path relative to the chapter's
/// folder.
///
/// # Errors
///
/// If a solution cannot be read, or its regions and `course.toml` do not agree.
pub fn render(course: &Course, chapter: &Chapter) -> Result<Vec<(PathBuf, String)>> {
    let solution = course.solution_dir(chapter);
    let mut files = Vec::new();
    let mut found = Vec::new();
    for path in sources(&solution)? {
        let relative = path.strip_prefix(&solution).unwrap_or(&path).to_owned();
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let text = match chapter.role(&relative) {
            Role::First(part) => {
                found.push(part.id);
                files.push((relative, part.first_file(&solution)?));
                continue;
            }
            Role::Gone => continue,
            Role::Given => chapter.without_guided(&text)?,
        };
        let source = Source::parse(&path.display().to_string(), text)?;
        files.push((
            relative.clone(),
            render_file(chapter, &relative, &source, &mut found)?,
        ));
    }
    if let Some(missing) = chapter.exercises.iter().find(|e| !found.contains(&e.id)) {
        return Err(no_region(&solution, missing));
    }
    files.sort();
    Ok(files)
}

/// The body of an exercise in the solution, without the anchors for the book that may stand in it. That
/// of an open part is its second answer, as the first one is not in one place.
///
/// # Errors
///
/// If the solution cannot be read, or has no such region.
pub fn answer(course: &Course, chapter: &Chapter, exercise: &Exercise) -> Result<String> {
    if chapter.parts.iter().any(|part| part.id == exercise.id) {
        return second(course, chapter, exercise);
    }
    let path = course.solution_dir(chapter).join(&exercise.file);
    let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
    let source = Source::parse(&path.display().to_string(), text)?;
    let body = source.body(&exercise.anchor());
    body.map(stub::without_markers)
        .ok_or_else(|| no_region(&course.solution_dir(chapter), exercise))
}

/// Where the second answer to an open exercise is: one of another inner design than ours, by which the
/// tests are known not to fix the design.
pub fn second_file(course: &Course, chapter: &Chapter, exercise: &Exercise) -> PathBuf {
    let folder = course.solution_dir(chapter).join("second");
    folder.join(format!("{}.rs", exercise.name))
}

/// The second answer to an open exercise.
///
/// # Errors
///
/// If there is none.
pub fn second(course: &Course, chapter: &Chapter, exercise: &Exercise) -> Result<String> {
    let path = second_file(course, chapter, exercise);
    let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
    Ok(text.replace("\r\n", "\n"))
}

/// A file of a chapter that is not as its solution says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// Its path relative to the repository.
    pub path: PathBuf,
    /// What it should hold; none if it should not exist.
    pub fresh: Option<String>,
}

/// The files of a chapter's `src/` and its programs that differ from its skeleton, and the manifests that do.
///
/// # Errors
///
/// If the solution or the chapter cannot be read.
pub fn stale(course: &Course, chapter: &Chapter) -> Result<Vec<Stale>> {
    let folder = course.chapter_dir(chapter);
    let mut stale = Vec::new();
    let rendered = render(course, chapter)?;
    for (relative, text) in &rendered {
        let path = folder.join(relative);
        let same =
            fs::read_to_string(&path).is_ok_and(|present| present.replace("\r\n", "\n") == *text);
        if !same {
            stale.push((path, Some(text.clone())));
        }
    }
    for path in sources(&folder)? {
        let relative = path.strip_prefix(&folder).unwrap_or(&path);
        if !rendered.iter().any(|(known, _)| known == relative) {
            stale.push((path, None));
        }
    }
    for (path, text) in manifest::render(course, chapter)? {
        let present = fs::read_to_string(&path).unwrap_or_default();
        if present.replace("\r\n", "\n") != text {
            stale.push((path, Some(text)));
        }
    }
    let relative = |path: PathBuf| match path.strip_prefix(&course.root) {
        Ok(relative) => relative.to_owned(),
        Err(_) => path,
    };
    Ok(stale
        .into_iter()
        .map(|(path, fresh)| Stale {
            path: relative(path),
            fresh,
        })
        .collect())
}

/// What [`write()`] did with one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its path relative to the repository.
    pub path: PathBuf,
    /// Where a copy was kept, if it held something that is stored nowhere else.
    pub copy: Option<PathBuf>,
}

/// Brings a chapter's `src/` up to date with its skeleton and says what changed. A file that holds
/// something else than the last skeleton or the last commit is copied away first.
///
/// # Errors
///
/// If the solution cannot be read, or a file or its copy cannot be written.
pub fn write(course: &Course, chapter: &Chapter) -> Result<Vec<Written>> {
    let mut written = Vec::new();
    for stale in stale(course, chapter)? {
        let path = course.root.join(&stale.path);
        let remembered = course.scratch().join("skeleton").join(&stale.path);
        let is_kept_elsewhere = match fs::read(&path) {
            Err(_) => true,
            // Only the generated part of a solution's manifest is written anew.
            Ok(_) if stale.path.starts_with("solutions") => true,
            Ok(present) => {
                fs::read(&remembered).is_ok_and(|last| last == present)
                    || committed(course, &stale.path).is_some_and(|last| last == present)
            }
        };
        let copy = match is_kept_elsewhere {
            true => None,
            false => Some(backup::keep_copy(course, &path)?),
        };
        match &stale.fresh {
            Some(text) => {
                write_file(&path, text)?;
                write_file(&remembered, text)?;
            }
            None => fs::remove_file(&path).map_err(|error| unwritable(&path, &error))?,
        }
        written.push(Written {
            path: stale.path,
            copy,
        });
    }
    Ok(written)
}

/// rustfmt's `max_width` in this repository.
const LINE_MAX: usize = 100;

fn render_file(
    chapter: &Chapter,
    relative: &Path,
    source: &Source,
    found: &mut Vec<crate::course::ExerciseId>,
) -> Result<String> {
    let mut out = String::new();
    let mut at = 0;
    for region in source.regions() {
        if !region.name.starts_with("ex-") {
            continue;
        }
        let known = chapter.exercises.iter().find(|e| e.anchor() == region.name);
        let Some(exercise) = known.filter(|exercise| exercise.file == relative) else {
            let where_ = format!("{}:{}", relative.display(), region.line);
            return Err(Problem::new(
                format!(
                    "{where_}: the region `{}` is no exercise of this file in course.toml",
                    region.name
                ),
                "Give the anchor the exercise's number and name (`ex-1-4-block-on`), and the \
                 exercise this file",
            ));
        };
        found.push(exercise.id);
        push_without_markers(&mut out, &source.text()[at..region.whole.start]);
        push_hole(&mut out, exercise, source, region);
        at = region.whole.end;
    }
    push_without_markers(&mut out, &source.text()[at..]);
    Ok(out)
}

fn push_hole(out: &mut String, exercise: &Exercise, source: &Source, region: &Region) {
    out.push_str(&source.text()[region.whole.start..region.body.start]);
    out.push_str(&hole_body(exercise, region.indent));
    out.push_str(&source.text()[region.body.end..region.whole.end]);
}

/// Adds `text` without anchor lines, and without the blank line that one leaves behind.
fn push_without_markers(out: &mut String, text: &str) {
    let mut dropped = false;
    for line in text.split_inclusive('\n') {
        if Marker::of(line).is_some() {
            dropped = true;
            continue;
        }
        let is_blank = line.trim().is_empty();
        let follows_blank = out.is_empty() || out.ends_with("\n\n") || out.ends_with("{\n");
        if !(dropped && is_blank && follows_blank) {
            out.push_str(line);
            dropped = false;
        }
    }
}

/// Breaks a sentence into lines of at most `width` characters.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// What the last commit holds at this path, if anything.
fn committed(course: &Course, relative: &Path) -> Option<Vec<u8>> {
    let name = relative.to_string_lossy().replace('\\', "/");
    let output = Command::new("git")
        .arg("-C")
        .arg(&course.root)
        .args(["show", &format!("HEAD:./{name}")])
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(output.stdout)
}
