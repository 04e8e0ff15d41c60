//! The results, for people and for programs.

use serde_json::{Value, json};

use crate::instructions::Count;
use crate::measure::Race;
use crate::memory::Memory;
use crate::racers::{Ours, Racer, Tokio};

/// What we want to reach: our ratio to tokio.
const TARGETS: [(&str, f64); 8] = [
    ("spawn", 0.5),
    ("spawn_join", 0.5),
    ("chained", 0.5),
    ("join_loop", 0.5),
    ("block_on", 0.5),
    ("yield", 0.65),
    ("pair", 0.85),
    ("bytes", 0.45),
];

pub fn print_head() {
    println!(
        "{:<15} {:>9}   {:>24}   {:>6} {:>6}   target",
        "ns", "tokio", "ours/tokio (quartiles)", "smol", "floor"
    );
}

pub fn print_race(race: &Race) {
    let lane = |name| race.lanes.iter().find(|lane| lane.name == name);
    let ours = lane(Ours::NAME).expect("we race");
    let ratio = |name| match lane(name) {
        Some(lane) => format!("{:.2}", lane.ratio.median),
        None => String::new(),
    };
    println!(
        "{:<15} {:>9.1}   {:>8.2}   ({:>5.2}..{:>5.2})   {:>6} {:>6}   {}",
        race.workload.name,
        lane(Tokio::NAME).expect("tokio races").nanos,
        ours.ratio.median,
        ours.ratio.low,
        ours.ratio.high,
        ratio("smol"),
        ratio("floor"),
        target(race.workload.name, ours.ratio.median),
    );
}

pub fn print_memory(memory: &[Memory]) {
    let tokio = find(memory, Tokio::NAME);
    println!();
    println!(
        "{:<8} {:>12} {:>12} {:>12} {:>8}",
        "task", "allocations", "asked", "taken", "ratio"
    );
    for lane in memory {
        let ratio = lane.heap / tokio.heap;
        let target = match lane.name {
            Ours::NAME => target("bytes", ratio),
            _ => String::new(),
        };
        println!(
            "{:<8} {:>12.2} {:>12.1} {:>12.1} {:>8.2}   {target}",
            lane.name, lane.allocations, lane.asked, lane.heap, ratio
        );
    }
}

pub fn print_counts(counts: &[Count]) {
    println!(
        "{:<15} {:>8} {:>10}   others",
        "instructions", "tokio", "ours/tokio"
    );
    for count in counts {
        let of = |name| count.instructions.iter().find(|lane| lane.0 == name);
        let tokio = of(Tokio::NAME).expect("tokio races").1;
        let ours = of(Ours::NAME).expect("we race").1;
        print!(
            "{:<15} {tokio:>8.0} {:>10.2}  ",
            count.workload.name,
            ours / tokio
        );
        for (name, instructions) in &count.instructions[2..] {
            print!(" {name} {:.2}", instructions / tokio);
        }
        println!();
    }
}

pub fn to_json(races: &[Race], memory: &[Memory], counts: &[Count]) -> Value {
    json!({
        "races": races.iter().map(|race| json!({
            "workload": race.workload.name,
            "operation": race.workload.operation,
            "lanes": race.lanes.iter().map(|lane| json!({
                "runtime": lane.name,
                "nanos": lane.nanos,
                "ratio": lane.ratio.median,
                "ratio_low": lane.ratio.low,
                "ratio_high": lane.ratio.high,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "memory": memory.iter().map(|lane| json!({
            "runtime": lane.name,
            "allocations": lane.allocations,
            "bytes_asked": lane.asked,
            "bytes_taken": lane.heap,
        })).collect::<Vec<_>>(),
        "instructions": counts.iter().map(|count| json!({
            "workload": count.workload.name,
            "lanes": count.instructions.iter().map(|(name, instructions)| json!({
                "runtime": name,
                "instructions": instructions,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

fn find<'a>(memory: &'a [Memory], name: &str) -> &'a Memory {
    memory
        .iter()
        .find(|lane| lane.name == name)
        .expect("it races")
}

fn target(name: &str, ratio: f64) -> String {
    let Some((_, target)) = TARGETS.iter().find(|target| target.0 == name) else {
        return String::new();
    };
    match ratio <= *target {
        true => format!("{target:.2}"),
        false => format!("{target:.2}, missed"),
    }
}
