//! What can be run and read: `run`, `mine`, `book`.

use std::ffi::OsString;

use super::Outcome;
use super::progress::Progress;
use super::select;
use crate::check::Cancel;
use crate::course::Course;
use crate::mine::{self, Overlay, Whose};
use crate::problem::Result;
use crate::screen::{self, Line, colour, coloured, dim, plain};
use crate::{book, report, run};

/// `run`
pub fn run(
    course: &Course,
    cancel: &Cancel,
    chapter: &str,
    example: Option<&str>,
    mine: bool,
    arguments: &[OsString],
) -> Result<Outcome> {
    let chapter = select::chapter(course, chapter)?;
    let Some(name) = example else {
        screen::print(&run::list(chapter))?;
        return Ok(Outcome::Fine);
    };
    let example = select::example(chapter, name)?;
    let overlay = match mine {
        true => Some(overlay(course, cancel)?),
        false => None,
    };
    if let Some(overlay) = &overlay {
        // Beside the example's own output, not in it.
        for (number, whose) in &overlay.chapters {
            eprintln!("{}", whose_chapter(*number, whose));
        }
    }
    let command = mine::run_example(course, chapter, &example.name, overlay.as_ref())?;
    let status = run::run(command, arguments)?;
    Ok(Outcome::Status(status))
}

/// `mine`
pub fn mine(course: &Course, cancel: &Cancel) -> Result<Outcome> {
    let overlay = overlay(course, cancel)?;
    let mut lines = Vec::new();
    for (number, whose) in &overlay.chapters {
        lines.push(Line::from(whose_chapter(*number, whose)));
    }
    screen::print(&lines)?;
    let mut build = overlay.command("build");
    build.arg("--examples").arg("--quiet");
    let status = run::run(build, &[])?;
    if status == 0 {
        screen::print(&[
            Line::of([dim("Built in "), plain(overlay.dir.display().to_string())]),
            Line::of([
                coloured("cargo course run N EXAMPLE --mine", colour::CYAN),
                plain(" runs an example on it."),
            ]),
        ])?;
    }
    Ok(Outcome::Status(status))
}

/// `book`
pub fn book(course: &Course) -> Result<Outcome> {
    let progress = Progress::new();
    progress.say("building the book …");
    let page = book::build(course);
    drop(progress);
    screen::print(&[Line::of([
        dim("The book: "),
        plain(report::address(&page?)),
    ])])?;
    Ok(Outcome::Fine)
}

fn overlay(course: &Course, cancel: &Cancel) -> Result<Overlay> {
    let progress = Progress::new();
    mine::overlay(course, cancel, &mut |event| progress.show(&event))
}

fn whose_chapter(number: u32, whose: &Whose) -> String {
    match whose {
        Whose::Mine => format!("chapter {number}: yours"),
        Whose::Ours { why } => format!("chapter {number}: ours, because {why}"),
    }
}
