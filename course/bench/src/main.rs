//! Races our runtimes against others. `--help` says how.

mod floor;
mod instructions;
mod measure;
mod memory;
mod racers;
mod report;
mod workloads;

use std::env;
use std::process::ExitCode;

use measure::race;
use memory::Counting;
use workloads::WORKLOADS;

#[global_allocator]
static COUNTING: Counting = Counting;

const HELP: &str = "\
Races chapter 4's scheduler against tokio's current_thread, smol's executor, and the least code that
does the same work by hand.

    cd course/bench
    cargo run --release                  the table; below 1 is faster than tokio
    cargo run --release -- --json FILE   and all of it as JSON
    cargo run --release -- --only yield  one workload
    cargo run --release -- --rounds 101  more rounds
    cargo run --release -- --count       instructions instead of time, with valgrind
    cargo run --release -- --list        what is measured

All runtimes are in one process and take turns, in an order that rotates. A ratio is that of two
times of the same round; the table has the median over all rounds, and the quartiles: half of the
rounds lie in between. The table is worth something if they lie close together. What is measured is
processor time, so that other programs do not count; they still take the caches away. On a machine
that is busy, take more rounds, or count instructions. `taskset -c 0` keeps the threads on one
processor.

Memory is that of a task that waits, and whose future holds 16 bytes: what is asked of the allocator,
and by how much the heap grows.
";

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
        ["--memory", racer] => {
            memory::run_one(racer);
            return ExitCode::SUCCESS;
        }
        ["--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        ["--list"] => {
            for workload in &WORKLOADS {
                println!("{:<15} {}", workload.name, workload.operation);
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
    let is_known = |name: &str| WORKLOADS.iter().any(|workload| workload.name == name);
    if options.only.as_deref().is_some_and(|only| !is_known(only)) {
        return None;
    }
    Some(options)
}

fn run(options: &Options) -> ExitCode {
    let only = options.only.as_deref();
    let (mut races, mut memory, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    if options.is_count {
        match instructions::count_all(only) {
            Ok(counted) => counts = counted,
            Err(error) => {
                eprintln!("valgrind is needed to count instructions: {error}");
                return ExitCode::FAILURE;
            }
        }
        report::print_counts(&counts);
    } else {
        report::print_head();
        for workload in &WORKLOADS {
            if only.is_none_or(|only| only == workload.name) {
                let result = race(workload, options.rounds);
                report::print_race(&result);
                races.push(result);
            }
        }
        if only.is_none() {
            memory = match memory::all() {
                Ok(memory) => memory,
                Err(error) => {
                    eprintln!("memory could not be measured: {error}");
                    return ExitCode::FAILURE;
                }
            };
            report::print_memory(&memory);
        }
    }
    let Some(path) = &options.json else {
        return ExitCode::SUCCESS;
    };
    let text = format!("{:#}\n", report::to_json(&races, &memory, &counts));
    match std::fs::write(path, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write {path}: {error}");
            ExitCode::FAILURE
        }
    }
}
