//! Every suite of chapters 5 to 7 that runs on a scheduler runs on this one too.

#![cfg(not(loom))]

use std::fs;
use std::path::Path;

#[test]
fn no_suite_is_missing() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(here.join("Cargo.toml")).unwrap();
    let mut suites = 0;
    for chapter in fs::read_dir(here.join("../../chapters")).unwrap() {
        let chapter = chapter.unwrap();
        let name = chapter.file_name().into_string().unwrap();
        if !["05-", "06-", "07-"]
            .iter()
            .any(|number| name.starts_with(number))
        {
            continue;
        }
        let Ok(tests) = fs::read_dir(chapter.path().join("tests")) else {
            continue;
        };
        for test in tests {
            let path = test.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() || file.starts_with("loom_") {
                continue;
            }
            if fs::read_to_string(&path)
                .unwrap()
                .contains("current_thread::")
            {
                let entry = format!("path = \"../../chapters/{name}/tests/{file}\"");
                assert!(manifest.contains(&entry), "the manifest lacks: {entry}");
                suites += 1;
            }
        }
    }
    assert!(12 <= suites, "only {suites} suites were found");
}
