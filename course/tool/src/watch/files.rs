//! Notices that the reader saved a file.
//!
//! Editors save in many ways: in place, or by writing another file and renaming it. So we watch
//! folders, not files, and take every message of the system only as a reason to look. Where the
//! system has no messages for us (network folders, or no more watches to be had) we look by
//! ourselves, by size and time, a few times a second.

use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::Event;
use super::snapshot::{Snapshot, Stamp};
use crate::course::Course;

/// A save is over when nothing has happened for this long: an editor may truncate a file before it
/// writes it, or save several files at once.
const QUIET: Duration = Duration::from_millis(30);
/// A file that has vanished is waited for this long: it may be on its way back under its name.
const VANISHED: Duration = Duration::from_millis(400);
/// How often we look by ourselves.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The reader's files under watch.
pub struct Files {
    /// Kept alive: dropping it ends the messages.
    _watcher: Option<RecommendedWatcher>,
    stamp: Stamp,
    looked_at: Instant,
    /// When a message said that something happened, and it has not been looked into yet.
    stirred_at: Option<Instant>,
    vanished_at: Option<Instant>,
}

impl Files {
    /// Begins to watch. Also says why the system's messages are not to be had, if they are not.
    pub fn watch(course: &Course, sender: Sender<Event>) -> (Files, Option<String>) {
        let watcher = messages(course, sender);
        let failure = watcher.as_ref().err().map(ToString::to_string);
        let files = Files {
            _watcher: watcher.ok(),
            stamp: Stamp::take(course),
            looked_at: Instant::now(),
            stirred_at: None,
            vanished_at: None,
        };
        (files, failure)
    }

    /// The system says that something happened.
    pub fn stir(&mut self, now: Instant) {
        self.stirred_at = Some(now);
    }

    /// When [`Files::look`] wants to be called next.
    pub fn next_look(&self) -> Instant {
        let look = self.looked_at + LOOK_EVERY;
        self.stirred_at
            .map_or(look, |stirred| look.min(stirred + QUIET))
    }

    /// The new contents, if a save is over that changed `known`.
    pub fn look(&mut self, course: &Course, known: &Snapshot, now: Instant) -> Option<Snapshot> {
        let has_reason = match self.stirred_at {
            Some(stirred) if now < stirred + QUIET => return None,
            None if now < self.looked_at + LOOK_EVERY => return None,
            stirred => stirred.is_some() || self.vanished_at.is_some(),
        };
        self.stirred_at = None;
        self.looked_at = now;
        let stamp = Stamp::take(course);
        if stamp == self.stamp && !has_reason {
            return None;
        }
        self.stamp = stamp;
        let snapshot = Snapshot::take(course);
        if known.lost_a_file(&snapshot) {
            let vanished = *self.vanished_at.get_or_insert(now);
            if now < vanished + VANISHED {
                self.stirred_at = Some(now);
                return None;
            }
        }
        self.vanished_at = None;
        (snapshot != *known).then_some(snapshot)
    }
}

fn messages(course: &Course, sender: Sender<Event>) -> notify::Result<RecommendedWatcher> {
    let mut watcher =
        notify::recommended_watcher(move |message: notify::Result<notify::Event>| {
            // Reading a file is no reason to look; an overflow of messages is.
            if !message.is_ok_and(|event| event.kind.is_access()) {
                // Fails only after the watch has ended.
                let _ = sender.send(Event::Stirred);
            }
        })?;
    for folder in ["chapters", "solutions"] {
        watcher.watch(&course.root.join(folder), RecursiveMode::Recursive)?;
    }
    Ok(watcher)
}
