//! What all test programs have said together.

use std::collections::BTreeMap;
use std::time::Duration;

use super::arguments::Arguments;
use super::program::Program;
use super::ran::{Counts, Ran};

/// Adds up, and tells of each package when its last program has ended.
#[derive(Debug)]
pub struct Tally {
    packages: BTreeMap<String, Package>,
    total: Counts,
    failures: Vec<Failure>,
    is_shown: bool,
    chooses: bool,
}

/// What is known of a package.
#[derive(Debug, Default)]
struct Package {
    /// How many of its programs have not ended.
    left: usize,
    counts: Counts,
    took: Duration,
}

/// A program in which a test failed.
#[derive(Debug)]
struct Failure {
    package: String,
    target: String,
    tests: Vec<String>,
    broke_off: Option<String>,
    said: String,
}

/// The columns of a package's name.
const NAME_COLUMNS: usize = 16;

impl Tally {
    /// Of no program yet.
    pub fn new(programs: &[Program], arguments: &Arguments) -> Tally {
        let mut packages: BTreeMap<String, Package> = BTreeMap::new();
        for program in programs {
            packages.entry(program.package.clone()).or_default().left += 1;
        }
        Tally {
            packages,
            total: Counts::default(),
            failures: Vec::new(),
            is_shown: arguments.is_shown,
            chooses: arguments.chooses(),
        }
    }

    /// Adds what came of a program.
    pub fn add(&mut self, program: &Program, ran: Ran) {
        super::show_nothing();
        if self.is_shown {
            println!("== {} {}\n{}", program.package, program.target, ran.output);
        }
        self.total.add(ran.counts);
        if 0 < ran.counts.failed {
            self.failures.push(Failure {
                package: program.package.clone(),
                target: program.target.clone(),
                tests: ran.failed,
                broke_off: ran.broke_off,
                said: ran.said,
            });
        }
        let Some(package) = self.packages.get_mut(&program.package) else {
            return;
        };
        package.counts.add(ran.counts);
        package.took += ran.took;
        package.left -= 1;
        let ran = package.counts.passed + package.counts.failed + package.counts.ignored;
        if package.left == 0 && (0 < ran || !self.chooses) {
            println!("{}", package.line(&program.package));
        }
    }

    /// Whether no test failed.
    pub fn is_fine(&self) -> bool {
        self.failures.is_empty()
    }

    /// Prints what each failing test has said, then the names of all, each with the command that runs it
    /// alone.
    pub fn print_failures(&self) {
        for failure in &self.failures {
            println!("\n== {} {}", failure.package, failure.target);
            println!("{}", failure.said.trim_end());
        }
        if !self.failures.is_empty() {
            println!("\nfailures:");
        }
        for failure in &self.failures {
            for line in failure.lines() {
                println!("    {line}");
            }
        }
    }

    /// The last line, in the form that a test program has.
    pub fn sum(&self, took: Duration) -> String {
        let Counts {
            passed,
            failed,
            ignored,
            filtered_out,
        } = self.total;
        let result = match self.is_fine() {
            true => "ok",
            false => "FAILED",
        };
        format!(
            "test result: {result}. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; \
             {filtered_out} filtered out; finished in {:.2}s",
            took.as_secs_f64()
        )
    }
}

impl Package {
    fn line(&self, name: &str) -> String {
        let Counts {
            passed,
            failed,
            ignored,
            ..
        } = self.counts;
        let mut parts = vec![format!("{passed:>4} passed")];
        if 0 < failed {
            parts.push(format!("{failed} FAILED"));
        }
        if 0 < ignored {
            parts.push(format!("{ignored} ignored"));
        }
        format!(
            "{name:<NAME_COLUMNS$}{:<33}{:>7.1} s",
            parts.join(", "),
            self.took.as_secs_f64()
        )
    }
}

impl Failure {
    fn lines(&self) -> Vec<String> {
        let command = format!("cargo test -p {} {}", self.package, self.target);
        let mut lines = Vec::new();
        for test in &self.tests {
            // An example is named by its place, which has spaces in it.
            lines.push(match self.target == "--doc" {
                true => format!("{test}: {command} -- '{test}'"),
                false => format!("{test}: {command} -- --exact {test}"),
            });
        }
        if let Some(how) = &self.broke_off {
            let is_alone = self.tests.is_empty();
            lines.push(match is_alone {
                true => format!("the program broke off ({how}): {command}"),
                false => format!("there the program broke off ({how})"),
            });
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(target: &str, tests: &[&str], broke_off: Option<&str>) -> Failure {
        Failure {
            package: "harness".to_owned(),
            target: target.to_owned(),
            tests: tests.iter().map(|test| (*test).to_owned()).collect(),
            broke_off: broke_off.map(str::to_owned),
            said: String::new(),
        }
    }

    #[test]
    fn each_test_that_failed_has_the_command_that_runs_it_alone() {
        assert_eq!(
            failure("--test life", &["a::b"], None).lines(),
            ["a::b: cargo test -p harness --test life -- --exact a::b"]
        );
        let example = "src/lib.rs - (line 3)";
        assert_eq!(
            failure("--doc", &[example], None).lines(),
            [format!(
                "{example}: cargo test -p harness --doc -- '{example}'"
            )]
        );
    }

    #[test]
    fn a_program_that_breaks_off_is_named() {
        let signal = Some("signal: 6 (SIGABRT)");
        assert_eq!(
            failure("--test life", &[], signal).lines(),
            ["the program broke off (signal: 6 (SIGABRT)): cargo test -p harness --test life"]
        );
        let lines = failure("--test life", &["one"], signal).lines();
        assert_eq!(
            lines[1],
            "there the program broke off (signal: 6 (SIGABRT))"
        );
    }

    #[test]
    fn a_package_is_one_line() {
        let package = Package {
            left: 0,
            counts: Counts {
                passed: 214,
                failed: 1,
                ignored: 2,
                filtered_out: 0,
            },
            took: Duration::from_millis(12_340),
        };
        assert_eq!(
            package.line("harness"),
            "harness          214 passed, 1 FAILED, 2 ignored    12.3 s"
        );
    }
}
