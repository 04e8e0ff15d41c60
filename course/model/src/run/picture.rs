//! A run, put into words.

use crate::lanes::{Schedule, Step};

use super::fold::{bounded, folded, merged};
use super::{Event, Names, Object, Of, Place, Run, What};

/// More steps than these, before there is a second thread, are told in a line.
const SETUP_MAX: usize = 4;

/// Characters of a message; it is told in full beside the picture.
const MESSAGE_MAX: usize = 90;

const FIRST_LANE: &str = "main";

impl Run {
    /// The run as a picture, with these names.
    pub fn schedule(&self, names: &dyn Names) -> Schedule {
        Drawing::of(self, names).schedule()
    }
}

/// A run, and what is worked out of it for its picture.
pub(super) struct Drawing<'a> {
    pub(super) run: &'a Run,
    pub(super) events: Vec<Event<Place>>,
    names: &'a dyn Names,
    /// Where pointers lead, with the word for what is there, in the order of their appearance.
    targets: Vec<(&'a str, u64)>,
    /// The lane that failed.
    pub(super) failed_in: u8,
}

impl<'a> Drawing<'a> {
    fn of(run: &'a Run, names: &'a dyn Names) -> Drawing<'a> {
        let lane = run.lanes.get(usize::from(run.last));
        let attempt = lane.and_then(|lane| lane.attempt.as_ref());
        // That a cell is dropped is worth a row where it is what went wrong.
        let mut events = run.events.clone();
        events.retain(|event| {
            event.what != What::CellEnds
                || attempt.is_some_and(|(_, object, _)| *object == event.object)
        });
        let mut drawing = Drawing {
            run,
            events: merged(&events),
            names,
            targets: Vec::new(),
            failed_in: run.last,
        };
        drawing.read_targets();
        drawing
    }

    fn schedule(mut self) -> Schedule {
        let place = match self.cut_at_the_panic() {
            Some(place) => place,
            None => shown(self.run.place.as_ref()),
        };
        let steps: Vec<Step> = (0..self.events.len()).map(|at| self.step(at)).collect();
        let mut events = self.events.iter();
        let first_spawn = events.position(|event| matches!(event.what, What::Spawns { .. }));
        let setup = match first_spawn {
            Some(at) if SETUP_MAX < at => at,
            _ => 0,
        };
        let mut schedule = Schedule {
            lanes: (0..self.run.lanes.len()).map(|at| self.lane(at)).collect(),
            rows: bounded(folded(steps, setup)),
            ..Schedule::default()
        };
        self.end(&mut schedule, &place);
        schedule
    }

    /// The panic that ended the run is told as its end. What came after it is not a part of it.
    /// Returns its place.
    fn cut_at_the_panic(&mut self) -> Option<String> {
        let at = self.events.iter().rposition(
            |event| matches!(&event.what, What::Panics { message, .. } if *message == self.run.failed),
        )?;
        let panic = self.events.drain(at..).next()?;
        self.failed_in = panic.lane;
        match panic.what {
            What::Panics { place, .. } => Some(place),
            _ => None,
        }
    }

    pub(super) fn lane(&self, at: usize) -> String {
        let name = self.run.lanes.get(at).and_then(|lane| lane.name.clone());
        name.unwrap_or_else(|| match at {
            0 => FIRST_LANE.to_owned(),
            at => format!("thread {at}"),
        })
    }

    fn step(&self, at: usize) -> Step {
        let event = &self.events[at];
        let mut remark = String::new();
        let name = |other: &str| self.name(event.object, other);
        let value = |value| self.value(event.object, value);
        let change = |before, after| match before == after {
            true => format!("stays {}", value(after)),
            false => format!("{} → {}", value(before), value(after)),
        };
        let text = match &event.what {
            What::Load {
                order,
                value: seen,
                latest,
            } => {
                if seen != latest {
                    remark = self.stale(at, *latest);
                }
                format!("{}.load({order:?}): {}", name("atomic"), value(*seen))
            }
            // The second ordering of an exchange is for one that fails.
            What::Change {
                name: method,
                order,
                before,
                after,
                ..
            } => format!(
                "{}.{method}({order:?}): {}",
                name("atomic"),
                change(*before, *after)
            ),
            What::Differs {
                name: method,
                order,
                at_failure,
                found,
            } => {
                let at_failure = at_failure.map(|order| format!(", {order:?}"));
                format!(
                    "{}.{method}({order:?}{}): fails, it is {}",
                    name("atomic"),
                    at_failure.unwrap_or_default(),
                    value(*found)
                )
            }
            What::Fence { order } => format!("fence({order:?})"),
            What::ReadBegins => format!("begins to read {}", name("the cell")),
            What::ReadEnds => format!("{}: read", name("the cell")),
            What::WriteBegins => format!("begins to write {}", name("the cell")),
            What::WriteEnds => {
                let place = event.place.as_ref();
                let does = place.and_then(|place| self.names.written(place));
                let does = does.unwrap_or("written");
                format!("{}: {does}", name("the cell"))
            }
            What::CellEnds => format!("{}: dropped", name("the cell")),
            What::Locks => format!("{}: locked", name("the mutex")),
            What::FindsLocked => format!("{}.try_lock: it is locked", name("the mutex")),
            What::Unlocks => format!("{}: unlocked", name("the mutex")),
            What::WaitBegins => format!("{}.wait: unlocks and sleeps", name("condvar")),
            What::WaitEnds => format!("{}.wait: awake", name("condvar")),
            What::NotifyOne { woke: Some(lane) } => {
                let who = self.lane((*lane).into());
                format!("{}.notify_one: wakes {who}", name("condvar"))
            }
            What::NotifyOne { woke: None } => {
                format!("{}.notify_one: nobody waits", name("condvar"))
            }
            What::NotifyAll { woke: 0 } => format!("{}.notify_all: nobody waits", name("condvar")),
            What::NotifyAll { woke } => format!("{}.notify_all: wakes {woke}", name("condvar")),
            What::ParkBegins => "park: sleeps".to_owned(),
            What::ParkEnds => "park: awake".to_owned(),
            What::Unparks { lane } => format!("unparks {}", self.lane((*lane).into())),
            What::Yields => "yields".to_owned(),
            What::Spawns { lane } => format!("spawns {}", self.lane((*lane).into())),
            What::Joined { lane } => format!("join: {} has ended", self.lane((*lane).into())),
            What::Ends => "ends".to_owned(),
            What::Panics { message, .. } => format!("panics: {}", cut(&first_line(message))),
            What::Said { text } => text.clone(),
            What::PollBegins { name } => format!("polls {name}"),
            What::PollEnds { name, is_ready } => {
                let found = if *is_ready { "Ready" } else { "Pending" };
                format!("poll of {name}: {found}")
            }
        };
        Step {
            number: at + 1,
            lane: event.lane.into(),
            text,
            place: shown(event.place.as_ref()),
            remark,
            is_last: event.what == What::Ends,
        }
    }

    /// A load returned an old value, though the atomic held `latest` already.
    fn stale(&self, at: usize, latest: u64) -> String {
        let object = self.events[at].object;
        let changed = self.events[..at]
            .iter()
            .rposition(|event| event.object == object && matches!(event.what, What::Change { .. }));
        let latest = self.value(object, latest);
        match changed {
            Some(step) => format!("an old value: step {} made it {latest}", step + 1),
            None => format!("an old value: it is {latest} already"),
        }
    }

    pub(super) fn name(&self, object: Object, otherwise: &str) -> String {
        let name = self.names.thing(object);
        name.unwrap_or_else(|| otherwise.to_owned())
    }

    fn value(&self, object: Object, value: u64) -> String {
        match self.run.thing(object).map(|thing| &thing.of) {
            Some(Of::Bool) => (value != 0).to_string(),
            Some(Of::Pointer(_)) if value == 0 => "null".to_owned(),
            Some(Of::Pointer(to)) => self.target(to, value),
            _ => {
                let name = self.names.value(object, value);
                name.unwrap_or_else(|| value.to_string())
            }
        }
    }

    /// An address is another one in each run, so what is there has a number: `Block 1`.
    fn target(&self, to: &str, address: u64) -> String {
        let word = target_word(to);
        let mut same = self.targets.iter().filter(|(other, _)| *other == word);
        match same.position(|(_, known)| *known == address) {
            Some(at) => format!("{word} {}", at + 1),
            None => "a pointer".to_owned(),
        }
    }

    fn read_targets(&mut self) {
        for event in &self.events {
            let addresses = match event.what {
                What::Load { value, latest, .. } => [value, latest],
                What::Change { before, after, .. } => [before, after],
                What::Differs { found, .. } => [found, 0],
                _ => continue,
            };
            let thing = self.run.thing(event.object);
            let Some(Of::Pointer(to)) = thing.map(|thing| &thing.of) else {
                continue;
            };
            for address in addresses {
                let target = (target_word(to), address);
                if address != 0 && !self.targets.contains(&target) {
                    self.targets.push(target);
                }
            }
        }
    }
}

/// `Block` for a `ch06::mpsc::block::Block<u32>`.
fn target_word(type_name: &str) -> &str {
    let path = type_name.split('<').next().unwrap_or_default();
    let name = path.rsplit("::").next().unwrap_or_default();
    let is_name = name.starts_with(|char: char| char.is_alphabetic());
    if is_name { name } else { "pointer" }
}

/// A place as it fits into a column; nothing if it is not known.
pub(super) fn shown(place: Option<&Place>) -> String {
    place.map(Place::to_string).unwrap_or_default()
}

pub(super) fn first_line(text: &str) -> String {
    let mut lines = text.trim().lines().map(str::trim);
    let first = lines.next().unwrap_or("");
    // `assert_eq!` says first that it is one, which the reader sees at its place.
    let said = first
        .strip_prefix("assertion ")
        .and_then(|text| text.split_once(" failed: "));
    let first = said.map_or(first, |(_, said)| said).to_owned();
    // `assert_eq!` tells its values in the lines after it.
    lines.fold(first, |text, line| format!("{text}; {line}"))
}

/// A message as it fits into a lane.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(MESSAGE_MAX) {
        Some((at, _)) => format!("{} …", text[..at].trim_end()),
        None => text.to_owned(),
    }
}
