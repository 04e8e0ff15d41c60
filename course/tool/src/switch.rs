//! From one way of doing a part to the other, and back.
//!
//! What the reader wrote in one way is kept while the part is done in the other, and is there again after
//! the way back. A copy of it goes to the other copies as well, so that nothing is lost by a switch.
//!
//! # Invariants
//!
//! - *Nothing Unseen*: a file is replaced or removed only if it still holds what the plan was made for.
//! - *The First File Comes Last*: it tells the way. So a switch that was interrupted did not happen yet,
//!   and can be made again.

use std::fs;
use std::path::{Path, PathBuf};

use crate::backup;
use crate::course::{Chapter, Course, ExerciseId};
use crate::files::{files_below, unreadable, unwritable, write_file};
use crate::part::{Part, Way};
use crate::problem::{Problem, Result};
use crate::reset::{read, replace};
use crate::screen::{Line, bold, colour, coloured, plain};
use crate::skeleton;

/// What a switch would change.
#[derive(Clone, Debug)]
pub struct Switch {
    /// The part.
    part: Part,
    /// The way that it would be on.
    to: Way,
    chapter_folder: PathBuf,
    changes: Vec<Change>,
}

/// One file of a switch.
#[derive(Clone, Debug)]
struct Change {
    /// Relative to the chapter's folder.
    file: PathBuf,
    /// What the file holds now, if it is there.
    now: Option<String>,
    /// What it was given as.
    given: Option<String>,
    /// What it is to hold; none if it goes.
    then: Option<String>,
    /// Whether that is what the reader left there the last time.
    is_back: bool,
}

impl Change {
    /// Whether the reader has written something in it.
    fn is_edited(&self) -> bool {
        self.now.is_some() && self.now != self.given
    }
}

impl Switch {
    /// The switch of a part of `chapter`, which is as its reader does it, to the other way.
    ///
    /// # Errors
    ///
    /// If the skeleton cannot be rendered, or a file not read.
    pub fn plan(course: &Course, chapter: &Chapter, part: &Part) -> Result<Switch> {
        let to = chapter.way(part).other();
        let is_open = |other: &&Part| match other.id == part.id {
            true => to == Way::Open,
            false => chapter.way(other) == Way::Open,
        };
        let open: Vec<ExerciseId> = chapter.parts.iter().filter(is_open).map(|p| p.id).collect();
        let before = skeleton::render(course, chapter)?;
        let after = skeleton::render(course, &chapter.with_open(&open))?;
        let of = |files: &[(PathBuf, String)], file: &Path| {
            let found = files.iter().find(|(known, _)| known == file);
            found.map(|(_, text)| text.clone())
        };
        let mut files: Vec<&PathBuf> = before.iter().chain(&after).map(|(file, _)| file).collect();
        files.sort();
        files.dedup();
        let chapter_folder = course.chapter_dir(chapter);
        let kept = kept(course, chapter, part, to);
        let mut changes = Vec::new();
        for file in files {
            let (given, fresh) = (of(&before, file), of(&after, file));
            if given == fresh {
                continue;
            }
            let left = read(&kept.join(file))?;
            let now = read(&chapter_folder.join(file))?;
            let is_back = left.is_some();
            let then = left.or(fresh);
            if now != then {
                changes.push(Change {
                    file: file.clone(),
                    now,
                    given,
                    then,
                    is_back,
                });
            }
        }
        changes.sort_by_key(|change| change.file == part.file);
        Ok(Switch {
            part: part.clone(),
            to,
            chapter_folder,
            changes,
        })
    }

    /// The way that the part would be on.
    pub fn to(&self) -> Way {
        self.to
    }

    /// What would become of each file.
    pub fn lines(&self, course: &Course) -> Vec<Line> {
        let mut lines = vec![
            Line::from(bold(format!(
                "{}: from {} to {}",
                self.part.label(),
                self.to.other().word(),
                self.to.word()
            ))),
            Line::empty(),
        ];
        for change in self.changes.iter().rev() {
            let path = self.chapter_folder.join(&change.file);
            let shown = path.strip_prefix(&course.root).unwrap_or(&path);
            let becomes = match (&change.then, change.is_back) {
                (None, _) => "goes",
                (Some(_), true) => "is what you left there the last time",
                (Some(_), false) if change.file == self.part.file && self.to == Way::Open => {
                    "declares what is public, and no more"
                }
                (Some(_), false) if change.now.is_none() => "comes",
                (Some(_), false) => "is as the other way needs it",
            };
            let mut line = vec![
                coloured(shown.display().to_string(), colour::CYAN),
                plain(format!("  {becomes}")),
            ];
            if change.is_edited() {
                let back = self.to.other().word();
                line.push(coloured(
                    format!(
                        "; what you wrote is kept, and `cargo course {back} {}` brings it back",
                        self.part.id
                    ),
                    colour::YELLOW,
                ));
            }
            lines.push(Line::of(line).indented(2));
        }
        lines
    }

    /// Makes the switch, and returns the copies that were kept.
    ///
    /// # Errors
    ///
    /// If a copy or a file cannot be written, or a file has changed since the plan was made. The part is
    /// on the way that it was on then.
    pub fn carry_out(&self, course: &Course, chapter: &Chapter) -> Result<Vec<PathBuf>> {
        for change in &self.changes {
            if read(&self.chapter_folder.join(&change.file))? != change.now {
                return Err(Problem::new(
                    format!("{} was saved in the meantime", change.file.display()),
                    "Nothing was touched; run the command again to see what it would do now",
                ));
            }
        }
        let copies = self.keep(course, chapter)?;
        for change in &self.changes {
            let path = self.chapter_folder.join(&change.file);
            match &change.then {
                Some(text) => replace(&path, text).map_err(|error| unwritable(&path, &error))?,
                None if change.now.is_some() => {
                    fs::remove_file(&path).map_err(|error| unwritable(&path, &error))?;
                    remove_if_empty(path.parent());
                }
                None => {}
            }
        }
        Ok(copies)
    }

    /// Keeps what the reader wrote, for the way back and among the copies.
    fn keep(&self, course: &Course, chapter: &Chapter) -> Result<Vec<PathBuf>> {
        let kept = kept(course, chapter, &self.part, self.to.other());
        let mut copies = Vec::new();
        for change in self.changes.iter().filter(|change| change.is_edited()) {
            let copy = backup::keep_copy(course, &self.chapter_folder.join(&change.file))?;
            copies.push(copy.strip_prefix(&course.root).unwrap_or(&copy).to_owned());
        }
        // All of it is among the copies already, whatever the reader left there before.
        for path in files_below(&kept)? {
            fs::remove_file(&path).map_err(|error| unwritable(&path, &error))?;
        }
        for change in self.changes.iter().filter(|change| change.is_edited()) {
            let path = self.chapter_folder.join(&change.file);
            let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            write_file(&kept.join(&change.file), &String::from_utf8_lossy(&bytes))?;
        }
        Ok(copies)
    }
}

/// Where what the reader wrote in one way is kept, while the part is done in the other.
fn kept(course: &Course, chapter: &Chapter, part: &Part, way: Way) -> PathBuf {
    let folder = course.keepsakes().join("ways").join(&chapter.dir);
    folder.join(&part.name).join(way.word())
}

fn remove_if_empty(folder: Option<&Path>) {
    if let Some(folder) = folder {
        // It fails if there is something in it, and that is what is wanted.
        let _ = fs::remove_dir(folder);
    }
}
