//! The results, for people and for programs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::instructions::Count;
use crate::measure::{Lane, Race};
use crate::memory::Memory;
use crate::racers::{Ours, OursDrivers, Racer, Tokio, TokioDrivers};
use crate::timers::Lateness;

/// What we want to reach: our ratio to tokio, both with their drivers where that is raced.
const TARGETS: [(&str, f64); 14] = [
    ("spawn", 0.20),
    ("spawn_join", 0.20),
    ("chained", 0.23),
    ("join_loop", 0.30),
    ("block_on", 0.12),
    ("yield", 0.50),
    ("pair", 0.68),
    ("start_stop", 0.50),
    ("bytes", 0.50),
    ("timers_cancel", 0.5),
    ("timers_churn", 0.33),
    ("timers_ready", 0.11),
    ("timers_fire", 0.5),
    ("bytes_of_timer", 0.75),
];

pub fn print_head() {
    println!(
        "{:<15} {:>9}   {:>24}   {:>12} {:>11}   {:>6} {:>6}   target",
        "ns", "tokio", "ours/tokio (quartiles)", "with drivers", "to our own", "smol", "floor"
    );
}

pub fn print_race(race: &Race) {
    let tokio = race.lane(Tokio::NAME).expect("tokio races");
    let lane = race.lane(Ours::NAME).expect("we race");
    let ours = lane.ratio_to(tokio);
    // Both with drivers that nothing uses, and what ours cost us.
    let driven = race.lane(OursDrivers::NAME);
    let to_drivers = driven
        .zip(race.lane(TokioDrivers::NAME))
        .map(|(ours, theirs)| ours.ratio_to(theirs).median);
    let to_own = driven.map(|driven| driven.ratio_to(lane).median);
    let shown = |ratio: Option<f64>| ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
    let ratio = |name| match race.lane(name) {
        Some(lane) => format!("{:.2}", lane.ratio_to(tokio).median),
        None => String::new(),
    };
    println!(
        "{:<15} {:>9.1}   {:>8.2}   ({:>5.2}..{:>5.2})   {:>12} {:>11}   {:>6} {:>6}   {}",
        race.workload.name,
        tokio.nanos(),
        ours.median,
        ours.low,
        ours.high,
        shown(to_drivers),
        shown(to_own),
        ratio("smol"),
        ratio("floor"),
        target(race.workload.name, to_drivers.unwrap_or(ours.median)),
    );
}

/// The primitives' table is the other way round: what matters is who is the best of the others, and
/// that differs.
pub fn print_primitives_head() {
    println!(
        "{:<16} {:>8} {:>8}   {:>24}   {:>10} {:>10} {:>12}",
        "ns", "best", "", "ours/best (quartiles)", "ours/tokio", "ours/smol", "ours/futures"
    );
}

pub fn print_primitives(race: &Race) {
    let ours = race.lane(Ours::NAME).expect("we race");
    let best = best(race);
    let to_best = ours.ratio_to(best);
    let ratio = |name| match race.lane(name) {
        Some(lane) => format!("{:.2}", ours.ratio_to(lane).median),
        None => String::new(),
    };
    println!(
        "{:<16} {:>8.1} {:>8}   {:>8.2}   ({:>5.2}..{:>5.2})   {:>10} {:>10} {:>12}",
        race.workload.name,
        best.nanos(),
        best.name,
        to_best.median,
        to_best.low,
        to_best.high,
        ratio("tokio"),
        ratio("smol"),
        ratio("futures"),
    );
}

/// The fastest of the others.
fn best(race: &Race) -> &Lane {
    race.lanes
        .iter()
        .filter(|lane| lane.name != Ours::NAME)
        .min_by(|a, b| a.nanos().total_cmp(&b.nanos()))
        .expect("somebody races with us")
}

/// How late tasks are that sleep: one at a time, and very many at once.
pub fn print_lateness(lateness: &[Vec<Lateness>; 2]) {
    println!();
    println!(
        "{:<8} {:>24} {:>24}",
        "late, us", "one, median and p99", "100 000, median and p99"
    );
    for (one, many) in lateness[0].iter().zip(&lateness[1]) {
        let micros = |duration: Duration| duration.as_micros();
        println!(
            "{:<8} {:>12} {:>11} {:>12} {:>11}",
            one.name,
            micros(one.median),
            micros(one.p99),
            micros(many.median),
            micros(many.p99)
        );
    }
}

pub fn print_memory(what: &str, memory: &[Memory]) {
    let tokio = find(memory, Tokio::NAME);
    println!();
    println!(
        "{:<8} {:>12} {:>12} {:>12} {:>8}",
        what, "allocations", "asked", "taken", "ratio"
    );
    for lane in memory {
        let ratio = lane.heap / tokio.heap;
        let target = match lane.name {
            Ours::NAME if what == "timer" => target("bytes_of_timer", ratio),
            Ours::NAME => target("bytes", ratio),
            _ => String::new(),
        };
        println!(
            "{:<8} {:>12.2} {:>12.1} {:>12.1} {:>8.2}   {target}",
            lane.name, lane.allocations, lane.asked, lane.heap, ratio
        );
    }
}

pub fn print_count_head() {
    println!(
        "{:<16} {:>8} {:>10}   others/tokio",
        "instructions", "tokio", "ours/tokio"
    );
}

pub fn print_count(count: &Count) {
    let of = |name| count.instructions.iter().find(|lane| lane.0 == name);
    let tokio = of(Tokio::NAME).expect("tokio races").1;
    let ours = of(Ours::NAME).expect("we race").1;
    print!(
        "{:<16} {tokio:>8.0} {:>10.2}  ",
        count.workload.name,
        ours / tokio
    );
    for (name, instructions) in &count.instructions[2..] {
        print!(" {name} {:.2}", instructions / tokio);
    }
    println!();
}

pub fn to_json(races: &[Race], primitives: &[Race], memory: &[Memory], counts: &[Count]) -> Value {
    json!({
        "races": races.iter().map(race_to_json).collect::<Vec<_>>(),
        "primitives": primitives.iter().map(race_to_json).collect::<Vec<_>>(),
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

/// All ratios are to tokio; those of ours to the others follow separately, as the median of ratios is
/// not the ratio of medians.
fn race_to_json(race: &Race) -> Value {
    let tokio = race.lane(Tokio::NAME).expect("tokio races");
    let ours = race.lane(Ours::NAME).expect("we race");
    let lane_to_json = |lane: &Lane| {
        let (to_tokio, of_ours) = (lane.ratio_to(tokio), ours.ratio_to(lane));
        json!({
            "runtime": lane.name,
            "nanos": lane.nanos(),
            "ratio": to_tokio.median,
            "ratio_low": to_tokio.low,
            "ratio_high": to_tokio.high,
            "ours": of_ours.median,
            "ours_low": of_ours.low,
            "ours_high": of_ours.high,
        })
    };
    json!({
        "workload": race.workload.name,
        "operation": race.workload.operation,
        "lanes": race.lanes.iter().map(lane_to_json).collect::<Vec<_>>(),
    })
}

fn find<'a>(memory: &'a [Memory], name: &str) -> &'a Memory {
    memory
        .iter()
        .find(|lane| lane.name == name)
        .expect("it races")
}

/// What we want to reach in this row.
pub fn aim(name: &str) -> Option<f64> {
    let target = TARGETS.iter().find(|target| target.0 == name)?;
    Some(target.1)
}

fn target(name: &str, ratio: f64) -> String {
    let Some(target) = aim(name) else {
        return String::new();
    };
    match ratio <= target {
        true => format!("{target:.2}"),
        false => format!("{target:.2}, missed"),
    }
}
