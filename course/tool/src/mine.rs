//! Your own runtime: each chapter of the reader that is solved, standing on the ones below it.
//!
//! In the repository a chapter stands on our solutions of the chapters before it, so that one can
//! start anywhere and nothing a reader does breaks another chapter. Here the chapters are put on
//! one another: a workspace below `target/course/mine` takes for each chapter the reader's source
//! if all its exercises are solved, and ours if not. Only manifests are generated.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo;
use crate::check::{self, Cancel, Event, Hole, Options};
use crate::course::{Chapter, Course, ExerciseId};
use crate::problem::{Problem, Result};
use crate::verdict::Verdict;
use crate::workspace::{self, Debug, Package};

/// A workspace of the reader's own chapters.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// Its folder.
    pub dir: PathBuf,
    /// Where its programs are built.
    pub target: PathBuf,
    /// The chapters by number, and whose source each is built from.
    pub chapters: Vec<(u32, Whose)>,
}

/// Whose source a chapter of the overlay is built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The reader's.
    Mine,
    /// The solution's.
    Ours {
        /// Why not the reader's, in a few words.
        why: String,
    },
}

/// Checks all chapters that were begun, and writes the overlay.
///
/// # Errors
///
/// If a check cannot be made, or the overlay cannot be written.
pub fn overlay(
    course: &Course,
    cancel: &Cancel,
    observe: &mut dyn FnMut(Event),
) -> Result<Overlay> {
    let mut chapters = Vec::new();
    for chapter in &course.chapters {
        chapters.push((chapter.number, whose(course, chapter, cancel, observe)?));
    }
    let dir = course.scratch().join("mine");
    let packages: Vec<Package> = course
        .chapters
        .iter()
        .zip(&chapters)
        .map(|(chapter, (_, whose))| package(course, chapter, whose))
        .collect();
    workspace::write(course, &dir, &packages, Debug::Full)?;
    let target = cargo::target_dir(&course.root).join("mine");
    Ok(Overlay {
        dir,
        target,
        chapters,
    })
}

impl Overlay {
    /// A cargo command in the overlay, such as `build` or `run`.
    pub fn command(&self, verb: &str) -> Command {
        let mut command = cargo::command(&self.dir);
        command.arg(verb).env("CARGO_TARGET_DIR", &self.target);
        command
    }
}

/// The command that runs an example of a chapter: on our solutions, or on the reader's own
/// chapters. The caller decides where its output goes; arguments for the example follow.
///
/// # Errors
///
/// If the chapter has no such example, or the overlay cannot be made.
pub fn run_example(
    course: &Course,
    chapter: &Chapter,
    name: &str,
    on: Option<&Overlay>,
) -> Result<Command> {
    if !chapter.examples.iter().any(|example| example.name == name) {
        return Err(Problem::new(
            format!("Chapter {} has no example `{name}`", chapter.number),
            format!("`cargo course run {}` lists them", chapter.number),
        ));
    }
    let mut command = match on {
        Some(overlay) => overlay.command("run"),
        None => {
            let mut command = cargo::command(&course.root);
            command.arg("run");
            command
        }
    };
    // In the repository's workspace the chapter has an example of the same name.
    let target = match on {
        Some(_) => name.to_owned(),
        None => format!("{name}_solved"),
    };
    command.args([
        "--quiet",
        "--package",
        &chapter.solution,
        "--example",
        &target,
        "--",
    ]);
    Ok(command)
}

/// Whether a chapter's source may be the reader's.
fn whose(
    course: &Course,
    chapter: &Chapter,
    cancel: &Cancel,
    observe: &mut dyn FnMut(Event),
) -> Result<Whose> {
    let is_open = |hole| matches!(hole, Hole::Open);
    let mut exercises = chapter.exercises.iter();
    if let Some(open) = exercises.find(|exercise| is_open(check::hole(course, chapter, exercise))) {
        let why = format!("{} is not started", open.id);
        return Ok(Whose::Ours { why });
    }
    let scope: Vec<ExerciseId> = chapter
        .exercises
        .iter()
        .map(|exercise| exercise.id)
        .collect();
    let verdicts = check::check(course, &scope, &Options::default(), cancel, observe)?;
    let unsolved = verdicts.iter().find(|(_, verdict)| !verdict.is_solved());
    Ok(match unsolved {
        None => Whose::Mine,
        Some((id, Verdict::Needs { id: other })) => Whose::Ours {
            why: format!("{id} waits for {other}"),
        },
        Some((id, verdict)) => Whose::Ours {
            why: format!("{id}: {}", verdict.word()),
        },
    })
}

fn package(course: &Course, chapter: &Chapter, whose: &Whose) -> Package {
    let folder = match whose {
        Whose::Mine => course.chapter_dir(chapter),
        Whose::Ours { .. } => course.solution_dir(chapter),
    };
    let examples = course.chapter_dir(chapter).join("examples");
    let example = |name: &str| (name.to_owned(), examples.join(format!("{name}.rs")));
    let earlier = course.chapters.iter().filter(|c| c.number < chapter.number);
    Package {
        name: chapter.solution.clone(),
        lib: chapter.lib.clone(),
        source: folder.join("src").join("lib.rs"),
        like: folder,
        tests: Vec::new(),
        examples: chapter.examples.iter().map(|e| example(&e.name)).collect(),
        stands_on: earlier
            .map(|chapter| (chapter.solution.clone(), chapter.solution.clone()))
            .collect(),
    }
}
