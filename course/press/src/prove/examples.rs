//! The examples, run on the solved chapters and compared with what is recorded of them.

use std::fs::{self, File};
use std::process::Command;
use std::time::Duration;

use course::course::{Chapter, Course};
use course::problem::Result;
use course::process::{self, Cancel, End};
use course::{cargo, check};

use super::bench::Bench;
use super::report::Finding;
use super::variant::Kind;

/// Runs the examples of these chapters. Says in a line how many print what is recorded.
///
/// # Errors
///
/// If the run is cancelled.
pub fn run(
    course: &Course,
    bench: &Bench<'_>,
    chapters: &[&Chapter],
    cancel: &Cancel,
) -> Result<(String, Vec<Finding>)> {
    let mut findings = Vec::new();
    let (mut good, mut all) = (0, 0);
    let solved = bench
        .variants
        .iter()
        .filter(|v| matches!(v.kind, Kind::Solved));
    for variant in solved.filter(|v| chapters.iter().any(|c| c.number == v.chapter.number)) {
        let chapter = variant.chapter;
        for example in &chapter.examples {
            all += 1;
            let target = format!("{}_{}", chapter.package, example.name);
            let printed = match bench.build.executable(&variant.package(), &target) {
                Some(executable) => {
                    let mut command = Command::new(executable);
                    command.current_dir(&course.root).env("NO_COLOR", "1");
                    output(
                        command,
                        course::run::input(course, chapter, &example.name),
                        cancel,
                    )?
                }
                None => Err("it was not built".to_owned()),
            };
            let folder = course.solution_dir(chapter);
            let recorded = folder.join("output").join(format!("{}.txt", example.name));
            let recorded = fs::read_to_string(recorded).unwrap_or_default();
            let seen = match printed {
                Err(seen) => seen,
                Ok(printed) => match first_difference(&recorded, &printed) {
                    None => {
                        good += 1;
                        continue;
                    }
                    Some(difference) => difference,
                },
            };
            findings.push(Finding {
                what: format!(
                    "the example `{}` of chapter {} prints what is recorded",
                    example.name, chapter.number
                ),
                seen,
                reproduce: format!("cargo course run {} {}", chapter.number, example.name),
            });
        }
    }
    Ok((
        format!("examples: {good} of {all} print what is recorded"),
        findings,
    ))
}

const EXAMPLE_LIMIT: Duration = Duration::from_secs(120);

fn output(
    command: Command,
    input: Option<File>,
    cancel: &Cancel,
) -> Result<Result<String, String>> {
    // A program that has read its input may say that it has failed: its session shows a failure, too.
    let may_fail = input.is_some();
    let finished = match process::run_on(command, input, EXAMPLE_LIMIT, cancel) {
        Ok(finished) => finished,
        Err(error) => return Ok(Err(format!("it cannot be started: {error}"))),
    };
    let stderr = finished.stderr.text();
    Ok(match finished.end {
        End::Cancelled => return Err(cargo::cancelled()),
        End::TimedOut | End::TooLarge(_) => Err(format!(
            "it had not ended after {} seconds",
            EXAMPLE_LIMIT.as_secs()
        )),
        End::Exited(status) if status.success() => Ok(finished.stdout.text()),
        End::Exited(status) if may_fail && status.code() == Some(1) => Ok(finished.stdout.text()),
        End::Exited(status) => match check::panics::hole(&stderr) {
            Some(label) => Err(format!("it runs into the hole `{label}`")),
            None => Err(format!("it ends with {status}\n{stderr}")),
        },
    })
}

/// Where two outputs differ in more than numbers and spacing, which change from run to run.
fn first_difference(recorded: &str, printed: &str) -> Option<String> {
    let (mut left, mut right) = (recorded.trim_end().lines(), printed.trim_end().lines());
    loop {
        let (recorded, printed) = (left.next(), right.next());
        if recorded.is_none() && printed.is_none() {
            return None;
        }
        if recorded.map(normal) != printed.map(normal) {
            return Some(format!(
                "recorded: {}\nprinted:  {}",
                recorded.unwrap_or("(the end)"),
                printed.unwrap_or("(the end)"),
            ));
        }
    }
}

/// A line with each number as `#` and each run of spaces as one.
fn normal(line: &str) -> String {
    let mut normal = String::new();
    for c in line.trim_end().chars() {
        let c = match c {
            '0'..='9' => '#',
            '.' | ',' if normal.ends_with('#') => continue,
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if !(matches!(c, '#' | ' ') && normal.ends_with(c)) {
            normal.push(c);
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_spacing_do_not_matter() {
        let recorded = "10 000 timers:  1.25 ms\nend\n";
        assert_eq!(
            first_difference(recorded, "10 000 timers: 17 ms\nend"),
            None
        );
        let difference = first_difference(recorded, "10 000 tasks: 17 ms\nend").unwrap();
        assert!(difference.contains("10 000 tasks"), "{difference}");
        assert!(
            first_difference(recorded, "10 000 timers: 1 ms")
                .unwrap()
                .contains("(the end)")
        );
    }
}
