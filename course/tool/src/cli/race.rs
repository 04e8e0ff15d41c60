//! `race`

use std::io::{self, IsTerminal};

use super::progress::Progress;
use super::stack::whose_chapter;
use super::{select, start::Outcome};
use crate::check::Cancel;
use crate::course::Course;
use crate::mine;
use crate::problem::Result;
use crate::race::{self, Race, Rounds};
use crate::screen::{self, Line, dim, plain};

/// Races the scheduler of a chapter, ours or the reader's.
pub fn race(
    course: &Course,
    cancel: &Cancel,
    chapter: Option<&str>,
    mine: bool,
    rounds: Rounds,
) -> Result<Outcome> {
    let chapter = chapter.map(|word| select::chapter(course, word));
    let chapter = chapter.transpose()?;
    let chapter = race::racing(course, chapter)?;
    let progress = Progress::new();
    let stack = match mine {
        true => mine::stack(course, chapter, cancel, &mut |event| progress.show(&event)),
        false => mine::stack_of_ours(course, chapter),
    };
    progress.say("");
    let stack = stack?;
    if mine {
        let whose = stack.chapters.iter();
        let whose: Vec<Line> = whose
            .map(|(number, whose)| Line::from(whose_chapter(*number, whose)))
            .collect();
        screen::print(&whose)?;
    }
    if !io::stderr().is_terminal() {
        eprintln!("building the race …");
    }
    let race = Race::new(course, &stack);
    let program = race.build(cancel, &mut |package| {
        progress.say(&format!("building the race, once: {package} …"));
    })?;
    let results = race.run(&program, rounds, cancel, &mut |row| {
        progress.say(&format!("racing {row} …"));
    });
    drop(progress);
    let results = results?;
    let picture = race.draw(&results, rounds)?;
    if mine {
        screen::print(&[Line::empty()])?;
    }
    screen::print(&race::lines(&results, race.entrant(), usize::from(rounds)))?;
    screen::print(&[Line::of([
        dim("The picture: "),
        plain(picture.display().to_string()),
    ])])?;
    Ok(Outcome::Fine)
}
