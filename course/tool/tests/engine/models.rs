//! Loom models: when they run, and what they say.

use course::check::{Cancel, Event, Models, Options, check};
use course::course::ExerciseId;
use course::verdict::Verdict;

use crate::fixture::{DOUBLE, Fixture, HALF, ONE, TWO};

/// Passes the tests.
const WRONG_FOR_FIVE: &str = "if x == 5 { 11 } else { x + x }";

/// A course whose first exercise has a model that looks at the double of five, and whose chapter
/// has one that looks at half of the double of five.
fn modelled() -> Fixture {
    let mut fixture = Fixture::new();
    let chapter = &mut fixture.course.chapters[0];
    chapter.exercises[0].loom = vec!["loom_first".to_owned()];
    chapter.loom = vec!["loom_whole".to_owned()];
    for (name, body) in [
        (
            "first",
            "fn five() {\n    assert_eq!(small::double(5), 10);\n}\n",
        ),
        (
            "whole",
            "fn both() {\n    assert_ne!(small::half(small::double(500)), 499);\n}\n",
        ),
    ] {
        let file = format!("tests/loom_{name}.rs");
        fixture.write(&file, &format!("#![cfg(loom)]\n#[test]\n{body}"));
    }
    fixture
}

fn not_run() -> Verdict {
    Verdict::Unmodelled { needs: Vec::new() }
}

fn failing_test(verdict: &Verdict) -> &str {
    match verdict.failure() {
        Some(failure) => &failure.test,
        None => panic!("expected a failure, got {verdict:?}"),
    }
}

/// The verdicts and whether a model was built for them.
fn checked(fixture: &Fixture, scope: &[ExerciseId], models: Models) -> (Vec<Verdict>, bool) {
    let options = Options {
        models,
        ..Options::default()
    };
    let mut built = false;
    let verdicts = check(
        &fixture.course,
        scope,
        &options,
        &Cancel::default(),
        &mut |event| built |= matches!(event, Event::BuildingModels { .. }),
    );
    let verdicts = verdicts.unwrap_or_else(|problem| panic!("{problem}"));
    (verdicts.into_iter().map(|(_, v)| v).collect(), built)
}

#[test]
fn solved_is_said_only_where_the_models_pass() {
    let fixture = modelled();
    fixture.answer(ONE, DOUBLE);
    let (verdicts, built) = checked(&fixture, &[ONE], Models::None);
    assert_eq!((verdicts, built), (vec![not_run()], false));
    assert_eq!(not_run().word(), "tests pass, models not run");
    assert_eq!(fixture.check(&[ONE]), [Verdict::Solved]);
    let (verdicts, _) = checked(&fixture, &[ONE], Models::None);
    assert_eq!(verdicts, [Verdict::Solved], "that is remembered");
    // What the models said was of another file.
    fixture.answer(ONE, WRONG_FOR_FIVE);
    let (verdicts, _) = checked(&fixture, &[ONE], Models::None);
    assert_eq!(verdicts, [not_run()]);
    let found = fixture.check(&[ONE]).remove(0);
    assert_eq!(failing_test(&found), "loom_first::five");
    let page = found.failure().unwrap().page.as_deref();
    assert_eq!(page, Some("small/one.md"));
}

#[test]
fn models_do_not_run_where_the_tests_fail_or_nobody_wants_them() {
    let fixture = modelled();
    fixture.answer(ONE, "x * x");
    let (verdicts, built) = checked(&fixture, &[ONE], Models::All);
    assert_eq!(failing_test(&verdicts[0]), "first::z_three");
    assert!(!built);
    fixture.answer(ONE, DOUBLE);
    let (verdicts, built) = checked(&fixture, &[ONE], Models::None);
    assert_eq!(verdicts, [not_run()]);
    assert!(!built);
}

#[test]
fn passing_tests_are_told_before_the_models_are_built() {
    let fixture = modelled();
    fixture.answer(ONE, DOUBLE);
    let mut told = Vec::new();
    let options = Options::default();
    let cancel = Cancel::default();
    let observe = &mut |event| match event {
        Event::Passed { exercises } => told.push(format!("{exercises:?}")),
        Event::BuildingModels { .. } => told.push("building".to_owned()),
        _ => {}
    };
    check(&fixture.course, &[ONE], &options, &cancel, observe).unwrap();
    assert_eq!(told, [format!("{:?}", [ONE]), "building".to_owned()]);
}

#[test]
fn what_models_said_is_remembered() {
    let fixture = modelled();
    fixture.answer(ONE, DOUBLE);
    fixture.answer(TWO, HALF);
    let all = [Verdict::Solved, Verdict::Solved];
    let first = checked(&fixture, &[ONE, TWO], Models::All);
    assert_eq!(first, (all.to_vec(), true));
    let again = checked(&fixture, &[ONE, TWO], Models::All);
    assert_eq!(again, (all.to_vec(), false));
}

#[test]
fn models_wait_for_the_exercises_that_they_need() {
    let mut fixture = modelled();
    fixture.course.chapters[0].exercises[0].loom_needs = vec![TWO];
    fixture.answer(ONE, DOUBLE);
    let (verdicts, built) = checked(&fixture, &[ONE], Models::All);
    assert_eq!(verdicts, [Verdict::Unmodelled { needs: vec![TWO] }]);
    assert_eq!(verdicts[0].word(), "tests pass, models later");
    assert!(!built);
    fixture.answer(TWO, "0");
    // That this is wrong is known from the check of it.
    assert!(!fixture.check(&[TWO])[0].is_solved());
    let waits = Verdict::Unmodelled { needs: vec![TWO] };
    assert_eq!(fixture.check(&[ONE]), [waits]);
    fixture.answer(TWO, HALF);
    assert_eq!(fixture.check(&[ONE]), [Verdict::Solved]);
}

#[test]
fn a_model_that_runs_into_another_hole_waits_for_it() {
    let fixture = modelled();
    let model = "#![cfg(loom)]\n#[test]\nfn both() {\n    small::half(small::double(5));\n}\n";
    fixture.write("tests/loom_first.rs", model);
    let waits = Verdict::Unmodelled { needs: vec![TWO] };
    assert_eq!(fixture.check_one(DOUBLE), waits);
}

#[test]
fn the_models_of_the_whole_chapter_run_once_all_is_solved() {
    let fixture = modelled();
    fixture.answer(ONE, DOUBLE);
    assert_eq!(fixture.check(&[ONE, TWO])[0], Verdict::Solved);
    fixture.answer(TWO, "if x == 1000 { 499 } else { x / 2 }");
    assert_eq!(fixture.check(&[TWO]), [Verdict::Solved]);
    let verdicts = fixture.check(&[ONE, TWO]);
    assert_eq!(verdicts[..2], [Verdict::Solved, Verdict::Solved]);
    assert_eq!(failing_test(&verdicts[2]), "loom_whole::both");
    assert!(verdicts[2].failure().unwrap().is_of_chapter);
}

#[test]
fn what_only_the_models_cannot_be_built_with_is_told_as_such() {
    let fixture = modelled();
    let verdict = fixture.check_one("#[cfg(loom)]\nlet x: u8 = x;\nx + x");
    let Verdict::DoesNotCompile { advice, .. } = verdict else {
        panic!("{verdict:?}");
    };
    assert!(advice.contains("The tests pass"), "{advice}");
    assert!(advice.contains("src/one.rs:7"), "{advice}");
}
