//! Starting anew: an exercise or a chapter as it was given.
//!
//! Nothing is overwritten before a copy of it was kept, and nothing that the reader has not seen in
//! the plan.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::backup;
use crate::course::{Chapter, Course, Exercise};
use crate::diff;
use crate::problem::{Problem, Result};
use crate::screen::{Line, bold, colour, coloured};
use crate::skeleton;
use crate::source::Source;

/// What a reset would change.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    changes: Vec<Change>,
    /// What the reader should know before agreeing.
    warning: Option<String>,
}

/// One file of a plan.
#[derive(Clone, Debug)]
struct Change {
    path: PathBuf,
    /// What the file holds now, if it is there.
    now: Option<String>,
    given: String,
}

impl Plan {
    /// The plan that restores one exercise: its region, or the whole file if the region is no longer
    /// marked.
    ///
    /// # Errors
    ///
    /// If the skeleton cannot be rendered.
    pub fn exercise(course: &Course, chapter: &Chapter, exercise: &Exercise) -> Result<Plan> {
        let path = course.chapter_dir(chapter).join(&exercise.file);
        let now = read(&path)?;
        let restored = now
            .as_ref()
            .and_then(|text| Source::parse("", text.as_str()).ok())
            .and_then(|source| {
                source.with_body(&exercise.anchor(), &skeleton::hole_body(exercise, 0))
            });
        let mut plan = Plan::default();
        let given = match restored {
            Some(text) => text,
            None => {
                plan.warning = Some(format!(
                    "{} is missing or its marker lines are broken, so all of it is restored.",
                    shown(course, &path)
                ));
                given(course, chapter, &exercise.file)?
            }
        };
        plan.add(Change { path, now, given });
        Ok(plan)
    }

    /// The plan that restores all files of a chapter. Files that the reader added stay.
    ///
    /// # Errors
    ///
    /// If the skeleton cannot be rendered.
    pub fn chapter(course: &Course, chapter: &Chapter) -> Result<Plan> {
        let mut plan = Plan::default();
        for (relative, given) in skeleton::render(course, chapter)? {
            let path = course.chapter_dir(chapter).join(relative);
            let now = read(&path)?;
            plan.add(Change { path, now, given });
        }
        Ok(plan)
    }

    /// Whether everything is as it was given.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What would be lost, and what would come instead.
    pub fn lines(&self, course: &Course) -> Vec<Line> {
        let mut lines = Vec::new();
        if let Some(warning) = &self.warning {
            lines.push(Line::from(coloured(warning.as_str(), colour::YELLOW)));
            lines.push(Line::empty());
        }
        for change in &self.changes {
            lines.push(Line::from(bold(shown(course, &change.path))));
            let now = change.now.as_deref().unwrap_or("");
            lines.extend(diff::lines(now, &change.given));
            lines.push(Line::empty());
        }
        lines
    }

    /// Restores the files and returns the copies that were kept.
    ///
    /// # Errors
    ///
    /// If a copy or a file cannot be written, or a file has changed since the plan was made. What
    /// comes after that file stays as it is.
    pub fn carry_out(&self, course: &Course) -> Result<Vec<PathBuf>> {
        let mut copies = Vec::new();
        for change in &self.changes {
            if read(&change.path)? != change.now {
                return Err(Problem::new(
                    format!("{} was saved in the meantime", shown(course, &change.path)),
                    "Nothing of it was touched; reset again to see what would be lost now",
                ));
            }
            if change.now.is_some() {
                let copy = backup::keep_copy(course, &change.path)?;
                copies.push(copy.strip_prefix(&course.root).unwrap_or(&copy).to_owned());
            }
            replace(&change.path, &change.given).map_err(|error| {
                Problem::new(
                    format!("{} cannot be written: {error}", change.path.display()),
                    "Make room or make its folder writable, then run the command again",
                )
            })?;
        }
        Ok(copies)
    }

    fn add(&mut self, change: Change) {
        if change.now.as_deref() != Some(&change.given) {
            self.changes.push(change);
        }
    }
}

/// The file as it was given.
fn given(course: &Course, chapter: &Chapter, file: &Path) -> Result<String> {
    skeleton::render(course, chapter)?
        .into_iter()
        .find(|(relative, _)| relative == file)
        .map(|(_, text)| text)
        .ok_or_else(|| {
            Problem::new(
                format!(
                    "{} is no file of chapter {}",
                    file.display(),
                    chapter.number
                ),
                "Bring course.toml back with `git restore solutions`",
            )
        })
}

/// The file's text with Unix line ends; none if there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::new(
            format!("{} cannot be read: {error}", path.display()),
            "Make it readable, then run the command again",
        )),
    }
}

/// Writes a file so that it holds either the old text or the new, also if the disk is full.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // A link stays a link, and the file that it leads to is written.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let fresh = path.with_extension("rs.fresh");
    let written = fs::write(&fresh, text).and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        // It may never have come to be.
        let _ = fs::remove_file(&fresh);
    }
    written
}

fn shown(course: &Course, path: &Path) -> String {
    let relative = path.strip_prefix(&course.root).unwrap_or(path);
    relative.display().to_string()
}
