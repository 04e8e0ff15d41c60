//! Time, taken turn by turn.
//!
//! A machine that does other things as well is now faster and now slower. So in each round both racers run the workload
//! once, one right after the other, and the first of them changes from round to round. What counts is the ratio of the
//! two times of a round. The result is the median of these ratios, and half of them lie within the quartiles.

use std::time::Duration;

use crate::racers::{Ours, Racer, Tokio};
use crate::workloads::{self, Workload};

/// What came out for one workload.
pub struct Row {
    /// Nanoseconds for one operation, the median of all rounds.
    pub tokio: f64,
    pub ours: f64,
    /// Our time as a share of tokio's in the same round.
    pub ratio: Quartiles,
}

/// Half of the samples lie between `low` and `high`.
pub struct Quartiles {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

/// Races the two in so many rounds.
pub fn race(workload: &Workload, rounds: usize) -> Row {
    let (tokio, ours) = (Tokio::start(), Ours::start());
    let (mut of_tokio, mut of_ours) = (Vec::new(), Vec::new());
    // One round more than is counted, to warm up.
    for round in 0..=rounds {
        let times = match round % 2 {
            0 => {
                let first = time(&tokio, workload);
                (first, time(&ours, workload))
            }
            _ => {
                let first = time(&ours, workload);
                (time(&tokio, workload), first)
            }
        };
        if 0 < round {
            of_tokio.push(times.0);
            of_ours.push(times.1);
        }
    }
    let ratios = of_ours.iter().zip(&of_tokio);
    let ratio = quartiles(ratios.map(|(ours, tokio)| ours / tokio).collect());
    Row {
        tokio: quartiles(of_tokio).median,
        ours: quartiles(of_ours).median,
        ratio,
    }
}

/// Nanoseconds for one operation.
fn time<R: Racer>(rt: &R, workload: &Workload) -> f64 {
    let began = processor_time();
    workloads::run(rt, workload.name, workload.n);
    let took = processor_time() - began;
    took.as_nanos() as f64 / workload.n as f64
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

/// What all threads of this process have had of the processors, so that the time of other programs does not count.
#[cfg(unix)]
pub fn processor_time() -> Duration {
    use std::mem::MaybeUninit;

    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: the pointer is to a `timespec`, which the call may write.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, time.as_mut_ptr()) };
    assert_eq!(result, 0, "every Unix has this clock");
    // SAFETY: the call has succeeded, and so has written it.
    let time = unsafe { time.assume_init() };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The time on the clock: the standard library knows no other here.
#[cfg(not(unix))]
pub fn processor_time() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;

    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed()
}
