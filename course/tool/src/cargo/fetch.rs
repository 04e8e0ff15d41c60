//! All crates that any chapter needs, brought onto this machine while the network is there.
//!
//! `cargo run` fetches what this tool is built from. The chapters need more, and models, `run` and `mine`
//! more again; a reader on a train would learn of each when it is too late.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::command;
use crate::course::Course;
use crate::files::write_file;
use crate::process::{self, Cancel, End};

/// Whether it was tried in vain. A cargo that waits for the network keeps others waiting, so once is enough.
static IS_IN_VAIN: AtomicBool = AtomicBool::new(false);

/// However slow the network is.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// Fetches what `Cargo.lock` lists, unless that was done before. Says nothing if it cannot: what needs a
/// crate that is not there says so then.
pub fn fetch(course: &Course, cancel: &Cancel) {
    let Ok(lock) = fs::read(course.root.join("Cargo.lock")) else {
        return;
    };
    // ORDERING: Relaxed; nothing else is read after it.
    if IS_IN_VAIN.load(Relaxed) {
        return;
    }
    let mut hasher = DefaultHasher::new();
    lock.hash(&mut hasher);
    let fetched = hasher.finish().to_string();
    let memory = course.scratch().join("fetched");
    if fs::read_to_string(&memory).is_ok_and(|text| text == fetched) {
        return;
    }
    let mut command = command(&course.root);
    command.args(["fetch", "--locked", "--quiet"]);
    let finished = process::run(command, LIMIT, cancel).map(|finished| finished.end);
    match finished {
        Ok(End::Exited(status)) if status.success() => {
            // If it cannot be remembered, the next fetch finds nothing to do.
            let _ = write_file(&memory, &fetched);
        }
        Ok(End::Cancelled) => {}
        // ORDERING: as above.
        _ => IS_IN_VAIN.store(true, Relaxed),
    }
}
