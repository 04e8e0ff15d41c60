//! Instructions per operation, counted by valgrind: the same on a busy machine as on a quiet one.
//!
//! Each lane runs each workload in a process of its own, once with `n` operations and once with
//! twice as many. The difference is what `n` operations take.

use std::io;

use current_thread::Runtime;

use crate::callgrind::collected;
use crate::floor;
use crate::meetings::{MEETINGS, Meeting};
use crate::racers::{Ours, OursDrivers, Racer, Smol, Tokio, TokioDrivers};
use crate::timers::{self, TIMED, TIMERS, Timers};
use crate::workloads::{self, WORKLOADS, Workload};

/// Instructions per operation of one workload, by lane.
pub struct Count {
    pub workload: &'static Workload,
    pub instructions: Vec<(&'static str, f64)>,
}

/// Valgrind is slow, and a tenth of the work tells as much.
const SHARE: usize = 10;

/// Workloads whose count depends on when another thread runs.
const UNSTEADY: [&str; 1] = ["spawn_remote"];

/// `None` if it cannot be counted.
pub fn count_runtimes(workload: &'static Workload) -> io::Result<Option<Count>> {
    if UNSTEADY.contains(&workload.name) {
        return Ok(None);
    }
    let has_floor = floor::run(workload.name, 200).is_some();
    let names = [
        Tokio::NAME,
        Ours::NAME,
        TokioDrivers::NAME,
        OursDrivers::NAME,
        Smol::NAME,
    ];
    let names = names.into_iter().chain(has_floor.then_some("floor"));
    count(workload, names).map(Some)
}

/// `None` if it cannot be counted.
pub fn count_timers(workload: &'static Workload) -> io::Result<Option<Count>> {
    if TIMED.contains(&workload.name) {
        return Ok(None);
    }
    let names = [Tokio::NAME, Ours::NAME, Smol::NAME];
    count(workload, names.into_iter()).map(Some)
}

pub fn count_primitives(meeting: &'static Meeting) -> io::Result<Count> {
    count(&meeting.workload, meeting.lanes.iter().map(|lane| lane.0))
}

fn count(
    workload: &'static Workload,
    names: impl Iterator<Item = &'static str>,
) -> io::Result<Count> {
    let mut instructions = Vec::new();
    for name in names {
        let n = workload.n / SHARE;
        let once = run_counted(workload.name, name, n)?;
        let twice = run_counted(workload.name, name, 2 * n)?;
        instructions.push((name, (twice - once) as f64 / n as f64));
    }
    Ok(Count {
        workload,
        instructions,
    })
}

/// What a process that is being counted does: one workload, of one lane.
pub fn run_one(workload: &str, name: &str, n: usize) {
    if let Some(meeting) = MEETINGS.iter().find(|it| it.workload.name == workload) {
        let lane = meeting.lanes.iter().find(|lane| lane.0 == name);
        return lane.expect("the lane is there").1(&Runtime::new(), n);
    }
    if TIMERS.iter().any(|it| it.name == workload) {
        return match name {
            Tokio::NAME => timers::run(&timers::Tokio::start(), workload, n),
            Ours::NAME => timers::run(&timers::Ours::start(), workload, n),
            _ => timers::run(&timers::Smol::start(), workload, n),
        };
    }
    match name {
        Tokio::NAME => run_warm(&Tokio::start(), workload, n),
        TokioDrivers::NAME => run_warm(&TokioDrivers::start(), workload, n),
        Ours::NAME => run_warm(&Ours::start(), workload, n),
        OursDrivers::NAME => run_warm(&OursDrivers::start(), workload, n),
        Smol::NAME => run_warm(&Smol::start(), workload, n),
        _ => floor::run(workload, n).expect("the floor has this workload"),
    }
}

/// Once before it counts: memory that is used again costs less than new memory, and a runtime is there for long.
fn run_warm<R: Racer>(rt: &R, name: &str, n: usize) {
    let workload = WORKLOADS.iter().find(|it| it.name == name);
    workloads::run(rt, name, 2 * workload.expect("it is there").n / SHARE);
    workloads::run(rt, name, n);
}

fn run_counted(workload: &str, name: &str, n: usize) -> io::Result<i64> {
    collected(&["--one", workload, name, &n.to_string()])
}
