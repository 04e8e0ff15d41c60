//! Building the tests of a chapter.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cargo::{self, Build, Site, Told};
use crate::course::Course;
use crate::problem::Result;
use crate::process;

use super::Event;
use super::chapter::{Check, Pass};

/// Builds these test targets of the chapter, and nothing else, from what its files hold now.
pub fn build(
    check: &Check<'_>,
    targets: &[String],
    observe: &mut dyn FnMut(Event),
) -> Result<Build> {
    let site = site(check.course, check.pass);
    site.build_told(command(check, targets), check.cancel, &mut |told| {
        if let Told::Waits(what) = told {
            let what = what.to_owned();
            observe(Event::Waiting { what });
        }
    })
}

/// [`build`], while others have the processors first.
pub fn build_aside(check: &Check<'_>, targets: &[String]) -> Result<Build> {
    let site = site(check.course, check.pass);
    let command = process::makes_way(command(check, targets));
    site.build(command, check.cancel, &mut |_| {})
}

fn site(course: &Course, pass: Pass) -> Site {
    match pass {
        Pass::Tests => Site::new(course, cargo::TESTS),
        Pass::Models => Site::new(course, cargo::LOOM),
    }
}

/// The command of [`build`].
pub fn command(check: &Check<'_>, targets: &[String]) -> Command {
    let mut command = cargo::command(&check.course.root);
    command.args(["build", "--package", &check.chapter.package, "--keep-going"]);
    for target in targets {
        command.args(["--test", target]);
    }
    command.arg(match check.options.colour {
        true => "--message-format=json-diagnostic-rendered-ansi",
        false => "--message-format=json",
    });
    if check.pass == Pass::Models {
        with_loom(&mut command, &check.course.root, Optimised::ALittle);
        // Bit by bit, because a reader waits for it after each save.
        command.args(["--config", "profile.release.incremental=true"]);
    }
    command
}

/// Makes a cargo command build for loom: with `--cfg loom`, optimised because a model runs its
/// code thousands of times, and in a target folder of its own so that the others stay warm. What is
/// edited here is optimised less than what it stands on, because it is built often.
pub fn with_loom(command: &mut Command, root: &Path, own: Optimised) {
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    command
        .arg("--release")
        .args([
            "--config",
            &format!("profile.release.opt-level={}", own as u32),
        ])
        .args(["--config", "profile.release.package.\"*\".opt-level=0"])
        .args(HOT.iter().flat_map(|package| {
            let level = format!("profile.release.package.{package}.opt-level=3");
            ["--config".to_owned(), level]
        }))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTFLAGS", format!("{flags} --cfg loom").trim());
    cargo::builds_in(command, &cargo::target_dir(root).join(cargo::LOOM));
}

/// What loom spends its time in. The rest of what it is built from, such as regular expressions for its log,
/// would take most of the time of a build that optimises all.
const HOT: [&str; 4] = ["loom", "generator", "tracing", "tracing-core"];

/// How much the course's own code is optimised that loom runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optimised {
    /// Built in a quarter of the time, and run in three times as much: for models that are built
    /// once and run once.
    NotAtAll = 0,
    /// For models that are run again and again, or are large.
    ALittle = 1,
}

/// Whether loom was built before, in the folder of [`with_loom`].
pub fn has_loom(root: &Path) -> bool {
    let folder = cargo::target_dir(root).join(cargo::LOOM);
    let folder = folder.join("release/deps");
    let mut files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.any(|file| file.file_name().to_string_lossy().starts_with("libloom-"))
}
