//! `cargo course`: reads the book with you, checks your exercises and shows what is next.
//!
//! The parts, from what the course *is* to what the reader sees:
//!
//! - [`course`]: chapters and exercises, as `solutions/*/course.toml` describes them;
//! - [`part`]: what can be done exercise by exercise or as a whole, and which way the reader does it;
//! - [`source`]: source files and the exercise regions in them;
//! - [`files`]: finding and writing files;
//! - [`problem`]: what went wrong for the reader, and what to do next;
//! - [`verdict`]: what can be said of one exercise;
//! - [`process`]: child processes with a group, limits and an end;
//! - [`program`]: the file that this program runs from;
//! - [`cargo`]: running cargo, and reading what it says;
//! - [`check`]: the verdict of each exercise;
//! - [`workspace`]: generated manifests for sources that stand elsewhere;
//! - [`names`]: what things and values are called in a run of a model;
//! - [`mine`]: the reader's own chapters on one another;
//! - [`race`]: a scheduler against tokio's;
//! - [`backup`]: copies of what a reader wrote, before anything overwrites it;
//! - [`skeleton`]: what the reader starts from, rendered from the solutions;
//! - [`share`]: how much of a chapter its reader writes;
//! - [`wrong`]: wrong answers, each with the test that must catch it;
//! - [`book`]: the mdBook, built as a library;
//! - [`screen`]: styled lines, printed or drawn as a full screen;
//! - [`diff`]: the difference of two texts, for a reader;
//! - [`report`]: verdicts in words;
//! - [`status`], [`hint`], [`solution`], [`reset`], [`switch`], [`run`]: what the commands of those names do;
//! - [`mod@trace`]: a recording of a program, as files to look at;
//! - [`watch`]: a check on every save, with keys;
//! - [`signals`]: being asked to end or to stop;
//! - [`cli`]: the command line.
//!
//! What only authors need (proofs, pictures, all that CI does) is the crate `press`, which no reader builds.

pub mod backup;
pub mod book;
pub mod cargo;
pub mod check;
pub mod cli;
pub mod course;
pub mod diff;
pub mod files;
pub mod hint;
pub mod manifest;
pub mod mine;
pub mod names;
pub mod part;
pub mod problem;
pub mod process;
pub mod program;
pub mod race;
pub mod report;
pub mod reset;
pub mod run;
pub mod screen;
pub mod share;
pub mod signals;
pub mod skeleton;
pub mod solution;
pub mod source;
pub mod status;
pub mod stub;
pub mod switch;
pub mod trace;
pub mod verdict;
pub mod watch;
pub mod workspace;
pub mod wrong;
