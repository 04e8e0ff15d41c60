//! Copies of what a reader wrote, kept before anything overwrites it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::course::Course;
use crate::problem::{Problem, Result};

/// Copies `file` into a new folder below `.course/backup` and returns the copy's path.
/// Copies are never overwritten and never deleted by the tool.
///
/// # Errors
///
/// If the copy cannot be written. Nothing may be overwritten then.
pub fn keep_copy(course: &Course, file: &Path) -> Result<PathBuf> {
    let relative = file.strip_prefix(&course.root).unwrap_or(file);
    let folder = folder(course);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let time = readable(now.as_secs());
    let mut copy = folder.join(&time).join(relative);
    for number in 2.. {
        if !copy.exists() {
            break;
        }
        copy = folder.join(format!("{time}-{number}")).join(relative);
    }
    let kept = create_parent(&copy).and_then(|()| fs::copy(file, &copy));
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

/// Moves to where they are kept now what earlier versions of this tool kept below `target/`, which
/// `cargo clean` empties: the copies, and which hints were unfolded. What cannot be moved stays.
pub fn move_out_of_target(course: &Course) {
    let hints = course.scratch().join("hints");
    let copies = fs::read_dir(course.scratch().join("backup"));
    let copies = copies.into_iter().flatten().flatten();
    let moves = copies
        .map(|copy| (copy.path(), folder(course).join(copy.file_name())))
        .chain([(hints, course.keepsakes().join("hints"))]);
    for (from, to) in moves {
        // A second move of the same folder would mix them.
        if from.exists() && !to.exists() && create_parent(&to).is_ok() {
            // It may be on another disk. Then the next command tries again.
            let _ = fs::rename(&from, &to);
        }
    }
}

fn folder(course: &Course) -> PathBuf {
    course.keepsakes().join("backup")
}

fn create_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// A time in seconds since 1970 as `2026-01-31-14-05-09`, in UTC.
fn readable(seconds: u64) -> String {
    let (mut days, rest) = (seconds / DAY, seconds % DAY);
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while let length = 365 + u64::from(is_leap(year))
        && length <= days
    {
        days -= length;
        year += 1;
    }
    let mut month = 1;
    while let length = days_of(month, is_leap(year))
        && length <= days
    {
        days -= length;
        month += 1;
    }
    format!(
        "{year}-{month:02}-{:02}-{:02}-{:02}-{:02}",
        days + 1,
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

fn days_of(month: u64, in_leap_year: bool) -> u64 {
    match month {
        2 => 28 + u64::from(in_leap_year),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const DAY: u64 = 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_can_be_read() {
        assert_eq!(readable(0), "1970-01-01-00-00-00");
        assert_eq!(readable(951_827_696), "2000-02-29-12-34-56");
        assert_eq!(readable(1_769_868_309), "2026-01-31-14-05-09");
        assert_eq!(readable(4_102_444_799), "2099-12-31-23-59-59");
    }
}
