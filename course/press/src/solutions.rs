//! The crates of our answers.
//!
//! A chapter is one of the course as soon as its pages and exercises are there. Its code may be finished before,
//! and is then looked at as that of all others: by models, by Miri, and by running its tests again and again.

use std::fs;
use std::path::PathBuf;

use course::course::Course;
use course::problem::{Problem, Result};

/// The crate of one chapter's answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// The chapter's number.
    pub chapter: u32,
    /// The name of the package.
    pub package: String,
    /// Where it is.
    pub folder: PathBuf,
}

/// All of them, in the order of the chapters.
///
/// # Errors
///
/// If a folder cannot be read, or the manifest in it names no package.
pub fn all(course: &Course) -> Result<Vec<Solution>> {
    let root = course.root.join("solutions");
    let unreadable = |why: &dyn std::fmt::Display| {
        Problem::new(
            format!("{}: {why}", root.display()),
            "Each folder there is NN-name, with the manifest of a package",
        )
    };
    let mut solutions = Vec::new();
    for entry in fs::read_dir(&root).map_err(|error| unreadable(&error))? {
        let folder = entry.map_err(|error| unreadable(&error))?.path();
        let Ok(manifest) = fs::read_to_string(folder.join("Cargo.toml")) else {
            // What a checkout of another branch has left behind.
            continue;
        };
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let number = name
            .split('-')
            .next()
            .and_then(|digits| digits.parse().ok());
        let package = package(&manifest);
        let (Some(chapter), Some(package)) = (number, package) else {
            return Err(unreadable(&format!("{name} is no chapter")));
        };
        solutions.push(Solution {
            chapter,
            package: package.to_owned(),
            folder,
        });
    }
    solutions.sort_unstable_by_key(|solution| solution.chapter);
    Ok(solutions)
}

/// The first name in a manifest is that of the package.
fn package(manifest: &str) -> Option<&str> {
    let line = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name"))?;
    let quoted = line.trim_start().strip_prefix('=')?.trim();
    quoted.strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::package;

    #[test]
    fn a_manifest_names_its_package_first() {
        let manifest = "[package]\nname = \"reactor\"\n\n[lib]\nname = \"other\"\n";
        assert_eq!(package(manifest), Some("reactor"));
        assert_eq!(package("[package]\n"), None);
    }
}
