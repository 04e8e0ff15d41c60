//! Jobs that block: there and back, one at a time and three thousand at once.
//!
//! The caller is the root future of a runtime for one thread, which sleeps while the job is away. So a round
//! trip wakes up two threads, one after the other, unless one of them has its eyes open; that is nearly all
//! there is to measure, and a machine whose cores are busy with other programs shows something else. A burst
//! shows how many threads a pool starts for jobs that one of them could run.

use std::time::Instant;

use crate::measure::{Quartiles, processor_time, quartiles};

/// A runtime with a pool.
trait Pool {
    /// Does nothing elsewhere, so many times, one after the other.
    fn round_trips(&self, n: usize);

    /// Does nothing elsewhere, so many times, and then waits for all of them.
    fn burst(&self, n: usize);
}

struct Ours(reveille::runtime::Runtime);
struct Tokio(tokio::runtime::Runtime);
struct Smol;

/// One time for each of the two that name things alike.
macro_rules! as_tokio {
    ($racer:ident, $krate:ident) => {
        impl Pool for $racer {
            fn round_trips(&self, n: usize) {
                self.0.block_on(async {
                    for _ in 0..n {
                        $krate::task::spawn_blocking(|| ()).await.unwrap();
                    }
                });
            }

            fn burst(&self, n: usize) {
                self.0.block_on(async {
                    let jobs: Vec<_> = (0..n)
                        .map(|_| $krate::task::spawn_blocking(|| ()))
                        .collect();
                    for job in jobs {
                        job.await.unwrap();
                    }
                });
            }
        }
    };
}

as_tokio!(Ours, reveille);
as_tokio!(Tokio, tokio);

impl Pool for Smol {
    fn round_trips(&self, n: usize) {
        async_io::block_on(async {
            for _ in 0..n {
                blocking::unblock(|| ()).await;
            }
        });
    }

    fn burst(&self, n: usize) {
        async_io::block_on(async {
            let jobs: Vec<_> = (0..n).map(|_| blocking::unblock(|| ())).collect();
            for job in jobs {
                job.await;
            }
        });
    }
}

/// A workload, and how many operations make a round.
type Workload = (&'static str, fn(&dyn Pool, usize), usize);

const WORKLOADS: [Workload; 2] = [
    ("round trip", |pool, n| pool.round_trips(n), 1000),
    ("burst of 3000", |pool, n| pool.burst(n), 3000),
];

/// Races all.
pub fn race(rounds: usize) {
    let lanes: [(&str, Box<dyn Pool>); 3] = [
        (
            "tokio",
            Box::new(Tokio(
                tokio::runtime::Builder::new_current_thread()
                    .build()
                    .unwrap(),
            )),
        ),
        (
            "ours",
            Box::new(Ours(
                reveille::runtime::Builder::new_current_thread()
                    .build()
                    .unwrap(),
            )),
        ),
        ("smol", Box::new(Smol)),
    ];
    println!(
        "{:<16} {:<6} {:>12} {:>24} {:>24}",
        "blocking", "", "ns", "time/tokio", "processor/tokio"
    );
    for (workload, run, n) in WORKLOADS {
        // Of each operation, on the clock and of the processor.
        let mut outcomes: Vec<Vec<[f64; 2]>> = lanes.iter().map(|_| Vec::new()).collect();
        // One round more than is counted, to warm up.
        for round in 0..=rounds {
            for turn in 0..lanes.len() {
                let lane = (round + turn) % lanes.len();
                let (clock, processor) = (Instant::now(), processor_time());
                run(&*lanes[lane].1, n);
                let (clock, processor) = (clock.elapsed(), processor_time() - processor);
                if 0 < round {
                    let each = [clock, processor].map(|time| time.as_nanos() as f64 / n as f64);
                    outcomes[lane].push(each);
                }
            }
        }
        for ((name, _), own) in lanes.iter().zip(&outcomes) {
            let ratio = |of: usize| {
                let rounds = own.iter().zip(&outcomes[0]);
                let ratios = quartiles(rounds.map(|(own, tokio)| own[of] / tokio[of]).collect());
                let Quartiles { low, median, high } = ratios;
                format!("{median:.2} ({low:.2}..{high:.2})")
            };
            let clock = quartiles(own.iter().map(|outcome| outcome[0]).collect()).median;
            println!(
                "{workload:<16} {name:<6} {clock:>12.0} {:>24} {:>24}",
                ratio(0),
                ratio(1)
            );
        }
    }
}
