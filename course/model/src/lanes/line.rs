//! A schedule as one line of text, to be kept with a verdict.
//!
//! Records are separated by the control character that ASCII has for it, and so are their fields.
//! No text that is shown holds control characters.

use super::{End, Row, Schedule, Step};

const RECORD: char = '\u{1e}';
const FIELD: char = '\u{1f}';

impl Schedule {
    /// The schedule in one line.
    pub fn to_line(&self) -> String {
        let mut records: Vec<Vec<String>> = Vec::new();
        for lane in &self.lanes {
            records.push(vec!["lane".into(), clean(lane)]);
        }
        for row in &self.rows {
            records.push(match row {
                Row::Step(step) => vec![
                    if step.is_last { "last" } else { "step" }.into(),
                    step.number.to_string(),
                    step.lane.to_string(),
                    clean(&step.text),
                    clean(&step.place),
                    clean(&step.remark),
                ],
                Row::Fold(text) => vec!["fold".into(), clean(text)],
            });
        }
        for end in &self.ends {
            let (text, place) = (clean(&end.text), clean(&end.place));
            records.push(vec!["end".into(), end.lane.to_string(), text, place]);
        }
        records.push(vec!["meaning".into(), clean(&self.meaning)]);
        let records: Vec<String> = records
            .into_iter()
            .map(|fields| fields.join(&FIELD.to_string()))
            .collect();
        records.join(&RECORD.to_string())
    }

    /// Reads what [`to_line`](Self::to_line) wrote. `None` if it is anything else.
    pub fn from_line(line: &str) -> Option<Schedule> {
        let mut schedule = Schedule::default();
        for record in line.split(RECORD) {
            let fields: Vec<&str> = record.split(FIELD).collect();
            match fields[..] {
                ["lane", name] => schedule.lanes.push(name.to_owned()),
                [kind @ ("step" | "last"), number, lane, text, place, remark] => {
                    schedule.rows.push(Row::Step(Step {
                        number: number.parse().ok()?,
                        lane: lane.parse().ok()?,
                        text: text.to_owned(),
                        place: place.to_owned(),
                        remark: remark.to_owned(),
                        is_last: kind == "last",
                    }));
                }
                ["fold", text] => schedule.rows.push(Row::Fold(text.to_owned())),
                ["end", lane, text, place] => schedule.ends.push(End {
                    lane: lane.parse().ok()?,
                    text: text.to_owned(),
                    place: place.to_owned(),
                }),
                ["meaning", text] => schedule.meaning = text.to_owned(),
                _ => return None,
            }
        }
        let lanes = schedule.lanes.len();
        let is_whole = schedule.rows.iter().all(|row| match row {
            Row::Step(step) => step.lane < lanes,
            Row::Fold(_) => true,
        }) && schedule.ends.iter().all(|end| end.lane < lanes);
        is_whole.then_some(schedule)
    }
}

/// Text without control characters, in one line.
fn clean(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace(char::is_control, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        let schedule = Schedule {
            lanes: vec!["the task".into(), "the sender".into()],
            rows: vec![
                Row::Fold("2 steps before the other threads begin".into()),
                Row::Step(Step {
                    number: 3,
                    lane: 1,
                    text: "state.swap: 0 → 1".into(),
                    place: "a.rs:7".into(),
                    remark: String::new(),
                    is_last: true,
                }),
            ],
            ends: vec![End {
                lane: 0,
                text: "waits".into(),
                place: String::new(),
            }],
            meaning: "Nobody wakes it.".into(),
        };
        assert_eq!(Schedule::from_line(&schedule.to_line()), Some(schedule));
    }

    #[test]
    fn what_is_shown_cannot_break_the_line() {
        let schedule = Schedule {
            lanes: vec!["a\nb\u{1f}c".into()],
            ..Schedule::default()
        };
        let line = schedule.to_line();
        assert!(!line.contains('\n'));
        assert_eq!(Schedule::from_line(&line).unwrap().lanes, ["a bc"]);
    }

    #[test]
    fn a_broken_line_is_none() {
        assert_eq!(Schedule::from_line("end\u{1f}4\u{1f}\u{1f}"), None);
        assert_eq!(Schedule::from_line("something else"), None);
    }
}
