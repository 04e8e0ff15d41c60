//! What things and values are called in a run of a model, read from the source at the places where
//! they are used.
//!
//! The code under test says nothing of this for our sake. But at `state.swap(WAKING, AcqRel)` it
//! does say that there is a `state`, and `WAKING` beside what was seen being written.
//!
//! A place is found by its line and column among the tokens of its file, in which strings and
//! comments are told from code and parentheses are paired. So code inside of a macro, such as
//! `assert!(state.load(Acquire) == WAKING)`, is read like any other.

mod constants;
mod source;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use model::lanes::Schedule;
use model::run::{Names, Object, Place, Run, What};

use constants::{Set, is_constant};
use source::{Call, Source};

/// The run that a report's line tells, as a picture with the names that the sources give. `folder` is
/// where the test ran. `None` if the line is none of a run.
pub fn schedule(line: &str, folder: &Path) -> Option<Schedule> {
    let run = Run::from_line(line)?;
    Some(run.schedule(&Read::of(&run, folder)))
}

/// A call, and the sets of constants that it has to do with.
type Found = (Call, Vec<Rc<Set>>);

/// The names of a run's things and values.
struct Read {
    /// For each thing.
    titles: Vec<Title>,
    /// What came of the writes of cells, where the call says so.
    writes: HashMap<Place, &'static str>,
}

/// What a thing and its values are called.
#[derive(Default)]
struct Title {
    name: Option<String>,
    /// From the arguments of the calls.
    values: Vec<(u64, String)>,
    /// The constants that it is used with.
    sets: Vec<Rc<Set>>,
}

impl Read {
    fn of(run: &Run, folder: &Path) -> Read {
        let mut sources = Sources {
            folder: folder.to_owned(),
            files: HashMap::new(),
        };
        let given = run.things.iter().map(|thing| Title {
            name: sources.named_at(&thing.place),
            ..Title::default()
        });
        let mut names = Read {
            titles: given.collect(),
            writes: HashMap::new(),
        };
        // A loop comes by the same places again and again.
        let mut calls: HashMap<&Place, Option<Found>> = HashMap::new();
        for event in &run.events {
            let (Some(place), Some(at)) = (&event.place, event.object.index()) else {
                continue;
            };
            let found = calls.entry(place).or_insert_with(|| sources.call_at(place));
            let (Some((call, sets)), Some(title)) = (found, names.titles.get_mut(at)) else {
                continue;
            };
            title.learn(&event.what, call, sets);
            if let (What::WriteEnds, Some(does)) = (&event.what, call.puts()) {
                names.writes.insert(place.clone(), does);
            }
        }
        names
    }
}

impl Names for Read {
    fn thing(&self, thing: Object) -> Option<String> {
        self.titles.get(thing.index()?)?.name.clone()
    }

    fn value(&self, thing: Object, value: u64) -> Option<String> {
        let title = self.titles.get(thing.index()?)?;
        let mut known = title.values.iter();
        match known.find(|(known, _)| *known == value) {
            Some((_, name)) => Some(name.clone()),
            None => title.sets.iter().find_map(|set| set.value(value)),
        }
    }

    fn written(&self, place: &Place) -> Option<&'static str> {
        self.writes.get(place).copied()
    }
}

impl Title {
    /// Learns from a call that did `what`.
    fn learn(&mut self, what: &What, call: &Call, sets: &[Rc<Set>]) {
        if self.name.is_none() {
            self.name.clone_from(&call.receiver);
        }
        if let What::Change {
            name,
            before,
            after,
            ..
        } = what
        {
            let named: &[u64] = match &**name {
                "store" | "swap" => &[*after],
                "compare_exchange" | "compare_exchange_weak" => &[*before, *after],
                _ => &[],
            };
            for (value, argument) in named.iter().zip(&call.arguments) {
                if let Some(name) = argument.path().filter(|name| is_constant(name)) {
                    self.values.push((*value, name));
                }
            }
        }
        for set in sets {
            if !self.sets.iter().any(|known| Rc::ptr_eq(known, set)) {
                self.sets.push(Rc::clone(set));
            }
        }
    }
}

/// The sources that were read.
struct Sources {
    folder: PathBuf,
    files: HashMap<String, Option<Rc<Source>>>,
}

impl Sources {
    /// The name of the variable or field that is given what is made at `place`.
    fn named_at(&mut self, place: &Place) -> Option<String> {
        self.source(&place.file)?.named_at(place.line, place.column)
    }

    /// The call of the method whose name begins at `place`, and the sets of constants that it has to
    /// do with.
    fn call_at(&mut self, place: &Place) -> Option<Found> {
        let source = self.source(&place.file)?;
        let call = source.call_at(place.line, place.column).unwrap_or_default();
        let sets = source.sets_of(&call);
        Some((call, sets))
    }

    fn source(&mut self, file: &str) -> Option<Rc<Source>> {
        if let Some(source) = self.files.get(file) {
            return source.clone();
        }
        let source = self.read(file).map(Rc::new);
        self.files.insert(file.to_owned(), source.clone());
        source
    }

    fn read(&self, file: &str) -> Option<Source> {
        let path = self.find(Path::new(file))?;
        let mut source = Source::parse(&fs::read_to_string(&path).ok()?)?;
        // `state.rs` has its bits in `state/snapshot.rs`, and `notify/notified.rs` has its in
        // `notify.rs`.
        let below = fs::read_dir(path.with_extension("")).into_iter().flatten();
        let below = below.filter_map(|file| Some(file.ok()?.path()));
        for other in below.chain(path.parent().map(|folder| folder.with_extension("rs"))) {
            let text = fs::read_to_string(other).unwrap_or_default();
            if let Some(other) = Source::parse(&text) {
                source.sets.extend(other.sets);
            }
        }
        Some(source)
    }

    /// A file that the compiler names from the root of a workspace. The test ran in the folder of
    /// its package.
    fn find(&self, file: &Path) -> Option<PathBuf> {
        if file.is_absolute() {
            return Some(file.to_owned());
        }
        let mut folders = self.folder.ancestors().map(|folder| folder.join(file));
        folders.find(|path| path.is_file())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

    use model::lanes::Row;
    use model::run::{Event, Lane, Of, Thing};

    use super::*;

    const SOURCE: &str = "\
const WAITING: usize = 0;
const REGISTERING: usize = 0b01;
const WAKING: usize = 0b10;

struct Cell { state: AtomicUsize, slot: UnsafeCell<Option<Waker>> }

fn new() -> Cell {
    Cell { state: AtomicUsize::new(WAITING), slot: UnsafeCell::new(None) }
}

fn wake(cell: &Cell) {
    assert!(cell
        .state
        .compare_exchange(WAITING, REGISTERING, Acquire, Acquire).is_ok());
    cell.slot.set(None);
    cell.state.fetch_or(WAKING, AcqRel);
}
";

    /// The place of the last of these words.
    fn place(words: &str) -> Place {
        let at = SOURCE.find(words).unwrap() + words.rfind(['.', ' ']).map_or(0, |at| at + 1);
        let before = &SOURCE[..at];
        Place {
            file: "src/cell.rs".to_owned(),
            line: before.lines().count() as u32,
            column: (at - before.rfind('\n').unwrap()) as u32,
        }
    }

    #[test]
    fn a_run_is_told_in_the_words_of_its_source() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/cell.rs"), SOURCE).unwrap();
        let thing = |place, of| Thing {
            place,
            value: 0,
            of,
        };
        let event = |object, place, what| Event {
            lane: 0,
            object: Object::at(object),
            place: Some(place),
            what,
        };
        let change = |name: &'static str, order, before, after| What::Change {
            name: name.into(),
            order,
            at_failure: None,
            before,
            after,
        };
        let run = Run {
            lanes: vec![Lane::default()],
            things: vec![
                thing(place("state: AtomicUsize"), Of::Number),
                thing(place("slot: UnsafeCell"), Of::Nothing),
            ],
            events: vec![
                event(
                    0,
                    place(".compare_exchange"),
                    change("compare_exchange", Acquire, 0, 1),
                ),
                event(1, place("cell.slot.set"), What::WriteBegins),
                event(1, place("cell.slot.set"), What::WriteEnds),
                event(
                    0,
                    place("cell.state.fetch_or"),
                    change("fetch_or", AcqRel, 1, 3),
                ),
                event(0, place("new() -> Cell"), change("store", Release, 3, 9)),
            ],
            failed: "it fails".to_owned(),
            ..Run::default()
        };
        let schedule = schedule(&run.to_line(), folder.path()).unwrap();
        let texts: Vec<&str> = schedule
            .rows
            .iter()
            .map(|row| match row {
                Row::Step(step) => step.text.as_str(),
                Row::Fold(text) => text,
            })
            .collect();
        assert_eq!(
            texts,
            [
                "state.compare_exchange(Acquire): WAITING → REGISTERING",
                "slot: emptied",
                "state.fetch_or(AcqRel): REGISTERING → REGISTERING|WAKING",
                "state.store(Release): REGISTERING|WAKING → 9",
            ]
        );
        assert!(super::schedule("what no kit wrote", folder.path()).is_none());
    }
}
