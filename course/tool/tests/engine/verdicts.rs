//! Each verdict, and what leads to it.

use course::verdict::{Failure, Verdict};

use crate::fixture::{DOUBLE, Fixture, HALF, ONE, TWO};

fn wrong(verdict: Verdict) -> Failure {
    match verdict {
        Verdict::Wrong(failure) => failure,
        other => panic!("expected wrong, got {other:?}"),
    }
}

#[test]
fn an_untouched_chapter_is_not_started() {
    let fixture = Fixture::new();
    let verdicts = fixture.check(&[ONE, TWO]);
    assert_eq!(verdicts, [Verdict::NotStarted, Verdict::NotStarted]);
}

#[test]
fn right_answers_are_solved_and_reusing_the_verdicts_builds_nothing() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    fixture.answer(TWO, HALF);
    let verdicts = fixture.check(&[ONE, TWO]);
    assert_eq!(verdicts, [Verdict::Solved, Verdict::Solved]);
    let mut events = Vec::new();
    let again = course::check::check(
        &fixture.course,
        &[ONE, TWO],
        &Default::default(),
        &Default::default(),
        &mut |event| events.push(event),
    );
    assert!(
        again
            .unwrap()
            .iter()
            .all(|(_, verdict)| verdict.is_solved())
    );
    let is_decided = |event: &_| matches!(event, course::check::Event::Decided { .. });
    assert!(events.iter().all(is_decided), "{events:?}");
}

#[test]
fn a_verdict_never_outlives_the_file_it_is_of() {
    let fixture = Fixture::new();
    assert_eq!(fixture.check_one(DOUBLE), Verdict::Solved);
    let path = fixture.path("src/one.rs");
    let then = std::fs::metadata(&path).unwrap().modified().unwrap();
    fixture.answer(ONE, "x + 1");
    // As an editor or `mv` would that keeps the old time.
    let file = std::fs::File::options().append(true).open(&path).unwrap();
    file.set_modified(then).unwrap();
    let verdict = fixture.check(&[ONE]).remove(0);
    assert_eq!(wrong(verdict).test, "first::z_three");
    assert_eq!(fixture.check_one(DOUBLE), Verdict::Solved);
}

#[test]
fn a_failed_assertion_is_wrong_with_its_message() {
    let fixture = Fixture::new();
    let failure = wrong(fixture.check_one("x * x"));
    assert_eq!(failure.test, "first::z_three");
    assert_eq!(failure.page.as_deref(), Some("small/one.md"));
    assert!(failure.message.contains("left: 9"), "{}", failure.message);
}

#[test]
fn a_report_of_the_kit_names_rule_and_page() {
    let fixture = Fixture::new();
    let failure = wrong(fixture.check_one("if x == 10 { 1 } else { x + x }"));
    assert_eq!(failure.test, "first::a_ten");
    assert_eq!(failure.rule.as_deref(), Some("Twice is twice."));
    assert_eq!(failure.page.as_deref(), Some("small/rule.md"));
    assert_eq!(failure.message, "saw 1");
}

#[test]
fn a_diagnosed_hang_hangs() {
    let fixture = Fixture::new();
    let verdict = fixture.check_one("if x == 10 { 0 } else { x + x }");
    assert_eq!(verdict.word(), "hangs");
}

#[test]
fn an_abort_crashes_at_its_last_step() {
    let fixture = Fixture::new();
    let verdict = fixture.check_one("std::process::abort()");
    assert_eq!(verdict.word(), "crashes");
    let failure = verdict.failure().unwrap();
    assert_eq!(failure.rule.as_deref(), Some("Do not fall."));
    assert!(failure.message.contains("stepping"), "{}", failure.message);
}

#[cfg(target_os = "linux")]
#[test]
fn memory_without_end_is_stopped() {
    let fixture = Fixture::new();
    let verdict =
        fixture.check_one("let mut all = Vec::new();\nloop {\n    all.push([x as u8; 4096]);\n}");
    assert_eq!(verdict.word(), "crashes");
    let message = &verdict.failure().unwrap().message;
    assert!(message.contains("grows without a bound"), "{message}");
}

#[test]
fn an_exit_does_not_pass_for_a_success() {
    let fixture = Fixture::new();
    let verdict = fixture.check_one("std::process::exit(0)");
    assert_eq!(verdict.word(), "crashes");
    let message = &verdict.failure().unwrap().message;
    assert!(
        message.contains("exit before the test was over"),
        "{message}"
    );
}

#[test]
fn a_crash_of_the_stack_says_so() {
    let fixture = Fixture::new();
    let verdict =
        fixture.check_one("if x == 0 { 1 } else { std::hint::black_box(double(x + 1)) + 1 }");
    assert_eq!(verdict.word(), "crashes");
    let message = &verdict.failure().unwrap().message;
    assert!(message.contains("The stack overflowed"), "{message}");
}

#[test]
fn a_hole_inside_an_answer_is_not_finished_or_needs_another() {
    let fixture = Fixture::new();
    let verdict = fixture.check_one("let y = x;\ntodo!(\"1.1 double\")");
    assert_eq!(verdict.word(), "not finished");
    let fixture = {
        drop(fixture);
        Fixture::new()
    };
    fixture.answer(TWO, HALF);
    let verdict = fixture.check(&[TWO]).remove(0);
    assert_eq!(
        verdict,
        Verdict::Needs {
            id: "1.1".to_owned()
        }
    );
}

#[test]
fn a_failure_of_the_whole_chapter_is_a_verdict_of_its_own() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    fixture.answer(TWO, "if x == 2000 { 999 } else { x / 2 }");
    assert_eq!(fixture.check(&[TWO]), [Verdict::Solved]);
    let mut verdicts = fixture.check(&[ONE, TWO]);
    assert_eq!(verdicts[..2], [Verdict::Solved, Verdict::Solved]);
    // The same again, as it is remembered.
    assert_eq!(fixture.check(&[ONE, TWO]), verdicts);
    let failure = wrong(verdicts.remove(2));
    assert_eq!(failure.test, "whole::both");
    assert!(failure.is_of_chapter);
    assert!(!failure.message.contains("Every exercise"));
    fixture.answer(TWO, HALF);
    assert_eq!(
        fixture.check(&[ONE, TWO]),
        [Verdict::Solved, Verdict::Solved]
    );
}

#[test]
fn a_failure_of_the_whole_chapter_is_told_on_the_exercise_that_it_names() {
    let fixture = Fixture::new();
    fixture.answer(ONE, "if x == 7 { 0 } else { x + x }");
    fixture.answer(TWO, HALF);
    let verdicts = fixture.check(&[ONE, TWO]);
    assert_eq!(verdicts[0].word(), "hangs");
    let failure = verdicts[0].failure().unwrap();
    assert_eq!(failure.test, "whole::seven");
    assert_eq!(failure.rule.as_deref(), Some("Seven counts."));
    assert_eq!(failure.page.as_deref(), Some("small/seven.md"));
    assert!(failure.is_of_chapter);
    assert_eq!(verdicts[1], Verdict::Solved);
}
