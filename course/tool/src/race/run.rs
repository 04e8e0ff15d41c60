//! Building the program that races, and running it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Entrant, Results};
use crate::cargo::{self, Build, Part, Site};
use crate::check::Cancel;
use crate::course::Course;
use crate::files::write_file;
use crate::mine::Stack;
use crate::problem::{Problem, Result};
use crate::process::{self, End, Finished};
use crate::workspace::{self, Debug, Program};

/// How often each row is raced.
pub type Rounds = u16;

/// The program's package, its target and its folder.
const NAME: &str = "race";

/// How long a race may take, not counting the time for which it waits for a processor. A round of all rows takes about
/// 80 ms.
const START: Duration = Duration::from_secs(30);
const PER_ROUND: Duration = Duration::from_secs(2);

/// A scheduler that is to race.
#[derive(Clone, Debug)]
pub struct Race<'a> {
    course: &'a Course,
    stack: &'a Stack,
}

impl<'a> Race<'a> {
    /// A race of a scheduler that is built from these chapters.
    pub fn new(course: &'a Course, stack: &'a Stack) -> Race<'a> {
        Race { course, stack }
    }

    /// Whose scheduler it is.
    pub fn entrant(&self) -> Entrant {
        Entrant::of(&self.stack.chapters)
    }

    /// Builds the program. `told` hears what is being compiled. Returns the program.
    ///
    /// # Errors
    ///
    /// If it cannot be built: a crate is not there and the network is not either, or a chapter does not compile.
    pub fn build(&self, cancel: &Cancel, told: &mut dyn FnMut(&str)) -> Result<PathBuf> {
        let program = Program {
            name: NAME.to_owned(),
            folder: super::folder(self.course),
        };
        let dir = self.course.scratch().join(NAME);
        let packages = &self.stack.packages;
        workspace::write_below(self.course, &dir, packages, &program, Debug::None)?;
        let own = Part {
            package: NAME.to_owned(),
            sources: ["race", "bench"]
                .map(|folder| self.course.root.join("course").join(folder).join("src"))
                .into(),
        };
        let site = Site::new(self.course, cargo::RACE).with([own]);
        let mut command = cargo::command(&dir);
        command.args(["build", "--release", "--package", NAME]);
        command.arg("--message-format=json");
        let build = site.build(command, cancel, &mut |artifact| told(artifact.package()))?;
        match build.executable(NAME, NAME) {
            Some(executable) => Ok(executable.to_owned()),
            None => Err(self.not_built(&build)),
        }
    }

    fn not_built(&self, build: &Build) -> Problem {
        let error = build.diagnostics.iter().find(|said| said.is_error());
        if let Some(rendered) = error.and_then(|error| error.message.rendered.as_deref()) {
            eprint!("{rendered}");
        }
        match self.entrant() {
            Entrant::Ours => Problem::new(
                "The race does not compile",
                "Bring its files back (`git status` shows what was changed in `course` and `solutions`)",
            ),
            Entrant::Yours | Entrant::PartlyYours => Problem::new(
                "The race does not compile on your chapters",
                "`cargo course check` shows where; without `--mine` our scheduler races",
            ),
        }
    }

    /// Runs the program. `told` hears which row is raced.
    ///
    /// # Errors
    ///
    /// If it does not come to its end.
    pub fn run(
        &self,
        program: &Path,
        rounds: Rounds,
        cancel: &Cancel,
        told: &mut dyn FnMut(&str),
    ) -> Result<Results> {
        let mut command = Command::new(program);
        command.arg(rounds.to_string());
        command.current_dir(&self.course.root);
        command.env("RUST_BACKTRACE", "0");
        let limit = START + PER_ROUND * u32::from(rounds);
        let mut results = Results::default();
        let mut unfinished = Vec::new();
        let mut read = |bytes: &[u8]| {
            unfinished.extend_from_slice(bytes);
            while let Some(end) = unfinished.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = unfinished.drain(..=end).collect();
                results.take(&String::from_utf8_lossy(&line));
            }
            if let Some(now) = &results.now {
                told(now);
            }
        };
        let finished = process::run_observed(command, limit, cancel, &mut read, &mut |_| {});
        let finished = finished.map_err(|error| {
            Problem::new(
                format!("{} cannot be started: {error}", program.display()),
                "Run the command again",
            )
        })?;
        match finished.end {
            End::Cancelled => Err(cargo::cancelled()),
            End::Exited(status) if status.success() && results.is_whole() => Ok(results),
            _ => Err(self.not_finished(&finished, &results)),
        }
    }

    fn not_finished(&self, finished: &Finished, results: &Results) -> Problem {
        let row = results.now.as_deref().unwrap_or("its beginning");
        let how = match finished.end {
            End::Exited(status) => format!("ended in the row `{row}`: {status}"),
            _ => format!("did not come to the end of the row `{row}`"),
        };
        let said = finished.stderr.text();
        let said = match said.trim() {
            "" => String::new(),
            said => format!("\n{said}\n"),
        };
        Problem::new(
            format!("The race {how}{said}"),
            match self.entrant() {
                Entrant::Ours => "`cargo test -p current-thread` tests what it runs on",
                Entrant::Yours | Entrant::PartlyYours => {
                    "`cargo course check 4` tests what it runs on, with its models"
                }
            },
        )
    }

    /// Draws the results, and returns where the picture is.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn draw(&self, results: &Results, rounds: Rounds) -> Result<PathBuf> {
        let name = match self.entrant() {
            Entrant::Ours => "race-4.svg",
            Entrant::Yours | Entrant::PartlyYours => "race-4-mine.svg",
        };
        let path = self.course.keepsakes().join(name);
        let svg = super::svg(results, self.entrant(), usize::from(rounds));
        write_file(&path, &svg)?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use toml::Table;

    /// The packages of a lock file, with their versions.
    fn locked(path: &str) -> Vec<(String, String)> {
        let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
        let lock: Table = fs::read_to_string(path).unwrap().parse().unwrap();
        let of = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
        let packages = lock["package"].as_array().unwrap().iter();
        let packages = packages.map(|package| (of(package, "name"), of(package, "version")));
        packages.collect()
    }

    #[test]
    fn a_race_needs_no_crate_that_the_course_has_not_fetched() {
        let fetched = locked("../../Cargo.lock");
        let needed = locked("../race/Cargo.lock");
        assert!(needed.iter().any(|(name, _)| name == "tokio"));
        for package in needed.iter().filter(|(name, _)| name != super::NAME) {
            assert!(
                fetched.contains(package),
                "{package:?} is in no lock file of the course"
            );
        }
    }
}
