//! Races our runtimes against others. `--help` says how.

mod blocking;
mod both;
mod callgrind;
mod floor;
mod instructions;
mod measure;
mod meetings;
mod memory;
mod pools;
mod primitives;
mod racers;
mod report;
mod sockets;
mod timers;
mod workloads;

use std::env;
use std::process::ExitCode;

use instructions::{count_primitives, count_runtimes, count_timers};
use measure::{race_primitives, race_runtimes, race_timers};
use meetings::{MEETINGS, Meeting};
use memory::Counting;
use serde_json::Value;
use timers::TIMERS;
use workloads::{WORKLOADS, Workload};

#[global_allocator]
static COUNTING: Counting = Counting;

const HELP: &str = "\
Races what we have built against others, in three tables.

The first is of runtimes: chapter 4's scheduler against tokio's current_thread, each without and with its
drivers, smol's executor, and the least code that does the same work by hand.

The second is of primitives: channels, locks, semaphores, notifications of chapters 5 and 6 against
those of tokio, of smol (async-channel, async-lock, async-broadcast, event-listener) and of futures.
All of them run on chapter 4's scheduler, whosever they are.

The third is of timers: chapter 9's driver on chapter 4's scheduler, tokio's current_thread with its time
driver, and smol's executor with async-io.

    cd course/bench
    cargo run --release                  the tables; below 1 is faster than tokio, or the best
    cargo run --release -- --json FILE   and all of it as JSON
    cargo run --release -- --only yield  one workload; or `runtimes`, `primitives`, `timers`
    cargo run --release -- --rounds 101  more rounds
    cargo run --release -- --count       instructions instead of time, with valgrind
    cargo run --release -- --both        the runtimes, with link-time optimization and as readers build it
    cargo run --release -- --both 101 yield      rounds, and one workload
    cargo run --profile readers          as a reader's program is built, without link-time optimization
    cargo run --release -- --list        what is measured
    cargo run --release -- --sockets 1 50 500    echo with so many connections; --rounds comes before
    cargo run --release -- --pool-sockets 500    echo with two workers; --rounds comes before
    cargo run --release -- --pools 31 spawn      runtimes with two workers: rounds, and a part of the rows' names
    cargo run --release -- --pool-row ours mt_yield 100    one row of one of them, so often, for a profiler
    cargo run --release -- --blocking    jobs for the blocking pool; --rounds comes before
    cargo run --release -- --echo ours 50 1000   one race of one racer, for `strace -c -f`

All who race are in one process and take turns, in an order that rotates. A ratio is that of two times
of the same round; the tables have the median over all rounds, and the quartiles: half of the rounds
lie in between. A table is worth something if they lie close together. What is measured is processor
time, so that other programs do not count; they still take the caches away. On a machine that is
busy, take more rounds, or count instructions. `taskset -c 0` keeps the threads on one processor.

The primitives are used from one thread. What is measured is how much they do, not how threads get
in each other's way.

Memory is that of a task that waits, and whose future holds 16 bytes: what is asked of the allocator,
and by how much the heap grows.
";

/// How many threads race, by the option that asks for it.
fn threads(option: &str) -> sockets::Threads {
    match option {
        "--pool-sockets" => sockets::Threads::Two,
        _ => sockets::Threads::One,
    }
}

struct Options {
    rounds: usize,
    only: Option<String>,
    json: Option<String>,
    is_count: bool,
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["--one", workload, racer, n] => {
            instructions::run_one(workload, racer, n.parse().expect("a number"));
            return ExitCode::SUCCESS;
        }
        ["--echo", racer, connections, n] => {
            let connections = connections.parse().expect("a number");
            sockets::run_one(racer, connections, n.parse().expect("a number"));
            return ExitCode::SUCCESS;
        }
        [
            sockets @ ("--sockets" | "--pool-sockets"),
            ref connections @ ..,
        ] => {
            sockets::race(threads(sockets), connections, 31);
            return ExitCode::SUCCESS;
        }
        [
            "--rounds",
            rounds,
            sockets @ ("--sockets" | "--pool-sockets"),
            ref connections @ ..,
        ] => {
            let rounds = rounds.parse().expect("a number");
            sockets::race(threads(sockets), connections, rounds);
            return ExitCode::SUCCESS;
        }
        ["--pools", ref rest @ ..] => {
            let rounds = rest
                .first()
                .map_or(31, |rounds| rounds.parse().expect("a number"));
            pools::race(rounds, rest.get(1).copied());
            return ExitCode::SUCCESS;
        }
        ["--pool-row", racer, row, times] => {
            pools::run_one(racer, row, times.parse().expect("a number"));
            return ExitCode::SUCCESS;
        }
        ["--blocking"] => {
            blocking::race(31);
            return ExitCode::SUCCESS;
        }
        ["--rounds", rounds, "--blocking"] => {
            blocking::race(rounds.parse().expect("a number"));
            return ExitCode::SUCCESS;
        }
        ["--both", ref rest @ ..] => {
            let rounds = rest.first().copied().unwrap_or("31");
            let only = rest.get(1).copied().unwrap_or(RUNTIMES);
            return match both::race(rounds, only) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("{error}");
                    ExitCode::FAILURE
                }
            };
        }
        ["--memory", racer] => {
            memory::run_one(racer);
            return ExitCode::SUCCESS;
        }
        ["--timer-memory", racer] => {
            memory::run_one_of_timers(racer);
            return ExitCode::SUCCESS;
        }
        ["--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        ["--list"] => {
            for workload in workloads() {
                println!("{:<16} {}", workload.name, workload.operation);
            }
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    match parse(&args) {
        Some(options) => run(&options),
        None => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
    }
}

fn parse(args: &[&str]) -> Option<Options> {
    let mut options = Options {
        rounds: 31,
        only: None,
        json: None,
        is_count: false,
    };
    let mut args = args.iter();
    while let Some(&arg) = args.next() {
        match arg {
            "--count" => options.is_count = true,
            "--rounds" => options.rounds = args.next()?.parse().ok().filter(|&n| 0 < n)?,
            "--only" => options.only = Some((*args.next()?).to_owned()),
            "--json" => options.json = Some((*args.next()?).to_owned()),
            _ => return None,
        }
    }
    let is_known = options.only.is_none()
        || is_meant(&options, RUNTIMES, RUNTIMES)
        || is_meant(&options, PRIMITIVES, PRIMITIVES)
        || is_meant(&options, TIMERS_TABLE, TIMERS_TABLE)
        || workloads().any(|workload| is_meant(&options, "", workload.name));
    is_known.then_some(options)
}

/// The names of the tables.
const RUNTIMES: &str = "runtimes";
const PRIMITIVES: &str = "primitives";
const TIMERS_TABLE: &str = "timers";

fn workloads() -> impl Iterator<Item = &'static Workload> {
    WORKLOADS
        .iter()
        .chain(MEETINGS.iter().map(|meeting| &meeting.workload))
        .chain(&TIMERS)
}

/// Whether a workload of this table is to be run.
fn is_meant(options: &Options, table: &str, name: &str) -> bool {
    let only = options.only.as_deref();
    only.is_none_or(|only| only == name || only == table)
}

fn run(options: &Options) -> ExitCode {
    let results = match options.is_count {
        true => count(options),
        false => measure(options),
    };
    let results = match results {
        Ok(results) => results,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let Some(path) = &options.json else {
        return ExitCode::SUCCESS;
    };
    match std::fs::write(path, format!("{results:#}\n")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write {path}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is to be run of the table of timers.
fn meant_timers(options: &Options) -> Vec<&'static Workload> {
    let timers = TIMERS
        .iter()
        .filter(|workload| is_meant(options, TIMERS_TABLE, workload.name));
    timers.collect()
}

/// What is to be run of the first two tables.
fn meant(options: &Options) -> (Vec<&'static Workload>, Vec<&'static Meeting>) {
    let runtimes = WORKLOADS
        .iter()
        .filter(|workload| is_meant(options, RUNTIMES, workload.name));
    let primitives = MEETINGS
        .iter()
        .filter(|meeting| is_meant(options, PRIMITIVES, meeting.workload.name));
    (runtimes.collect(), primitives.collect())
}

fn measure(options: &Options) -> Result<Value, String> {
    let (runtimes, primitives) = meant(options);
    let (mut races, mut meetings) = (Vec::new(), Vec::new());
    let mut memory = Vec::new();
    if !runtimes.is_empty() {
        report::print_head();
        for workload in runtimes {
            let result = race_runtimes(workload, options.rounds);
            report::print_race(&result);
            races.push(result);
        }
    }
    if is_meant(options, RUNTIMES, RUNTIMES) {
        memory = memory::all().map_err(|error| format!("memory could not be measured: {error}"))?;
        report::print_memory("task", &memory);
    }
    if !primitives.is_empty() {
        if !races.is_empty() {
            println!();
        }
        report::print_primitives_head();
        for meeting in primitives {
            let result = race_primitives(meeting, options.rounds);
            report::print_primitives(&result);
            meetings.push(result);
        }
    }
    let timers = meant_timers(options);
    if !timers.is_empty() {
        if !races.is_empty() || !meetings.is_empty() {
            println!();
        }
        report::print_head();
        for workload in timers {
            let result = race_timers(workload, options.rounds);
            report::print_race(&result);
            races.push(result);
        }
    }
    if is_meant(options, TIMERS_TABLE, TIMERS_TABLE) {
        let timers = memory::all_timers()
            .map_err(|error| format!("memory could not be measured: {error}"))?;
        report::print_memory("timer", &timers);
        report::print_lateness(&timers::lateness());
    }
    Ok(report::to_json(&races, &meetings, &memory, &[]))
}

fn count(options: &Options) -> Result<Value, String> {
    let needed = |error| format!("valgrind is needed to count instructions: {error}");
    let (runtimes, primitives) = meant(options);
    let mut counts = Vec::new();
    report::print_count_head();
    for workload in runtimes {
        if let Some(count) = count_runtimes(workload).map_err(needed)? {
            report::print_count(&count);
            counts.push(count);
        }
    }
    for workload in meant_timers(options) {
        if let Some(count) = count_timers(workload).map_err(needed)? {
            report::print_count(&count);
            counts.push(count);
        }
    }
    for meeting in primitives {
        let count = count_primitives(meeting).map_err(needed)?;
        report::print_count(&count);
        counts.push(count);
    }
    Ok(report::to_json(&[], &[], &[], &counts))
}
