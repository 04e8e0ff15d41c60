//! The files of a run, read.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::event::{Event, Subject};
use crate::write::{DROPPED, HEADER, LENGTH, MAGIC, NAME, NUMBER, SLOT, WORD, WRITTEN};

/// All that was recorded of a program. [`Writer`](crate::Writer) has an example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// A lane for each thread, by their numbers.
    pub lanes: Vec<Lane>,
    /// Where each task was spawned, as `src/main.rs:12:9`.
    pub places: HashMap<Subject, String>,
}

/// What one thread did.
///
/// # Examples
///
/// ```
/// use trace::Lane;
///
/// let lane = Lane::default();
/// assert!(lane.events.is_empty());
/// assert_eq!(lane.dropped, 0);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// The thread's number: they count from 0, in the order in which threads first did something.
    pub number: u64,
    /// The thread's name.
    pub name: String,
    /// In their order.
    pub events: Vec<Timed>,
    /// How many events came after these, for which there was no room.
    pub dropped: u64,
}

/// An event, and when it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed {
    /// In nanoseconds since the first thread of the program was first recorded.
    pub at: u64,
    /// What it is.
    pub event: Event,
}

impl Recording {
    /// Reads what a program has left in `folder`; what it is still writing is not there yet.
    ///
    /// # Errors
    ///
    /// If the folder or a file cannot be read. A file that is not one of a trace is passed over.
    pub fn read(folder: &Path) -> io::Result<Recording> {
        let mut recording = Recording::default();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "events") {
                recording.take(&fs::read(path)?);
            }
        }
        recording.lanes.sort_by_key(|lane| lane.number);
        Ok(recording)
    }

    /// The last moment of which anything is known.
    pub fn end(&self) -> u64 {
        let ends = self.lanes.iter().filter_map(|lane| lane.events.last());
        ends.map(|last| last.at).max().unwrap_or(0)
    }

    fn take(&mut self, bytes: &[u8]) {
        if bytes.len() < HEADER || word(bytes, 0) != MAGIC {
            return;
        }
        let size = |word: u64| usize::try_from(word).unwrap_or(usize::MAX);
        let length = size(word(bytes, LENGTH)).min(HEADER - NAME);
        let mut lane = Lane {
            number: word(bytes, NUMBER),
            name: String::from_utf8_lossy(&bytes[NAME..NAME + length]).into_owned(),
            events: Vec::new(),
            dropped: word(bytes, DROPPED),
        };
        let slots = &bytes[HEADER..];
        let written = size(word(bytes, WRITTEN)).min(slots.len() / SLOT);
        let slots = &slots[..written * SLOT];
        let mut texts: HashMap<u64, String> = HashMap::new();
        let mut at = 0;
        while at + SLOT <= slots.len() {
            let slot = &slots[at..at + SLOT];
            at += SLOT;
            let when = word(slot, 0);
            match Event::decode([word(slot, 1), word(slot, 2), word(slot, 3)]) {
                Some(Event::Text(key, bytes)) => {
                    let end = at.saturating_add(size(bytes)).min(slots.len());
                    let text = String::from_utf8_lossy(&slots[at..end]).into_owned();
                    texts.insert(key, text);
                    at = end.next_multiple_of(SLOT);
                }
                Some(event) => {
                    if let Event::Spawn(task, place) = event
                        && let Some(text) = texts.get(&place)
                    {
                        self.places.insert(task, text.clone());
                    }
                    lane.events.push(Timed { at: when, event });
                }
                // Damaged. What comes after it cannot be trusted either.
                None => break,
            }
        }
        self.lanes.push(lane);
    }
}

fn word(bytes: &[u8], index: usize) -> u64 {
    let word = &bytes[index * WORD..(index + 1) * WORD];
    u64::from_ne_bytes(word.try_into().expect("it has eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::How;
    use crate::write::Writer;

    const TASK: Subject = Subject::Task(7);

    #[test]
    fn a_place_is_that_of_the_spawn_before_which_it_came() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::create(folder.path(), 3, "worker", 100).unwrap();
        let place = "a/rather/long/path/that/takes/two/slots.rs:1:2";
        assert!(writer.write_text(1, 99, place));
        writer.write(2, Event::Spawn(TASK, 99));
        writer.write(3, Event::Spawn(Subject::Task(8), 0));
        let recording = Recording::read(folder.path()).unwrap();
        assert_eq!(recording.places[&TASK], place);
        assert_eq!(recording.places.len(), 1);
        assert_eq!(recording.lanes.len(), 1);
        let lane = &recording.lanes[0];
        assert_eq!((lane.number, lane.name.as_str()), (3, "worker"));
        assert_eq!(lane.events.len(), 2);
        assert_eq!(recording.end(), 3);
    }

    #[test]
    fn what_there_is_no_room_for_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::create(folder.path(), 0, "", 2).unwrap();
        assert!(!writer.write_text(0, 1, "x".repeat(33).as_str()));
        for at in 0..5 {
            writer.write(at, Event::Wake(TASK));
        }
        assert!(!writer.write_text(5, 1, ""));
        let lane = &Recording::read(folder.path()).unwrap().lanes[0];
        assert_eq!(lane.events.len(), 2);
        assert_eq!(lane.events[1].at, 1, "the beginning is kept");
        assert_eq!(lane.dropped, 3);
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_between_two_letters() {
        let folder = tempfile::tempdir().unwrap();
        let name = "ä".repeat(200);
        drop(Writer::create(folder.path(), 0, &name, 1).unwrap());
        let lane = &Recording::read(folder.path()).unwrap().lanes[0];
        assert_eq!(lane.name, "ä".repeat((HEADER - NAME) / 2));
    }

    #[test]
    fn a_file_that_was_cut_or_damaged_is_read_up_to_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::create(folder.path(), 0, "main", 10).unwrap();
        for at in 0..4 {
            writer.write(at, Event::PollEnd(TASK, How::Ready));
        }
        let path = folder.path().join("0.events");
        let whole = fs::read(&path).unwrap();
        let events = |bytes: &[u8]| {
            let mut recording = Recording::default();
            recording.take(bytes);
            recording.lanes.first().map(|lane| lane.events.len())
        };
        assert_eq!(events(&whole), Some(4));
        assert_eq!(events(&whole[..HEADER + 2 * SLOT + 5]), Some(2));
        let mut damaged = whole.clone();
        damaged[HEADER + SLOT + WORD] = 200;
        assert_eq!(events(&damaged), Some(1));
        assert_eq!(events(&whole[..HEADER - 1]), None);
        assert_eq!(events(&vec![0; HEADER]), None);
    }
}
