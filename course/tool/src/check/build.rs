//! Building the tests of a chapter.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::cargo::{self, Build};
use crate::problem::Result;
use crate::skeleton::files_below;

use super::cache::Cache;
use super::chapter::{Check, Pass};

/// Builds these test targets of the chapter, and nothing else.
///
/// cargo tells what changed by the time of each file. A file that was put back by an editor or a
/// `mv` may carry an old time, and cargo would run the tests of yesterday's code. So if the content
/// is not what was built last and cargo finds nothing to do, the files get a new time.
pub fn build(
    check: &Check<'_>,
    targets: &[String],
    sources: u64,
    cache: &mut Cache,
) -> Result<Build> {
    let package = &check.chapter.package;
    let make = || cargo::build(command(check, targets), check.cancel, &mut |_| {});
    let mut build = make()?;
    let mut own = build.artifacts.iter().filter(|a| a.package() == package);
    if build.succeeded && cache.built != sources && own.all(|artifact| artifact.fresh) {
        touch(check);
        build = make()?;
    }
    if build.succeeded {
        cache.built = sources;
    }
    Ok(build)
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
        .args(["--config", "profile.release.package.\"*\".opt-level=3"])
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTFLAGS", format!("{flags} --cfg loom").trim())
        .env("CARGO_TARGET_DIR", cargo::target_dir(root).join("loom"));
}

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
    let folder = cargo::target_dir(root).join("loom/release/deps");
    let mut files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.any(|file| file.file_name().to_string_lossy().starts_with("libloom-"))
}

fn touch(check: &Check<'_>) {
    let folder = check.course.chapter_dir(check.chapter);
    let files = ["src", "tests"].map(|name| files_below(&folder.join(name)));
    for path in files.into_iter().flatten().flatten() {
        // A file that cannot be touched cannot have been edited either.
        if let Ok(file) = File::options().append(true).open(&path) {
            let _ = file.set_modified(SystemTime::now());
        }
    }
}
