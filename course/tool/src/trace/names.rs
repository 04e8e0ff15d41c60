//! What things are called in the files.
//!
//! A task has a number that no other task of the program has, such as 1027. In a picture that is too long, and says nothing. So there each
//! task is a letter, in the order of the spawns, and the line that spawned it is beside it.

use std::collections::HashMap;
use std::path::Path;

use ::trace::Recording;
use ::trace::event::{Bed, Driver, Event, How, Subject};
use ::trace::timeline::{Arrow, Moment, Source, Span, Timeline, What};

/// What is polled, by its name.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// In the order in which they appear.
    pub all: Vec<Named>,
    places: HashMap<Subject, usize>,
}

/// A task, or the future of a `block_on`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// A letter or two; `root` for a future of a `block_on`.
    pub short: String,
    /// As the program would say it.
    pub long: String,
    /// The line that spawned it.
    pub place: Option<String>,
    /// How often it was polled.
    pub polls: usize,
}

impl Names {
    /// Names all that was spawned or polled. Places are told from `root` on.
    pub fn of(recording: &Recording, timeline: &Timeline, root: &Path) -> Names {
        let rows = timeline.rows.iter();
        let spawned = rows
            .flat_map(|row| &row.moments)
            .filter_map(|it| match it.event {
                Event::Spawn(task, _) => Some((it.at, task)),
                _ => None,
            });
        let rows = timeline.rows.iter();
        let polled = rows
            .flat_map(|row| &row.spans)
            .filter_map(|it| match it.what {
                What::Poll(task, _) | What::End(task) => Some((it.begin, task)),
                _ => None,
            });
        let mut seen: Vec<(u64, Subject)> = spawned.chain(polled).collect();
        seen.sort_unstable();
        let mut names = Names::default();
        let (mut tasks, mut roots) = (0, 0);
        for (_, subject) in seen {
            if names.places.contains_key(&subject) {
                continue;
            }
            let (short, long) = match subject {
                Subject::Task(_) => {
                    tasks += 1;
                    (letters(tasks - 1), subject.to_string())
                }
                Subject::Root(_) => {
                    roots += 1;
                    match roots {
                        1 => ("root".to_owned(), "block_on".to_owned()),
                        _ => (format!("root {roots}"), format!("block_on {roots}")),
                    }
                }
            };
            names.places.insert(subject, names.all.len());
            let place = recording.places.get(&subject);
            names.all.push(Named {
                short,
                long,
                place: place.map(|place| from(place, root)),
                polls: 0,
            });
        }
        for span in timeline.rows.iter().flat_map(|row| &row.spans) {
            if let What::Poll(subject, _) = span.what {
                let index = names.places[&subject];
                names.all[index].polls += 1;
            }
        }
        names
    }

    /// Its place in the list.
    pub fn index(&self, subject: Subject) -> Option<usize> {
        self.places.get(&subject).copied()
    }

    /// The letter.
    pub fn short(&self, subject: Subject) -> &str {
        let index = self.index(subject);
        index.map_or("?", |index| &self.all[index].short)
    }

    /// The letter and the name: `A (task 1027)`.
    pub fn long(&self, subject: Subject) -> String {
        match self.index(subject).map(|index| &self.all[index]) {
            Some(named) if matches!(subject, Subject::Task(_)) => {
                format!("{} ({})", named.short, named.long)
            }
            Some(named) => named.long.clone(),
            None => subject.to_string(),
        }
    }

    /// What a span is, in words.
    pub fn span(&self, span: &Span) -> String {
        match span.what {
            What::Poll(subject, Some(how)) => {
                format!("poll of {}: {}", self.long(subject), how.word())
            }
            What::Poll(subject, None) => format!("poll of {}, without an end", self.long(subject)),
            What::End(subject) => format!("{} ends", self.long(subject)),
            What::Park(Bed::Thread) => "asleep until unparked".to_owned(),
            What::Park(Bed::Queue) => "asleep on the event queue".to_owned(),
            What::Turn(Driver::Io, count) => {
                format!("turn of the I/O driver: {}", super::counted(count, "event"))
            }
            What::Turn(Driver::Time, _) => "turn of the time driver".to_owned(),
            What::Block => "blocks in place".to_owned(),
            What::Job => "blocking job".to_owned(),
        }
    }

    /// What happened at a moment, in words.
    pub fn moment(&self, moment: &Moment) -> Option<String> {
        Some(match moment.event {
            Event::Steal { from, to, count } => format!(
                "worker {to} steals {} from worker {from}",
                super::counted(count, "task")
            ),
            Event::Fired { deadline, late } => format!(
                "a timer fires, due at {}, late by {}",
                duration(deadline),
                duration(late)
            ),
            Event::Abort(task) => format!("{} is to be aborted", self.long(task)),
            Event::Wake(task) => format!("a waker of {} is called", self.long(task)),
            Event::Spawn(task, _) => format!("{} is spawned", self.long(task)),
            _ => return None,
        })
    }

    /// Who woke or spawned whom.
    pub fn arrow(&self, arrow: &Arrow) -> String {
        let verb = match arrow.is_spawn {
            true => "spawns",
            false => "wakes",
        };
        let source = match arrow.source {
            Source::Poll(subject) => self.long(subject),
            other => other.to_string(),
        };
        format!("{source} {verb} {}", self.long(arrow.task))
    }
}

/// How a poll ended, in a mark behind the letter.
pub fn mark(how: Option<How>) -> &'static str {
    match how {
        Some(How::Pending) => "",
        Some(How::Yielded) => "↻",
        Some(How::Ready) => "✓",
        Some(How::Panicked) => "✗",
        None => "…",
    }
}

/// A, B, …, Z, AA, AB, …
fn letters(mut number: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.insert(0, b'A' + (number % 26) as u8);
        if number < 26 {
            return String::from_utf8_lossy(&name).into_owned();
        }
        number = number / 26 - 1;
    }
}

/// A path in the repository, from its root on.
fn from(place: &str, root: &Path) -> String {
    let root = format!("{}{}", root.display(), std::path::MAIN_SEPARATOR);
    let place = place.strip_prefix(&root).unwrap_or(place);
    // A package's own way to a file that stands elsewhere: `solutions/09-timer-wheel/../../chapters/…`.
    match place.rsplit_once("../") {
        Some((_, rest)) => rest.to_owned(),
        None => place.to_owned(),
    }
}

/// Nanoseconds, for a reader.
pub fn duration(nanos: u64) -> String {
    let (unit, name) = match nanos {
        0..1_000 => return format!("{nanos} ns"),
        1_000..1_000_000 => (1e3, "µs"),
        1_000_000..1_000_000_000 => (1e6, "ms"),
        _ => (1e9, "s"),
    };
    let value = nanos as f64 / unit;
    let digits = match value {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.digits$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    format!("{text} {name}")
}

/// A moment, exact enough to tell it from one that is a tenth of a microsecond later.
pub fn moment(nanos: u64) -> String {
    let (unit, digits, name) = match nanos {
        0..1_000_000 => (1e3, 1, "µs"),
        1_000_000..1_000_000_000 => (1e6, 4, "ms"),
        _ => (1e9, 7, "s"),
    };
    format!("{:.digits$} {name}", nanos as f64 / unit)
}

/// Text for SVG or HTML.
pub fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('"', "&quot;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters() {
        let names: Vec<String> = [0, 25, 26, 51, 52, 701, 702].map(letters).to_vec();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn durations_have_three_digits_at_most() {
        let said = [7, 1_000, 1_234, 12_340, 123_400, 1_500_000, 60_000_000_000].map(duration);
        assert_eq!(
            said,
            [
                "7 ns", "1 µs", "1.23 µs", "12.3 µs", "123 µs", "1.5 ms", "60 s"
            ]
        );
    }

    #[test]
    fn places_are_told_from_the_root_on() {
        let root = Path::new("/course");
        let place = "solutions/09-timer-wheel/../../chapters/09-timer-wheel/examples/late.rs:1:2";
        assert_eq!(
            from(place, root),
            "chapters/09-timer-wheel/examples/late.rs:1:2"
        );
        assert_eq!(from("/course/src/main.rs:1:2", root), "src/main.rs:1:2");
    }
}
