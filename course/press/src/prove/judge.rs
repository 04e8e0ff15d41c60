//! Running the tests of all variants, and comparing what they say with what they should.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use course::check::pool::{self, Job};
use course::check::trial::{self, Outcome, Trial, TrialResult};
use course::check::{LOOM_LIMIT, TEST_LIMIT};
use course::course::{Course, ExerciseId};
use course::files::unwritable;
use course::problem::Result;
use course::process::Cancel;

use super::Loom;
use super::bench::{Bench, PROGRESS, describe, expects_errors};
use super::catch::{fault_of, seen, words};
use super::report::Finding;
use super::variant::{Kind, Variant};
use crate::schedules;

/// What the tests of the variants said.
#[derive(Debug, Default)]
pub struct Judged {
    /// By exercise: its tests.
    pub tests: BTreeMap<ExerciseId, usize>,
    /// By exercise: its tests that fail when only its region is open.
    pub failing: BTreeMap<ExerciseId, usize>,
    /// By exercise: its wrong answers that are caught.
    pub caught: BTreeMap<ExerciseId, usize>,
    /// By exercise: the tests that its second answer passes.
    pub second: BTreeMap<ExerciseId, usize>,
    /// Tests of solved chapters that pass.
    pub passed: usize,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

/// A test of a variant, to be run.
struct Case<'a> {
    variant: &'a Variant<'a>,
    trial: Trial,
}

impl Judged {
    /// Takes in what another bench showed.
    pub fn extend(&mut self, other: Judged) {
        for (all, more) in [
            (&mut self.tests, other.tests),
            (&mut self.failing, other.failing),
            (&mut self.caught, other.caught),
            (&mut self.second, other.second),
        ] {
            for (id, count) in more {
                *all.entry(id).or_default() += count;
            }
        }
        self.passed += other.passed;
        self.findings.extend(other.findings);
    }
}

/// Runs all tests of the bench's variants and judges them.
///
/// # Errors
///
/// If a test program cannot be started, or the run is cancelled.
pub fn judge(
    course: &Course,
    bench: &Bench<'_>,
    cancel: &Cancel,
    say: &mut dyn FnMut(&str),
) -> Result<Judged> {
    let mut judged = Judged::default();
    let mut cases = Vec::new();
    for variant in bench.variants {
        if expects_errors(variant) {
            judge_errors(bench, variant, &mut judged);
        } else if !matches!(variant.kind, Kind::Skeleton) {
            cases.extend(cases_of(course, bench, variant, cancel, &mut judged)?);
        }
    }
    let jobs: Vec<Job> = cases
        .iter()
        .enumerate()
        .map(|(group, case)| Job {
            group,
            trial: case.trial.clone(),
        })
        .collect();
    let scratch = course.scratch().join("run");
    fs::create_dir_all(&scratch).map_err(|error| unwritable(&scratch, &error))?;
    say(&format!(
        "running {} tests, each in a process of its own",
        jobs.len()
    ));
    let mut last = Instant::now();
    let outcomes = pool::run(&jobs, &scratch, cancel, &mut |_, done| {
        if last.elapsed() > PROGRESS {
            last = Instant::now();
            say(&format!("ran {done} of {} tests", jobs.len()));
        }
    })?;
    for (case, outcome) in cases.iter().zip(&outcomes) {
        if let Some(outcome) = outcome {
            judge_case(bench, case, outcome, &mut judged);
            if let Kind::Wrong(_, answer) = case.variant.kind {
                let stale = schedules::stale(course, case.variant.chapter, answer, outcome);
                judged.findings.extend(stale);
            }
        }
    }
    for variant in bench.variants {
        if let Kind::Hole(exercise) = variant.kind
            && !judged.failing.contains_key(&exercise.id)
        {
            judged.findings.push(Finding {
                what: format!("{} fails a test of {}", describe(variant), exercise.id),
                seen: "all of them pass".to_owned(),
                reproduce: bench.reproduce(variant, &exercise.tests.join(" --test "), None),
            });
        }
    }
    Ok(judged)
}

/// A test that fails as it should must do so within this time: the kit's own limit and some.
fn patience(loom: Loom) -> Duration {
    match loom {
        Loom::Without => Duration::from_secs(12),
        Loom::With => Duration::from_secs(60),
    }
}

fn cases_of<'a>(
    course: &Course,
    bench: &Bench<'_>,
    variant: &'a Variant<'a>,
    cancel: &Cancel,
    judged: &mut Judged,
) -> Result<Vec<Case<'a>>> {
    let mut cases = Vec::new();
    for target in &variant.targets {
        let Some(executable) = bench.executable(variant, target) else {
            continue;
        };
        let folder = course.chapter_dir(variant.chapter).join("tests");
        let source = folder.join(format!("{target}.rs"));
        let mut tests = trial::list(executable, &source, cancel)?;
        if let Kind::Wrong(_, answer) = variant.kind {
            tests.retain(|test| test == answer.function());
            if tests.is_empty() {
                judged.findings.push(Finding {
                    what: format!("the test that catches `{}` exists", answer.name),
                    seen: format!("there is no test `{}`", answer.test),
                    reproduce: format!("see solutions/{}/wrong", variant.chapter.dir),
                });
            }
        }
        cases.extend(tests.into_iter().map(|test| Case {
            variant,
            trial: Trial {
                executable: executable.to_owned(),
                target: target.clone(),
                test,
                folder: bench.folder(variant),
                limit: match bench.loom {
                    Loom::Without => TEST_LIMIT,
                    Loom::With => LOOM_LIMIT,
                },
            },
        }));
    }
    Ok(cases)
}

fn judge_case(bench: &Bench<'_>, case: &Case<'_>, outcome: &Outcome, judged: &mut Judged) {
    let name = case.trial.name();
    let fault = match case.variant.kind {
        Kind::Hole(exercise) if exercise.tests.contains(&case.trial.target) => {
            *judged.tests.entry(exercise.id).or_default() += 1;
            match &outcome.result {
                TrialResult::Passed => None,
                TrialResult::Hole(label) if *label == exercise.label() => {
                    *judged.failing.entry(exercise.id).or_default() += 1;
                    too_slow(bench, outcome)
                }
                _ => Some((
                    format!("`{name}` fails by the name of the hole"),
                    seen(outcome),
                )),
            }
        }
        Kind::Wrong(exercise, answer) => {
            let fault = fault_of(exercise, answer, outcome).or_else(|| too_slow(bench, outcome));
            if fault.is_none() {
                *judged.caught.entry(exercise.id).or_default() += 1;
            }
            fault
        }
        Kind::Hole(_) | Kind::SoFar(_) | Kind::Solved | Kind::Second(_) | Kind::Skeleton => {
            match outcome.result {
                TrialResult::Passed => {
                    if let Kind::Second(exercise) = case.variant.kind {
                        *judged.second.entry(exercise.id).or_default() += 1;
                    }
                    judged.passed += usize::from(matches!(case.variant.kind, Kind::Solved));
                    None
                }
                _ => Some((format!("`{name}` passes"), seen(outcome))),
            }
        }
    };
    if let Some((what, seen)) = fault {
        judged.findings.push(Finding {
            what: format!("with {}, {what}", describe(case.variant)),
            seen,
            reproduce: bench.reproduce(case.variant, &case.trial.target, Some(&case.trial.test)),
        });
    }
}

fn too_slow(bench: &Bench<'_>, outcome: &Outcome) -> Option<(String, String)> {
    let limit = patience(bench.loom);
    (outcome.took > limit).then(|| {
        let what = format!("the test fails within {} seconds", limit.as_secs());
        (
            what,
            format!("it took {:.1} seconds", outcome.took.as_secs_f64()),
        )
    })
}

/// A wrong answer that the compiler must refuse.
fn judge_errors(bench: &Bench<'_>, variant: &Variant<'_>, judged: &mut Judged) {
    let Kind::Wrong(exercise, answer) = variant.kind else {
        return;
    };
    let errors = bench.errors(variant);
    let rendered = |d: &&course::cargo::Diagnostic| d.message.rendered.clone().unwrap_or_default();
    let printed: String = errors.iter().map(rendered).collect();
    if words(&printed).contains(&words(&answer.message)) {
        *judged.caught.entry(exercise.id).or_default() += 1;
        return;
    }
    judged.findings.push(Finding {
        what: format!("{} is refused with `{}`", describe(variant), answer.message),
        seen: match printed.is_empty() {
            true => "it compiles".to_owned(),
            false => printed,
        },
        reproduce: bench.reproduce(variant, answer.target(), None),
    });
}
