//! The file of one thread, as the thread writes it.
//!
//! The file is mapped into memory, so an event is written by five stores: there is no lock, no allocation and no call of the system. And
//! what is written is in the file, however the program ends: by `exit` while other threads run, by an abort, by a signal.
//!
//! ```text
//!     header, 256 bytes                                       slots, 32 bytes each
//!     ┌───────┬─────────┬─────────┬────────┬────────┬──────┐ ┌──────┬──────┬───────┬────────┐
//!     │ magic │ written │ dropped │ number │ length │ name │ │ when │ kind │ first │ second │ …
//!     └───────┴─────────┴─────────┴────────┴────────┴──────┘ └──────┴──────┴───────┴────────┘
//! ```
//!
//! # Invariants
//!
//! - **One Writer**: only the thread that made the file writes it.
//! - **Counted Comes Last**: a slot is written before it is counted in `written`, so a program that is stopped in between has written
//!   nothing.
//! - **Never Overwritten**: when the file is full, events are dropped and counted. What is left is the beginning, without holes.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{Ordering::Release, compiler_fence};

use memmap2::MmapMut;

use crate::event::{Event, Words};

/// The file of one thread.
///
/// # Examples
///
/// ```
/// use trace::{Event, Recording, Subject, Writer};
///
/// let folder = tempfile::tempdir()?;
/// let mut writer = Writer::create(folder.path(), 0, "main", 100)?;
/// writer.write(5, Event::Wake(Subject::Task(7)));
/// drop(writer);
/// let recording = Recording::read(folder.path())?;
/// assert_eq!(recording.lanes[0].name, "main");
/// assert_eq!(recording.lanes[0].events[0].event, Event::Wake(Subject::Task(7)));
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer {
    map: MmapMut,
    /// How many slots have been written.
    written: usize,
    /// How many events there was no room for.
    dropped: u64,
    /// How many slots there are.
    slots: usize,
}

pub(crate) const MAGIC: u64 = u64::from_ne_bytes(*b"reveille");
pub(crate) const HEADER: usize = 256;
pub(crate) const SLOT: usize = 32;
/// The places of the words in the header.
pub(crate) const WRITTEN: usize = 1;
pub(crate) const DROPPED: usize = 2;
pub(crate) const NUMBER: usize = 3;
pub(crate) const LENGTH: usize = 4;
pub(crate) const NAME: usize = 5 * WORD;
pub(crate) const WORD: usize = 8;

/// The file of the thread with this number.
pub(crate) fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number}.events"))
}

impl Writer {
    /// Makes the file of a thread, with room for so many slots: an event takes one, and a text some.
    ///
    /// # Errors
    ///
    /// If there is such a file, or it cannot be made.
    pub fn create(folder: &Path, number: u64, name: &str, slots: usize) -> io::Result<Writer> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path(folder, number))?;
        let bytes = HEADER + slots * SLOT;
        file.set_len(bytes as u64)?;
        // SAFETY: the file was made by us just now, and nothing but us writes it (invariant: One Writer) or makes it shorter; its readers copy it.
        let map = unsafe { MmapMut::map_mut(&file)? };
        let mut writer = Writer {
            map,
            written: 0,
            dropped: 0,
            slots,
        };
        let mut length = name.len().min(HEADER - NAME);
        while !name.is_char_boundary(length) {
            length -= 1;
        }
        writer.map[NAME..NAME + length].copy_from_slice(&name.as_bytes()[..length]);
        writer.set(NUMBER, number);
        writer.set(LENGTH, length as u64);
        writer.set(0, MAGIC);
        Ok(writer)
    }

    /// Writes an event, if there is room. `at` is in nanoseconds since some moment that all threads of the program have in common.
    #[inline]
    pub fn write(&mut self, at: u64, event: Event) {
        if self.written < self.slots {
            let [kind, first, second] = event.encode();
            self.put(self.written, [at, kind, first, second]);
            self.count(1);
        } else {
            self.drop_one();
        }
    }

    /// Writes a text under a key, for events that come later. Returns whether there was room.
    pub fn write_text(&mut self, at: u64, key: u64, text: &str) -> bool {
        let needed = text.len().div_ceil(SLOT);
        if self.slots - self.written <= needed {
            return false;
        }
        let [kind, first, second]: Words = Event::Text(key, text.len() as u64).encode();
        self.put(self.written, [at, kind, first, second]);
        let from = HEADER + (self.written + 1) * SLOT;
        self.map[from..from + text.len()].copy_from_slice(text.as_bytes());
        self.count(needed + 1);
        true
    }

    #[inline]
    fn put(&mut self, slot: usize, words: [u64; 4]) {
        let from = HEADER + slot * SLOT;
        let place = &mut self.map[from..from + SLOT];
        for (place, word) in place.chunks_exact_mut(WORD).zip(words) {
            place.copy_from_slice(&word.to_ne_bytes());
        }
    }

    /// Counts slots that have been written.
    #[inline]
    fn count(&mut self, slots: usize) {
        self.written += slots;
        // ORDERING: Release, for the compiler alone: the reader is another program, or reads the file with a call of the system. The slot
        // is in memory before it is counted (invariant: Counted Comes Last).
        compiler_fence(Release);
        self.set(WRITTEN, self.written as u64);
    }

    #[cold]
    fn drop_one(&mut self) {
        self.dropped += 1;
        self.set(DROPPED, self.dropped);
    }

    #[inline]
    fn set(&mut self, word: usize, value: u64) {
        self.map[word * WORD..(word + 1) * WORD].copy_from_slice(&value.to_ne_bytes());
    }
}
