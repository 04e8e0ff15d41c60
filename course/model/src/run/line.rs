//! A run as one line of text, for a header of the test kit's report.
//!
//! Records are separated by the control character that ASCII has for it, and so are their fields.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use super::{Attempt, Event, Lane, Object, Of, Place, Run, Thing, What};

const RECORD: char = '\u{1e}';
const FIELD: char = '\u{1f}';

impl Run {
    /// The run in one line.
    pub fn to_line(&self) -> String {
        let mut records = vec![vec![
            "run".to_owned(),
            self.last.put(),
            self.failed.put(),
            self.place.put(),
        ]];
        for lane in &self.lanes {
            let (attempt, object, place) = match &lane.attempt {
                Some((attempt, object, place)) => (Some(*attempt), *object, place.put()),
                None => (None, Object::NONE, String::new()),
            };
            records.push(vec![
                "lane".to_owned(),
                lane.name.put(),
                lane.has_ended.put(),
                attempt.put(),
                object.0.put(),
                place,
            ]);
        }
        for thing in &self.things {
            let (place, value, of) = (thing.place.put(), thing.value.put(), thing.of.put());
            records.push(vec!["thing".to_owned(), place, value, of]);
        }
        for event in &self.events {
            let (lane, object) = (event.lane.put(), event.object.0.put());
            let mut fields = vec!["step".to_owned(), lane, object, event.place.put()];
            event.what.put(&mut fields);
            records.push(fields);
        }
        let mut line = String::new();
        for (number, record) in records.iter().enumerate() {
            if 0 < number {
                line.push(RECORD);
            }
            line.push_str(&record.join(&FIELD.to_string()));
        }
        line
    }

    /// Reads what [`to_line`](Self::to_line) wrote. `None` if it is anything else.
    pub fn from_line(line: &str) -> Option<Run> {
        let mut run = Run::default();
        for record in line.split(RECORD) {
            let mut fields = record.split(FIELD);
            match fields.next()? {
                "run" => {
                    run.last = next(&mut fields)?;
                    run.failed = next(&mut fields)?;
                    run.place = next(&mut fields)?;
                }
                "lane" => {
                    let (name, has_ended) = (next(&mut fields)?, next(&mut fields)?);
                    let attempt: Option<Attempt> = next(&mut fields)?;
                    let object = Object(next(&mut fields)?);
                    let place = next(&mut fields)?;
                    run.lanes.push(Lane {
                        name,
                        attempt: attempt.map(|attempt| (attempt, object, place)),
                        has_ended,
                    });
                }
                "thing" => run.things.push(Thing {
                    place: next(&mut fields)?,
                    value: next(&mut fields)?,
                    of: next(&mut fields)?,
                }),
                "step" => run.events.push(Event {
                    lane: next(&mut fields)?,
                    object: Object(next(&mut fields)?),
                    place: next(&mut fields)?,
                    what: What::take(&mut fields)?,
                }),
                _ => return None,
            }
        }
        let is_lane = |lane: u8| usize::from(lane) < run.lanes.len();
        let is_whole = is_lane(run.last) && run.events.iter().all(|event| is_lane(event.lane));
        is_whole.then_some(run)
    }
}

fn next<'a, T: Field>(fields: &mut impl Iterator<Item = &'a str>) -> Option<T> {
    T::take(fields.next()?)
}

/// What stands in a field of a line.
pub(super) trait Field: Sized {
    fn put(&self) -> String;
    fn take(text: &str) -> Option<Self>;
}

macro_rules! printed {
    ($($type:ty)*) => {
        $(impl Field for $type {
            fn put(&self) -> String {
                self.to_string()
            }

            fn take(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        })*
    };
}

printed!(u8 u32 u64 usize bool);

/// Line breaks are kept; no other control character is, as a picture holds none.
impl Field for String {
    fn put(&self) -> String {
        let mut out = String::with_capacity(self.len());
        for char in self.chars() {
            match char {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                char if char.is_control() => {}
                char => out.push(char),
            }
        }
        out
    }

    fn take(text: &str) -> Option<Self> {
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(char) = chars.next() {
            match char {
                '\\' => out.push(match chars.next()? {
                    'n' => '\n',
                    other => other,
                }),
                char => out.push(char),
            }
        }
        Some(out)
    }
}

impl Field for Cow<'static, str> {
    fn put(&self) -> String {
        self.clone().into_owned().put()
    }

    fn take(text: &str) -> Option<Self> {
        String::take(text).map(Cow::Owned)
    }
}

impl<T: Field> Field for Option<T> {
    fn put(&self) -> String {
        self.as_ref()
            .map_or_else(String::new, |value| format!("={}", value.put()))
    }

    fn take(text: &str) -> Option<Self> {
        match text.strip_prefix('=') {
            Some(value) => T::take(value).map(Some),
            None => text.is_empty().then_some(None),
        }
    }
}

impl Field for Place {
    fn put(&self) -> String {
        format!("{}:{}:{}", self.line, self.column, self.file.put())
    }

    fn take(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        Some(Place {
            line: next(&mut parts)?,
            column: next(&mut parts)?,
            file: next(&mut parts)?,
        })
    }
}

impl Field for Ordering {
    fn put(&self) -> String {
        format!("{self:?}")
    }

    fn take(text: &str) -> Option<Self> {
        use Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
        let all = [Relaxed, Release, Acquire, AcqRel, SeqCst];
        all.into_iter().find(|order| format!("{order:?}") == text)
    }
}

impl Field for Attempt {
    fn put(&self) -> String {
        let mut text = format!("{self:?}");
        if let Attempt::Join(lane) = self {
            text.clear();
            _ = write!(text, "{lane}");
        }
        text
    }

    fn take(text: &str) -> Option<Self> {
        use Attempt::{Access, End, Join, Lock, Park, Read, Wait, Write};
        if let Ok(lane) = text.parse() {
            return Some(Join(lane));
        }
        let all = [Access, Write, Read, End, Lock, Wait, Park];
        all.into_iter()
            .find(|attempt| format!("{attempt:?}") == text)
    }
}

impl Field for Of {
    fn put(&self) -> String {
        match self {
            Of::Number => "number".to_owned(),
            Of::Bool => "bool".to_owned(),
            Of::Pointer(to) => format!("*{}", to.put()),
            Of::Nothing => "nothing".to_owned(),
        }
    }

    fn take(text: &str) -> Option<Self> {
        Some(match text {
            "number" => Of::Number,
            "bool" => Of::Bool,
            "nothing" => Of::Nothing,
            pointer => Of::Pointer(Field::take(pointer.strip_prefix('*')?)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

    fn place(line: u32) -> Place {
        Place {
            file: "C:\\a\\waiter.rs".to_owned(),
            line,
            column: 7,
        }
    }

    fn run() -> Run {
        let lane = |name: &str, attempt, has_ended| Lane {
            name: Some(name.to_owned()),
            attempt,
            has_ended,
        };
        let event = |lane, object, place, what| Event {
            lane,
            object,
            place,
            what,
        };
        let thing = |of| Thing {
            place: place(1),
            value: 3,
            of,
        };
        Run {
            lanes: vec![
                lane("the task", Some((Attempt::Join(1), Object(0), None)), false),
                lane("", Some((Attempt::Read, Object(2), Some(place(9)))), true),
                Lane::default(),
            ],
            things: vec![
                thing(Of::Number),
                thing(Of::Pointer("a::Block<u32>".into())),
            ],
            events: vec![
                event(
                    1,
                    Object(1),
                    Some(place(4)),
                    What::Change {
                        name: "swap".into(),
                        order: AcqRel,
                        at_failure: Some(Acquire),
                        before: 0,
                        after: u64::MAX,
                    },
                ),
                event(0, Object::NONE, None, What::Fence { order: Relaxed }),
                event(2, Object::NONE, None, What::NotifyOne { woke: None }),
                event(0, Object(2), None, What::CellEnds),
            ],
            last: 1,
            failed: "left: 1\nright: \\2".to_owned(),
            place: None,
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let line = run().to_line();
        assert!(!line.contains('\n'));
        assert_eq!(Run::from_line(&line), Some(run()));
    }

    #[test]
    fn no_text_breaks_a_record() {
        let mut run = run();
        run.lanes[2].name = Some("a\u{1f}b\u{1e}c".to_owned());
        let read = Run::from_line(&run.to_line()).unwrap();
        assert_eq!(read.lanes[2].name.as_deref(), Some("abc"));
    }

    #[test]
    fn a_broken_line_is_none() {
        let line = run().to_line();
        assert_eq!(Run::from_line(&line.replace("swap", "swap\u{1f}")), None);
        assert_eq!(Run::from_line(&line.replace("AcqRel", "Strict")), None);
        let (beginning, _) = line.rsplit_once(FIELD).unwrap();
        assert_eq!(Run::from_line(beginning), None);
        assert_eq!(Run::from_line("something else"), None);
        let mut run = run();
        run.events[0].lane = 3;
        assert_eq!(Run::from_line(&run.to_line()), None);
    }
}
