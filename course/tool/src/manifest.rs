//! The manifests of a chapter, the reader's and the solution's.
//!
//! Authors write the head of the solution's manifest: the package, the library, and what it depends
//! on. The rest is made from that and from what is in the chapter's folder, so that the reader's
//! package and ours are held to the same tests and stand on the same crates:
//!
//! - at the end of the solution's manifest, a target for each test and example of the chapter;
//! - the reader's whole manifest. A dependency that the reader has added stays.

use std::fs;
use std::path::{Path, PathBuf};

use crate::course::{Chapter, Course};
use crate::files::unreadable;
use crate::problem::{Problem, Result};

/// Where the generated part of a solution's manifest begins.
const GENERATED: &str = "# Tests and examples are written once, beside the exercises; `cargo press \
                         skeleton` lists them here.";

const LINTS: &str = "\
# As in the workspace, but a hole leaves things unused until it is filled.
[lints.rust]
unused = { level = \"allow\", priority = -1 }
unused_must_use = \"warn\"
unsafe_op_in_unsafe_fn = \"deny\"
unexpected_cfgs = { level = \"warn\", check-cfg = [\"cfg(loom)\"] }

[lints.clippy]
undocumented_unsafe_blocks = \"warn\"
";

/// Both manifests as they should be, with their paths.
///
/// # Errors
///
/// If the solution's manifest or a folder cannot be read.
pub fn render(course: &Course, chapter: &Chapter) -> Result<[(PathBuf, String); 2]> {
    let solutions = course.solution_dir(chapter).join("Cargo.toml");
    let readers = course.chapter_dir(chapter).join("Cargo.toml");
    let text = fs::read_to_string(&solutions).map_err(|error| unreadable(&solutions, &error))?;
    let text = text.replace("\r\n", "\n");
    let head = text.split(GENERATED).next().unwrap_or_default().trim_end();
    if head.contains("\n[[") {
        return Err(Problem::new(
            format!(
                "{} lists a target above the generated part",
                solutions.display()
            ),
            format!("Put this line in front of the first `[[…]]`:\n{GENERATED}"),
        ));
    }
    let targets = targets(course, chapter)?;
    let present = fs::read_to_string(&readers).unwrap_or_default();
    Ok([
        (solutions, format!("{head}\n\n{GENERATED}\n{targets}")),
        (
            readers,
            of_reader(chapter, head, &present.replace("\r\n", "\n")),
        ),
    ])
}

/// A target for each test and example.
fn targets(course: &Course, chapter: &Chapter) -> Result<String> {
    let mut out = String::new();
    // An example of the same name in both packages would be written to the same place.
    for (folder, kind, suffix) in [("tests", "test", ""), ("examples", "example", "_solved")] {
        for name in names(&course.chapter_dir(chapter).join(folder))? {
            let dir = &chapter.dir;
            out.push_str(&format!(
                "\n[[{kind}]]\nname = \"{name}{suffix}\"\n\
                 path = \"../../chapters/{dir}/{folder}/{name}.rs\"\n"
            ));
        }
    }
    Ok(out)
}

/// The names of the Rust files right in a folder, in order.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    if !folder.is_dir() {
        return Ok(names);
    }
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        // Some editors keep a hidden file beside an open one.
        if is_rust && !name.starts_with('.') {
            names.push(name.into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The reader's manifest, given the head of the solution's and what the reader's is at present.
fn of_reader(chapter: &Chapter, head: &str, present: &str) -> String {
    let mut out = format!(
        "[package]\n\
         name = \"{}\"\n\
         description = \"Your chapter: fill the holes in src/, then `cargo course check`\"\n",
        chapter.package
    );
    let package = sections(head).find(|section| section.name == "package");
    let shared = package.into_iter().flat_map(|section| section.lines);
    for line in shared.filter(|line| line.contains(".workspace = ")) {
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(&format!(
        "\n[lib]\n\
         name = \"{}\"\n\
         # The solution's library has the same name, and `cargo doc` can write only one of them.\n\
         doc = false\ndoctest = false\ntest = false\n\n",
        chapter.lib
    ));
    for mut section in sections(head).filter(Section::is_of_dependencies) {
        let own = of_itself(chapter);
        for line in &mut section.lines {
            if key(line) == Some(&chapter.solution) {
                *line = &own;
            }
        }
        let added = sections(present).find(|present| present.name == section.name);
        let added = added.into_iter().flat_map(|section| section.lines);
        let added = added.filter(|line| key(line).is_some_and(|key| !section.has(key)));
        out.push_str(&format!("[{}]\n", section.name));
        for line in section.lines.iter().copied().chain(added) {
            out.push_str(line);
            out.push('\n');
        }
        out.push('\n');
    }
    out + LINTS
}

/// The line by which a package's own tests turn on its feature `steps`.
fn of_itself(chapter: &Chapter) -> String {
    let package = &chapter.package;
    format!("{package} = {{ path = \".\", features = [\"steps\"] }}")
}

/// A table of a manifest.
struct Section<'a> {
    name: &'a str,
    /// Without blank lines.
    lines: Vec<&'a str>,
}

impl Section<'_> {
    fn is_of_dependencies(&self) -> bool {
        self.name == "features" || self.name.ends_with("dependencies")
    }

    fn has(&self, name: &str) -> bool {
        self.lines.iter().any(|line| key(line) == Some(name))
    }
}

/// The tables of a manifest, in order. Values in our manifests stand on one line each.
fn sections(manifest: &str) -> impl Iterator<Item = Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in manifest
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
    {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            let lines = Vec::new();
            sections.push(Section { name, lines });
        } else if let Some(section) = sections.last_mut() {
            section.lines.push(line);
        }
    }
    sections.into_iter()
}

/// The name that a line gives a value to: `mio` of `mio.workspace = true`.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.split('.').next().unwrap_or_default().trim();
    (!key.starts_with('#') && !key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "\
[package]
name = \"pool\"
description = \"Chapter 9\"
version.workspace = true

[lib]
name = \"pool\"

[dependencies]
harness.workspace = true

[target.'cfg(unix)'.dependencies]
mio.workspace = true

[lints]
workspace = true";

    fn chapter() -> Chapter {
        let text = "number = 9\ntitle = \"\"\nminutes = 1\npackage = \"ch09\"\nsolution = \"pool\"\n\
                    lib = \"pool\"\npage = \"\"\nexercise = []\n";
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_readers_package_stands_on_what_ours_stands_on() {
        let manifest = of_reader(&chapter(), HEAD, "");
        let expected = "[dependencies]\nharness.workspace = true\n\n\
                        [target.'cfg(unix)'.dependencies]\nmio.workspace = true\n\n# As in";
        assert!(manifest.contains(expected), "{manifest}");
        assert!(
            manifest.starts_with("[package]\nname = \"ch09\"\n"),
            "{manifest}"
        );
        assert!(
            manifest.contains("\nversion.workspace = true\n"),
            "{manifest}"
        );
        assert!(!manifest.contains("Chapter 9"), "{manifest}");
    }

    #[test]
    fn a_package_turns_on_its_own_steps() {
        let line = "pool = { workspace = true, features = [\"steps\"] }";
        let head = format!("{HEAD}\n\n[features]\nsteps = []\n\n[dev-dependencies]\n{line}");
        let manifest = of_reader(&chapter(), &head, "");
        let expected = "[features]\nsteps = []\n\n[dev-dependencies]\n\
                        ch09 = { path = \".\", features = [\"steps\"] }\n\n";
        assert!(manifest.contains(expected), "{manifest}");
        assert_eq!(of_reader(&chapter(), &head, &manifest), manifest);
    }

    #[test]
    fn a_dependency_that_the_reader_added_stays() {
        let fresh = of_reader(&chapter(), HEAD, "");
        let ours = "harness.workspace = true\n";
        let edited = fresh.replacen(ours, &format!("{ours}dbg-pls = \"0.4\"\n"), 1);
        assert_eq!(of_reader(&chapter(), HEAD, &edited), edited);
        // One of ours that was changed is as it was.
        let changed = fresh.replace(ours, "harness = \"1\"\n");
        assert_eq!(of_reader(&chapter(), HEAD, &changed), fresh);
    }
}
