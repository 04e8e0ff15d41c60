//! Variants of a chapter: solved, with one region open, with a second answer, with one wrong answer, or
//! with all of these at once (`gathered`).
//!
//! Each is a package of one generated workspace, so that a single cargo builds them all on all
//! cores and their dependencies once.

use std::path::{Path, PathBuf};

use course::course::{Chapter, Course, Exercise, PROGRAMS};
use course::problem::Result;
use course::skeleton;
use course::source::Source;
use course::workspace::{self, Package};
use course::wrong::WrongAnswer;

use super::gathered::{Gathered, LOOK_UP};

/// A chapter with certain bodies in its regions.
#[derive(Clone, Debug)]
pub struct Variant<'a> {
    /// The chapter.
    pub chapter: &'a Chapter,
    /// Which one it is.
    pub kind: Kind<'a>,
    /// The test targets it is built with.
    pub targets: Vec<String>,
}

/// What stands in a variant's regions.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// Nothing but holes: what a reader gets.
    Skeleton,
    /// All solutions, standing on the solved chapters below: where a reader ends.
    Solved,
    /// All solutions but this one's.
    Hole(&'a Exercise),
    /// The solutions up to this one's: where a reader is who goes in order.
    SoFar(&'a Exercise),
    /// All solutions, and the second answer to this one.
    Second(&'a Exercise),
    /// All solutions, and this wrong answer.
    Wrong(&'a Exercise, &'a WrongAnswer),
    /// All bodies of many variants; the environment says which of them run.
    Gathered(&'a Gathered<'a>),
}

impl Variant<'_> {
    /// Its package, unique in the workspace.
    pub fn package(&self) -> String {
        let chapter = &self.chapter.package;
        match self.kind {
            Kind::Skeleton => format!("{chapter}-skeleton"),
            Kind::Solved => format!("{chapter}-solved"),
            Kind::Hole(exercise) => format!("{chapter}-hole-{}", exercise.name),
            Kind::SoFar(exercise) => format!("{chapter}-so-far-{}", exercise.name),
            Kind::Second(exercise) => format!("{chapter}-second-{}", exercise.name),
            Kind::Wrong(_, answer) => format!("{chapter}-wrong-{}", answer.name),
            Kind::Gathered(_) => format!("{chapter}-gathered"),
        }
    }

    /// Writes its sources below `folder`, and describes its package.
    ///
    /// # Errors
    ///
    /// If a solution cannot be read, or a file not written.
    pub fn write(&self, course: &Course, folder: &Path) -> Result<Package> {
        let name = self.package();
        let own = folder.join(&name);
        let src = own.join("src");
        // Everything but the manifest, which lies beside these folders.
        for part in ["src", PROGRAMS] {
            let files = self.files(course)?.into_iter();
            let files = files.filter_map(|(path, text)| {
                let inner = path.strip_prefix(part).ok()?.to_owned();
                Some((inner, text))
            });
            workspace::write_files(&own.join(part), &files.collect::<Vec<_>>())?;
        }
        let chapter_dir = course.chapter_dir(self.chapter);
        let tests = chapter_dir.join("tests");
        let examples = chapter_dir.join("examples");
        let is_solved = matches!(self.kind, Kind::Solved);
        let test = |target: &String| (target.clone(), tests.join(format!("{target}.rs")));
        let example = |name: &String| {
            let target = format!("{}_{name}", self.chapter.package);
            (target, examples.join(format!("{name}.rs")))
        };
        let shown = self.chapter.examples.iter().filter(|_| is_solved);
        let earlier = course
            .chapters
            .iter()
            .filter(|c| c.number < self.chapter.number);
        let stands_on = earlier.filter(|_| is_solved).map(|chapter| {
            (
                chapter.solution.clone(),
                format!("{}-solved", chapter.package),
            )
        });
        Ok(Package {
            name,
            lib: self.chapter.lib.clone(),
            source: src.join("lib.rs"),
            like: chapter_dir.clone(),
            tests: self.targets.iter().map(test).collect(),
            examples: shown.map(|example_| example(&example_.name)).collect(),
            stands_on: stands_on.collect(),
        })
    }

    /// The files of `src/` and the programs: the skeleton with bodies filled in.
    fn files(&self, course: &Course) -> Result<Vec<(PathBuf, String)>> {
        let mut files = Vec::new();
        for (relative, text) in skeleton::render(course, self.chapter)? {
            let mut text = text;
            let here = |exercise: &&Exercise| exercise.file == relative;
            for exercise in self.chapter.exercises.iter().filter(here) {
                if let Some(body) = self.body(course, exercise)? {
                    let name = relative.display().to_string();
                    let filled = Source::parse(&name, &text)?.with_body(&exercise.anchor(), &body);
                    text = filled.unwrap_or(text);
                }
            }
            if matches!(self.kind, Kind::Gathered(_)) && relative == Path::new("src/lib.rs") {
                text.push_str(LOOK_UP);
            }
            files.push((relative, text));
        }
        Ok(files)
    }

    /// What stands in the region of an exercise: none for its hole.
    ///
    /// # Errors
    ///
    /// If a solution cannot be read.
    pub fn body(&self, course: &Course, exercise: &Exercise) -> Result<Option<String>> {
        match self.kind {
            Kind::Skeleton => return Ok(None),
            Kind::Gathered(gathered) => return gathered.body(course, exercise),
            Kind::Hole(open) if open.id == exercise.id => return Ok(None),
            Kind::SoFar(last) if is_later(exercise, last) => return Ok(None),
            _ => {}
        }
        if matches!(self.kind, Kind::Second(of) if of.id == exercise.id) {
            return skeleton::second(course, self.chapter, exercise).map(Some);
        }
        let body = skeleton::answer(course, self.chapter, exercise)?;
        match self.kind {
            Kind::Wrong(of, answer) if of.id == exercise.id => answer.body_in(&body).map(Some),
            _ => Ok(Some(body)),
        }
    }
}

/// Whether an exercise is still open for a reader who has just solved `last`, and neither its tests
/// nor its models say that they need it.
pub fn is_later(exercise: &Exercise, last: &Exercise) -> bool {
    last.id < exercise.id && !last.loom_needs.contains(&exercise.id)
}
