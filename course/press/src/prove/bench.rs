//! The workspace of all variants, built at once.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use course::cargo::{self, Build, Diagnostic, Site};
use course::check::{Optimised, with_loom};
use course::course::Course;
use course::problem::Result;
use course::process::Cancel;
use course::workspace::{self, Debug, Package};

use super::Loom;
use super::report::Finding;
use super::variant::{Kind, Variant};

/// Whether variants are built for the first time, or those among them that have to be by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Built {
    /// For the first time.
    First,
    /// By themselves.
    Again,
}

/// Built variants.
pub struct Bench<'a> {
    /// The variants.
    pub variants: &'a [Variant<'a>],
    /// How they were built.
    pub loom: Loom,
    /// Whether for the first time.
    pub built: Built,
    /// What was built, and what was not.
    pub build: Build,
    folder: PathBuf,
    shown_folder: String,
}

impl<'a> Bench<'a> {
    /// Writes and builds the workspace.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, or cargo fails for another reason than the compiler's errors.
    pub fn set_up(
        course: &Course,
        loom: Loom,
        built: Built,
        variants: &'a [Variant<'a>],
        cancel: &Cancel,
        say: &mut dyn FnMut(&str),
    ) -> Result<Bench<'a>> {
        let name = match loom {
            Loom::Without => "fast",
            Loom::With => "loom",
        };
        let folder = course.scratch().join("prove").join(match built {
            Built::First => name.to_owned(),
            Built::Again => format!("{name}-apart"),
        });
        let mut packages = Vec::new();
        for variant in variants {
            packages.push(variant.write(course, &folder)?);
        }
        workspace::write(course, &folder, &packages, Debug::None)?;

        let command = command(course, &folder, loom, variants);
        let site = Site::new(course, &format!("prove-{name}"));
        let site = site.with(packages.iter().map(Package::part));
        let of = variants
            .iter()
            .map(|variant| variant.targets.len())
            .sum::<usize>();
        let programs = match loom {
            Loom::Without => "test programs",
            Loom::With => "loom models",
        };
        say(&format!(
            "building {of} {programs} of {} variants",
            variants.len()
        ));
        let mut done = 0;
        let mut last = Instant::now();
        let build = site.build(command, cancel, &mut |artifact| {
            done += usize::from(artifact.is_test());
            if last.elapsed() > PROGRESS {
                last = Instant::now();
                say(&format!("built {done} of {of} {programs}"));
            }
        })?;
        let shown = folder.strip_prefix(&course.root).unwrap_or(&folder);
        Ok(Bench {
            variants,
            loom,
            built,
            build,
            shown_folder: shown.display().to_string(),
            folder,
        })
    }

    /// The executable of a variant's test target.
    pub fn executable(&self, variant: &Variant<'_>, target: &str) -> Option<&Path> {
        self.build.executable(&variant.package(), target)
    }

    /// The folder of a variant's package.
    pub fn folder(&self, variant: &Variant<'_>) -> PathBuf {
        self.folder.join(variant.package())
    }

    /// The compiler's errors in a variant.
    pub fn errors(&self, variant: &Variant<'_>) -> Vec<&Diagnostic> {
        let package = variant.package();
        let diagnostics = self.build.diagnostics.iter();
        let own = diagnostics.filter(|d| d.is_error() && d.package() == package);
        own.filter(|diagnostic| diagnostic.is_in_a_file()).collect()
    }

    /// A command that shows what was seen.
    pub fn reproduce(&self, variant: &Variant<'_>, target: &str, test: Option<&str>) -> String {
        let prefix = match self.loom {
            Loom::Without => "",
            Loom::With => "LOOM_MAX_PREEMPTIONS=2 RUSTFLAGS='--cfg loom' ",
        };
        let release = match self.loom {
            Loom::Without => "",
            Loom::With => " --release",
        };
        let manifest = format!("{}/Cargo.toml", self.shown_folder);
        let package = variant.package();
        let mut command = format!(
            "{prefix}cargo test{release} --manifest-path {manifest} -p {package} --test {target}"
        );
        if let Some(test) = test {
            command.push_str(&format!(" -- --exact {test} --nocapture"));
        }
        command
    }

    /// Variants that should have been built and were not.
    pub fn build_failures(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for variant in self.variants {
            // Those that a gathered chapter holds are built by themselves if it cannot be.
            if expects_errors(variant) || matches!(variant.kind, Kind::Gathered(_)) {
                continue;
            }
            let target = variant.targets.first().map_or("", |target| target);
            let missing = variant
                .targets
                .iter()
                .any(|t| self.executable(variant, t).is_none());
            let errors = self.errors(variant);
            if let Some(error) = errors.first() {
                findings.push(Finding {
                    what: format!("{} compiles", describe(variant)),
                    seen: error.message.rendered.clone().unwrap_or_default(),
                    reproduce: self.reproduce(variant, target, None),
                });
            } else if missing {
                findings.push(Finding {
                    what: format!("{} is built with its tests", describe(variant)),
                    seen: "cargo built no such test program".to_owned(),
                    reproduce: self.reproduce(variant, target, None),
                });
            }
        }
        findings
    }
}

/// Builds all variants of a workspace, however many of them do not compile.
fn command(course: &Course, folder: &Path, loom: Loom, variants: &[Variant<'_>]) -> Command {
    let mut command = cargo::command(folder);
    command.args(["build", "--workspace", "--tests", "--keep-going"]);
    command.arg("--message-format=json");
    match loom {
        Loom::Without => {
            command.arg("--examples");
        }
        Loom::With => {
            with_loom(&mut command, &course.root, Optimised::NotAtAll);
            for variant in variants.iter().filter(|variant| runs_much(variant)) {
                let (package, level) = (variant.package(), Optimised::ALittle as u32);
                let level = format!("profile.release.package.{package}.opt-level={level}");
                command.args(["--config", &level]);
            }
        }
    }
    command
}

/// Whether many models of a variant are run.
fn runs_much(variant: &Variant<'_>) -> bool {
    matches!(variant.kind, Kind::Gathered(_) | Kind::Solved)
}

/// Whether a variant is there to show an error of the compiler.
pub fn expects_errors(variant: &Variant<'_>) -> bool {
    matches!(variant.kind, Kind::Wrong(_, answer) if answer.verdict == "does not compile")
}

/// A variant in words.
pub fn describe(variant: &Variant<'_>) -> String {
    let number = variant.chapter.number;
    match variant.kind {
        Kind::Skeleton => format!("the skeleton of chapter {number}"),
        Kind::Solved => format!("the solved chapter {number}"),
        Kind::Hole(exercise) => format!("chapter {number} with only {} open", exercise.label()),
        Kind::SoFar(exercise) => format!("chapter {number} solved up to {}", exercise.label()),
        Kind::Second(exercise) => format!(
            "chapter {number} with the second answer to {}",
            exercise.label()
        ),
        Kind::Wrong(exercise, answer) => {
            format!("the wrong answer `{}` to {}", answer.name, exercise.label())
        }
        Kind::Gathered(_) => format!("chapter {number} with many answers at once"),
    }
}

/// How often progress is told.
pub const PROGRESS: Duration = Duration::from_secs(5);
