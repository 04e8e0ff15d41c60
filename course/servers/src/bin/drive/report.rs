//! What was checked, and what came of it.

use std::time::{Duration, Instant};

/// What came of one check, if it did not fail.
pub enum Outcome {
    /// All is well; perhaps something worth a word.
    Passed(String),
    /// Why it was not run.
    Skipped(String),
}

/// What came of it, or what was wrong.
pub type Checked = Result<Outcome, String>;

/// Counts, and prints a line for each check.
#[derive(Default)]
pub struct Report {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl Report {
    /// Runs a check, and prints what came of it.
    pub fn check(&mut self, name: &str, check: impl FnOnce() -> Checked) {
        match check() {
            Ok(Outcome::Passed(note)) => {
                self.passed += 1;
                println!(
                    "ok       {name}{}{note}",
                    if note.is_empty() { "" } else { ": " }
                );
            }
            Ok(Outcome::Skipped(why)) => {
                self.skipped += 1;
                println!("skipped  {name}: {why}");
            }
            Err(what) => {
                self.failed += 1;
                println!("FAILED   {name}: {what}");
            }
        }
    }

    /// Prints the sums, and returns whether nothing has failed.
    pub fn end(&self) -> bool {
        let Report {
            passed,
            failed,
            skipped,
        } = self;
        println!("servers: {passed} passed, {failed} failed, {skipped} skipped");
        *failed == 0
    }
}

/// All is well.
pub fn passed() -> Checked {
    Ok(Outcome::Passed(String::new()))
}

/// Whether two values are the same.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: T, wanted: T) -> Result<(), String> {
    match got == wanted {
        true => Ok(()),
        false => Err(format!("{what}: {got:?} in place of {wanted:?}")),
    }
}

/// Looks again and again until something holds. This is no measurement: the limit is for what never comes.
pub fn until(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) -> Result<(), String> {
    let start = Instant::now();
    while !holds() {
        if limit < start.elapsed() {
            return Err(format!("{what}: not within {limit:?}"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
