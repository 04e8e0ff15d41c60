//! Races chapter 4's scheduler against tokio's `current_thread`, turn by turn, in one process.
//!
//! `cargo course race 4` builds this on our chapters, and with `--mine` on the reader's. It prints a few lines, of which
//! the tool makes a table and a picture:
//!
//! ```text
//! now spawn
//!     the row that is raced next
//! row spawn 230.8 66.9 0.28 0.29 0.31
//!     name, nanoseconds of tokio and of the scheduler, and the ratio of the two: its quartiles
//! bytes 256.0 104.0
//!     bytes that a task takes that waits
//! got 0.93
//!     which part of the time this program had a processor
//! ```
//!
//! The workloads are those of `course/bench`, and so are the two that race.

mod memory;
mod racers;
mod turns;

#[allow(dead_code, reason = "the bench also lists what each operation is")]
#[path = "../../bench/src/workloads.rs"]
mod workloads;

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use memory::Counting;
use racers::{Ours, Tokio};
use turns::processor_time;
use workloads::{WORKLOADS, Workload};

#[global_allocator]
static COUNTING: Counting = Counting;

/// The rows, in the order of chapter 4's closing page.
const ROWS: [&str; 10] = [
    "spawn",
    "spawn_join",
    "yield",
    "pair",
    "chained",
    "join_loop",
    "spawn_remote",
    "block_on",
    "block_on_pair",
    "block_on_enter",
];

/// In this row two threads work at the same time, so its processor time is no share of the time on the clock.
const TWO_THREADS: &str = "spawn_remote";

fn main() -> ExitCode {
    let argument = env::args().nth(1);
    let rounds = argument.and_then(|rounds| rounds.parse().ok());
    let Some(rounds) = rounds.filter(|rounds| 0 < *rounds) else {
        eprintln!("race ROUNDS: how often each row is raced");
        return ExitCode::from(2);
    };
    match race(rounds) {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads our lines any more.
        Err(_) => ExitCode::FAILURE,
    }
}

fn race(rounds: usize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let (mut on_the_clock, mut on_a_processor) = (Duration::ZERO, Duration::ZERO);
    for name in ROWS {
        writeln!(out, "now {name}")?;
        out.flush()?;
        let (began, had) = (Instant::now(), processor_time());
        let row = turns::race(workload(name), rounds);
        if name != TWO_THREADS {
            on_the_clock += began.elapsed();
            on_a_processor += processor_time() - had;
        }
        writeln!(
            out,
            "row {name} {:.2} {:.2} {:.4} {:.4} {:.4}",
            row.tokio, row.ours, row.ratio.low, row.ratio.median, row.ratio.high
        )?;
    }
    writeln!(out, "now bytes")?;
    out.flush()?;
    let bytes = (memory::of_a_task::<Tokio>(), memory::of_a_task::<Ours>());
    writeln!(out, "bytes {:.1} {:.1}", bytes.0, bytes.1)?;
    let got = on_a_processor.as_secs_f64() / on_the_clock.as_secs_f64();
    writeln!(out, "got {:.3}", got.min(1.0))
}

fn workload(name: &str) -> &'static Workload {
    let found = WORKLOADS.iter().find(|workload| workload.name == name);
    found.expect("each row is a workload")
}
