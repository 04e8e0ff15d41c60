//! How a run ended: where each of the threads that matter stood, and what that means.

use crate::lanes::{End, Row, Schedule};

use super::picture::{Drawing, cut, first_line, shown};
use super::{Attempt, Lane, Object, What};

impl Drawing<'_> {
    pub(super) fn end(&self, schedule: &mut Schedule, place: &str) {
        let failed = self.run.failed.as_str();
        if failed.starts_with("deadlock") {
            self.end_in_a_deadlock(schedule);
        } else if failed.contains("maximum number of branches") {
            self.end_without_end(schedule);
        } else if failed.starts_with("Causality violation") || failed.contains("Concurrent") {
            self.end_in_a_race(schedule);
        } else if failed.contains("leaked") || failed.contains("Leak") {
            schedule.meaning = "The run is over, and something was not dropped.".to_owned();
        } else {
            let text = format!("fails: {}", cut(&first_line(failed)));
            let lane = usize::from(self.failed_in);
            schedule.ends.push(end(lane, text, place.to_owned()));
        }
    }

    /// The threads that have not come to their end.
    fn waiting(&self) -> impl Iterator<Item = (usize, &Lane)> {
        let lanes = self.run.lanes.iter().enumerate();
        lanes.filter(|(_, lane)| !lane.has_ended)
    }

    fn end_in_a_deadlock(&self, schedule: &mut Schedule) {
        let mut locks = 0;
        let mut ends: Vec<(bool, End)> = self
            .waiting()
            .filter_map(|(at, lane)| {
                // Without one, it was started or is waiting by other means than ours.
                let (attempt, object, place) = lane.attempt.as_ref()?;
                locks += usize::from(*attempt == Attempt::Lock);
                let is_join = matches!(attempt, Attempt::Join(_));
                let text = self.waits(*attempt, *object);
                Some((is_join, end(at, text, shown(place.as_ref()))))
            })
            .collect();
        // A thread that waits for the end of another is not the cause.
        ends.sort_by_key(|(is_join, _)| *is_join);
        let asleep = ends.iter().filter(|(is_join, _)| !is_join).count() - locks;
        schedule.meaning = match (locks, asleep) {
            (1.., 0) => "Nobody is left to unlock what is waited for: a deadlock.",
            (0, _) => "Every thread waits, and nobody is left to wake it: the wake was lost.",
            _ => "Every thread waits: one for a lock, another to be woken.",
        }
        .to_owned();
        schedule.ends = ends.into_iter().map(|(_, end)| end).collect();
    }

    fn end_without_end(&self, schedule: &mut Schedule) {
        schedule.ends = self
            .waiting()
            .filter(|(_, lane)| !matches!(lane.attempt, Some((Attempt::Join(_), ..))))
            .map(|(at, _)| end(at, "goes on without end".to_owned(), String::new()))
            .collect();
        schedule.meaning = "The run never ends.".to_owned();
    }

    fn end_in_a_race(&self, schedule: &mut Schedule) {
        let last = self.failed_in;
        let lane = self.run.lanes.get(usize::from(last));
        let attempt = lane.and_then(|lane| lane.attempt.as_ref());
        let (text, place) = match attempt {
            Some((attempt, object, place)) => {
                let does = match attempt {
                    Attempt::Write => "writes",
                    Attempt::Read => "reads",
                    Attempt::End => "drops",
                    _ => "uses",
                };
                schedule.meaning = self.conflict(last, *attempt, *object, schedule);
                let text = format!("{does} {}", self.name(*object, "the cell"));
                (text, shown(place.as_ref()))
            }
            None => ("uses what another thread uses".to_owned(), String::new()),
        };
        schedule.ends.push(end(usize::from(last), text, place));
    }

    /// Which step of another thread nothing orders with what `lane` is about to do.
    fn conflict(&self, lane: u8, attempt: Attempt, object: Object, schedule: &Schedule) -> String {
        let other = self.events.iter().rposition(|event| {
            let is_read = matches!(event.what, What::ReadBegins | What::ReadEnds);
            // Two that read are no race.
            let conflicts = !(is_read && matches!(attempt, Attempt::Read));
            event.lane != lane
                && event.object == object
                && conflicts
                && !matches!(event.what, What::Ends)
        });
        let shown = other.filter(|at| {
            let mut rows = schedule.rows.iter();
            rows.any(|row| matches!(row, Row::Step(step) if step.number == at + 1))
        });
        match shown {
            Some(at) => {
                let event = &self.events[at];
                let does = match event.what {
                    What::ReadBegins | What::ReadEnds => "reads",
                    What::CellEnds => "drops",
                    _ => "writes",
                };
                format!(
                    "Nothing orders this with step {}, where {} {does} it: no release there that \
                     is acquired here.",
                    at + 1,
                    self.lane(event.lane.into()),
                )
            }
            None => "Nothing orders this with what another thread does there.".to_owned(),
        }
    }

    fn waits(&self, attempt: Attempt, object: Object) -> String {
        match attempt {
            Attempt::Lock => {
                let holder = self.events.iter().rev().find_map(|event| match event.what {
                    What::Locks if event.object == object => Some(self.lane(event.lane.into())),
                    _ => None,
                });
                let holder = holder.map_or_else(String::new, |who| format!(", which {who} has"));
                let name = self.name(object, "a lock");
                format!("waits for ever: for {name}{holder}")
            }
            Attempt::Wait => {
                let name = self.name(object, "the condition variable");
                format!("sleeps for ever: {name}.wait")
            }
            Attempt::Park => "sleeps for ever: park".to_owned(),
            Attempt::Join(lane) => format!("waits for the end of {}", self.lane(lane.into())),
            Attempt::Access | Attempt::Read | Attempt::Write | Attempt::End => {
                "waits for ever".to_owned()
            }
        }
    }
}

fn end(lane: usize, text: String, place: String) -> End {
    End { lane, text, place }
}
