//! Starts the servers, and drives them as strangers would.
//!
//! ```text
//! drive check [--load-ms MS]                     what the servers answer, to curl, wrk, h2load, redis-cli and others
//! drive race  [--rounds COUNT] [--load-ms MS]    `web` and `web_on_tokio` in turn (build both with --features tokio-peer)
//! drive soak  [--seconds COUNT] [--runtime R]    good clients and bad ones, all at once
//! ```
//!
//! The servers are programs of this package. `drive` looks for them beside itself.

use std::error::Error;
use std::process::ExitCode;

use servers::arguments::Arguments;

mod check;
mod clients;
mod process;
mod race;
mod report;
mod soak;
mod tools;

const USAGE: &str =
    "drive check [--load-ms MS] | drive race [--rounds COUNT] [--load-ms MS] [--idle COUNT]
    | drive soak [--seconds COUNT] [--runtime current|THREADS]";

fn main() -> ExitCode {
    let what = std::env::args().nth(1).unwrap_or_default();
    let arguments = Arguments::read(USAGE, 2);
    if let Err(error) = process::raise_descriptors() {
        eprintln!("the number of open files stays as it is: {error}");
    }
    let all_well: Result<bool, Box<dyn Error>> = match what.as_str() {
        "check" => check::run(&arguments),
        "race" => race::run(&arguments),
        "soak" => soak::run(&arguments),
        _ => {
            eprintln!("usage: {USAGE}");
            return ExitCode::from(2);
        }
    };
    match all_well {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
