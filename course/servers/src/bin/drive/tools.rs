//! Programs of others: curl, wrk, h2load, redis-cli, redis-benchmark.

use std::fs;
use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

use super::report::{Checked, Outcome};

/// What a program said, or that there is none.
pub enum Ran {
    /// What it wrote to standard output.
    Said(Vec<u8>),
    /// There is no such program here.
    Missing(&'static str),
}

/// Runs a program to its end.
///
/// # Errors
///
/// If it cannot be started, though it is there; or says by its exit that it has failed.
pub fn run(program: &'static str, arguments: &[&str], input: &[u8]) -> Result<Ran, String> {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Ran::Missing(program)),
        Err(error) => return Err(format!("{program} cannot be started: {error}")),
    };
    let mut stdin = child.stdin.take().expect("it is a pipe");
    // It may end before it has read all.
    let wrote = std::thread::scope(|scope| {
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output()
    });
    let output = wrote.map_err(|error| format!("{program}: {error}"))?;
    match output.status.success() {
        true => Ok(Ran::Said(output.stdout)),
        false => Err(format!(
            "{program} {}: {}\n{}{}",
            arguments.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

/// Runs a program, and looks at what it says.
pub fn check(
    program: &'static str,
    arguments: &[&str],
    input: &[u8],
    look: impl FnOnce(&[u8]) -> Checked,
) -> Checked {
    match run(program, arguments, input)? {
        Ran::Said(said) => look(&said),
        Ran::Missing(program) => Ok(Outcome::Skipped(format!("there is no {program} here"))),
    }
}

/// What `wrk` or `h2load` has measured.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Requests that were answered.
    pub requests: u64,
    /// Requests per second.
    pub rate: f64,
    /// All but one of a hundred are answered within so many milliseconds.
    pub p99_ms: f64,
}

/// Loads an HTTP server, from one thread and so many connections.
///
/// # Errors
///
/// If a request was not answered, or answered with an error.
pub fn wrk(url: &str, connections: u32, ms: u64) -> Result<Option<Load>, String> {
    let connections = format!("-c{connections}");
    // It takes whole seconds.
    let duration = format!("-d{}s", ms.div_ceil(1000).max(1));
    let said = match run(
        "wrk",
        &["-t1", &connections, &duration, "--latency", url],
        b"",
    )? {
        Ran::Missing(_) => return Ok(None),
        Ran::Said(said) => String::from_utf8_lossy(&said).into_owned(),
    };
    if said.contains("Socket errors") || said.contains("Non-2xx") {
        return Err(said);
    }
    let load = || {
        let requests = word_before(&said, "requests in")?.parse().ok()?;
        let rate = word_after(&said, "Requests/sec:")?.parse().ok()?;
        // Among the quantiles. There are other percentages.
        let p99_ms = milliseconds(word_after(&said, "\n     99%")?)?;
        Some(Load {
            requests,
            rate,
            p99_ms,
        })
    };
    load().map(Some).ok_or(said.clone())
}

/// Loads an HTTP/2 server, from one thread and so many connections with so many requests at once on each.
///
/// # Errors
///
/// If a request was not answered, or answered with an error.
pub fn h2load(url: &str, connections: u32, each: u32, ms: u64) -> Result<Option<Load>, String> {
    // It tells quantiles of nothing, but writes down how long each request took.
    let log = std::env::temp_dir().join(format!("h2load-{}", std::process::id()));
    let clients = format!("-c{connections}");
    let streams = format!("-m{each}");
    let duration = format!("-D{ms}ms");
    let log_file = format!("--log-file={}", log.display());
    let ran = run(
        "h2load",
        &["-t1", &clients, &streams, &duration, &log_file, url],
        b"",
    );
    let times = fs::read_to_string(&log);
    drop(fs::remove_file(&log));
    let said = match ran? {
        Ran::Missing(_) => return Ok(None),
        Ran::Said(said) => String::from_utf8_lossy(&said).into_owned(),
    };
    let times = times.map_err(|error| format!("{}: {error}", log.display()))?;
    let load = || {
        let requests: u64 = word_before(&said, "done,")?.parse().ok()?;
        let succeeded: u64 = word_before(&said, "succeeded,")?.parse().ok()?;
        let rate = word_before(&said, "req/s,")?.parse().ok()?;
        let time_us = |line: &str| line.split('\t').nth(2)?.parse().ok();
        let mut times_us: Vec<u64> = times.lines().filter_map(time_us).collect();
        times_us.sort_unstable();
        let p99_us = *times_us.get(times_us.len() * 99 / 100)?;
        (requests == succeeded).then_some(Load {
            requests,
            rate,
            p99_ms: p99_us as f64 / 1000.0,
        })
    };
    load().map(Some).ok_or(said.clone())
}

fn word_after<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.split_once(label)?.1.split_whitespace().next()
}

fn word_before<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.split_once(label)?.0.split_whitespace().next_back()
}

fn milliseconds(text: &str) -> Option<f64> {
    let (number, unit_ms) = if let Some(number) = text.strip_suffix("us") {
        (number, 0.001)
    } else if let Some(number) = text.strip_suffix("ms") {
        (number, 1.0)
    } else {
        (text.strip_suffix('s')?, 1000.0)
    };
    number.parse().ok().map(|number: f64| number * unit_ms)
}
