//! What each step took: time on the clock, and of the processors.

use std::fs;
use std::time::{Duration, Instant};

/// Taken at the start of a step.
#[derive(Debug)]
pub struct Stopwatch {
    at: Instant,
    processor: Option<Duration>,
}

/// What a step took.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    /// On the clock.
    pub wall: Duration,
    /// Of all processors together, by us and by what we started; if the system tells.
    pub processor: Option<Duration>,
}

impl Stopwatch {
    /// Begins.
    pub fn start() -> Stopwatch {
        Stopwatch {
            at: Instant::now(),
            processor: processor(),
        }
    }

    /// What was spent since the start.
    pub fn spent(&self) -> Spent {
        let processor = processor().zip(self.processor);
        Spent {
            wall: self.at.elapsed(),
            processor: processor.map(|(now, then)| now.saturating_sub(then)),
        }
    }
}

/// The steps with what they took, the longest first, and all of it.
pub fn table(steps: &[(&str, Spent)], all: Spent) -> String {
    let mut steps = steps.to_vec();
    steps.sort_by_key(|(_, spent)| std::cmp::Reverse(spent.wall));
    let width = steps.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let width = width.max(ALL.len());
    let mut table = format!("{:width$}   clock   processors\n", "step");
    for (name, spent) in steps.into_iter().chain([(ALL, all)]) {
        let processor = spent.processor.map(|time| seconds(time, 11));
        let row = format!(
            "{name:width$} {}{}",
            seconds(spent.wall, 7),
            processor.unwrap_or_default()
        );
        table.push_str(row.trim_end());
        table.push('\n');
    }
    table
}

const ALL: &str = "all";

fn seconds(time: Duration, width: usize) -> String {
    format!("{:width$.0} s", time.as_secs_f64(), width = width - 2)
}

/// What this process has used of the processors, and its children that have ended, with theirs. On Linux
/// only.
fn processor() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    used(&stat)
}

/// Read from the line of a process: the four numbers behind its name that `proc(5)` calls `utime`, `stime`,
/// `cutime` and `cstime`.
fn used(stat: &str) -> Option<Duration> {
    let fields = stat.rsplit_once(')')?.1.split_whitespace();
    let times: Vec<u32> = fields
        .skip(11)
        .take(4)
        .map(|field| field.parse().ok())
        .collect::<Option<_>>()?;
    (times.len() == 4).then(|| TICK * times.iter().sum())
}

/// The unit in which Linux tells processor time to programs, on all of its systems.
const TICK: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_time_and_that_of_children_is_added_up() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4 90 0 0 0 100 20 3000 400 20 0 1 0 5 6 7";
        assert_eq!(used(stat), Some(Duration::from_millis(35_200)));
        assert_eq!(used("7 (a) S 1"), None);
    }

    #[test]
    fn the_longest_step_comes_first() {
        let spent = |wall, processor| Spent {
            wall: Duration::from_secs(wall),
            processor: Some(Duration::from_secs(processor)),
        };
        let table = table(
            &[("doc", spent(9, 12)), ("prove", spent(400, 750))],
            spent(409, 762),
        );
        assert_eq!(
            table,
            "step    clock   processors\n\
             prove   400 s      750 s\n\
             doc       9 s       12 s\n\
             all     409 s      762 s\n"
        );
    }
}
