//! What the threads of a model do, step by step, so that a run that fails can be drawn.
//!
//! The types of [`crate::loom`] tell of each access before and after it; loom may switch to
//! another thread only in between, at the beginning of the access, so the order of what they tell
//! afterwards is the order of the run. All threads of a model run on one thread of ours, by turns.
//!
//! Little is kept for each step, since a model makes millions of them: it is put into words only
//! once the model has failed.

use std::cell::{Cell, RefCell};
use std::panic::Location;

use crate::run::{Attempt, Event, Lane as Told, Object, Of, Place, Run, Thing, What};

/// A place in the source, as it is noted.
pub type Here = &'static Location<'static>;

/// A thread of the model.
#[derive(Default)]
struct Lane {
    name: Option<String>,
    attempt: Option<(Attempt, Object, Option<Here>)>,
    has_ended: bool,
}

/// A thing that threads share.
struct Made {
    thing: Thing<Here>,
    /// It was dropped: its memory may hold anything by now.
    has_ended: bool,
}

#[derive(Default)]
struct Record {
    is_on: bool,
    objects: Vec<Made>,
    lanes: Vec<Lane>,
    events: Vec<Event<Here>>,
    /// Who told something last.
    last: u8,
    /// The messages of the panics in all runs.
    panics: Vec<String>,
    /// The run, once it was told: what happens while the model unwinds is no part of it.
    told: Option<Run>,
}

/// What is said of a thing that is used though it was dropped.
pub(crate) const AFTER_ITS_END: &str = "a use after free: what is used here was dropped before";

/// More are not kept of one run: loom gives it up long before.
const EVENTS_MAX: usize = 20_000;

thread_local! {
    static RECORD: RefCell<Record> = RefCell::default();
    static IS_ON: Cell<bool> = const { Cell::new(false) };
}

::loom::thread_local! {
    /// The lane of a thread of the model.
    static LANE: Cell<Option<u8>> = Cell::new(None);
}

/// Begins to record a run of a model.
pub fn begin() {
    IS_ON.set(true);
    with(|record| {
        record.is_on = true;
        record.objects.clear();
        record.events.clear();
        record.lanes.clear();
        record.lanes.push(Lane::default());
        record.last = 0;
        record.told = None;
    });
    set_lane(0);
}

/// The last run that was recorded. `failed` is what failed in it, and where, if that was not told as a
/// panic.
pub fn told(failed: &str, place: Option<Here>) -> Run {
    with(|record| {
        if let Some(told) = &record.told {
            return told.clone();
        }
        let run = record.run(failed, place);
        // A panic may be caught; what loom finds, or a check, is the end of the run.
        if place.is_some() || !record.is_panic(failed) {
            record.told = Some(run.clone());
        }
        run
    })
}

/// Stops recording. What was recorded is kept.
pub fn stop() {
    IS_ON.set(false);
}

/// Whether a run is being recorded.
pub fn is_on() -> bool {
    IS_ON.try_with(Cell::get).unwrap_or(false)
}

/// Makes this thread of the model the one of lane `lane`.
pub(crate) fn set_lane(lane: u8) {
    _ = LANE.try_with(|own| own.set(Some(lane)));
}

/// The lane of a thread that is about to be spawned.
pub(crate) fn new_lane() -> u8 {
    with(|record| {
        record.lanes.push(Lane::default());
        u8::try_from(record.lanes.len() - 1).unwrap_or(u8::MAX)
    })
}

/// Gives the lane of this thread a name.
pub fn name_lane(name: &str) {
    if let Some(lane) = this_lane() {
        with(|record| {
            if let Some(lane) = record.lanes.get_mut(usize::from(lane)) {
                lane.name = Some(name.to_owned());
            }
        });
    }
}

/// The lane of this thread of the model, if one is recorded.
pub(crate) fn this_lane() -> Option<u8> {
    if !is_on() {
        return None;
    }
    // While it unwinds, loom may be unable to say which thread this is, and panic.
    if std::thread::panicking() {
        return Some(with(|record| record.last));
    }
    let lane = LANE.try_with(Cell::get).ok()?;
    lane.or_else(|| {
        let lane = new_lane();
        set_lane(lane);
        Some(lane)
    })
}

/// Notes a thing that threads will share.
pub(crate) fn made(of: Of, value: u64, place: Here) -> Object {
    if !is_on() {
        return Object::NONE;
    }
    with(|record| {
        record.objects.push(Made {
            thing: Thing { place, value, of },
            has_ended: false,
        });
        Object::at(record.objects.len() - 1)
    })
}

/// What an atomic holds, as far as we know.
pub(crate) fn latest(object: Object) -> u64 {
    with(|record| record.made(object).map_or(0, |made| made.thing.value))
}

/// An atomic holds this now, which is no step of any thread: it was reached through `&mut`.
pub(crate) fn holds(object: Object, value: u64) {
    with(|record| record.set_value(object, value));
}

/// Notes that a thing was dropped.
pub(crate) fn ended(object: Object) {
    if is_on() {
        with(|record| {
            if let Some(made) = record.made_mut(object) {
                made.has_ended = true;
            }
        });
    }
}

/// Notes what this thread is about to do. What came of it is told to the guard.
///
/// # Panics
///
/// If the thing was dropped. Its number was then read from memory that was given back, which mostly
/// holds it still, or some other that is no thing's.
#[must_use]
#[track_caller]
pub(crate) fn attempt(attempt: Attempt, object: Object, place: Option<Here>) -> Telling {
    let lane = this_lane();
    if let Some(lane) = lane {
        let has_ended = with(|record| {
            record.last = lane;
            if let Some(lane) = record.lanes.get_mut(usize::from(lane)) {
                lane.attempt = Some((attempt, object, place));
            }
            let is_thing = !matches!(attempt, Attempt::Park | Attempt::Join(_));
            is_thing && record.made(object).is_none_or(|made| made.has_ended)
        });
        if has_ended && !std::thread::panicking() {
            panic!("{AFTER_ITS_END}");
        }
    }
    Telling {
        lane,
        object,
        place,
    }
}

/// Tells what came of an [`attempt`].
pub(crate) struct Telling {
    lane: Option<u8>,
    object: Object,
    place: Option<Here>,
}

impl Telling {
    /// Notes a step that the thread makes now, and stays where it is.
    pub(crate) fn step(&self, what: What) {
        if let Some(lane) = self.lane
            && is_on()
        {
            with(|record| record.push(lane, self.object, self.place, what));
        }
    }

    /// The thread has done what it attempted.
    pub(crate) fn done(self, what: What) {
        let Some(lane) = self.lane else { return };
        if !is_on() {
            return;
        }
        with(|record| {
            if let What::Change { after, .. } = what {
                record.set_value(self.object, after);
            }
            record.push(lane, self.object, self.place, what);
            if let Some(lane) = record.lanes.get_mut(usize::from(lane)) {
                lane.attempt = None;
            }
        });
    }
}

/// Notes a step that cannot wait.
pub(crate) fn step(what: What, object: Object, place: Option<Here>) {
    if let Some(lane) = this_lane() {
        with(|record| record.push(lane, object, place, what));
    }
}

/// Notes a step of the kit's own: what it did with a waker or a future.
pub fn said(text: impl FnOnce() -> String, place: Option<Here>) {
    if is_on() {
        step(What::Said { text: text() }, Object::NONE, place);
    }
}

/// Notes that a future's poll begins, or ends.
pub fn polls(name: &str, is_ready: Option<bool>, place: Option<Here>) {
    if !is_on() {
        return;
    }
    let name = name.to_owned();
    let what = match is_ready {
        None => What::PollBegins { name },
        Some(is_ready) => What::PollEnds { name, is_ready },
    };
    step(what, Object::NONE, place);
}

/// This thread of the model has come to its end.
pub(crate) fn ends() {
    if let Some(lane) = this_lane() {
        with(|record| {
            record.push(lane, Object::NONE, None, What::Ends);
            record.lanes[usize::from(lane)].has_ended = true;
        });
    }
}

/// Notes a panic. Called by the hook, where loom cannot be asked for anything.
pub fn panics(message: &str, place: Option<&Location<'_>>) {
    if is_on() {
        let what = What::Panics {
            message: message.to_owned(),
            place: place.map(|here| at(here).to_string()).unwrap_or_default(),
        };
        with(|record| record.push(record.last, Object::NONE, None, what));
    }
}

/// Whether no run on this thread has panicked with this message before.
pub fn is_new(message: &str) -> bool {
    with(|record| {
        let is_new = !record.panics.iter().any(|known| known == message);
        if is_new {
            record.panics.push(message.to_owned());
        }
        is_new
    })
}

/// A place in words that outlive this process.
fn at(here: &Location<'_>) -> Place {
    Place {
        file: here.file().to_owned(),
        line: here.line(),
        column: here.column(),
    }
}

impl Record {
    fn run(&self, failed: &str, place: Option<Here>) -> Run {
        let lane = |lane: &Lane| Told {
            name: lane.name.clone(),
            attempt: lane
                .attempt
                .map(|(attempt, object, here)| (attempt, object, here.map(at))),
            has_ended: lane.has_ended,
        };
        let thing = |made: &Made| Thing {
            place: at(made.thing.place),
            value: made.thing.value,
            of: made.thing.of.clone(),
        };
        let event = |event: &Event<Here>| Event {
            lane: event.lane,
            object: event.object,
            place: event.place.map(at),
            what: event.what.clone(),
        };
        Run {
            lanes: self.lanes.iter().map(lane).collect(),
            things: self.objects.iter().map(thing).collect(),
            events: self.events.iter().map(event).collect(),
            last: self.last,
            failed: failed.to_owned(),
            place: place.map(at),
        }
    }

    fn push(&mut self, lane: u8, object: Object, place: Option<Here>, what: What) {
        self.last = lane;
        if self.events.len() < EVENTS_MAX {
            self.events.push(Event {
                lane,
                object,
                place,
                what,
            });
        }
    }

    fn is_panic(&self, failed: &str) -> bool {
        let mut events = self.events.iter();
        events.any(|event| matches!(&event.what, What::Panics { message, .. } if message == failed))
    }

    fn made(&self, object: Object) -> Option<&Made> {
        self.objects.get(object.index()?)
    }

    fn made_mut(&mut self, object: Object) -> Option<&mut Made> {
        self.objects.get_mut(object.index()?)
    }

    fn set_value(&mut self, object: Object, value: u64) {
        if let Some(made) = self.made_mut(object) {
            made.thing.value = value;
        }
    }
}

/// No foreign code runs in `f`, nor anything of loom's.
fn with<R>(f: impl FnOnce(&mut Record) -> R) -> R {
    RECORD.with_borrow_mut(f)
}
