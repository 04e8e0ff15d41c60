//! Counts the instructions of chapter 4's scheduler, and says whether a row has grown.
//!
//! A race shows who is faster today. This shows what a change costs: the count of a row is the same on a busy
//! machine as on a quiet one, and needs no other runtime. `cargo press ci` runs it.
//!
//! ```text
//! cargo run --profile readers --no-default-features --bin rows              count all rows
//! cargo run --profile readers --no-default-features --bin rows -- spawn     one row
//! cargo run --profile readers --no-default-features --bin rows -- --check   compare with what is allowed
//! ```

#![cfg_attr(
    feature = "peers",
    allow(dead_code, unused_imports, reason = "it is a program of ours alone")
)]

mod callgrind;
mod racers;
mod workloads;

use std::env;
use std::io;
use std::process::ExitCode;

use callgrind::collected;
use racers::{Ours, Racer};
use workloads::{WORKLOADS, Workload};

/// What an operation may take, on x86-64 with the profile `readers`: the count of the day it was written here, by
/// Rust 1.95. A change that makes a row shorter lowers its number.
const ALLOWED: [(&str, f64); 7] = [
    ("spawn", 345.0),
    ("spawn_join", 415.0),
    ("yield", 141.0),
    ("pair", 1037.0),
    ("chained", 360.0),
    ("join_loop", 671.0),
    ("block_on", 705.0),
];

/// By how much a row may be above its number. Another version of the compiler makes other instructions of the
/// same code, and that of the system's allocator is not ours.
const SLACK: f64 = 1.08;

/// Valgrind is slow, and a tenth of the work tells as much.
const SHARE: usize = 10;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let is_ok = match args[..] {
        ["--one", workload, n] => {
            let rt = Ours::start();
            // Once before it counts: memory that is used again costs less than new memory.
            workloads::run(&rt, workload, 2 * row(workload).n / SHARE);
            workloads::run(&rt, workload, n.parse().expect("a number"));
            Ok(true)
        }
        ["--check"] => check(),
        ref names => print(names).map(|()| true),
    };
    match is_ok {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("valgrind is needed to count instructions: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Counts these rows, or all.
fn print(names: &[&str]) -> io::Result<()> {
    for (name, _) in ALLOWED {
        if names.is_empty() || names.contains(&name) {
            let row = row(name);
            println!("{name:<12} {:>6.0}   {}", count(row)?, row.operation);
        }
    }
    Ok(())
}

/// Compares all rows with what is allowed. Returns whether none has grown.
fn check() -> io::Result<bool> {
    let mut is_ok = true;
    for (name, allowed) in ALLOWED {
        let counted = count(row(name))?;
        let has_grown = allowed * SLACK < counted;
        let verdict = if has_grown { "has grown" } else { "ok" };
        println!("{name:<12} {counted:>6.0} of {allowed:>4.0}   {verdict}");
        is_ok &= !has_grown;
    }
    Ok(is_ok)
}

fn row(name: &str) -> &'static Workload {
    let row = WORKLOADS.iter().find(|workload| workload.name == name);
    row.expect("every row is a workload")
}

/// Instructions per operation: those of twice the work, less those of the work.
fn count(row: &Workload) -> io::Result<f64> {
    let n = row.n / SHARE;
    let once = collected(&["--one", row.name, &n.to_string()])?;
    let twice = collected(&["--one", row.name, &(2 * n).to_string()])?;
    Ok((twice - once) as f64 / n as f64)
}
