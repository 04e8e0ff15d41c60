//! What is wrong with a book that was built, of a small one and of ours.

#[expect(dead_code, reason = "the tests of the build use the rest")]
#[path = "../../tool/tests/book/repository.rs"]
mod repository;

use std::path::Path;

use course::course::Course;
use press::book;

use repository::Repository;

/// What the check says of it.
fn problems_of(repository: &Repository) -> String {
    let problems = book::check(&repository.course());
    problems
        .iter()
        .map(|problem| format!("{problem}\n"))
        .collect()
}

const SOUND: &str = "# One\n\nSee [it](#exercise-1-1) and [the figure](index.md#figure-wake).\n\n\
    {{#exercise 1.1}}\n\n{{#figure wake \"A wake\"}}\n";

#[test]
fn a_sound_book_has_no_problems() {
    assert_eq!(problems_of(&Repository::new("sound", SOUND)), "");
}

#[test]
fn the_check_finds_what_a_reader_would_trip_over() {
    let repository = Repository::new(
        "lint",
        "# One\n\n[a](none.md) [b](#one-two) [c](index.md#ond)\n\n![](x.png)\n\n<div>\n\n\
         ```\nplain\n```\n",
    );
    repository.write("book/src/lost.md", "# Lost\n");
    let problems = problems_of(&repository);
    for expected in [
        "unclosed HTML tag `<div>`",
        "book/src/lost.md is not in book/src/SUMMARY.md",
        "exercise 1.1 is of page one/index.md, and its box is on: no page shows it",
        "book/src/figures/wake.svg is on no page",
        "book/src/one/index.md:9: this fence names no language",
        "book/src/one/index.md:5: the image x.png has no text alternative",
        "book/src/one/index.md:3: the link `none.html` leads to no page",
        "the link `#one-two` leads to a page without `#one-two`",
        "the link `index.html#ond` leads to a page without `#ond`.\n  The nearest there are: one",
    ] {
        assert!(
            problems.contains(expected),
            "{expected:?} is missing in:\n{problems}"
        );
    }
}

#[test]
fn wrong_answers_that_no_page_shows_are_listed() {
    let repository = Repository::new("unshown", SOUND);
    let course = repository.course();
    let found = course::book::contents(&course).unwrap();
    let unshown = book::unshown_wrong_answers(&course, &found).unwrap();
    assert_eq!(unshown, ["01-one/no-waker"]);
}

#[test]
fn the_book_of_this_repository_builds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap();
    let course = Course::load(&root).unwrap();
    let problems = book::check(&course);
    let said: String = problems
        .iter()
        .map(|problem| format!("{problem}\n\n"))
        .collect();
    assert!(problems.is_empty(), "{said}");
}
