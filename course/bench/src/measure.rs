//! Time, taken turn by turn.
//!
//! A machine that does other things as well is now faster and now slower. So those who race take
//! turns: in each round each of them runs the workload once, in an order that rotates, and what
//! counts is the ratio of two of them within the round. The median of the ratios is the result, and
//! half of them lie within the quartiles.
//!
//! What is taken is the processor time of all threads, so that other programs do not count. While
//! there is work to do nobody here sleeps, so on a quiet machine it is the time on the clock, but
//! for `spawn_remote`, where two threads work at the same time.

use std::mem::MaybeUninit;
use std::rc::Rc;
use std::time::Duration;

use current_thread::Runtime;

use crate::floor;
use crate::meetings::Meeting;
use crate::racers::{Ours, OursDrivers, Racer, Smol, Tokio, TokioDrivers};
use crate::timers::{self, Timers};
use crate::workloads::{self, Workload};

/// What came out for one workload.
pub struct Race {
    pub workload: &'static Workload,
    pub lanes: Vec<Lane>,
}

/// One of those who race.
pub struct Lane {
    pub name: &'static str,
    /// Per operation, of each round.
    nanos: Vec<f64>,
}

#[derive(Clone, Copy)]
pub struct Quartiles {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

/// Runs so many operations; `None` if it cannot.
type Run = Box<dyn Fn(usize) -> Option<()>>;

impl Race {
    pub fn lane(&self, name: &str) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.name == name)
    }
}

impl Lane {
    /// Per operation; the median.
    pub fn nanos(&self) -> f64 {
        quartiles(self.nanos.clone()).median
    }

    /// To another one, in the same round.
    pub fn ratio_to(&self, other: &Lane) -> Quartiles {
        let rounds = self.nanos.iter().zip(&other.nanos);
        quartiles(rounds.map(|(ours, theirs)| ours / theirs).collect())
    }
}

/// Races the runtimes.
pub fn race_runtimes(workload: &'static Workload, rounds: usize) -> Race {
    let floor: Run = Box::new(|n| floor::run(workload.name, n));
    let lanes = vec![
        runtime::<Tokio>(workload),
        runtime::<TokioDrivers>(workload),
        runtime::<Ours>(workload),
        runtime::<OursDrivers>(workload),
        runtime::<Smol>(workload),
        ("floor", floor),
    ];
    race(workload, lanes, rounds)
}

fn runtime<R: Racer>(workload: &'static Workload) -> (&'static str, Run) {
    let rt = R::start();
    let run = move |n| {
        workloads::run(&rt, workload.name, n);
        Some(())
    };
    (R::NAME, Box::new(run))
}

/// Races the timers.
pub fn race_timers(workload: &'static Workload, rounds: usize) -> Race {
    let lanes = vec![
        timer::<timers::Tokio>(workload),
        timer::<timers::Ours>(workload),
        timer::<timers::Smol>(workload),
    ];
    race(workload, lanes, rounds)
}

fn timer<R: Timers>(workload: &'static Workload) -> (&'static str, Run) {
    let rt = R::start();
    let run = move |n| {
        timers::run(&rt, workload.name, n);
        Some(())
    };
    (R::NAME, Box::new(run))
}

/// Races the primitives, on one runtime.
pub fn race_primitives(meeting: &'static Meeting, rounds: usize) -> Race {
    let rt = Rc::new(Runtime::new());
    let lanes = meeting.lanes.iter().map(|&(name, run)| {
        let rt = Rc::clone(&rt);
        let run: Run = Box::new(move |n| {
            run(&rt, n);
            Some(())
        });
        (name, run)
    });
    race(&meeting.workload, lanes.collect(), rounds)
}

/// Runs a workload in `rounds` rounds.
fn race(workload: &'static Workload, runs: Vec<(&'static str, Run)>, rounds: usize) -> Race {
    let mut nanos: Vec<Vec<f64>> = runs.iter().map(|_| Vec::new()).collect();
    // One round more than is counted, to warm up.
    for round in 0..=rounds {
        for turn in 0..runs.len() {
            let lane = (round + turn) % runs.len();
            let started = processor_time();
            let is_run = runs[lane].1(workload.n).is_some();
            let elapsed = processor_time() - started;
            if is_run && 0 < round {
                nanos[lane].push(elapsed.as_nanos() as f64 / workload.n as f64);
            }
        }
    }
    let lanes = runs.iter().zip(nanos);
    Race {
        workload,
        lanes: lanes
            .filter(|(_, nanos)| !nanos.is_empty())
            .map(|(&(name, _), nanos)| Lane { name, nanos })
            .collect(),
    }
}

pub fn quartiles(mut samples: Vec<f64>) -> Quartiles {
    samples.sort_by(f64::total_cmp);
    let at = |quarter: usize| samples[(samples.len() - 1) * quarter / 4];
    Quartiles {
        low: at(1),
        median: at(2),
        high: at(3),
    }
}

/// What all threads of the process have used.
pub fn processor_time() -> Duration {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: the pointer is to a `timespec`, to be written.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, time.as_mut_ptr()) };
    assert_eq!(result, 0, "every Unix has this clock");
    // SAFETY: the call has succeeded, and so has written it.
    let time = unsafe { time.assume_init() };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
