//! Running the tests of all variants, and comparing what they say with what they should.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use course::check::pool::{self, Job};
use course::check::trial::{self, Outcome, Trial, TrialResult};
use course::check::{LOOM_LIMIT, TEST_LIMIT, failure};
use course::course::{Course, Exercise, ExerciseId};
use course::files::unwritable;
use course::problem::Result;
use course::process::Cancel;
use course::wrong::{self, WrongAnswer, words};

use super::Loom;
use super::bench::{Bench, PROGRESS, describe, expects_errors};
use super::catch::{fault_of, seen};
use super::gathered::BODIES;
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
    /// By exercise: its wrong answers that a reader is told the name of.
    pub named: BTreeMap<ExerciseId, usize>,
    /// By exercise: the tests that its second answer passes.
    pub second: BTreeMap<ExerciseId, usize>,
    /// Tests of solved chapters that pass.
    pub passed: usize,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

impl Judged {
    /// Takes in what another bench showed.
    pub fn extend(&mut self, other: Judged) {
        for (all, more) in [
            (&mut self.tests, other.tests),
            (&mut self.failing, other.failing),
            (&mut self.caught, other.caught),
            (&mut self.named, other.named),
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

/// Runs all tests of the bench's variants and judges them. Of those that a gathered chapter holds, only what
/// is as it should be is judged; the others are returned, to be built by themselves.
///
/// # Errors
///
/// If a test program cannot be started, or the run is cancelled.
pub fn judge<'a>(
    course: &Course,
    bench: &Bench<'a>,
    cancel: &Cancel,
    say: &mut dyn FnMut(&str),
) -> Result<(Judged, Vec<Variant<'a>>)> {
    let mut judged = Judged::default();
    let mut again = Vec::new();
    let mut cases = Vec::new();
    for variant in bench.variants {
        match variant.kind {
            Kind::Skeleton => {}
            Kind::Gathered(gathered) if !is_built(bench, variant) => {
                let reason = match bench.errors(variant).first() {
                    Some(error) => error.message.rendered.clone().unwrap_or_default(),
                    None => "cargo did not build its tests".to_owned(),
                };
                say(&format!(
                    "{} cannot be built, so each is built by itself:\n{reason}",
                    describe(variant)
                ));
                again.extend(gathered.variants.iter().cloned());
            }
            Kind::Gathered(gathered) => {
                let listed = list(course, bench, variant, cancel)?;
                for inner in &gathered.variants {
                    let environment = vec![(BODIES, gathered.chosen(inner))];
                    let own = cases_of(bench, inner, variant, &listed, environment);
                    cases.push((inner, true, own));
                }
            }
            _ if expects_errors(variant) => judge_errors(bench, variant, &mut judged),
            _ => {
                let listed = list(course, bench, variant, cancel)?;
                let own = cases_of(bench, variant, variant, &listed, Vec::new());
                cases.push((variant, false, own));
            }
        }
    }
    let jobs: Vec<Job> = cases
        .iter()
        .flat_map(|(_, _, trials)| trials)
        .enumerate()
        .map(|(group, trial)| Job {
            group,
            trial: trial.clone(),
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
    let mut known: BTreeMap<u32, Vec<WrongAnswer>> = BTreeMap::new();
    for (variant, _, _) in &cases {
        if let Entry::Vacant(place) = known.entry(variant.chapter.number) {
            // One that cannot be read is told where they are read to be proven.
            place.insert(wrong::load(course, &variant.chapter.guided()).unwrap_or_default());
        }
    }
    let mut outcomes = outcomes.into_iter();
    for (variant, is_gathered, trials) in &cases {
        let mut one = Judged::default();
        for (trial, outcome) in trials.iter().zip(outcomes.by_ref()) {
            let Some(outcome) = outcome else { continue };
            judge_case(bench, variant, trial, &outcome, &mut one);
            if let Kind::Wrong(exercise, answer) = variant.kind {
                let known = known.get(&variant.chapter.number).into_iter().flatten();
                judge_name(
                    bench,
                    variant,
                    (exercise, answer),
                    known,
                    &outcome,
                    &mut one,
                );
                let stale = schedules::stale(course, variant.chapter, answer, &outcome);
                one.findings.extend(stale);
            }
        }
        judge_whole(bench, variant, trials, &mut one);
        match one.findings.first() {
            Some(finding) if *is_gathered => {
                let seen: Vec<&str> = finding.seen.lines().take(3).collect();
                let seen = seen.join("; ");
                say(&format!(
                    "to be built by itself, as it does not hold here that {}: {seen}",
                    finding.what
                ));
                again.push((*variant).clone());
            }
            _ => judged.extend(one),
        }
    }
    Ok((judged, again))
}

fn is_built(bench: &Bench<'_>, variant: &Variant<'_>) -> bool {
    let mut targets = variant.targets.iter();
    targets.all(|target| bench.executable(variant, target).is_some())
}

/// What must hold of all tests of a variant together.
fn judge_whole(bench: &Bench<'_>, variant: &Variant<'_>, trials: &[Trial], judged: &mut Judged) {
    match variant.kind {
        Kind::Hole(exercise) if !judged.failing.contains_key(&exercise.id) => {
            judged.findings.push(Finding {
                what: format!("{} fails a test of {}", describe(variant), exercise.id),
                seen: "all of them pass".to_owned(),
                reproduce: bench.reproduce(variant, &exercise.tests.join(" --test "), None),
            });
        }
        Kind::Wrong(_, answer) if trials.is_empty() => judged.findings.push(Finding {
            what: format!("the test that catches `{}` exists", answer.name),
            seen: format!("there is no test `{}`", answer.test),
            reproduce: format!("see solutions/{}/wrong", variant.chapter.dir),
        }),
        _ => {}
    }
}

/// A test that fails as it should must do so within this time: the kit's own limit and some.
fn patience(loom: Loom) -> Duration {
    match loom {
        Loom::Without => Duration::from_secs(12),
        Loom::With => Duration::from_secs(60),
    }
}

/// The tests of a test program.
struct Listed {
    target: String,
    executable: PathBuf,
    tests: Vec<String>,
}

/// The tests that a variant was built with.
fn list(
    course: &Course,
    bench: &Bench<'_>,
    variant: &Variant<'_>,
    cancel: &Cancel,
) -> Result<Vec<Listed>> {
    let folder = course.chapter_dir(variant.chapter).join("tests");
    let mut all = Vec::new();
    for target in &variant.targets {
        let Some(executable) = bench.executable(variant, target) else {
            continue;
        };
        let source = folder.join(format!("{target}.rs"));
        all.push(Listed {
            target: target.clone(),
            tests: trial::list(executable, &source, cancel)?,
            executable: executable.to_owned(),
        });
    }
    Ok(all)
}

/// The tests of a variant that are to be run, out of those that were built for it.
fn cases_of(
    bench: &Bench<'_>,
    variant: &Variant<'_>,
    built: &Variant<'_>,
    listed: &[Listed],
    environment: Vec<(&'static str, String)>,
) -> Vec<Trial> {
    let is_asked = |test: &String| match variant.kind {
        Kind::Wrong(_, answer) => test == answer.function(),
        _ => true,
    };
    let mut cases = Vec::new();
    for program in listed
        .iter()
        .filter(|of| variant.targets.contains(&of.target))
    {
        cases.extend(
            program
                .tests
                .iter()
                .filter(|test| is_asked(test))
                .map(|test| Trial {
                    executable: program.executable.clone(),
                    target: program.target.clone(),
                    test: test.clone(),
                    folder: bench.folder(built),
                    limit: match bench.loom {
                        Loom::Without => TEST_LIMIT,
                        Loom::With => LOOM_LIMIT,
                    },
                    environment: environment.clone(),
                }),
        );
    }
    cases
}

fn judge_case(
    bench: &Bench<'_>,
    variant: &Variant<'_>,
    trial: &Trial,
    outcome: &Outcome,
    judged: &mut Judged,
) {
    let name = trial.name();
    let fault = match variant.kind {
        Kind::Hole(exercise) if exercise.tests.contains(&trial.target) => {
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
        _ => match outcome.result {
            TrialResult::Passed => {
                if let Kind::Second(exercise) = variant.kind {
                    *judged.second.entry(exercise.id).or_default() += 1;
                }
                judged.passed += usize::from(is_of_solved(variant, bench.loom));
                None
            }
            _ => Some((format!("`{name}` passes"), seen(outcome))),
        },
    };
    if let Some((what, seen)) = fault {
        judged.findings.push(Finding {
            what: format!("with {}, {what}", describe(variant)),
            seen,
            reproduce: bench.reproduce(variant, &trial.target, Some(&trial.test)),
        });
    }
}

/// Whether a reader who gives this wrong answer is told its name. It may have too much in common with another one; but
/// then neither is named.
fn judge_name<'a>(
    bench: &Bench<'_>,
    variant: &Variant<'_>,
    (exercise, answer): (&Exercise, &WrongAnswer),
    known: impl IntoIterator<Item = &'a WrongAnswer>,
    outcome: &Outcome,
    judged: &mut Judged,
) {
    // As it is done by a reader who comes to give this answer.
    let done = variant.chapter.with_open(&[answer.exercise]);
    let verdict = failure(exercise, outcome);
    let named = verdict.and_then(|verdict| wrong::alike(known, &done, &verdict));
    match named {
        Some(named) if named.name == answer.name => {
            *judged.named.entry(answer.exercise).or_default() += 1;
        }
        Some(other) => judged.findings.push(Finding {
            what: format!("{} does not look like `{}`", describe(variant), other.name),
            seen: seen(outcome),
            reproduce: bench.reproduce(variant, answer.target(), Some(answer.function())),
        }),
        None => {}
    }
}

/// Whether a test says something of the solved chapter. A model that passes while later exercises are open
/// has tried all runs, and none came to an open one: the solved chapter would run the same again.
fn is_of_solved(variant: &Variant<'_>, loom: Loom) -> bool {
    match variant.kind {
        Kind::Solved => true,
        Kind::SoFar(_) => loom == Loom::With,
        _ => false,
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
