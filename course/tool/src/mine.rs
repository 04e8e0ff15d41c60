//! Your own runtime: each chapter of the reader that is solved, standing on the ones below it.
//!
//! In the repository a chapter stands on our solutions of the chapters before it, so that one can
//! start anywhere and nothing a reader does breaks another chapter. Here the chapters are put on
//! one another: a workspace below `target/course/mine` takes for each chapter the reader's source
//! if all its exercises are solved, and ours if not. Only manifests are generated.
//!
//! To run an example is to look at a chapter, also before it is solved: that one is then the
//! reader's as it stands, and what is still open panics and says its number.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{self, Site};
use crate::check::{self, Cancel, Event, Hole, Models, Options};
use crate::course::{Chapter, Course, ExerciseId};
use crate::problem::Result;
use crate::verdict::Verdict;
use crate::workspace::{self, Debug, Package};

/// A workspace of the reader's own chapters.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// Its folder.
    pub dir: PathBuf,
    /// Where its programs are built.
    pub site: Site,
    /// The chapters that were asked for by number, and whose source each is built from.
    pub chapters: Vec<(u32, Whose)>,
}

/// Whose source a chapter of the overlay is built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The reader's.
    Mine {
        /// How many of its exercises are not started.
        open: usize,
    },
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
    write(course, chapters, None)
}

/// The overlay with `top` as it stands, for running its examples. Those below it are checked, those
/// above it are not asked for.
///
/// # Errors
///
/// As [`overlay`].
pub fn overlay_up_to(
    course: &Course,
    top: &Chapter,
    cancel: &Cancel,
    observe: &mut dyn FnMut(Event),
) -> Result<Overlay> {
    let mut chapters = Vec::new();
    for chapter in course.chapters.iter().filter(|c| c.number < top.number) {
        chapters.push((chapter.number, whose(course, chapter, cancel, observe)?));
    }
    let is_open = |hole| matches!(hole, Hole::Open);
    let exercises = top.of_library();
    let open = exercises.filter(|exercise| is_open(check::hole(course, top, exercise)));
    let open = open.count();
    chapters.push((top.number, Whose::Mine { open }));
    write(course, chapters, Some(top))
}

/// A chapter and the chapters that it is built from, for a program that is built on them.
#[derive(Clone, Debug)]
pub struct Stack {
    /// Its packages, without tests and examples.
    pub packages: Vec<Package>,
    /// Whose source each chapter is built from.
    pub chapters: Vec<(u32, Whose)>,
}

/// What `top` is built from, and `top` itself: each chapter the reader's if all its exercises are solved.
///
/// # Errors
///
/// If a check cannot be made, or a manifest cannot be read.
pub fn stack(
    course: &Course,
    top: &Chapter,
    cancel: &Cancel,
    observe: &mut dyn FnMut(Event),
) -> Result<Stack> {
    let mut chapters = Vec::new();
    for chapter in needed(course, top)? {
        chapters.push((chapter, whose(course, chapter, cancel, observe)?));
    }
    Ok(stack_of(course, chapters))
}

/// The same of our solutions alone.
///
/// # Errors
///
/// If a manifest cannot be read.
pub fn stack_of_ours(course: &Course, top: &Chapter) -> Result<Stack> {
    let ours = Whose::Ours {
        why: "yours was not asked for".to_owned(),
    };
    let chapters = needed(course, top)?.into_iter();
    Ok(stack_of(
        course,
        chapters.map(|chapter| (chapter, ours.clone())).collect(),
    ))
}

fn stack_of(course: &Course, chapters: Vec<(&Chapter, Whose)>) -> Stack {
    let packages = chapters.iter().map(|(chapter, whose)| {
        let folder = match whose {
            Whose::Mine { .. } => course.chapter_dir(chapter),
            Whose::Ours { .. } => course.solution_dir(chapter),
        };
        Package {
            examples: Vec::new(),
            ..package(course, chapter, folder)
        }
    });
    let packages = packages.collect();
    let chapters = chapters.into_iter();
    Stack {
        packages,
        chapters: chapters
            .map(|(chapter, whose)| (chapter.number, whose))
            .collect(),
    }
}

/// The chapters that `top` depends on, directly or not, and `top`, in their order.
fn needed<'a>(course: &'a Course, top: &'a Chapter) -> Result<Vec<&'a Chapter>> {
    let mut needed = vec![top];
    let mut at = 0;
    while let Some(&chapter) = needed.get(at) {
        at += 1;
        let names = workspace::dependencies(&course.solution_dir(chapter))?;
        for below in &course.chapters {
            let is_known = needed.iter().any(|known| known.number == below.number);
            if !is_known && names.contains(&below.solution) {
                needed.push(below);
            }
        }
    }
    needed.sort_by_key(|chapter| chapter.number);
    Ok(needed)
}

/// Writes the overlay. The programs of `top` are the reader's as they stand, and all others ours.
fn write(course: &Course, chapters: Vec<(u32, Whose)>, top: Option<&Chapter>) -> Result<Overlay> {
    // What was not asked for is a member all the same, so that the lock file stays as it is.
    let is_mine = |chapter: &Chapter| {
        let mut asked = chapters.iter();
        asked
            .any(|(number, whose)| *number == chapter.number && matches!(whose, Whose::Mine { .. }))
    };
    let dir = course.scratch().join("mine");
    let packages: Vec<Package> = course
        .chapters
        .iter()
        .map(|chapter| match is_mine(chapter) {
            true => package(course, chapter, course.chapter_dir(chapter)),
            false => package(course, chapter, course.solution_dir(chapter)),
        })
        .collect();
    workspace::write(course, &dir, &packages, Debug::Full)?;
    for (chapter, package) in course.chapters.iter().zip(&packages) {
        // Cargo builds an example in the folder of its package: the program there leads to the one that is edited.
        for exercise in chapter.exercises.iter().filter(|e| e.program) {
            let folder = match top.is_some_and(|top| top.number == chapter.number) {
                true => course.chapter_dir(chapter),
                false => course.solution_dir(chapter),
            };
            let program = folder.join(&exercise.file);
            let leads_there = format!("include!({:?});\n", program.display().to_string());
            let path = dir.join(&package.name).join(&exercise.file);
            workspace::write_if_changed(&path, &leads_there)?;
        }
    }
    Ok(Overlay {
        dir,
        site: Site::new(course, cargo::MINE),
        chapters,
    })
}

impl Overlay {
    /// Whether it has exercises that are not started.
    pub fn has_holes(&self) -> bool {
        let is_open = |whose: &Whose| matches!(whose, Whose::Mine { open } if 0 < *open);
        self.chapters.iter().any(|(_, whose)| is_open(whose))
    }

    /// A cargo command in the overlay, such as `build` or `run`.
    pub fn command(&self, verb: &str) -> Command {
        let mut command = cargo::command(&self.dir);
        command.arg(verb);
        self.site.builds_here(&mut command);
        command
    }
}

/// Whether a chapter's source may be the reader's.
fn whose(
    course: &Course,
    chapter: &Chapter,
    cancel: &Cancel,
    observe: &mut dyn FnMut(Event),
) -> Result<Whose> {
    let is_open = |hole| matches!(hole, Hole::Open);
    let mut exercises = chapter.of_library();
    if let Some(open) = exercises.find(|exercise| is_open(check::hole(course, chapter, exercise))) {
        let why = format!("{} is not started", open.id);
        return Ok(Whose::Ours { why });
    }
    let exercises = chapter.of_library();
    let scope: Vec<ExerciseId> = exercises.map(|exercise| exercise.id).collect();
    let options = Options {
        models: Models::None,
        ..Options::default()
    };
    let verdicts = check::check(course, &scope, &options, cancel, observe)?;
    let unsolved = verdicts.iter().find(|(_, verdict)| !verdict.is_solved());
    Ok(match unsolved {
        None => Whose::Mine { open: 0 },
        Some((id, Verdict::Needs { id: other })) => Whose::Ours {
            why: format!("{id} waits for {other}"),
        },
        Some((id, _)) if id.is_whole() => Whose::Ours {
            why: "its tests of the whole chapter fail".to_owned(),
        },
        Some((id, verdict)) => Whose::Ours {
            why: format!("{id}: {}", verdict.word()),
        },
    })
}

fn package(course: &Course, chapter: &Chapter, folder: PathBuf) -> Package {
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
