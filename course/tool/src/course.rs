//! The course: its chapters and exercises, as `solutions/*/course.toml` describes them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::files::is_left_behind;
use crate::part::{self, Part};
use crate::problem::{Problem, Result};
use crate::skeleton;
use crate::stub::Open;

/// The whole course, loaded from a repository.
#[derive(Clone, Debug)]
pub struct Course {
    /// The folder that holds `book/ chapters/ solutions/ course/`.
    pub root: PathBuf,
    /// In order.
    pub chapters: Vec<Chapter>,
}

/// One chapter: `chapters/NN-name` and `solutions/NN-name`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// The chapter's folder below `chapters/` and `solutions/`, such as `01-timer-future`.
    #[serde(skip)]
    pub dir: String,
    /// Its number, from 1.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// Minutes of the whole chapter, reading included.
    pub minutes: u32,
    /// The package the reader edits, such as `ch01`.
    pub package: String,
    /// The solution's package, such as `timer-future`.
    pub solution: String,
    /// The library's name in both, such as `timer_future`.
    pub lib: String,
    /// The chapter's opening page, relative to `book/src`.
    pub page: String,
    /// Test targets of no single exercise: run when all exercises are solved.
    #[serde(default)]
    pub tests: Vec<String>,
    /// Models of no single exercise (test targets, under `--cfg loom`): run with the others when all
    /// exercises are solved.
    #[serde(default)]
    pub loom: Vec<String>,
    /// The exercises, in order.
    #[serde(rename = "exercise")]
    pub exercises: Vec<Exercise>,
    /// The examples, in the order they are best run.
    #[serde(rename = "example", default)]
    pub examples: Vec<Example>,
    /// What can be done guided or open.
    #[serde(rename = "part", default)]
    pub parts: Vec<Part>,
    /// The guided exercises of the parts that are open.
    #[serde(skip)]
    pub(crate) replaced: Vec<Exercise>,
    /// `tests` and `loom` as long as no part is open.
    #[serde(skip)]
    pub(crate) of_chapter: (Vec<String>, Vec<String>),
}

/// One exercise: a region of one file of its chapter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Chapter and number, such as `1.4`.
    pub id: ExerciseId,
    /// Its short name, such as `timer-poll`.
    pub name: String,
    /// Its title in the book.
    pub title: String,
    /// What the body must do, in one sentence. It stands in the hole.
    pub goal: String,
    /// The file to edit, relative to the chapter's folder.
    pub file: PathBuf,
    /// Of an open exercise, which is a whole part rather than one body: what its stub needs to know.
    #[serde(default)]
    pub open: Option<Open>,
    /// Whether it is a program of the reader's own, below `programs/`, rather than a part of the library:
    /// no other code of the course stands on it.
    #[serde(default)]
    pub program: bool,
    /// Of an open exercise, and of a program: what stands in the region until it is edited.
    #[serde(skip)]
    pub stub: Option<String>,
    /// The test targets that decide whether it is solved.
    pub tests: Vec<String>,
    /// Test targets that model-check it under `--cfg loom`.
    #[serde(default)]
    pub loom: Vec<String>,
    /// Exercises that its models need beside itself and those before it.
    #[serde(default)]
    pub loom_needs: Vec<ExerciseId>,
    /// The page that explains it, relative to `book/src`.
    pub page: String,
    /// Minutes, reading included.
    pub minutes: u32,
    /// From vague to exact.
    pub hints: Vec<String>,
}

/// A program of a chapter that prints something worth seeing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The example target's name.
    pub name: String,
    /// What it shows, in a sentence.
    pub about: String,
}

/// The number of an exercise: `chapter.number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExerciseId {
    /// The chapter's number.
    pub chapter: u32,
    /// The exercise's number in its chapter, from 1. Zero is the chapter as a whole.
    pub number: u32,
}

impl ExerciseId {
    /// What stands for a chapter as a whole where verdicts are kept: its tests look at all exercises
    /// together.
    pub fn whole(chapter: u32) -> ExerciseId {
        ExerciseId { chapter, number: 0 }
    }

    /// Whether it stands for a chapter as a whole.
    pub fn is_whole(self) -> bool {
        self.number == 0
    }
}

/// The folder of a chapter's programs, beside its `src`. A test of one takes it in with `testkit::program!`, and so
/// does the example of its name. So a program that does not compile keeps no other test from being built.
pub const PROGRAMS: &str = "programs";

/// The book's first page.
const INTRODUCTION: &str = "introduction.md";

impl Course {
    /// Loads the course of the repository that `start` is in.
    ///
    /// # Errors
    ///
    /// If no folder at or above `start` holds the course, or a `course.toml` cannot be read.
    pub fn find(start: &Path) -> Result<Course> {
        let root = start
            .ancestors()
            .find(|folder| folder.join("chapters").is_dir() && folder.join("solutions").is_dir())
            .ok_or_else(|| {
                Problem::new(
                    format!("{} is not inside the course's repository", start.display()),
                    "Change to the folder you cloned, then run the command again",
                )
            })?;
        Course::load(root)
    }

    /// Loads the course whose repository is `root`.
    ///
    /// # Errors
    ///
    /// If a `course.toml` cannot be read.
    pub fn load(root: &Path) -> Result<Course> {
        let folder = root.join("solutions");
        let unreadable = |path: &Path, error: &dyn fmt::Display| {
            Problem::new(
                format!("{} cannot be read: {error}", path.display()),
                "Bring it back with `git restore` and that path",
            )
        };
        let mut chapters = Vec::new();
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let path = entry.map_err(|error| unreadable(&folder, &error))?.path();
            let description = path.join("course.toml");
            let name = path.file_name().unwrap_or_default();
            let readers = root.join("chapters").join(name);
            // A crate that has no chapter yet is passed over, and so is any other folder. A chapter
            // whose description is gone is not: the reader is told.
            if !description.is_file() && !readers.join("Cargo.toml").is_file() {
                continue;
            }
            let text = fs::read_to_string(&description)
                .map_err(|error| unreadable(&description, &error))?;
            let mut chapter: Chapter =
                toml::from_str(&text).map_err(|error| unreadable(&description, &error))?;
            for exercise in &mut chapter.exercises {
                exercise.stub = skeleton::stub(&path, exercise)?;
            }
            if let Some(what) = part::misfit(&chapter, &path) {
                return Err(Problem::new(
                    format!("{}: {what}", description.display()),
                    "course/tool/src/part.rs says what a part is",
                ));
            }
            for part in &mut chapter.parts {
                part.make_whole(&path)?;
            }
            chapter.of_chapter = (chapter.tests.clone(), chapter.loom.clone());
            chapter.dir = name.to_string_lossy().into_owned();
            chapters.push(chapter);
        }
        chapters.sort_by_key(|chapter| chapter.number);
        Ok(Course {
            root: root.to_owned(),
            chapters,
        })
    }

    /// All exercises of the course with their chapters, in order.
    pub fn exercises(&self) -> impl Iterator<Item = (&Chapter, &Exercise)> {
        self.chapters.iter().flat_map(|chapter| {
            chapter
                .exercises
                .iter()
                .map(move |exercise| (chapter, exercise))
        })
    }

    /// The chapter with this number.
    pub fn chapter(&self, number: u32) -> Option<&Chapter> {
        self.chapters
            .iter()
            .find(|chapter| chapter.number == number)
    }

    /// The exercise with this number, and its chapter.
    pub fn exercise(&self, id: ExerciseId) -> Option<(&Chapter, &Exercise)> {
        self.exercises().find(|(_, exercise)| exercise.id == id)
    }

    /// The example that shows what a chapter has built: the one that the chapter's closing page runs
    /// on the reader's code, or else the last.
    pub fn closing_example<'a>(&self, chapter: &'a Chapter) -> Option<&'a Example> {
        let closing = Path::new(&chapter.page).with_file_name("closing.md");
        let page = fs::read_to_string(self.root.join("book/src").join(closing)).unwrap_or_default();
        let run = format!("cargo course run {} ", chapter.number);
        let named = page.split(&run).nth(1);
        let named = named.and_then(|rest| rest.split_whitespace().next());
        let mut examples = chapter.examples.iter();
        let found = examples.find(|example| Some(example.name.as_str()) == named);
        found.or(chapter.examples.last())
    }

    /// A chapter's last page, if the book has one.
    pub fn closing_page(&self, chapter: &Chapter) -> Option<String> {
        let page = Path::new(&chapter.page).with_file_name("closing.md");
        let is_there = self.root.join("book/src").join(&page).is_file();
        is_there.then(|| page.display().to_string().replace('\\', "/"))
    }

    /// What to read before a chapter's first exercise: of the first chapter what is before it in the
    /// book, which leads on to it.
    pub fn opening_page(&self, chapter: &Chapter) -> String {
        let is_first = self
            .chapters
            .first()
            .is_some_and(|c| c.number == chapter.number);
        match is_first && self.root.join("book/src").join(INTRODUCTION).is_file() {
            true => INTRODUCTION.to_owned(),
            false => chapter.page.clone(),
        }
    }

    /// The folder for what the reader would miss: copies of their work, how many hints they have read.
    /// It is not below `target/`, which `cargo clean` empties.
    pub fn keepsakes(&self) -> PathBuf {
        self.root.join(".course")
    }

    /// The folder for all else that the tool writes: `target/course`.
    pub fn scratch(&self) -> PathBuf {
        self.root.join("target").join("course")
    }

    /// The folder of the reader's chapter.
    pub fn chapter_dir(&self, chapter: &Chapter) -> PathBuf {
        self.root.join("chapters").join(&chapter.dir)
    }

    /// The folder of the chapter's solution, and of what its authors write beside it.
    pub fn solution_dir(&self, chapter: &Chapter) -> PathBuf {
        self.root.join("solutions").join(&chapter.dir)
    }

    /// The chapter's description, `course.toml`.
    pub fn description(&self, chapter: &Chapter) -> PathBuf {
        self.solution_dir(chapter).join("course.toml")
    }

    /// The files of a chapter that a verdict depends on, in order: what the reader edits, the tests,
    /// the examples, and what says how they belong together. Files that an editor leaves behind are
    /// passed over. Some may not exist.
    pub fn files(&self, chapter: &Chapter) -> Vec<PathBuf> {
        let mut files = package_files(&self.chapter_dir(chapter));
        files.push(self.description(chapter));
        files
    }
}

impl Chapter {
    /// The exercises that its library is made of. When they are solved, the chapter is: its programs are the
    /// reader's own.
    pub fn of_library(&self) -> impl Iterator<Item = &Exercise> {
        self.exercises.iter().filter(|exercise| !exercise.program)
    }

    /// Whether an exercise of that number is a program.
    pub fn is_program(&self, id: ExerciseId) -> bool {
        let mut exercises = self.exercises.iter();
        exercises.any(|exercise| exercise.program && exercise.id == id)
    }
}

impl Exercise {
    /// The name of its anchors, such as `ex-1-4-block-on`.
    pub fn anchor(&self) -> String {
        format!("ex-{}-{}-{}", self.id.chapter, self.id.number, self.name)
    }

    /// What its hole says, such as `1.4 block-on`.
    pub fn label(&self) -> String {
        format!("{} {}", self.id, self.name)
    }
}

/// The files of a package that cargo builds, in order: sources, tests, examples and manifest.
pub fn package_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = ["Cargo.toml", "build.rs"]
        .map(|name| folder.join(name))
        .into();
    let mut folders: Vec<_> = ["src", "tests", "examples", PROGRAMS]
        .map(|name| folder.join(name))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !is_left_behind(&path)
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// `1.1, 1.2 and 1.4`; three or more in a row are `1.1–1.3`.
pub fn enumeration(ids: &[ExerciseId]) -> String {
    let mut runs: Vec<(ExerciseId, ExerciseId)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if (last.chapter, last.number + 1) == (id.chapter, id.number) => {
                *last = *id;
            }
            _ => runs.push((*id, *id)),
        }
    }
    let mut names = Vec::new();
    for (first, last) in runs {
        match last.number - first.number {
            0 => names.push(first.to_string()),
            1 => names.extend([first.to_string(), last.to_string()]),
            _ => names.push(format!("{first}–{last}")),
        }
    }
    match &names[..] {
        [] => String::new(),
        [name] => name.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

impl fmt::Display for ExerciseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.chapter, self.number)
    }
}

impl FromStr for ExerciseId {
    type Err = String;

    fn from_str(text: &str) -> Result<ExerciseId, String> {
        let parsed = text.split_once('.').and_then(|(chapter, number)| {
            Some(ExerciseId {
                chapter: chapter.parse().ok()?,
                number: number.parse().ok()?,
            })
        });
        parsed.ok_or_else(|| format!("`{text}` is not an exercise's number, such as 1.4"))
    }
}

impl TryFrom<String> for ExerciseId {
    type Error = String;

    fn try_from(text: String) -> Result<ExerciseId, String> {
        text.parse()
    }
}

impl From<ExerciseId> for String {
    fn from(id: ExerciseId) -> String {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<ExerciseId> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn the_tenth_exercise_comes_after_the_ninth() {
        let mut all = ids(&["6.10", "6.9", "6.1", "10.2"]);
        all.sort();
        assert_eq!(all, ids(&["6.1", "6.9", "6.10", "10.2"]));
        assert_eq!(all[2].to_string(), "6.10");
    }

    #[test]
    fn exercises_in_a_row_are_named_by_the_first_and_the_last() {
        for (names, expected) in [
            (&["4.3"][..], "4.3"),
            (&["4.3", "4.4"], "4.3 and 4.4"),
            (&["4.1", "4.3", "4.4", "4.5"], "4.1 and 4.3–4.5"),
            (&["6.9", "6.10", "6.11"], "6.9–6.11"),
        ] {
            assert_eq!(enumeration(&ids(names)), expected);
        }
    }
}
