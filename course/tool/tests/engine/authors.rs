//! Skeletons, and the overlay of one's own chapters.

use std::fs;
use std::process::Command;

use course::check::Cancel;
use course::mine::{self, Whose};
use course::run::{self, Records};
use course::skeleton;

use crate::fixture::{DOUBLE, Fixture, HALF, ONE, TWO};

#[test]
fn a_skeleton_is_the_solution_with_holes() {
    let fixture = Fixture::new();
    let expected = "//! One.\n\n/// Twice `x`.\npub fn double(x: u32) -> u32 {\n    \
                    // ANCHOR: ex-1-1-double\n    // Return twice x.\n    todo!(\"1.1 double\")\n    \
                    // ANCHOR_END: ex-1-1-double\n}\n";
    assert_eq!(fixture.read("src/one.rs"), expected);
    let chapter = &fixture.course.chapters[0];
    assert_eq!(skeleton::stale(&fixture.course, chapter).unwrap(), []);
}

#[test]
fn what_a_reader_wrote_is_copied_before_it_is_overwritten() {
    let fixture = Fixture::new();
    let chapter = &fixture.course.chapters[0];
    fixture.answer(ONE, DOUBLE);
    let wrote = fixture.read("src/one.rs");
    fixture.write("src/extra.rs", "//! Mine.\n");
    let written = skeleton::write(&fixture.course, chapter).unwrap();
    assert_eq!(written.len(), 2);
    let copies: Vec<String> = written
        .iter()
        .map(|file| fs::read_to_string(file.copy.as_ref().unwrap()).unwrap())
        .collect();
    assert_eq!(copies, [wrote, "//! Mine.\n".to_owned()]);
    assert!(!fixture.path("src/extra.rs").exists());
    assert!(
        skeleton::stale(&fixture.course, chapter)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn an_old_skeleton_needs_no_copy() {
    let fixture = Fixture::new();
    let chapter = &fixture.course.chapters[0];
    let solution = fixture.course.solution_dir(chapter).join("src/one.rs");
    let changed = fs::read_to_string(&solution)
        .unwrap()
        .replace("Twice", "Two times");
    fs::write(&solution, changed).unwrap();
    let written = skeleton::write(&fixture.course, chapter).unwrap();
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].copy, None);
}

#[test]
fn mine_takes_a_chapter_when_all_of_it_is_solved() {
    let fixture = Fixture::new();
    let whose = || {
        let overlay = mine::overlay(&fixture.course, &Cancel::default(), &mut |_| {}).unwrap();
        (overlay.chapters[0].1.clone(), overlay)
    };
    let ours = |why: &str| Whose::Ours {
        why: why.to_owned(),
    };
    assert_eq!(whose().0, ours("1.1 is not started"));
    fixture.answer(ONE, DOUBLE);
    fixture.answer(TWO, "x");
    assert_eq!(whose().0, ours("1.2: wrong"));
    fixture.answer(ONE, "println!(\"mine\");\nx + x");
    fixture.answer(TWO, HALF);
    let (solved, overlay) = whose();
    assert_eq!(solved, Whose::Mine { open: 0 });

    let chapter = &fixture.course.chapters[0];
    let cancel = Cancel::default();
    let example = run::build(
        &fixture.course,
        chapter,
        "show",
        Some(&overlay),
        Records::No,
        &cancel,
    );
    let output = Command::new(example.unwrap()).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(stdout, "mine\ntwice 21 is 42\n", "{output:?}");
}
