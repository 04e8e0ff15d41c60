//! Time, taken turn by turn.
//!
//! A machine that does other things as well is now faster and now slower. So the runtimes take
//! turns: in each round every runtime runs the workload once, in an order that rotates, and what
//! counts is the ratio to tokio within the round. The median of the ratios is the result, and half
//! of them lie within the quartiles.
//!
//! What is taken is the processor time of all threads, so that other programs do not count. While
//! there is work to do nobody here sleeps, so on a quiet machine it is the time on the clock, but
//! for `spawn_remote`, where two threads work at the same time.

use std::mem::MaybeUninit;
use std::time::Duration;

use crate::floor;
use crate::racers::{Ours, Racer, Smol, Tokio};
use crate::workloads::{self, Workload};

/// What came out for one workload.
pub struct Race {
    pub workload: &'static Workload,
    pub lanes: Vec<Lane>,
}

/// One runtime in one workload.
pub struct Lane {
    pub name: &'static str,
    /// Per operation; the median.
    pub nanos: f64,
    /// To tokio, in the same round: the quartiles.
    pub ratio: Quartiles,
}

#[derive(Clone, Copy)]
pub struct Quartiles {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

type Run = Box<dyn Fn(&str, usize) -> Option<()>>;

/// Runs a workload in `rounds` rounds.
pub fn race(workload: &'static Workload, rounds: usize) -> Race {
    let lanes = lanes();
    let mut nanos: Vec<Vec<f64>> = lanes.iter().map(|_| Vec::new()).collect();
    // One round more than is counted, to warm up.
    for round in 0..=rounds {
        for turn in 0..lanes.len() {
            let lane = (round + turn) % lanes.len();
            let started = processor_time();
            let is_run = lanes[lane].1(workload.name, workload.n).is_some();
            let elapsed = processor_time() - started;
            if is_run && 0 < round {
                nanos[lane].push(elapsed.as_nanos() as f64 / workload.n as f64);
            }
        }
    }
    let tokio = lanes
        .iter()
        .position(|lane| lane.0 == Tokio::NAME)
        .expect("tokio races");
    Race {
        workload,
        lanes: (0..lanes.len())
            .filter(|&lane| !nanos[lane].is_empty())
            .map(|lane| Lane {
                name: lanes[lane].0,
                nanos: quartiles(nanos[lane].clone()).median,
                ratio: quartiles(
                    nanos[lane]
                        .iter()
                        .zip(&nanos[tokio])
                        .map(|(ours, theirs)| ours / theirs)
                        .collect(),
                ),
            })
            .collect(),
    }
}

/// Everyone who races.
fn lanes() -> Vec<(&'static str, Run)> {
    vec![
        lane::<Tokio>(),
        lane::<Ours>(),
        lane::<Smol>(),
        ("floor", Box::new(floor::run)),
    ]
}

fn lane<R: Racer>() -> (&'static str, Run) {
    let rt = R::start();
    let run = move |workload: &str, n| {
        workloads::run(&rt, workload, n);
        Some(())
    };
    (R::NAME, Box::new(run))
}

fn quartiles(mut samples: Vec<f64>) -> Quartiles {
    samples.sort_by(f64::total_cmp);
    let at = |quarter: usize| samples[(samples.len() - 1) * quarter / 4];
    Quartiles {
        low: at(1),
        median: at(2),
        high: at(3),
    }
}

/// What all threads of the process have used.
fn processor_time() -> Duration {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: the pointer is to a `timespec`, to be written.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, time.as_mut_ptr()) };
    assert_eq!(result, 0, "every Unix has this clock");
    // SAFETY: the call has succeeded, and so has written it.
    let time = unsafe { time.assume_init() };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
