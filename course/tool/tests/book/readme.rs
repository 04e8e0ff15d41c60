//! What the README shows is what the repository holds.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A block that shows part of a file is preceded by `<!-- shown: PATH -->`.
#[test]
fn what_the_readme_shows_stands_in_the_file_it_names() {
    let readme = read("README.md");
    let mut shown = 0;
    for part in readme.split("<!-- shown: ").skip(1) {
        let (path, rest) = part.split_once(" -->\n").unwrap();
        let (_, rest) = rest.split_once('\n').unwrap();
        let (block, _) = rest.split_once("\n```").unwrap();
        let lines = |text: &str| -> Vec<String> {
            // In a file code stands further to the right.
            text.lines()
                .map(|line| line.trim_start().to_owned())
                .collect()
        };
        let (block, file) = (lines(block), lines(&read(path)));
        let is_there = file.windows(block.len()).any(|lines| lines == block);
        assert!(
            is_there,
            "the README shows what is not in {path} any more:\n{}",
            block.join("\n")
        );
        shown += 1;
    }
    assert!(0 < shown);
}

#[test]
fn the_badges_are_true() {
    let readme = read("README.md");
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let package = &manifest["workspace"]["package"];
    let rust = package["rust-version"].as_str().unwrap();
    assert!(readme.contains(&format!(
        "[![Rust {rust} or later](https://img.shields.io/badge/rust-{rust}%2B-blue)]"
    )));
    assert_eq!(package["license"].as_str(), Some("MIT OR Apache-2.0"));
    assert!(readme.contains("[![Licence: MIT or Apache-2.0]"));
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    let readme = read("README.md");
    for link in readme.split("](").skip(1) {
        let target = link.split(')').next().unwrap();
        let file = target.split('#').next().unwrap();
        if !file.is_empty() && !file.contains("://") {
            assert!(root().join(file).exists(), "the README links to {file}");
        }
    }
}

/// The front page of each solution's documentation says in which file an exercise of the book is.
#[test]
fn what_a_crate_says_of_its_exercises_is_so() {
    let course = course::course::Course::load(&root()).unwrap();
    for chapter in &course.chapters {
        let folder = format!("solutions/{}", chapter.dir);
        let docs = read(&format!("{folder}/src/lib.rs"));
        let pages = Path::new(&chapter.page).parent().unwrap().display();
        let begins = format!("Chapter {} is in `book/src/{pages}`.", chapter.number);
        assert!(docs.contains(&begins), "{folder}: {begins}");
        let everything = chapter.exercises.iter().map(|exercise| {
            let file = exercise.file.strip_prefix("src");
            (exercise.id, &exercise.title, file)
        });
        let parts = chapter
            .parts
            .iter()
            .map(|part| (part.id, &part.title, part.file.strip_prefix("src")));
        for (id, title, file) in everything.chain(parts) {
            // A chapter's program is not a part of its crate.
            let Ok(file) = file else { continue };
            let row = format!("//! | {id} {title} | `{}` |", file.display());
            assert!(
                docs.contains(&row),
                "the table in {folder}/src/lib.rs lacks this row; then run `cargo press skeleton`:\n{row}"
            );
        }
        for row in docs.lines().filter_map(|line| line.strip_prefix("//! | ")) {
            let Some((exercise, rest)) = row.split_once(' ') else {
                continue;
            };
            let Ok(id) = exercise.parse() else { continue };
            let (title, file) = rest.split_once(" | ").unwrap();
            let file = file.trim_matches(['`', ' ', '|']);
            assert!(
                root().join(&folder).join("src").join(file).is_file(),
                "{folder}: {file}"
            );
            if let Some((_, known)) = course.exercise(id) {
                assert_eq!(title, known.title, "{folder}: {exercise}");
                assert_eq!(
                    Path::new("src").join(file),
                    known.file,
                    "{folder}: {exercise}"
                );
            }
        }
    }
}
