//! Parts: a few guided exercises that can be built as a whole instead.
//!
//! A part of a chapter is the files that some of its guided exercises are in. A reader does it in one of
//! two ways:
//!
//! - *guided*: the files are given, and each exercise is a hole in them;
//! - *open*: the part's first file declares what is public, and nothing of how it works. The other files
//!   are gone, and so are the exercises. One open exercise takes their place.
//!
//! Which way a part is on, the reader's first file tells: in the open way it has the marker lines of the
//! open exercise. So no other file has to remember it.
//!
//! The course that authors work on is guided throughout. [`Course::as_read`] is the course as one reader
//! does it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::files::{files_below, unreadable};
use crate::problem::{Problem, Result};
use crate::source::{Marker, Source};
use crate::stub::{self, Open, Place};

/// A part of a chapter, as `course.toml` describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The number of its open exercise. It comes after those of the guided ones.
    pub id: ExerciseId,
    /// Its short name.
    pub name: String,
    /// Its title in the book.
    pub title: String,
    /// What the whole must do, in one sentence.
    pub goal: String,
    /// The guided exercises that it takes the place of. There may be none: then our answer is given.
    pub exercises: Vec<ExerciseId>,
    /// The file that declares what is public in the open way.
    pub file: PathBuf,
    /// Other files of our answer that declare public items. The stub has them too.
    #[serde(default)]
    pub shown: Vec<PathBuf>,
    /// Files of our answer that are only how it works.
    #[serde(default)]
    pub inner: Vec<PathBuf>,
    /// What the stub needs to know.
    #[serde(default)]
    pub open: Open,
    /// The tests that any answer has to pass, whatever its inner design.
    pub tests: Vec<String>,
    /// The models that any answer has to pass.
    #[serde(default)]
    pub loom: Vec<String>,
    /// Tests and models of the chapter that look into our answer. They are run in the guided way alone.
    #[serde(default)]
    pub steps: Vec<String>,
    /// The page that explains what it asks, relative to `book/src`.
    pub page: String,
    /// Minutes, reading included.
    pub minutes: u32,
    /// From vague to exact.
    pub hints: Vec<String>,
    /// The open exercise, made of all this when the course is loaded.
    #[serde(skip)]
    whole: Option<Exercise>,
}

/// How a reader does a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Exercise by exercise.
    Guided,
    /// As a whole.
    Open,
}

impl Way {
    /// The word for it, which is also the command that chooses it.
    pub fn word(self) -> &'static str {
        match self {
            Way::Guided => "guided",
            Way::Open => "open",
        }
    }

    /// The other one.
    pub fn other(self) -> Way {
        match self {
            Way::Guided => Way::Open,
            Way::Open => Way::Guided,
        }
    }
}

impl Part {
    /// The open exercise.
    pub fn whole(&self) -> &Exercise {
        self.whole
            .as_ref()
            .expect("a part is made whole when its course is loaded")
    }

    /// What its messages call it, such as `5.9 oneshot`.
    pub fn label(&self) -> String {
        format!("{} {}", self.id, self.name)
    }

    /// The files of our answer, the first one first.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.file]
            .into_iter()
            .chain(&self.shown)
            .chain(&self.inner)
    }

    /// The prefix of the anchors, in files that are not of this part, around what is there in the
    /// guided way alone.
    fn guided_anchor(&self) -> String {
        format!("guided-{}", self.name)
    }

    /// Makes the open exercise, given the folder of the chapter's solution.
    pub(crate) fn make_whole(&mut self, solution: &Path) -> Result<()> {
        let stub = self.stub(solution)?;
        self.whole = Some(Exercise {
            id: self.id,
            name: self.name.clone(),
            title: self.title.clone(),
            goal: self.goal.clone(),
            file: self.file.clone(),
            open: Some(self.open.clone()),
            program: false,
            stub: Some(stub),
            tests: self.tests.clone(),
            loom: self.loom.clone(),
            loom_needs: Vec::new(),
            page: self.page.clone(),
            minutes: self.minutes,
            hints: self.hints.clone(),
        });
        Ok(())
    }

    fn stub(&self, solution: &Path) -> Result<String> {
        let mut outside = HashSet::new();
        for path in files_below(&solution.join("src"))? {
            if !self.files().any(|file| path == solution.join(file)) {
                let text = without_guided(&read(&path)?, &[self])?;
                outside.extend(stub::words(&text));
            }
        }
        let own = self.file.with_extension("");
        let place = |file: &PathBuf| match () {
            () if *file == self.file => Place::First,
            () if self.shown.contains(file) && file.starts_with(&own) => Place::Shown,
            () if self.shown.contains(file) => Place::Beside,
            () => Place::Inner,
        };
        let mut files = Vec::new();
        for file in self.files() {
            let text = read(&solution.join(file))?;
            let module = file.file_stem().unwrap_or_default().to_string_lossy();
            files.push(stub::File {
                text: stub::without_markers(&text),
                module: module.into_owned(),
                place: place(file),
            });
        }
        stub::of_files(&files, &self.label(), &self.open, &outside).map_err(|what| {
            Problem::new(
                format!("{}: {what}", self.label()),
                "Look at that part in course.toml; course/tool/src/stub.rs says what a stub is made of",
            )
        })
    }

    /// The first file as the open way gives it: what it is about, and the stub between its marker lines.
    pub(crate) fn first_file(&self, solution: &Path) -> Result<String> {
        let text = read(&solution.join(&self.file))?;
        let about = text.lines().take_while(|line| line.starts_with("//! "));
        let about: String = about.flat_map(|line| [line, "\n"]).collect();
        let whole = self.whole();
        let (anchor, stub) = (whole.anchor(), whole.stub.as_deref().unwrap_or_default());
        Ok(format!(
            "{about}\n// ANCHOR: {anchor}\n{stub}// ANCHOR_END: {anchor}\n"
        ))
    }

    /// Which way the reader's chapter, in `folder`, has this part.
    ///
    /// The marker lines of the open exercise tell, or those of the guided ones. If neither are there, the
    /// files do: the open way has only the first.
    pub fn way(&self, folder: &Path, guided: &[Exercise]) -> Way {
        let has = |file: &Path, anchor: &str| {
            let text = fs::read(folder.join(file)).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            text.lines().any(|line| match Marker::of(line) {
                Some(Marker::Open(name) | Marker::Close(name)) => name == anchor,
                None => false,
            })
        };
        if has(&self.file, &self.whole().anchor()) {
            return Way::Open;
        }
        let of_part = |exercise: &&Exercise| self.exercises.contains(&exercise.id);
        let mut of_part = guided.iter().filter(of_part);
        if of_part.any(|exercise| has(&exercise.file, &exercise.anchor())) {
            return Way::Guided;
        }
        let others = || self.shown.iter().chain(&self.inner);
        let is_first_alone = others().next().is_some()
            && others().all(|file| !folder.join(file).exists())
            && folder.join(&self.file).exists();
        match is_first_alone {
            true => Way::Open,
            false => Way::Guided,
        }
    }
}

impl Chapter {
    /// The part of that number, or the one that a guided exercise of that number belongs to.
    pub fn part(&self, id: ExerciseId) -> Option<&Part> {
        let mut parts = self.parts.iter();
        parts.find(|part| part.id == id || part.exercises.contains(&id))
    }

    /// Whether a part is open.
    pub fn way(&self, part: &Part) -> Way {
        match self.exercises.iter().any(|exercise| exercise.id == part.id) {
            true => Way::Open,
            false => Way::Guided,
        }
    }

    /// What is said of exercises by their numbers, as it is right for the way that each part is on: a part that is open takes
    /// the place of its exercises.
    pub fn in_its_way(&self, numbers: &str) -> String {
        let words = numbers.split(|c: char| c != '.' && !c.is_ascii_digit());
        let named: Vec<ExerciseId> = words.filter_map(|word| word.parse().ok()).collect();
        let part_of = |id: &ExerciseId| {
            self.open_parts()
                .find(|part| part.exercises.contains(id))
                .map(|part| part.id)
        };
        if !named.iter().any(|id| part_of(id).is_some()) {
            return numbers.to_owned();
        }
        let mut ids: Vec<ExerciseId> = Vec::new();
        for id in named {
            let id = part_of(&id).unwrap_or(id);
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        match ids.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} or {last}", others.join(", "))
            }
            _ => ids.concat(),
        }
    }

    /// The page to read instead of `page`, if an open part takes the place of its exercise: that page has the answer.
    pub fn page_in_its_way<'a>(&'a self, page: &'a str) -> &'a str {
        let replaced = self.replaced.iter().find(|exercise| exercise.page == page);
        let part = replaced.and_then(|exercise| {
            self.open_parts()
                .find(|part| part.exercises.contains(&exercise.id))
        });
        part.map_or(page, |part| &part.page)
    }

    /// The parts that are open.
    pub fn open_parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| self.way(part) == Way::Open)
    }

    /// The chapter with these parts open, and all others guided.
    pub fn with_open(&self, ids: &[ExerciseId]) -> Chapter {
        let mut chapter = self.guided();
        for part in self.parts.iter().filter(|part| ids.contains(&part.id)) {
            let is_of_part = |exercise: &Exercise| part.exercises.contains(&exercise.id);
            let first = chapter.exercises.iter().position(is_of_part);
            let place = first.unwrap_or(chapter.exercises.len());
            let (taken, left) = chapter.exercises.drain(..).partition(is_of_part);
            chapter.exercises = left;
            chapter.replaced.extend::<Vec<Exercise>>(taken);
            chapter.exercises.insert(place, part.whole().clone());
            // They are the part's now, or are not run.
            let stays = |test: &String| {
                let of_part = [&part.tests, &part.loom, &part.steps];
                !of_part.into_iter().any(|tests| tests.contains(test))
            };
            chapter.tests.retain(stays);
            chapter.loom.retain(stays);
            // So are those of other exercises that look into our answer to this part. An exercise whose tests all
            // do is judged by the tests of the part.
            for other in chapter.exercises.iter_mut().filter(|e| e.id != part.id) {
                let looks_inside = |test: &String| part.steps.contains(test);
                other.loom.retain(|model| !looks_inside(model));
                other.tests.retain(|test| !looks_inside(test));
                if other.tests.is_empty() {
                    other.tests.clone_from(&part.tests);
                }
            }
        }
        chapter
    }

    /// The chapter as authors work on it: every part is guided.
    pub fn guided(&self) -> Chapter {
        let mut chapter = self.clone();
        let is_whole = |exercise: &Exercise| self.parts.iter().any(|part| part.id == exercise.id);
        chapter.exercises.retain(|exercise| !is_whole(exercise));
        chapter.exercises.append(&mut chapter.replaced);
        chapter.exercises.sort_by_key(|exercise| exercise.id);
        let (tests, loom) = &self.of_chapter;
        chapter.tests.clone_from(tests);
        chapter.loom.clone_from(loom);
        chapter
    }

    /// The exercise that has this number; or that takes its place, as its part is open.
    pub fn exercise_for(&self, id: ExerciseId) -> Option<&Exercise> {
        let with = |id| {
            self.exercises
                .iter()
                .find(move |exercise| exercise.id == id)
        };
        with(id).or_else(|| with(self.part(id)?.id))
    }

    /// What becomes of one of our files in the reader's chapter.
    pub(crate) fn role(&self, file: &Path) -> Role<'_> {
        for part in self.open_parts() {
            if part.file == file {
                return Role::First(part);
            }
            if part.files().any(|other| other == file) {
                return Role::Gone;
            }
        }
        Role::Given
    }

    /// What stays of a file that is of no open part.
    pub(crate) fn without_guided(&self, text: &str) -> Result<String> {
        let open: Vec<&Part> = self.open_parts().collect();
        without_guided(text, &open)
    }
}

/// What becomes of a file of ours in the reader's chapter.
pub(crate) enum Role<'a> {
    /// It is the first of a part that is open.
    First(&'a Part),
    /// It is how our answer to an open part works.
    Gone,
    /// It is of no open part.
    Given,
}

impl Course {
    /// The course as its reader does it: each part the way that the reader's files say.
    pub fn as_read(&self) -> Course {
        let mut course = self.guided();
        for chapter in &mut course.chapters {
            let folder = self.root.join("chapters").join(&chapter.dir);
            let parts = chapter.parts.iter();
            let open = parts.filter(|part| part.way(&folder, &chapter.exercises) == Way::Open);
            let open: Vec<ExerciseId> = open.map(|part| part.id).collect();
            *chapter = chapter.with_open(&open);
        }
        course
    }

    /// The course as authors work on it.
    pub fn guided(&self) -> Course {
        let chapters = self.chapters.iter().map(Chapter::guided);
        Course {
            root: self.root.clone(),
            chapters: chapters.collect(),
        }
    }

    /// Whether both are done the same way, part by part.
    pub fn has_the_ways_of(&self, other: &Course) -> bool {
        let open = |course: &Course| {
            let parts = course.chapters.iter().flat_map(Chapter::open_parts);
            parts.map(|part| part.id).collect::<Vec<_>>()
        };
        open(self) == open(other)
    }
}

/// The text without what is there in the guided way of these parts alone.
fn without_guided(text: &str, open: &[&Part]) -> Result<String> {
    let source = Source::parse("", text)?;
    let is_left_out = |name: &str| {
        open.iter().any(|part| {
            let rest = name.strip_prefix(&part.guided_anchor());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    };
    let mut out = String::new();
    let mut at = 0;
    for region in source.regions() {
        if is_left_out(&region.name) && at <= region.whole.start {
            out.push_str(&text[at..region.whole.start]);
            at = region.whole.end;
            // No second blank line is left behind.
            let ends_blank = out.is_empty() || out.ends_with("\n\n");
            if ends_blank && text[at..].starts_with('\n') {
                at += 1;
            }
        }
    }
    out.push_str(&text[at..]);
    Ok(out)
}

fn read(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    Ok(text.replace("\r\n", "\n"))
}

/// What is wrong with the parts of a chapter, told from `course.toml` and our files.
pub(crate) fn misfit(chapter: &Chapter, solution: &Path) -> Option<String> {
    for part in &chapter.parts {
        for id in &part.exercises {
            let Some(exercise) = chapter.exercises.iter().find(|e| e.id == *id) else {
                return Some(format!("{} names {id}, which is no exercise", part.label()));
            };
            if !part.files().any(|file| *file == exercise.file) {
                return Some(format!(
                    "{} has {id}, whose file {} is not of the part",
                    part.label(),
                    exercise.file.display()
                ));
            }
        }
        for exercise in &chapter.exercises {
            let is_here = part.files().any(|file| *file == exercise.file);
            if is_here && !part.exercises.contains(&exercise.id) {
                return Some(format!(
                    "{} has the file of {}, and not the exercise",
                    part.label(),
                    exercise.id
                ));
            }
            if exercise.id == part.id || exercise.name == part.name {
                return Some(format!(
                    "{} has the number or name of another",
                    part.label()
                ));
            }
        }
        if let Some(file) = part.files().find(|file| !solution.join(file).is_file()) {
            return Some(format!("{} has no file {}", part.label(), file.display()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_part_in_place_of_its_exercises() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let course = Course::load(&root).unwrap();
        let number = "4.9".parse::<ExerciseId>().unwrap();
        let guided = course.chapters.iter().find(|c| c.number == 4).unwrap();
        let (guided, open) = (guided.with_open(&[]), guided.with_open(&[number]));
        let (others, page) = ("4.3, 4.4, or 4.8 if that is open", "current-thread/rest.md");
        assert_eq!(guided.in_its_way(others), others);
        assert_eq!(guided.page_in_its_way(page), page);
        assert_eq!(open.in_its_way(others), "4.9 or 4.4");
        assert_eq!(open.in_its_way("4.8"), "4.9");
        assert_eq!(open.in_its_way("4.4"), "4.4");
        assert_eq!(open.page_in_its_way(page), "current-thread/scheduler.md");
        let other = "current-thread/schedule.md";
        assert_eq!(open.page_in_its_way(other), other);
    }
}
