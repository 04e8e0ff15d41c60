//! The colours of a recorded run: those that a terminal gives it.
//!
//! A picture is kept as plain text, as [`model::lanes::draw`] lays it out, so that it can be compared
//! line by line. What each part of it is can be told by where it stands.

use std::fmt::Write as _;

use model::lanes::Tint;

/// Before each row stands its number, in so many columns.
const GUTTER: usize = 5;
/// What stands where a thread's line is.
const RAILS: [char; 3] = ['│', '●', '✗'];
/// The colours that the threads have in turn.
const LANES: usize = 4;

/// The picture as HTML, each part with the class of what it is.
pub fn coloured(picture: &str) -> String {
    let mut out = String::new();
    for line in tinted(picture) {
        let mut rest = line.as_slice();
        while let Some((_, tint)) = rest.first() {
            // A space has no colour, so it parts nothing.
            let is_other = |(char, other): &(char, Tint)| other != tint && *char != ' ';
            let end = rest.iter().position(is_other).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            let text: String = run.iter().map(|(char, _)| *char).collect();
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            // Writing to a string does not fail.
            let _ = match class(*tint) {
                Some(class) => write!(out, "<span class=\"{class}\">{text}</span>"),
                None => write!(out, "{text}"),
            };
            rest = after;
        }
        out.push('\n');
    }
    out
}

fn class(tint: Tint) -> Option<String> {
    match tint {
        Tint::Plain => None,
        Tint::Lane(lane) => Some(format!("lane-{}", lane % LANES)),
        Tint::Faint => Some("faint".to_owned()),
        Tint::Remark => Some("remark".to_owned()),
        Tint::Failed => Some("failed".to_owned()),
    }
}

/// Where the threads are in a picture.
struct Shape {
    /// The column in which each thread's line or text begins.
    starts: Vec<usize>,
    /// Whether all text stands to the right of the lines.
    is_rails: bool,
}

/// What was last, in the rows before.
struct Before {
    tint: Tint,
    has_failed: bool,
}

/// Each character and what it is a part of.
fn tinted(picture: &str) -> Vec<Vec<(char, Tint)>> {
    let lines: Vec<Vec<char>> = picture.lines().map(|line| line.chars().collect()).collect();
    let is_head = |line: &&Vec<char>| line.iter().take(GUTTER).all(|char| *char == ' ');
    let heads = lines.iter().take_while(is_head).count();
    let Some(shape) = Shape::of(&lines[..heads]) else {
        return lines.iter().map(|line| all(line, Tint::Plain)).collect();
    };
    let mut before = Before {
        tint: Tint::Plain,
        has_failed: false,
    };
    let rows = lines[heads..]
        .iter()
        .map(|line| shape.row(line, &mut before));
    let names = lines[..heads].iter().map(|line| shape.head(line));
    names.chain(rows).collect()
}

impl Shape {
    fn of(heads: &[Vec<char>]) -> Option<Shape> {
        let first = heads.first()?;
        let is_rails = first.get(GUTTER) == Some(&'┌');
        let starts = match is_rails {
            true => (0..heads.len()).map(|lane| GUTTER + 2 * lane).collect(),
            false => (GUTTER..first.len())
                .filter(|at| first[*at] != ' ' && first[at - 2..*at] == [' ', ' '])
                .collect(),
        };
        Some(Shape { starts, is_rails })
    }

    /// The threads' names.
    fn head(&self, line: &[char]) -> Vec<(char, Tint)> {
        let mut chars = all(line, Tint::Plain);
        let mut lane = 0;
        for (at, char) in chars.iter_mut().enumerate() {
            let begins = self.starts.iter().position(|start| *start == at);
            let is_line = matches!(char.0, '│' | '┌');
            lane = begins.filter(|_| !self.is_rails || is_line).unwrap_or(lane);
            char.1 = Tint::Lane(lane);
        }
        chars
    }

    fn row(&self, line: &[char], before: &mut Before) -> Vec<(char, Tint)> {
        let (gutter, rest) = line.split_at(line.len().min(GUTTER));
        before.has_failed |= self.fails(line);
        let has_number = gutter.iter().any(char::is_ascii_digit);
        let base = match before.has_failed {
            true => Tint::Failed,
            false => Tint::Plain,
        };
        if rest.first() == Some(&'…') {
            return all(line, Tint::Faint);
        }
        let mut chars = all(gutter, if before.has_failed { base } else { Tint::Faint });
        chars.extend(rest.iter().map(|char| (*char, base)));
        let is_line = |at: usize| {
            let is_rail = line.get(at).is_some_and(|char| RAILS.contains(char));
            is_rail && line.get(at + 1).is_none_or(|char| *char == ' ')
        };
        for (lane, start) in self.starts.iter().enumerate() {
            if is_line(*start) {
                chars[*start].1 = Tint::Lane(lane);
            }
        }
        let place = place(line);
        let is_text = |at: &usize| line[*at] != ' ' && !is_line(*at);
        let Some(text) = (GUTTER..line.len()).find(is_text) else {
            return chars;
        };
        let own = match (before.has_failed, has_number, place) {
            (true, ..) => Tint::Failed,
            (_, true, _) => Tint::Plain,
            (_, _, Some(place)) if place == text => Tint::Faint,
            // It goes on, further to the right.
            _ if !self.begins(text) => before.tint,
            _ => Tint::Remark,
        };
        let end = place.unwrap_or(line.len());
        for (at, (_, tint)) in chars.iter_mut().enumerate().skip(text) {
            if end <= at {
                *tint = Tint::Faint;
            } else if is_text(&at) {
                *tint = own;
            }
        }
        before.tint = own;
        chars
    }

    /// Whether it is told here how the run has failed.
    fn fails(&self, line: &[char]) -> bool {
        let is_sign = |at: usize| line.get(at) == Some(&'✗');
        is_sign(2) || self.is_rails && self.starts.iter().any(|at| is_sign(*at))
    }

    /// Whether text that is not indented begins in this column.
    fn begins(&self, at: usize) -> bool {
        match self.is_rails {
            true => self.starts.last().is_some_and(|last| last + 3 == at),
            false => self.starts.contains(&at),
        }
    }
}

fn all(line: &[char], tint: Tint) -> Vec<(char, Tint)> {
    line.iter().map(|char| (*char, tint)).collect()
}

/// Where the place in the source begins that stands at a line's end, such as `waiter.rs:47`.
fn place(line: &[char]) -> Option<usize> {
    let start = line.iter().rposition(|char| *char == ' ')? + 1;
    let word: String = line[start..].iter().collect();
    let (file, number) = word.rsplit_once(':')?;
    (file.ends_with(".rs") && number.parse::<u32>().is_ok()).then_some(start)
}

#[cfg(test)]
mod tests {
    use model::lanes::{End, Row, Schedule, Step, draw};

    use super::*;

    fn step(number: usize, lane: usize, text: &str, remark: &str) -> Row {
        Row::Step(Step {
            number,
            lane,
            text: text.to_owned(),
            place: "waiter.rs:31".to_owned(),
            remark: remark.to_owned(),
            is_last: number == 4,
        })
    }

    fn schedule() -> Schedule {
        Schedule {
            lanes: vec!["the task".into(), "the sender".into()],
            rows: vec![
                step(1, 0, "state.load(Acquire): WAITING", ""),
                step(2, 1, "state.swap(AcqRel): WAITING → WOKEN", ""),
                step(
                    3,
                    1,
                    "flag.load(Relaxed): 0",
                    "an old value: step 2 made it 1",
                ),
                Row::Fold("2 steps of the sender".into()),
                step(4, 1, "ends", ""),
            ],
            ends: vec![End {
                lane: 0,
                text: "sleeps for ever".into(),
                place: "waiter.rs:35".into(),
            }],
            meaning: "Every thread waits, and nobody is left to wake it.".into(),
        }
    }

    #[test]
    fn each_part_has_the_colour_that_a_terminal_gives_it() {
        for width in [46, 64, 100] {
            let rows = draw(&schedule(), width);
            let text: Vec<String> = rows
                .iter()
                .map(|row| row.iter().map(|piece| piece.text.as_str()).collect())
                .collect();
            let drawn: Vec<(char, Tint)> = rows
                .iter()
                .flatten()
                .flat_map(|piece| piece.text.chars().map(|char| (char, piece.tint)))
                .collect();
            let found = tinted(&text.join("\n"));
            let is_seen = |(char, _): &&(char, Tint)| *char != ' ';
            let found: Vec<_> = found.iter().flatten().filter(is_seen).collect();
            let drawn: Vec<_> = drawn.iter().filter(is_seen).collect();
            assert_eq!(found, drawn, "{}", text.join("\n"));
        }
    }

    #[test]
    fn parts_are_spans_with_classes() {
        let html = coloured("     ┌ a\n     │ ┌ b\n  1  ● │  x < y                waiter.rs:7\n");
        assert!(
            html.contains("<span class=\"lane-0\">     ┌ a</span>"),
            "{html}"
        );
        assert!(html.contains("<span class=\"lane-1\">┌ b</span>"), "{html}");
        assert!(html.contains("x &lt; y"), "{html}");
        assert!(
            html.contains("<span class=\"faint\">waiter.rs:7</span>"),
            "{html}"
        );
    }
}
