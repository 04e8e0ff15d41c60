//! A scheduler against tokio's: as a table, and as a picture.
//!
//! The program that races is `course/race`. It has a lock file of its own, so nothing else that a reader builds compiles
//! tokio. It is built in a generated workspace below `target/course/race`, on the reader's chapters or on ours, and
//! prints a line for each row, from which the tool makes a table and a picture.

mod picture;
mod result;
mod run;
mod table;

pub use picture::svg;
pub use result::{Results, Row};
pub use run::{Race, Rounds};
pub use table::lines;

use std::path::PathBuf;

use crate::course::{Chapter, Course};
use crate::mine::Whose;
use crate::problem::{Problem, Result};

/// The chapter whose scheduler races.
pub const CHAPTER: u32 = 4;

/// The rows, in their order, and what one operation of each is.
const OPERATIONS: [(&str, &str); 11] = [
    ("spawn", "spawned, run, dropped"),
    ("spawn_join", "spawned, then all awaited"),
    ("yield", "one of 200 tasks yields"),
    ("pair", "two tasks wake each other"),
    ("chained", "each task spawns the next"),
    ("join_loop", "a task spawns and awaits"),
    ("spawn_remote", "from another thread"),
    ("block_on", "the root spawns and waits"),
    ("block_on_pair", "the root and a task wake"),
    ("block_on_enter", "of a future that is ready"),
    (BYTES, "asked for by a task"),
];

/// The row that is no time.
const BYTES: &str = "bytes";

/// Who races against tokio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrant {
    /// All that it is built from is the reader's.
    Yours,
    /// A part of it is.
    PartlyYours,
    /// Nothing of it is.
    Ours,
}

impl Entrant {
    /// Of a scheduler that is built from these chapters.
    pub fn of(chapters: &[(u32, Whose)]) -> Entrant {
        let is_mine = |whose: &Whose| matches!(whose, Whose::Mine { .. });
        let mine = chapters.iter().filter(|(_, whose)| is_mine(whose)).count();
        match mine {
            0 => Entrant::Ours,
            all if all == chapters.len() => Entrant::Yours,
            _ => Entrant::PartlyYours,
        }
    }

    /// What the column is called.
    fn column(self) -> &'static str {
        match self {
            Entrant::Yours | Entrant::PartlyYours => "yours",
            Entrant::Ours => "ours",
        }
    }

    /// What begins a sentence.
    fn subject(self) -> &'static str {
        match self {
            Entrant::Yours => "Your scheduler",
            Entrant::PartlyYours => "A scheduler that is in part yours",
            Entrant::Ours => "Our scheduler",
        }
    }
}

/// The chapter that is to race.
///
/// # Errors
///
/// If none is named, or it is not the chapter of the scheduler.
pub fn racing<'a>(course: &Course, chapter: Option<&'a Chapter>) -> Result<&'a Chapter> {
    let Some(chapter) = chapter else {
        return Err(Problem::new("Say which chapter is to race", ONLY));
    };
    if chapter.number == CHAPTER && folder(course).join("Cargo.toml").is_file() {
        return Ok(chapter);
    }
    Err(Problem::new(
        format!("Chapter {} has no race", chapter.number),
        ONLY,
    ))
}

const ONLY: &str = "`cargo course race 4 --mine` races your scheduler of chapter 4 against tokio's, and without `--mine` \
                    ours. Channels, locks, sockets and timers race in `course/bench`, on our solutions: \
                    `cargo run --release -- --help` there says how, and the first build takes minutes";

/// The folder of the program that races.
fn folder(course: &Course) -> PathBuf {
    course.root.join("course").join("race")
}
