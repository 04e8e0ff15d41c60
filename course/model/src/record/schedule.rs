//! What was recorded, put into words.

use std::collections::HashMap;
use std::panic::Location;

use crate::lanes::{End, Row, Schedule, Step};

use super::names::{self, Set, Sources};
use super::{Attempt, Event, Object, Of, Place, Record, What};

/// At most this many steps are shown.
const STEPS_MAX: usize = 40;
/// Of more, this many are shown from the beginning.
const STEPS_FIRST: usize = 6;
/// More steps than these, before there is a second thread, are told in a line.
const SETUP_MAX: usize = 4;
/// Steps that come again and again in a loop of at most this many.
const LOOP_MAX: usize = 6;
/// A loop is shown once if it goes around at least this often.
const ROUNDS_MIN: usize = 3;

/// Characters of a message; it is told in full beside the picture.
const MESSAGE_MAX: usize = 90;

const FIRST_LANE: &str = "main";

/// See [`super::drawn`].
pub(super) fn drawn(record: &Record, failed: &str, place: Option<Place>) -> Schedule {
    match &record.drawn {
        Some(drawn) => drawn.clone(),
        None => Drawing::of(record).schedule(failed, place),
    }
}

struct Drawing<'a> {
    record: &'a Record,
    events: Vec<Event>,
    sources: Sources,
    /// For each object: what it is called, and its values.
    titles: Vec<Title>,
    /// Where pointers lead, with the word for what is there, in the order of their appearance.
    targets: Vec<(&'static str, u64)>,
    /// What came of the writes of cells, where the call says so.
    writes: HashMap<usize, &'static str>,
    /// The lane that failed.
    failed_in: u8,
}

#[derive(Default)]
struct Title {
    name: Option<String>,
    /// From the arguments of the calls.
    values: Vec<(u64, String)>,
    /// The constants that it is used with.
    sets: Vec<Set>,
}

impl<'a> Drawing<'a> {
    fn of(record: &'a Record) -> Drawing<'a> {
        let lane = record.lanes.get(usize::from(record.last));
        let attempt = lane.and_then(|lane| lane.attempt);
        // That a cell is dropped is worth a row where it is what went wrong.
        let mut events = record.events.clone();
        events.retain(|event| {
            event.what != What::CellEnds
                || attempt.is_some_and(|(_, object, _)| object == event.object)
        });
        let mut drawing = Drawing {
            record,
            events: merged(&events),
            sources: Sources::default(),
            titles: record.objects.iter().map(|_| Title::default()).collect(),
            targets: Vec::new(),
            writes: HashMap::new(),
            failed_in: record.last,
        };
        drawing.read_names();
        drawing.read_targets();
        drawing
    }

    fn schedule(mut self, failed: &str, place: Option<Place>) -> Schedule {
        let place = match self.cut_at_the_panic(failed) {
            Some(place) => place,
            None => place.map(|place| short(place)).unwrap_or_default(),
        };
        let steps: Vec<Step> = (0..self.events.len()).map(|at| self.step(at)).collect();
        let first_spawn = self
            .events
            .iter()
            .position(|event| matches!(event.what, What::Spawns(_)));
        let setup = match first_spawn {
            Some(at) if SETUP_MAX < at => at,
            _ => 0,
        };
        let mut schedule = Schedule {
            lanes: (0..self.record.lanes.len())
                .map(|at| self.lane(at))
                .collect(),
            rows: bounded(folded(steps, setup)),
            ..Schedule::default()
        };
        self.end(&mut schedule, failed, &place);
        schedule
    }

    /// The panic that ended the run is told as its end. What came after it is not a part of it.
    /// Returns its place.
    fn cut_at_the_panic(&mut self, failed: &str) -> Option<String> {
        let at = self.events.iter().rposition(
            |event| matches!(&event.what, What::Panics { message, .. } if message == failed),
        )?;
        let panic = self.events.drain(at..).next()?;
        self.failed_in = panic.lane;
        match panic.what {
            What::Panics { place, .. } => Some(place),
            _ => None,
        }
    }

    fn end(&self, schedule: &mut Schedule, failed: &str, place: &str) {
        let waiting = self.record.lanes.iter().enumerate();
        let waiting = waiting.filter(|(_, lane)| !lane.has_ended);
        if failed.starts_with("deadlock") {
            let mut locks = 0;
            let mut ends: Vec<(bool, End)> = waiting
                .filter_map(|(at, lane)| {
                    // Without one, it was started or is waiting by other means than ours.
                    let (attempt, object, place) = lane.attempt?;
                    locks += usize::from(attempt == Attempt::Lock);
                    let is_join = matches!(attempt, Attempt::Join(_));
                    let place = place.map(|place| short(place));
                    Some((is_join, end(at, self.waits(attempt, object), place)))
                })
                .collect();
            // Who waits for the end of another is not the cause.
            ends.sort_by_key(|(is_join, _)| *is_join);
            let asleep = ends.iter().filter(|(is_join, _)| !is_join).count() - locks;
            schedule.meaning = match (locks, asleep) {
                (1.., 0) => "Nobody is left to unlock what is waited for: a deadlock.",
                (0, _) => "Every thread waits, and nobody is left to wake it: the wake was lost.",
                _ => "Every thread waits: one for a lock, another to be woken.",
            }
            .to_owned();
            schedule.ends = ends.into_iter().map(|(_, end)| end).collect();
        } else if failed.contains("maximum number of branches") {
            schedule.ends = waiting
                .filter(|(_, lane)| !matches!(lane.attempt, Some((Attempt::Join(_), ..))))
                .map(|(at, _)| end(at, "goes on without end".to_owned(), None))
                .collect();
            schedule.meaning = "The run never ends.".to_owned();
        } else if failed.starts_with("Causality violation") || failed.contains("Concurrent") {
            let last = self.failed_in;
            let attempt = self
                .record
                .lanes
                .get(usize::from(last))
                .and_then(|lane| lane.attempt);
            let (text, place) = match attempt {
                Some((attempt, object, place)) => {
                    let does = match attempt {
                        Attempt::Write => "writes",
                        Attempt::Read => "reads",
                        Attempt::End => "drops",
                        _ => "uses",
                    };
                    schedule.meaning = self.conflict(last, attempt, object, schedule);
                    let text = format!("{does} {}", self.name(object, "the cell"));
                    (text, place.map(|place| short(place)))
                }
                None => ("uses what another thread uses".to_owned(), None),
            };
            schedule.ends.push(end(usize::from(last), text, place));
        } else if failed.contains("leaked") || failed.contains("Leak") {
            schedule.meaning = "The run is over, and something was not dropped.".to_owned();
        } else {
            let text = format!("fails: {}", cut(&first_line(failed)));
            let lane = usize::from(self.failed_in);
            schedule.ends.push(end(lane, text, Some(place.to_owned())));
        }
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

    fn lane(&self, at: usize) -> String {
        let name = self.record.lanes.get(at).and_then(|lane| lane.name.clone());
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
                orders: (order, _),
                before,
                after,
            } => format!(
                "{}.{method}({order:?}): {}",
                name("atomic"),
                change(*before, *after)
            ),
            What::Differs {
                name: method,
                orders: (order, at_failure),
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
            What::Fence(order) => format!("fence({order:?})"),
            What::ReadBegins => format!("begins to read {}", name("the cell")),
            What::ReadEnds => format!("{}: read", name("the cell")),
            What::WriteBegins => format!("begins to write {}", name("the cell")),
            What::WriteEnds => {
                let does = self.writes.get(&at).copied().unwrap_or("written");
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
            What::Unparks(lane) => format!("unparks {}", self.lane((*lane).into())),
            What::Yields => "yields".to_owned(),
            What::Spawns(lane) => format!("spawns {}", self.lane((*lane).into())),
            What::Joined(lane) => format!("join: {} has ended", self.lane((*lane).into())),
            What::Ends => "ends".to_owned(),
            What::Panics { message, .. } => format!("panics: {}", cut(&first_line(message))),
            What::Said(text) => text.clone(),
            What::PollBegins(name) => format!("polls {name}"),
            What::PollEnds { name, found } => format!("poll of {name}: {found}"),
        };
        Step {
            number: at + 1,
            lane: event.lane.into(),
            text,
            place: event.place.map(|place| short(place)).unwrap_or_default(),
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

    fn title(&self, object: Object) -> Option<&Title> {
        self.titles.get((object.0 as usize).checked_sub(1)?)
    }

    fn name(&self, object: Object, otherwise: &str) -> String {
        self.title(object)
            .and_then(|title| title.name.clone())
            .unwrap_or_else(|| otherwise.to_owned())
    }

    fn value(&self, object: Object, value: u64) -> String {
        match self.record.made(object).map(|made| made.of) {
            Some(Of::Bool) => (value != 0).to_string(),
            Some(Of::Pointer(_)) if value == 0 => "null".to_owned(),
            Some(Of::Pointer(to)) => self.target(to, value),
            _ => self
                .title(object)
                .and_then(|title| title.value(value))
                .unwrap_or_else(|| value.to_string()),
        }
    }

    /// An address is another one in each run, so what is there has a number: `Block 1`.
    fn target(&self, to: &'static str, address: u64) -> String {
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
            let made = self.record.made(event.object);
            let Some(Of::Pointer(to)) = made.map(|made| made.of) else {
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

    /// Reads the names of things and values from the calls that were made.
    fn read_names(&mut self) {
        for (at, made) in self.record.objects.iter().enumerate() {
            self.titles[at].name = self.sources.name_given(made.place);
        }
        for (step, event) in self.events.iter().enumerate() {
            let at = (event.object.0 as usize).checked_sub(1);
            let (Some(place), Some(at)) = (event.place, at) else {
                continue;
            };
            let call = self.sources.call(place);
            let sets = self.sources.sets(place, &call);
            let title = &mut self.titles[at];
            if title.name.is_none() {
                title.name = call.receiver;
            }
            if event.what == What::WriteEnds
                && let [argument] = &call.arguments[..]
            {
                let does = match argument.as_str() {
                    "None" => Some("emptied"),
                    some if some.starts_with("Some(") => Some("put there"),
                    _ => None,
                };
                self.writes.extend(does.map(|does| (step, does)));
            }
            let argument = |number: usize| call.arguments.get(number).cloned().unwrap_or_default();
            let last_name = |text: String| text.rsplit("::").next().unwrap_or("").to_owned();
            if let What::Change {
                name,
                before,
                after,
                ..
            } = event.what
            {
                let mut named = Vec::new();
                match name {
                    "store" | "swap" => named.push((after, last_name(argument(0)))),
                    "compare_exchange" | "compare_exchange_weak" => named.extend([
                        (before, last_name(argument(0))),
                        (after, last_name(argument(1))),
                    ]),
                    _ => {}
                }
                named.retain(|(_, name)| names::is_constant(name));
                title.values.extend(named);
            }
            for set in sets {
                if !title.sets.contains(&set) {
                    title.sets.push(set);
                }
            }
        }
    }
}

impl Title {
    /// The name of a value: that of a constant, or of the bits that it has.
    fn value(&self, value: u64) -> Option<String> {
        if let Some((_, name)) = self.values.iter().find(|(known, _)| *known == value) {
            return Some(name.clone());
        }
        self.sets.iter().find_map(|set| set.value(value))
    }
}

/// The events without those that only say that something ended which nobody came between.
fn merged(events: &[Event]) -> Vec<Event> {
    let mut merged: Vec<Event> = Vec::new();
    for (i, event) in events.iter().enumerate() {
        let begin = match event.what {
            What::ReadEnds => Some(What::ReadBegins),
            What::WriteEnds => Some(What::WriteBegins),
            What::ParkEnds => Some(What::ParkBegins),
            What::Unlocks => Some(What::Locks),
            What::PollEnds { ref name, .. } => Some(What::PollBegins(name.clone())),
            _ => None,
        };
        let begun = begin.and_then(|begin| {
            merged.iter().rposition(|earlier| {
                (earlier.lane, earlier.object) == (event.lane, event.object)
                    && earlier.what == begin
            })
        });
        let Some(at) = begun else {
            merged.push(event.clone());
            continue;
        };
        let is_alone = merged[at..].iter().all(|other| other.lane == event.lane);
        let is_next = at + 1 == merged.len();
        match event.what {
            // What was done while it was read or written is told first.
            What::ReadEnds | What::WriteEnds if is_alone => {
                merged.remove(at);
                merged.push(event.clone());
            }
            What::ParkEnds if is_next => {
                merged[at].what = What::Said("park: returns, as it was unparked".to_owned());
            }
            What::PollEnds { .. } if is_next => merged[at].what = event.what.clone(),
            // That it was unlocked again goes without saying, unless the next step locks it.
            What::Unlocks if is_next && !is_locked_next(&events[i + 1..], event) => {}
            _ => merged.push(event.clone()),
        }
    }
    merged
}

/// Whether the lock that `event` ends is taken again, by another thread, right after it.
fn is_locked_next(after: &[Event], event: &Event) -> bool {
    after.first().is_some_and(|next| {
        next.what == What::Locks && next.object == event.object && next.lane != event.lane
    })
}

/// The steps as rows. The first `setup` are told in a line, and what goes around in a loop is shown
/// once.
fn folded(steps: Vec<Step>, setup: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    if 0 < setup {
        let text = format!("{setup} steps before the other threads begin");
        rows.push(Row::Fold(text));
    }
    let steps = &steps[setup..];
    let same = |a: &Step, b: &Step| (a.lane, &a.text, &a.place) == (b.lane, &b.text, &b.place);
    let mut at = 0;
    while at < steps.len() {
        let around = (1..=LOOP_MAX).find_map(|length| {
            let first = steps.get(at..at + length)?;
            let rounds = steps[at..]
                .chunks_exact(length)
                .take_while(|round| round.iter().zip(first).all(|(a, b)| same(a, b)))
                .count();
            (ROUNDS_MIN <= rounds).then_some((length, rounds))
        });
        match around {
            Some((length, rounds)) => {
                rows.extend(steps[at..at + length].iter().cloned().map(Row::Step));
                let what = match length {
                    1 => "this step".to_owned(),
                    length => format!("these {length} steps"),
                };
                rows.push(Row::Fold(format!("{what} {} times more", rounds - 1)));
                at += length * rounds;
            }
            None => {
                rows.push(Row::Step(steps[at].clone()));
                at += 1;
            }
        }
    }
    rows
}

/// The first and the last rows, if there are too many.
fn bounded(mut rows: Vec<Row>) -> Vec<Row> {
    if STEPS_MAX < rows.len() {
        let last = rows.len() - (STEPS_MAX - STEPS_FIRST);
        let fold = Row::Fold(format!("{} steps", last - STEPS_FIRST));
        rows.splice(STEPS_FIRST..last, [fold]);
    }
    rows
}

/// `Block` for a `ch06::mpsc::block::Block<u32>`.
fn target_word(type_name: &'static str) -> &'static str {
    let path = type_name.split('<').next().unwrap_or_default();
    let name = path.rsplit("::").next().unwrap_or_default();
    let is_name = name.starts_with(|char: char| char.is_alphabetic());
    if is_name { name } else { "pointer" }
}

/// A place as it fits into a column: the file's name and the line.
pub(super) fn short(place: &Location<'_>) -> String {
    let file = place.file().rsplit(['/', '\\']).next().unwrap_or("");
    format!("{file}:{}", place.line())
}

fn first_line(text: &str) -> String {
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
fn cut(text: &str) -> String {
    match text.char_indices().nth(MESSAGE_MAX) {
        Some((at, _)) => format!("{} …", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

fn end(lane: usize, text: String, place: Option<String>) -> End {
    End {
        lane,
        text,
        place: place.unwrap_or_default(),
    }
}
