//! A schedule drawn for a terminal: with a column for each thread where there is room, and with
//! the threads as rails at the left edge where there is not.

use super::{End, Row, Schedule};

/// A piece of a row in one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// What it is, which decides how it is shown.
    pub tint: Tint,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// What was done.
    Plain,
    /// A thread's name or rail.
    Lane(usize),
    /// Numbers, places, and what is left out.
    Faint,
    /// What is remarkable.
    Remark,
    /// What failed.
    Failed,
}

/// Before each row: its number, and a space on either side.
const GUTTER: usize = 5;
/// A lane that is a column has at least this many columns.
const LANE_MIN: usize = 24;
/// One step in so many, at most, may be broken into several lines to have columns.
const BROKEN_PART_MAX: usize = 4;
/// A place that is longer is put beneath its step.
const PLACE_MAX: usize = 26;
/// A lane that is a column has at most this many columns.
const LANE_MAX: usize = 54;
const SIGN: &str = "✗";
const RAIL: &str = "│";

/// The rows of the picture, none wider than `width` if that is at least 40.
pub fn draw(schedule: &Schedule, width: usize) -> Vec<Vec<Piece>> {
    let places = schedule
        .places()
        .map(columns)
        .filter(|len| *len <= PLACE_MAX);
    let place = places.max().map_or(0, |len| len + 1);
    let room = width.saturating_sub(GUTTER + place);
    let shape = match schedule.columns(room) {
        Some(lanes) => Shape::Columns(lanes),
        None => Shape::Rails,
    };
    let mut picture = Picture {
        schedule,
        shape: &shape,
        width,
        widest: schedule.widest(),
        ended: vec![false; schedule.lanes.len()],
        rows: Vec::new(),
    };
    picture.heads();
    for row in &schedule.rows {
        match row {
            Row::Fold(text) => picture.fold(text),
            Row::Step(step) => {
                let number = format!("{:>3}  ", step.number);
                let number = piece(number, Tint::Faint);
                let mut lines = vec![(step.text.as_str(), Tint::Plain)];
                if !step.remark.is_empty() {
                    lines.push((&step.remark, Tint::Remark));
                }
                picture.cell(number, step.lane, &lines, &step.place);
                if step.is_last {
                    picture.ended[step.lane] = true;
                }
            }
        }
    }
    for end in &schedule.ends {
        let sign = match picture.shape {
            Shape::Columns(_) => piece(format!("  {SIGN}  "), Tint::Failed),
            // It stands on the rail.
            Shape::Rails => piece(" ".repeat(GUTTER), Tint::Plain),
        };
        picture.end(sign, end);
    }
    for line in wrap(&schedule.meaning, width.saturating_sub(GUTTER)) {
        let indent = piece(" ".repeat(GUTTER), Tint::Plain);
        picture.rows.push(vec![indent, piece(line, Tint::Failed)]);
    }
    picture.rows
}

/// How the lanes are drawn.
enum Shape {
    /// In columns that are this wide.
    Columns(Vec<usize>),
    /// As vertical lines at the left edge, and all steps to the right of them.
    Rails,
}

struct Picture<'a> {
    schedule: &'a Schedule,
    shape: &'a Shape,
    width: usize,
    /// What a step and a place take beside one another.
    widest: usize,
    /// The lanes that have come to their end.
    ended: Vec<bool>,
    rows: Vec<Vec<Piece>>,
}

impl Schedule {
    fn places(&self) -> impl Iterator<Item = &str> {
        let steps = self.rows.iter().filter_map(|row| match row {
            Row::Step(step) => Some(step.place.as_str()),
            Row::Fold(_) => None,
        });
        steps.chain(self.ends.iter().map(|end| end.place.as_str()))
    }

    /// The columns that the longest text and the longest place take, and two between them.
    fn widest(&self) -> usize {
        let steps = self.rows.iter().filter_map(|row| match row {
            Row::Step(step) => Some(columns(&step.text).max(columns(&step.remark))),
            Row::Fold(_) => None,
        });
        let ends = self.ends.iter().map(|end| columns(&end.text));
        let text = steps.chain(ends).max().unwrap_or(0);
        text + 2 + self.places().map(columns).max().unwrap_or(0)
    }

    /// How wide the column of each lane is: as its longest step, if all fit into `room`; else the
    /// widest are narrowed. `None` if they would be too narrow to read.
    fn columns(&self, room: usize) -> Option<Vec<usize>> {
        let mut widths: Vec<usize> = self.lanes.iter().map(|name| columns(name) + 2).collect();
        for row in &self.rows {
            if let Row::Step(step) = row {
                let text = columns(&step.text).max(columns(&step.remark)) + 2;
                widths[step.lane] = widths[step.lane].max(text).min(LANE_MAX);
            }
        }
        let fits = |most: &usize| widths.iter().map(|width| width.min(most)).sum::<usize>() <= room;
        let most = (LANE_MIN..=LANE_MAX).rev().find(fits)?;
        let is_broken = |row: &&Row| match row {
            Row::Step(step) => most < columns(&step.text) + 2,
            Row::Fold(_) => false,
        };
        let broken = self.rows.iter().filter(is_broken).count();
        let is_readable = broken <= self.rows.len() / BROKEN_PART_MAX;
        is_readable.then(|| widths.iter().map(|width| *width.min(&most)).collect())
    }
}

impl Picture<'_> {
    /// The names of the lanes.
    fn heads(&mut self) {
        let indent = || piece(" ".repeat(GUTTER), Tint::Plain);
        let names = self.schedule.lanes.iter().enumerate();
        match self.shape {
            Shape::Columns(lanes) => {
                let cells: Vec<(usize, Vec<String>)> = names
                    .map(|(at, name)| (at, wrap(name, lanes[at] - 2)))
                    .collect();
                let height = cells.iter().map(|(_, lines)| lines.len()).max();
                for line in 0..height.unwrap_or(0) {
                    let mut row = vec![indent()];
                    for (at, lines) in &cells {
                        let text = lines.get(line).map_or("", String::as_str);
                        row.push(piece(padded(text, lanes[*at]), Tint::Lane(*at)));
                    }
                    self.push(row);
                }
            }
            Shape::Rails => {
                for (at, name) in names {
                    let mut row = vec![indent()];
                    for before in 0..at {
                        row.push(piece(format!("{RAIL} "), Tint::Lane(before)));
                    }
                    row.push(piece(format!("┌ {name}"), Tint::Lane(at)));
                    self.push(row);
                }
            }
        }
    }

    fn fold(&mut self, text: &str) {
        for line in wrap(&format!("… {text} …"), self.width.saturating_sub(GUTTER)) {
            let indent = piece(" ".repeat(GUTTER), Tint::Plain);
            self.push(vec![indent, piece(line, Tint::Faint)]);
        }
    }

    /// Where a lane stood at the end: in the lane if that is wide enough, or else across all.
    fn end(&mut self, sign: Piece, end: &End) {
        let is_wide_enough = match self.shape {
            Shape::Columns(lanes) => columns(&end.text) + 2 <= lanes[end.lane],
            Shape::Rails => true,
        };
        if is_wide_enough {
            return self.cell(sign, end.lane, &[(&end.text, Tint::Failed)], &end.place);
        }
        let name = &self.schedule.lanes[end.lane];
        let text = format!("{name} {} {}", end.text, end.place);
        let mut before = sign;
        for line in wrap(&text, self.width.saturating_sub(GUTTER)) {
            self.push(vec![before, piece(line, Tint::Failed)]);
            before = piece(" ".repeat(GUTTER), Tint::Plain);
        }
    }

    /// What a lane did, with a number or sign before it.
    fn cell(&mut self, mut first: Piece, lane: usize, texts: &[(&str, Tint)], place: &str) {
        let room = match self.shape {
            Shape::Columns(lanes) => lanes[lane] - 2,
            Shape::Rails => {
                let rails = 2 * self.schedule.lanes.len();
                let room = self.width.saturating_sub(GUTTER + rails + 1);
                room.min(self.widest).max(LANE_MIN)
            }
        };
        let mut lines: Vec<(String, Tint)> = Vec::new();
        for (text, tint) in texts {
            lines.extend(wrap(text, room).into_iter().map(|line| (line, *tint)));
        }
        let place_fits = match self.shape {
            Shape::Columns(lanes) => {
                let taken = GUTTER + lanes.iter().sum::<usize>();
                taken + columns(place) <= self.width
            }
            Shape::Rails => {
                let text = lines.first().map_or(0, |(line, _)| columns(line));
                text + 2 + columns(place) <= room
            }
        };
        let mut place = place;
        if !place_fits && !place.is_empty() {
            lines.push((place.to_owned(), Tint::Faint));
            place = "";
        }
        for (number, (line, tint)) in lines.into_iter().enumerate() {
            let before = std::mem::replace(&mut first, piece(" ".repeat(GUTTER), Tint::Plain));
            let mut row = vec![before];
            match self.shape {
                Shape::Columns(lanes) => {
                    for (at, width) in lanes.iter().enumerate() {
                        row.push(match at == lane {
                            true => piece(padded(&line, *width), tint),
                            false => piece(padded(self.rail(at), *width), Tint::Lane(at)),
                        });
                    }
                }
                Shape::Rails => {
                    for at in 0..self.schedule.lanes.len() {
                        let mark = match (at == lane, number, tint) {
                            (true, 0, Tint::Failed) => SIGN,
                            (true, 0, _) => "●",
                            _ => self.rail(at),
                        };
                        row.push(piece(format!("{mark:<2}"), Tint::Lane(at)));
                    }
                    row.push(piece(format!(" {}", padded(&line, room)), tint));
                }
            }
            if number == 0 && !place.is_empty() {
                self.put_place(&mut row, place);
            }
            self.push(row);
        }
    }

    /// Puts the place at the end of a row, which in rails has room at its own end.
    fn put_place(&self, row: &mut Vec<Piece>, place: &str) {
        if let (Shape::Rails, Some(last)) = (self.shape, row.last_mut()) {
            let keep = columns(&last.text).saturating_sub(columns(place));
            last.text = last.text.chars().take(keep).collect();
        }
        row.push(piece(place.to_owned(), Tint::Faint));
    }

    fn rail(&self, lane: usize) -> &'static str {
        match self.ended[lane] {
            true => "",
            false => RAIL,
        }
    }

    fn push(&mut self, mut row: Vec<Piece>) {
        while let Some(last) = row.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            match last.text.is_empty() {
                true => drop(row.pop()),
                false => break,
            }
        }
        self.rows.push(row);
    }
}

/// Cuts text between words into lines of at most `room` columns; those after the first are
/// indented.
fn wrap(text: &str, room: usize) -> Vec<String> {
    const INDENT: &str = "  ";
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word = word;
        while !line.trim().is_empty() && room < columns(&line) + 1 + columns(word) {
            lines.push(std::mem::replace(&mut line, INDENT.to_owned()));
        }
        // A word that is too long for a line of its own is cut.
        while room < columns(&line) + columns(word) && INDENT.len() + 1 < room {
            let fits = room - columns(&line);
            let at = word
                .char_indices()
                .nth(fits)
                .map_or(word.len(), |(at, _)| at);
            lines.push(format!("{line}{}", &word[..at]));
            line = INDENT.to_owned();
            word = &word[at..];
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

/// What is shown is letters, arrows and lines, each of one column.
fn columns(text: &str) -> usize {
    text.chars().count()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text:<width$}")
}

fn piece(text: impl Into<String>, tint: Tint) -> Piece {
    let text = text.into();
    Piece { text, tint }
}

#[cfg(test)]
mod tests {
    use super::super::Step;
    use super::*;

    fn step(number: usize, lane: usize, text: &str, place: &str) -> Step {
        Step {
            number,
            lane,
            text: text.into(),
            place: place.into(),
            ..Step::default()
        }
    }

    fn lost_wake() -> Schedule {
        let mut stale = step(4, 0, "state.load: WAITING", "waiter.rs:31");
        stale.remark = "stale: WOKEN since step 2".into();
        let mut last = step(3, 1, "ends", "");
        last.is_last = true;
        Schedule {
            lanes: vec!["the task".into(), "the sender".into()],
            rows: vec![
                Row::Fold("3 steps before the other threads begin".into()),
                Row::Step(step(1, 0, "waker A cloned", "")),
                Row::Step(step(2, 1, "state.swap: WAITING → WOKEN", "waiter.rs:47")),
                Row::Step(last),
                Row::Step(stale),
            ],
            ends: vec![End {
                lane: 0,
                text: "waits for ever: park".into(),
                place: "waiter.rs:35".into(),
            }],
            meaning: "Every thread waits, and nobody is left to end it: a wake-up was lost.".into(),
        }
    }

    fn text(schedule: &Schedule, width: usize) -> String {
        let rows = draw(schedule, width).into_iter().map(|row| {
            let row: String = row.into_iter().map(|piece| piece.text).collect();
            assert!(columns(&row) <= width, "{width}: {row}");
            format!("{row}\n")
        });
        rows.collect()
    }

    #[test]
    fn a_wide_terminal_has_a_column_for_each_thread() {
        assert_eq!(
            text(&lost_wake(), 100),
            "     the task                   the sender
     … 3 steps before the other threads begin …
  1  waker A cloned             │
  2  │                          state.swap: WAITING → WOKEN  waiter.rs:47
  3  │                          ends
  4  state.load: WAITING                                     waiter.rs:31
     stale: WOKEN since step 2
  ✗  waits for ever: park                                    waiter.rs:35
     Every thread waits, and nobody is left to end it: a wake-up was lost.
"
        );
    }

    #[test]
    fn a_narrow_terminal_has_rails() {
        assert_eq!(
            text(&lost_wake(), 60),
            "     ┌ the task
     │ ┌ the sender
     … 3 steps before the other threads begin …
  1  ● │  waker A cloned
  2  │ ●  state.swap: WAITING → WOKEN  waiter.rs:47
  3  │ ●  ends
  4  ●    state.load: WAITING          waiter.rs:31
     │    stale: WOKEN since step 2
     ✗    waits for ever: park         waiter.rs:35
     Every thread waits, and nobody is left to end it: a
       wake-up was lost.
"
        );
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        for width in 40..140 {
            text(&lost_wake(), width);
        }
    }

    #[test]
    fn words_that_are_too_long_are_cut() {
        assert_eq!(wrap("abcdefgh ij", 5), ["abcde", "  fgh", "  ij"]);
        assert_eq!(wrap("one two", 80), ["one two"]);
    }
}
