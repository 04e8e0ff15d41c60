//! What came of one test program.

use std::time::Duration;

use course::process::{End, Finished};

/// What a test program printed, and how it ended.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// How many tests there were of each kind.
    pub counts: Counts,
    /// How long it took.
    pub took: Duration,
    /// The names of the tests that failed.
    pub failed: Vec<String>,
    /// What there is to read of those that failed.
    pub said: String,
    /// All that it printed.
    pub output: String,
    /// How it ended, if not as a test program does.
    pub broke_off: Option<String>,
}

/// How many tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// They passed.
    pub passed: usize,
    /// They failed.
    pub failed: usize,
    /// They are run only when they are asked for.
    pub ignored: usize,
    /// Others were asked for.
    pub filtered_out: usize,
}

impl Counts {
    /// Adds those of another program.
    pub fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.filtered_out += other.filtered_out;
    }

    /// Reads the last line of a test program, if it is that.
    fn parse(line: &str) -> Option<Counts> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut found = Counts::default();
        for part in counts.split("; ") {
            let Some((number, what)) = part.split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse() else { continue };
            match what {
                "passed" => found.passed = number,
                "failed" => found.failed = number,
                "ignored" => found.ignored = number,
                "filtered out" => found.filtered_out = number,
                _ => {}
            }
        }
        Some(found)
    }
}

impl Ran {
    /// Reads it.
    pub fn new(finished: &Finished) -> Ran {
        let (stdout, stderr) = (finished.stdout.text(), finished.stderr.text());
        let mut ran = Ran {
            took: finished.took,
            ..Ran::default()
        };
        // The examples of a documentation are several programs.
        for counts in stdout.lines().filter_map(Counts::parse) {
            ran.counts.add(counts);
        }
        let is_fine = matches!(finished.end, End::Exited(status) if status.success());
        if !is_fine {
            ran.failed = failed(&stdout);
            ran.said = said(&stdout).unwrap_or_default().to_owned();
        }
        if !is_fine && ran.failed.is_empty() {
            ran.broke_off = Some(match finished.end {
                End::Exited(status) => status.to_string(),
                End::TimedOut => {
                    ran.failed = still_running(&stdout);
                    "it did not end".to_owned()
                }
                end => format!("{end:?}"),
            });
            ran.counts.failed = ran.counts.failed.max(1);
            ran.said = format!("{stdout}{stderr}");
        }
        ran.output = format!("{stdout}{stderr}");
        ran
    }

    /// Names the test in which a program broke off, as it did so again with one test at a time.
    pub fn blame(&mut self, again: &Finished) {
        let stdout = again.stdout.text();
        if let Some(test) = begun(&stdout) {
            self.failed = vec![test.to_owned()];
            self.said = format!("{stdout}\n{}", again.stderr.text());
        }
    }
}

/// The names of the tests that failed, from the list at the end.
fn failed(stdout: &str) -> Vec<String> {
    let mut names = Vec::new();
    for list in stdout.split("\nfailures:\n").skip(1) {
        // The other one with this heading is what they said.
        let own = list.lines().take_while(|line| line.starts_with("    "));
        names.extend(own.map(|line| line.trim().to_owned()));
    }
    names
}

/// What the tests that failed have said.
fn said(stdout: &str) -> Option<&str> {
    let (_, rest) = stdout.split_once("\nfailures:\n\n")?;
    let end = rest.rfind("\nfailures:\n").unwrap_or(rest.len());
    Some(rest[..end].trim())
}

/// The tests that libtest has said to take long, and that did not end.
fn still_running(stdout: &str) -> Vec<String> {
    let (mut slow, mut ended) = (Vec::new(), Vec::new());
    for line in stdout.lines().filter_map(|line| line.strip_prefix("test ")) {
        if let Some((test, _)) = line.split_once(" has been running for over ") {
            slow.push(test.to_owned());
        } else if let Some((test, _)) = line.split_once(" ... ") {
            ended.push(test);
        }
    }
    slow.retain(|test| !ended.contains(&test.as_str()));
    slow
}

/// The test that was begun last, and did not end.
fn begun(stdout: &str) -> Option<&str> {
    let line = stdout.lines().rfind(|line| line.starts_with("test "))?;
    let (test, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let has_ended = ["ok", "FAILED", "ignored"];
    (!has_ended.iter().any(|word| result.starts_with(word))).then_some(test)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: &str = "\nrunning 3 tests\ntest a::one ... ok\ntest two ... FAILED\n\
        test three ... ignored\n\nfailures:\n\n---- two stdout ----\n\n\
        thread 'two' panicked at tests/x.rs:3:1:\nbroken rule: It ends.\n\n\n\
        failures:\n    two\n\n\
        test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.10s\n\n";

    #[test]
    fn a_failed_test_is_named_with_what_it_said() {
        assert_eq!(failed(FAILED), ["two"]);
        let said = said(FAILED).unwrap();
        assert!(said.starts_with("---- two stdout ----"), "{said}");
        assert!(said.ends_with("broken rule: It ends."), "{said}");
    }

    #[test]
    fn the_last_line_tells_how_many_there_were() {
        let counts = FAILED.lines().find_map(Counts::parse).unwrap();
        let expected = Counts {
            passed: 1,
            failed: 1,
            ignored: 1,
            filtered_out: 4,
        };
        assert_eq!(counts, expected);
    }

    #[test]
    fn the_tests_that_still_run_are_those_that_libtest_has_told_of() {
        let stdout = "test one has been running for over 60 seconds\n\
            test two has been running for over 60 seconds\ntest one ... ok\n";
        assert_eq!(still_running(stdout), ["two"]);
        assert!(still_running("test one ... ok\n").is_empty());
    }

    #[test]
    fn the_test_that_did_not_end_is_the_last_that_was_begun() {
        assert_eq!(begun("test one ... ok\ntest two ... "), Some("two"));
        assert_eq!(begun("test one ... ok\ntest two ... ok\n"), None);
        assert_eq!(begun("error: no such argument"), None);
    }
}
