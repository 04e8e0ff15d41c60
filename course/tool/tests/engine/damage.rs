//! Edits that keep a chapter from being built, and what the reader is told.

use course::check::{Hole, hole};
use course::verdict::Verdict;

use crate::fixture::{DOUBLE, Fixture, HALF, ONE, TWO};

fn does_not_compile(verdict: &Verdict) -> (&str, &str) {
    match verdict {
        Verdict::DoesNotCompile { rendered, advice } => (rendered, advice),
        other => panic!("expected an error of the compiler, got {other:?}"),
    }
}

#[test]
fn an_error_belongs_to_the_exercise_it_is_in() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    fixture.answer(TWO, "x / \"2\"");
    let verdicts = fixture.check(&[ONE, TWO]);
    let (rendered, advice) = does_not_compile(&verdicts[1]);
    assert!(rendered.contains("E0277"), "{rendered}");
    assert!(advice.contains("src/two.rs:6"), "{advice}");
    let why = "exercise 1.2 does not compile; mend it first".to_owned();
    assert_eq!(verdicts[0], Verdict::NotChecked { why });
}

#[test]
fn only_errors_that_have_an_explanation_are_sent_to_it() {
    let fixture = Fixture::new();
    let verdict = fixture.check_one("x + \"1\"");
    let (_, advice) = does_not_compile(&verdict);
    assert!(advice.contains("rustc --explain E0277"), "{advice}");
    // A lint that is an error by default.
    let verdict = fixture.check_one("x + (255u8 << 9) as u32");
    let (rendered, advice) = does_not_compile(&verdict);
    assert!(rendered.contains("arithmetic_overflow"), "{rendered}");
    assert!(!advice.contains("--explain"), "{advice}");
}

#[test]
fn an_error_in_another_exercise_is_not_this_ones() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    fixture.answer(TWO, "x / \"2\"");
    let why = "exercise 1.2 does not compile; mend it first".to_owned();
    assert_eq!(fixture.check(&[ONE]), [Verdict::NotChecked { why }]);
}

#[test]
fn a_bracket_left_open_is_pointed_at() {
    let fixture = Fixture::new();
    let verdict = fixture.check_one("if x == 1 {\n    2\n");
    let (rendered, advice) = does_not_compile(&verdict);
    assert!(rendered.contains("unclosed delimiter"), "{rendered}");
    assert!(
        advice.starts_with("Look at src/one.rs:6: a bracket"),
        "{advice}"
    );
}

#[test]
fn an_error_outside_the_regions_says_so() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    let text = fixture.read("src/one.rs") + "\nfn helper() -> u32 {}\n";
    fixture.write("src/one.rs", &text);
    let verdict = fixture.check(&[ONE]).remove(0);
    let (_, advice) = does_not_compile(&verdict);
    assert!(advice.contains("outside the exercise's region"), "{advice}");
}

#[test]
fn a_deleted_function_is_missed_by_the_tests() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    fixture.answer(TWO, HALF);
    let body = "// ANCHOR: ex-1-2-half\n// ANCHOR_END: ex-1-2-half\n";
    fixture.write("src/two.rs", body);
    fixture.write("src/lib.rs", "mod one;\nmod two;\n\npub use one::double;\n");
    let verdicts = fixture.check(&[ONE, TWO]);
    assert_eq!(verdicts[0], Verdict::Solved);
    let (_, advice) = does_not_compile(&verdicts[1]);
    let expected = "The tests call `half`, which is gone from src/two.rs: bring it back with `cargo \
                    course reset 1.2`";
    assert_eq!(advice, expected);
}

#[test]
fn a_deleted_export_is_missed_by_the_tests() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    fixture.write("src/lib.rs", "mod one;\nmod two;\n\npub use two::half;\n");
    // The other file calls it by that name too.
    fixture.answer(TWO, "x / 2");
    let verdict = fixture.check(&[ONE]).remove(0);
    let (_, advice) = does_not_compile(&verdict);
    let expected = "The tests call `double`, which src/lib.rs no longer lists: bring it back with \
                    `git restore chapters/01-small/src/lib.rs`";
    assert_eq!(advice, expected);
}

#[test]
fn tests_of_the_whole_chapter_that_do_not_fit_are_not_passed_over() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    fixture.answer(TWO, HALF);
    let whole = fixture.read("tests/whole.rs") + "\nuse small::third;\n";
    fixture.write("tests/whole.rs", &whole);
    let verdicts = fixture.check(&[ONE, TWO]);
    assert_eq!(verdicts[0], Verdict::Solved);
    assert_eq!(verdicts[1].word(), "does not compile");
}

#[test]
fn a_changed_signature_is_explained() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    let text = fixture
        .read("src/one.rs")
        .replace("x: u32)", "x: u32, y: u32)");
    fixture.write("src/one.rs", &text);
    let verdict = fixture.check(&[ONE]).remove(0);
    let (rendered, advice) = does_not_compile(&verdict);
    assert!(rendered.contains("E0061"), "{rendered}");
    assert!(advice.contains("its tests do not fit it"), "{advice}");
}

#[test]
fn lost_markers_are_a_problem_with_a_next_step() {
    let fixture = Fixture::new();
    let text = fixture
        .read("src/one.rs")
        .replace("// ANCHOR: ex-1-1-double\n", "");
    fixture.write("src/one.rs", &text);
    let (chapter, exercise) = fixture.course.exercise(ONE).unwrap();
    let Hole::Broken(problem) = hole(&fixture.course, chapter, exercise) else {
        panic!("the region should be broken");
    };
    assert!(problem.what.contains("never opened"), "{problem}");
    assert!(
        problem.next.contains("cargo course reset 1.1`"),
        "{problem}"
    );
    assert_eq!(fixture.check(&[ONE]).remove(0).word(), "damaged");
}

#[test]
fn a_file_that_is_gone_is_named() {
    let fixture = Fixture::new();
    std::fs::remove_file(fixture.path("src/two.rs")).unwrap();
    let (chapter, exercise) = fixture.course.exercise(TWO).unwrap();
    let Hole::Broken(problem) = hole(&fixture.course, chapter, exercise) else {
        panic!("the region should be broken");
    };
    assert_eq!(problem.what, "chapters/01-small/src/two.rs is gone");
}

#[test]
fn a_byte_of_another_encoding_is_pointed_at() {
    let fixture = Fixture::new();
    let text = fixture.read("src/one.rs");
    let mut bytes = text.replace("todo!", "// na").into_bytes();
    // An ï as Latin-1 has it.
    let at = text.find("todo!").unwrap() + "// na".len();
    bytes.insert(at, 0xef);
    std::fs::write(fixture.path("src/one.rs"), bytes).unwrap();
    let Verdict::Damaged { why } = fixture.check(&[ONE]).remove(0) else {
        panic!("the file cannot be read");
    };
    assert!(
        why.starts_with("chapters/01-small/src/one.rs:7 holds"),
        "{why}"
    );
    assert!(why.contains("save the file as UTF-8"), "{why}");
    assert!(!why.contains("reset"), "{why}");
}

#[test]
fn a_test_file_that_is_no_rust_is_told_as_that() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    fixture.write("tests/first.rs", &(fixture.read("tests/first.rs") + "fn ("));
    let verdict = fixture.check(&[ONE]).remove(0);
    let (_, advice) = does_not_compile(&verdict);
    assert!(advice.contains("tests/first.rs:"), "{advice}");
    assert!(advice.contains("the test file was changed"), "{advice}");
}
