//! Copies of what a reader wrote, kept before anything overwrites it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::course::Course;
use crate::problem::{Problem, Result};

/// Copies `file` into a new folder below `target/course/backup` and returns the copy's path.
/// Copies are never overwritten and never deleted by the tool.
///
/// # Errors
///
/// If the copy cannot be written. Nothing may be overwritten then.
pub fn keep_copy(course: &Course, file: &Path) -> Result<PathBuf> {
    let relative = file.strip_prefix(&course.root).unwrap_or(file);
    let folder = course.scratch().join("backup");
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let mut number = now.as_secs();
    let copy = loop {
        let copy = folder.join(number.to_string()).join(relative);
        if !copy.exists() {
            break copy;
        }
        number += 1;
    };
    let kept = copy
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::copy(file, &copy));
    match kept {
        Ok(_) => Ok(copy),
        Err(error) => Err(Problem::new(
            format!(
                "{} would be overwritten, but a copy cannot be kept at {}: {error}",
                file.display(),
                copy.display()
            ),
            "Make room or make that folder writable, then run the command again",
        )),
    }
}
