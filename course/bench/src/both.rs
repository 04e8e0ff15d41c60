//! The race of the runtimes in both profiles, and what came of our aims.
//!
//! A scheduler is called through many small functions of several crates. With fat link-time optimization the
//! compiler sees all of them at once. Without it, it sees one crate at a time, and that is how most programs are built.
//! A ratio that holds in the first way need not hold in the second.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::racers::{Ours, Racer, Tokio, TokioDrivers};
use crate::report::aim;

/// One profile's results.
struct Side {
    title: &'static str,
    results: Value,
}

/// Builds this program as a reader would, runs it and this one with the same arguments, and prints one table.
pub fn race(rounds: &str, only: &str) -> Result<(), String> {
    let readers = build_for_readers()?;
    let here = env::current_exe().map_err(|error| error.to_string())?;
    let sides = [
        Side::run("LTO", &here, rounds, only)?,
        Side::run("readers", &readers, rounds, only)?,
    ];
    print(&sides);
    Ok(())
}

/// Returns where the program is then.
fn build_for_readers() -> Result<PathBuf, String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "build",
            "--locked",
            "--profile",
            "readers",
            "--manifest-path",
        ])
        .arg(&manifest)
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !status.success() {
        return Err("it cannot be built with the profile `readers`".to_owned());
    }
    // Beside the directory of the profile that we are in.
    let here = env::current_exe().map_err(|error| error.to_string())?;
    let name = here.file_name().unwrap_or(OsStr::new("bench"));
    let target = here.parent().and_then(Path::parent);
    let target = target.ok_or("this program is in no target directory")?;
    Ok(target.join("readers").join(name))
}

impl Side {
    fn run(title: &'static str, program: &Path, rounds: &str, only: &str) -> Result<Side, String> {
        let file = env::temp_dir().join(format!("race-{title}-{}.json", std::process::id()));
        println!("{title}: {}", program.display());
        let status = Command::new(program)
            .args(["--rounds", rounds, "--only", only, "--json"])
            .arg(&file)
            .status()
            .map_err(|error| format!("{} cannot be started: {error}", program.display()))?;
        if !status.success() {
            return Err(format!("{} failed", program.display()));
        }
        let text = fs::read_to_string(&file).map_err(|error| error.to_string())?;
        let results = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        // It has been read, and the system removes such files in any case.
        let _ = fs::remove_file(&file);
        println!();
        Ok(Side { title, results })
    }

    /// What we take in this race, as a ratio to another lane of the same rounds.
    fn ours_to(&self, workload: &str, lane: &str) -> Option<f64> {
        self.lane(workload, lane)?["ours"].as_f64()
    }

    fn nanos(&self, workload: &str) -> Option<f64> {
        self.lane(workload, Ours::NAME)?["nanos"].as_f64()
    }

    fn lane(&self, workload: &str, lane: &str) -> Option<&Value> {
        let races = self.results["races"].as_array()?;
        let race = races.iter().find(|race| race["workload"] == workload)?;
        let lanes = race["lanes"].as_array()?;
        lanes.iter().find(|it| it["runtime"] == lane)
    }

    /// Bytes of a task that waits, as a ratio to tokio's.
    fn bytes(&self) -> Option<f64> {
        let memory = self.results["memory"].as_array()?;
        let taken = |name: &str| {
            let lane = memory.iter().find(|it| it["runtime"] == name)?;
            lane["bytes_taken"].as_f64()
        };
        Some(taken(Ours::NAME)? / taken(Tokio::NAME)?)
    }
}

fn print(sides: &[Side; 2]) {
    println!("Ours has no drivers. Each ratio is the median over all rounds.");
    println!();
    println!(
        "{:<15} {:>5}   {:^17}   {:^17}   {:>17}",
        "", "", "tokio + drivers", "tokio", "ours, ns"
    );
    let [lto, readers] = sides;
    println!(
        "{:<15} {:>5}   {:>8} {:>8}   {:>8} {:>8}   {:>8} {:>8}",
        "", "aim", lto.title, readers.title, lto.title, readers.title, lto.title, readers.title
    );
    let races = lto.results["races"].as_array().into_iter().flatten();
    for race in races {
        let Some(name) = race["workload"].as_str() else {
            continue;
        };
        let ratio = |side: &Side, lane| shown(side.ours_to(name, lane), 2);
        println!(
            "{name:<15} {:>5}   {:>8} {:>8}   {:>8} {:>8}   {:>8} {:>8}",
            shown(aim(name), 2),
            ratio(lto, TokioDrivers::NAME),
            ratio(readers, TokioDrivers::NAME),
            ratio(lto, Tokio::NAME),
            ratio(readers, Tokio::NAME),
            shown(lto.nanos(name), 1),
            shown(readers.nanos(name), 1),
        );
    }
    if let Some(bytes) = lto.bytes() {
        println!(
            "{:<15} {:>5}   {bytes:>8.2}",
            "bytes",
            shown(aim("bytes"), 2)
        );
    }
}

fn shown(number: Option<f64>, digits: usize) -> String {
    number.map_or(String::new(), |number| format!("{number:.digits$}"))
}
