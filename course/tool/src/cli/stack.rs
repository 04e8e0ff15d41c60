//! What can be run and read: `run`, `trace`, `mine`, `book`.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::Path;

use super::progress::Progress;
use super::select;
use super::start::Outcome;
use crate::check::Cancel;
use crate::course::Course;
use crate::mine::{self, Whose};
use crate::problem::Result;
use crate::run::Records;
use crate::screen::{self, Line, colour, coloured, dim, plain};
use crate::trace::{self, Drawn, Place};
use crate::{book, report, run};

/// `run`
pub fn run(
    course: &Course,
    cancel: &Cancel,
    chapter: &str,
    example: Option<&str>,
    mine: bool,
    records: bool,
    arguments: &[OsString],
) -> Result<Outcome> {
    let chapter = select::chapter(course, chapter)?;
    let Some(name) = example else {
        screen::print(&run::list(chapter))?;
        return Ok(Outcome::Fine);
    };
    let example = select::example(chapter, name)?;
    let recording = match records {
        true => {
            trace::check(course, chapter)?;
            Some(Place::of_example(course, chapter, &example.name)?)
        }
        false => None,
    };
    let progress = Progress::new();
    let overlay = match mine {
        true => {
            let observe = &mut |event| progress.show(&event);
            Some(mine::overlay_up_to(course, chapter, cancel, observe)?)
        }
        false => None,
    };
    progress.say(&format!("building {} …", example.name));
    let records = match records {
        true => Records::Yes,
        false => Records::No,
    };
    let on = overlay.as_ref();
    let built = run::build(course, chapter, &example.name, on, records, cancel);
    drop(progress);
    let executable = built?;
    if let Some(overlay) = &overlay {
        // Beside the example's own output, not in it.
        for (number, whose) in &overlay.chapters {
            eprintln!("{}", whose_chapter(*number, whose));
        }
    }
    let ended = run::example(
        course,
        &executable,
        arguments,
        on,
        recording.as_ref(),
        cancel,
    );
    if let Some(place) = &recording {
        // Also of a program that was stopped, or that crashed.
        let title = format!("chapter {}, {}", chapter.number, example.name);
        match place.draw(&course.root, &title) {
            Ok(drawn) => eprint!("{}", said(&drawn)),
            // It may have ended before it did anything; then its own end says more.
            Err(problem) if ended.as_ref().is_ok_and(|status| *status == 0) => return Err(problem),
            Err(_) => {}
        }
        place.forget_events();
    }
    Ok(Outcome::Status(ended?))
}

/// `trace`
pub fn trace(course: &Course, folder: &Path) -> Result<Outcome> {
    let place = Place::of_folder(folder);
    let drawn = place.draw(&course.root, &place.name)?;
    print!("{}", said(&drawn));
    Ok(Outcome::Fine)
}

/// What was recorded, and where it can be looked at.
fn said(drawn: &Drawn) -> String {
    let [svg, html, json] = drawn.files.each_ref().map(|path| path.display());
    format!(
        "Recorded: {}.\n  a picture of the beginning  {svg}\n  all of it, to move and zoom {html}\n  for ui.perfetto.dev         {json}\n",
        drawn.about
    )
}

/// `mine`
pub fn mine(course: &Course, cancel: &Cancel) -> Result<Outcome> {
    let progress = Progress::new();
    let overlay = mine::overlay(course, cancel, &mut |event| progress.show(&event));
    drop(progress);
    let overlay = overlay?;
    let mut lines = Vec::new();
    for (number, whose) in &overlay.chapters {
        lines.push(Line::from(whose_chapter(*number, whose)));
    }
    screen::print(&lines)?;
    let mut build = overlay.command("build");
    build.arg("--examples");
    match io::stderr().is_terminal() {
        true => {
            // Cargo has the terminal, so it says itself how far it is.
            build.env_remove("CARGO_TERM_PROGRESS_WHEN");
            build.env_remove("CARGO_TERM_COLOR");
        }
        false => {
            build.arg("--quiet");
            eprintln!("building all examples …");
        }
    }
    let status = overlay.site.during(cancel, || run::run(build))?;
    if status == 0 {
        screen::print(&[
            Line::of([dim("Built in "), plain(overlay.dir.display().to_string())]),
            Line::of([
                coloured("cargo course run N EXAMPLE --mine", colour::CYAN),
                plain(" runs an example on it; chapter N is then yours as it stands."),
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

/// Whose source a chapter is built from, in a line.
pub fn whose_chapter(number: u32, whose: &Whose) -> String {
    match whose {
        Whose::Mine { open: 0 } => format!("chapter {number}: yours"),
        Whose::Mine { open: 1 } => format!("chapter {number}: yours, with one exercise open"),
        Whose::Mine { open } => format!("chapter {number}: yours, with {open} exercises open"),
        Whose::Ours { why } => format!("chapter {number}: ours, because {why}"),
    }
}
