//! A recording of a program, as files to look at.
//!
//! The runtime has written what its threads did, a file for each thread, and the crate `trace` reads them. Three files are made of it:
//!
//! - `NAME.svg`, a picture of the beginning, for a first look and for a page;
//! - `NAME.html`, a page in which one can move and zoom, and which says what each block is;
//! - `NAME.json`, in the format of Chrome's traces, which <https://ui.perfetto.dev> opens.

mod html;
mod json;
mod names;
mod svg;

use std::fs;
use std::path::{Path, PathBuf};

use ::trace::{Recording, Timeline};

use crate::course::{Chapter, Course};
use crate::files::{unreadable, unwritable, write_file};
use crate::problem::{Problem, Result};
use crate::workspace;

use names::Names;

pub use ::trace::VARIABLE;

/// The feature with which a program can be recorded.
pub const FEATURE: &str = "harness/trace";

/// The package that records: all runtimes of the course stand on it.
const RECORDER: &str = "harness";

/// Where the files of a program are, and what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub folder: PathBuf,
    /// The name, without what tells the kinds apart.
    pub name: String,
    /// Where the program writes.
    pub events: PathBuf,
}

/// What was made of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The picture, the page, and the file for other programs.
    pub files: [PathBuf; 3],
    /// What is in them, in a sentence.
    pub about: String,
}

/// Says whether the examples of a chapter can be recorded.
///
/// # Errors
///
/// If they cannot, as the chapter has no tasks of ours.
pub fn check(course: &Course, chapter: &Chapter) -> Result<()> {
    let records = |chapter: &Chapter| -> Result<bool> {
        let names = workspace::dependencies(&course.solution_dir(chapter))?;
        Ok(chapter.solution == RECORDER || names.iter().any(|name| name == RECORDER))
    };
    if records(chapter)? {
        return Ok(());
    }
    let mut first = None;
    for other in &course.chapters {
        if first.is_none() && records(other)? {
            first = Some(other.number);
        }
    }
    let number = chapter.number;
    Err(Problem::new(
        format!("Chapter {number} has no tasks that could be recorded"),
        match first {
            Some(first) => format!(
                "From chapter {first} on there are: `cargo course run {first}` lists its examples"
            ),
            None => format!("`cargo course run {number}` lists what it has, without `--trace`"),
        },
    ))
}

impl Place {
    /// Where the recording of an example goes. What is there of the last one is removed.
    ///
    /// # Errors
    ///
    /// If it cannot be removed.
    pub fn of_example(course: &Course, chapter: &Chapter, example: &str) -> Result<Place> {
        let folder = course.scratch().join("trace");
        let place = Place {
            folder: folder.join(format!("{}-{example}", chapter.dir)),
            name: example.to_owned(),
            events: folder
                .join(format!("{}-{example}", chapter.dir))
                .join("events"),
        };
        match fs::remove_dir_all(&place.events) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(unwritable(&place.events, &error))
            }
            _ => Ok(place),
        }
    }

    /// A folder in which a program has left a recording: the files are written beside it.
    pub fn of_folder(folder: &Path) -> Place {
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        Place {
            folder: folder.to_owned(),
            name: name.to_string_lossy().into_owned(),
            events: folder.to_owned(),
        }
    }

    /// Makes the files of what was recorded.
    ///
    /// # Errors
    ///
    /// If nothing was recorded, or a file cannot be read or written.
    pub fn draw(&self, root: &Path, title: &str) -> Result<Drawn> {
        let recording = match Recording::read(&self.events) {
            Ok(recording) => recording,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Recording::default(),
            Err(error) => return Err(unreadable(&self.events, &error)),
        };
        if recording.lanes.iter().all(|lane| lane.events.is_empty()) {
            return Err(Problem::new(
                format!(
                    "Nothing was recorded: {} holds no events",
                    self.events.display()
                ),
                "A program is recorded if it runs tasks, and was built with the feature `trace`",
            ));
        }
        let timeline = Timeline::of(&recording);
        let names = Names::of(&recording, &timeline, root);
        let file = |kind: &str| self.folder.join(format!("{}.{kind}", self.name));
        let files = [file("svg"), file("html"), file("json")];
        write_file(&files[0], &svg::picture(&timeline, &names, title))?;
        write_file(&files[1], &html::page(&timeline, &names, title))?;
        write_file(&files[2], &json::chrome(&timeline, &names, title))?;
        Ok(Drawn {
            files,
            about: about(&timeline),
        })
    }

    /// Removes what the program has written.
    pub fn forget_events(&self) {
        // What is left is removed before the next recording.
        let _ = fs::remove_dir_all(&self.events);
    }
}

/// What was recorded, in numbers.
fn about(timeline: &Timeline) -> String {
    let spans = timeline.rows.iter().flat_map(|row| &row.spans);
    let polls = spans.filter(|span| matches!(span.what, ::trace::timeline::What::Poll(..)));
    let dropped: u64 = timeline.rows.iter().map(|row| row.dropped).sum();
    let about = format!(
        "{}, {}, {}, in {}",
        counted(timeline.rows.len() as u64, "thread"),
        counted(polls.count() as u64, "poll"),
        counted(
            timeline.arrows.len() as u64,
            "wake and spawn that led to one"
        ),
        names::duration(timeline.end),
    );
    match dropped {
        0 => about,
        _ => format!(
            "{about}; the beginning alone: {} more were not recorded",
            counted(dropped, "event")
        ),
    }
}

/// A number of things: `1 poll`, `2 polls`, `2 wakes and spawns that led to one`.
fn counted(count: u64, thing: &str) -> String {
    match (count, thing.split_once(" and ")) {
        (1, None) => format!("1 {thing}"),
        (_, None) => format!("{count} {thing}s"),
        (1, Some((first, rest))) => {
            let other = rest.split(' ').next().unwrap_or_default();
            format!("1 {first} or {other}{}", &rest[other.len()..])
        }
        (_, Some((first, rest))) => {
            let other = rest.split(' ').next().unwrap_or_default();
            format!("{count} {first}s and {other}s{}", &rest[other.len()..])
        }
    }
}

/// Makes a build record what the program does.
pub fn record(command: &mut std::process::Command) {
    command.args(["--features", FEATURE]);
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::HashMap;

    use ::trace::event::{Bed, Event, How, Subject};
    use ::trace::{Lane, Timed};

    use super::*;

    /// A thread that spawns so many tasks, polls each once, is woken by another thread, and sleeps.
    pub fn recording(tasks: u64) -> Recording {
        let mut events = Vec::new();
        let mut at = 0;
        let mut push = |event| {
            at += 100;
            events.push(Timed { at, event });
        };
        for task in 1..=tasks {
            push(Event::Spawn(Subject::Task(task), 0));
        }
        for task in 1..=tasks {
            push(Event::PollBegin(Subject::Task(task)));
            push(Event::PollEnd(Subject::Task(task), How::Ready));
        }
        push(Event::ParkBegin(Bed::Thread));
        push(Event::ParkEnd);
        let root = Subject::Root(16);
        push(Event::PollBegin(root));
        push(Event::PollEnd(root, How::Ready));
        let wake = Timed {
            at: at - 250,
            event: Event::Wake(root),
        };
        let lane = |number, name: &str, events| Lane {
            number,
            name: name.to_owned(),
            events,
            dropped: 0,
        };
        Recording {
            lanes: vec![lane(0, "main", events), lane(1, "", vec![wake])],
            places: HashMap::new(),
        }
    }

    pub fn timeline(tasks: u64) -> Timeline {
        Timeline::of(&recording(tasks))
    }

    pub fn names(timeline: &Timeline) -> Names {
        Names::of(&Recording::default(), timeline, Path::new("/course"))
    }

    #[test]
    fn things_are_counted() {
        assert_eq!(counted(1, "poll"), "1 poll");
        assert_eq!(counted(0, "poll"), "0 polls");
        let both = "wake and spawn that led to one";
        assert_eq!(counted(1, both), "1 wake or spawn that led to one");
        assert_eq!(counted(3, both), "3 wakes and spawns that led to one");
    }
}
