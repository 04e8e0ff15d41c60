//! What a child process got of the machine, against which its time limit is held.
//!
//! Readers compile, browse and run tests at the same time, and a test that waits for a processor does
//! not hang. So between two looks counts what the child's threads that want a processor got of one, on
//! average; if none of them wants one, all of the time counts. The test kit counts a run's limit in the
//! same way, from the inside; this is for what is beyond its help, so it knows the child by its number
//! only.
//!
//! Where the system does not tell what threads got (other than on Linux), a look counts for no more than
//! twice what it was meant to last: under load we are late ourselves.

use std::time::{Duration, Instant};

/// The clock on the wall ends a child after so many times its limit, whatever it got.
const LAST_RESORT: u32 = 20;

/// How often to look at the least.
pub const LOOK: Duration = Duration::from_millis(100);

/// What a child got since it was first looked at.
#[derive(Debug)]
pub struct Share {
    process: u32,
    began: Instant,
    looked: Instant,
    time: Duration,
    /// The threads at the last look.
    threads: Vec<Thread>,
}

/// A thread and what it had when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Thread {
    id: u32,
    /// It runs, or would if it had a processor.
    wants: bool,
    processor: Duration,
}

impl Share {
    /// From now on.
    pub fn of(process: u32) -> Share {
        let now = Instant::now();
        Share {
            process,
            began: now,
            looked: now,
            time: Duration::ZERO,
            threads: threads(process),
        }
    }

    /// How much of `limit` is left. Looks at the child, but not all too often.
    pub fn left(&mut self, limit: Duration) -> Duration {
        let passed = self.looked.elapsed();
        if LOOK / 2 <= passed || limit <= self.time + passed {
            self.looked += passed;
            self.take(threads(self.process), passed.min(LOOK * 2));
        }
        if limit.saturating_mul(LAST_RESORT) <= self.began.elapsed() {
            return Duration::ZERO;
        }
        limit.saturating_sub(self.time)
    }

    /// What it got, now that it has ended.
    pub fn took(&self) -> Duration {
        self.time + self.looked.elapsed().min(LOOK * 2)
    }

    fn take(&mut self, now: Vec<Thread>, passed: Duration) {
        let had = |id| {
            let before = self.threads.iter().find(|thread| thread.id == id);
            before.map_or(Duration::ZERO, |thread| thread.processor)
        };
        let wanting = now.iter().filter(|thread| thread.wants);
        let got: Duration = wanting
            .clone()
            .map(|thread| thread.processor.saturating_sub(had(thread.id)))
            .sum();
        self.time += match u32::try_from(wanting.count()) {
            Ok(0) | Err(_) => passed,
            Ok(wanting) => got / wanting,
        };
        self.threads = now;
    }
}

/// The threads of a process; none if the system does not tell.
#[cfg(target_os = "linux")]
fn threads(process: u32) -> Vec<Thread> {
    use std::fs;
    use std::path::Path;

    /// The unit of the times in `stat`, on all that Rust's standard library runs on.
    const TICK: Duration = Duration::from_millis(10);

    let read = |folder: &Path| {
        let stat = fs::read_to_string(folder.join("stat")).ok()?;
        // What follows the name, which is in parentheses and may hold any character.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let user: u32 = fields.get(11)?.parse().ok()?;
        let system: u32 = fields.get(12)?.parse().ok()?;
        Some(Thread {
            id: folder.file_name()?.to_str()?.parse().ok()?,
            wants: *fields.first()? == "R",
            processor: TICK * (user + system),
        })
    };
    let tasks = fs::read_dir(format!("/proc/{process}/task"));
    let folders = tasks.into_iter().flatten().flatten();
    folders.filter_map(|task| read(&task.path())).collect()
}

#[cfg(not(target_os = "linux"))]
fn threads(_process: u32) -> Vec<Thread> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(id: u32, wants: bool, processor_ms: u64) -> Thread {
        Thread {
            id,
            wants,
            processor: Duration::from_millis(processor_ms),
        }
    }

    #[test]
    fn what_others_got_does_not_count_and_sleep_does() {
        let mut share = Share::of(0);
        for look in 0..=10 {
            let now = vec![thread(1, true, look * 10), thread(2, true, look * 20)];
            share.take(now, LOOK);
        }
        assert_eq!(share.time, Duration::from_millis(150));
        for _ in 0..10 {
            share.take(vec![thread(1, false, 100), thread(2, false, 200)], LOOK);
        }
        assert_eq!(share.time, Duration::from_millis(150) + LOOK * 10);
    }
}
