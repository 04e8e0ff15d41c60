//! What the book cites of tokio stands where the book says, in the published source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use course::book::{self, TokioReference};
use course::course::Course;

const VERSION: &str = "1.54.1";

#[test]
fn every_citation_of_tokio_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap();
    let course = Course::load(&root).unwrap();
    let found = book::contents(&course).unwrap_or_else(|problem| panic!("{problem}"));
    let src = tokio_source(&root);
    let mut files: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut broken = String::new();
    for reference in &found.tokio {
        let file = files
            .entry(&reference.file)
            .or_insert_with(|| fs::read_to_string(src.join(&reference.file)).ok());
        if let Some(what) = fault(reference, file.as_deref()) {
            broken.push_str(&format!("\n{}:\n{what}\n", reference.cited_at));
        }
    }
    assert!(
        broken.is_empty(),
        "tokio {VERSION} is not as the book says.\n{broken}"
    );
}

/// What is wrong with a citation, given the file it names.
fn fault(reference: &TokioReference, file: Option<&str>) -> Option<String> {
    let TokioReference {
        file: path,
        line,
        text,
        ..
    } = reference;
    let Some(file) = file else {
        return Some(format!("  tokio {VERSION} has no file tokio/src/{path}"));
    };
    let lines: Vec<&str> = file.lines().collect();
    let there = line
        .checked_sub(1)
        .and_then(|index| lines.get(index))
        .copied();
    if there.is_some_and(|there| there.contains(text.as_str())) {
        return None;
    }
    let nearest = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.contains(text.as_str()))
        .map(|(index, _)| index + 1)
        .min_by_key(|found| found.abs_diff(*line));
    Some(format!(
        "  tokio/src/{path}:{line}\n  expected: {text}\n  found:    {}\n  {}",
        there.map_or("the file ends before", str::trim),
        match nearest {
            Some(nearest) => format!("the nearest line which has the text: {nearest}"),
            None => "no line of this file has the text".to_owned(),
        }
    ))
}

/// The folder `src` of the tokio that Cargo built this test with.
fn tokio_source(root: &Path) -> PathBuf {
    // For this platform only: Cargo has not fetched what only the others need.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--locked"])
        .args(["--filter-platform", &host()])
        .current_dir(root)
        .output()
        .expect("cargo metadata runs");
    let text = String::from_utf8(output.stdout).expect("cargo metadata prints UTF-8");
    let said = String::from_utf8_lossy(&output.stderr);
    // `"manifest_path":"…/tokio-1.54.1/Cargo.toml"`; the rest of the JSON does not matter here.
    let manifest = text
        .split("\"manifest_path\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|path| PathBuf::from(path.replace("\\\\", "\\")))
        .find(|path| {
            path.parent()
                .and_then(Path::file_name)
                .is_some_and(|name| name.to_string_lossy() == format!("tokio-{VERSION}"))
        });
    let manifest = manifest.unwrap_or_else(|| panic!("tokio {VERSION} is not built with: {said}"));
    manifest
        .parent()
        .expect("a manifest is in a folder")
        .join("src")
}

/// The platform that this test was built on, such as `x86_64-unknown-linux-gnu`.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output();
    let text = String::from_utf8(output.expect("rustc runs").stdout).expect("it prints UTF-8");
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}

fn reference(line: usize, text: &str) -> TokioReference {
    TokioReference {
        cited_at: "book/src/a.md:1".into(),
        file: "lib.rs".into(),
        line,
        text: text.into(),
    }
}

#[test]
fn a_fault_says_what_stands_there_and_where_it_went() {
    let file = Some("use a;\nfn b() {\n}\nfn c() {}\nfn b_again() {}\n");
    assert_eq!(fault(&reference(2, "fn b"), file), None);
    let said = fault(&reference(4, "fn b"), file).unwrap();
    assert!(said.contains("expected: fn b\n"), "{said}");
    assert!(said.contains("found:    fn c() {}\n"), "{said}");
    assert!(
        said.contains("nearest line which has the text: 5"),
        "{said}"
    );
    assert!(
        fault(&reference(9, "fn b"), file)
            .unwrap()
            .contains("the file ends before")
    );
    assert!(
        fault(&reference(0, "fn z"), file)
            .unwrap()
            .contains("no line of this file")
    );
    assert!(
        fault(&reference(1, "x"), None)
            .unwrap()
            .contains("has no file tokio/src/lib.rs")
    );
}

#[test]
fn the_source_is_that_of_the_pinned_version() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap();
    let manifest = tokio_source(&root).join("../Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap();
    assert!(manifest.contains(&format!("version = \"{VERSION}\"")));
}
