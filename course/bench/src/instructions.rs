//! Instructions per operation, counted by valgrind: the same on a busy machine as on a quiet one.
//!
//! Each runtime runs each workload in a process of its own, once with `n` operations and once with
//! twice as many. The difference is what `n` operations take.

use std::env;
use std::io;
use std::process::Command;

use crate::floor;
use crate::racers::{Ours, Racer, Smol, Tokio};
use crate::workloads::{self, WORKLOADS, Workload};

/// Instructions per operation of one workload, by runtime.
pub struct Count {
    pub workload: &'static Workload,
    pub instructions: Vec<(&'static str, f64)>,
}

/// Valgrind is slow, and a tenth of the work tells as much.
const SHARE: usize = 10;

/// Workloads whose count depends on when another thread runs.
const UNSTEADY: [&str; 1] = ["spawn_remote"];

pub fn count_all(only: Option<&str>) -> io::Result<Vec<Count>> {
    let mut counts = Vec::new();
    for workload in &WORKLOADS {
        if UNSTEADY.contains(&workload.name) || only.is_some_and(|only| only != workload.name) {
            continue;
        }
        let mut instructions = Vec::new();
        for name in [Tokio::NAME, Ours::NAME, Smol::NAME, "floor"] {
            if name == "floor" && floor::run(workload.name, 200).is_none() {
                continue;
            }
            let n = workload.n / SHARE;
            let once = run_counted(workload.name, name, n)?;
            let twice = run_counted(workload.name, name, 2 * n)?;
            instructions.push((name, (twice - once) as f64 / n as f64));
        }
        counts.push(Count {
            workload,
            instructions,
        });
    }
    Ok(counts)
}

/// What a process that is being counted does: one workload, on one runtime.
pub fn run_one(workload: &str, racer: &str, n: usize) {
    match racer {
        Tokio::NAME => workloads::run(&Tokio::start(), workload, n),
        Ours::NAME => workloads::run(&Ours::start(), workload, n),
        Smol::NAME => workloads::run(&Smol::start(), workload, n),
        _ => floor::run(workload, n).expect("the floor has this workload"),
    }
}

fn run_counted(workload: &str, racer: &str, n: usize) -> io::Result<i64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args(["--one", workload, racer, &n.to_string()])
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    // "==123== Collected : 456789"
    text.lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, count)| count.trim().parse().ok())
        .ok_or_else(|| io::Error::other(format!("valgrind counted nothing:\n{text}")))
}
