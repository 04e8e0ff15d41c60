//! The check of one chapter, from its files to its verdicts.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::cargo::Build;
use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::problem::Result;
use crate::process::Cancel;
use crate::verdict::Verdict;

use super::cache::{self, Cache};
use super::pool::{self, Job};
use super::trial::{self, Outcome, Trial};
use super::{Event, Hole, LOOM_LIMIT, Options, TEST_LIMIT, build, compile, failure, hole, miri};

/// A check of one chapter.
pub struct Check<'a> {
    /// The course.
    pub course: &'a Course,
    /// The chapter.
    pub chapter: &'a Chapter,
    /// How to check.
    pub options: &'a Options,
    /// Stops it.
    pub cancel: &'a Cancel,
}

/// Exercises and what was found.
pub type Verdicts = Vec<(ExerciseId, Verdict)>;

impl Check<'_> {
    /// Finds the verdicts of these exercises.
    ///
    /// # Errors
    ///
    /// As [`check`](super::check).
    pub fn run(&self, asked: &[&Exercise], observe: &mut dyn FnMut(Event)) -> Result<Verdicts> {
        let (course, chapter) = (self.course, self.chapter);
        let sources = cache::sources(course, chapter);
        let mut cache = Cache::load(course, chapter, self.options);
        let known = (cache.sources == sources)
            .then(|| self.known(&cache, asked))
            .flatten();
        if let Some(verdicts) = known.filter(|_| cache.toolchain == cache::toolchain(course)) {
            decided(&verdicts, observe);
            return Ok(verdicts);
        }
        let verdicts = self.find(asked, sources, &mut cache, observe)?;
        // What was saved meanwhile may or may not have been seen.
        if cache::sources(course, chapter) == sources {
            cache.store(course, chapter, self.options);
        }
        Ok(verdicts)
    }

    /// The verdicts, if all are known.
    fn known(&self, cache: &Cache, asked: &[&Exercise]) -> Option<Verdicts> {
        let verdicts: Option<Verdicts> = asked
            .iter()
            .map(|exercise| Some((exercise.id, cache.verdict(exercise.id)?.clone())))
            .collect();
        verdicts.filter(|verdicts| {
            cache.chapter_passed || !self.is_whole(asked) || !all_solved(verdicts)
        })
    }

    fn find(
        &self,
        asked: &[&Exercise],
        sources: u64,
        cache: &mut Cache,
        observe: &mut dyn FnMut(Event),
    ) -> Result<Verdicts> {
        let mut verdicts = Verdicts::new();
        let mut edited = Vec::new();
        for exercise in asked {
            match hole(self.course, self.chapter, exercise) {
                Hole::Open => verdicts.push((exercise.id, Verdict::NotStarted)),
                Hole::Broken(problem) => {
                    let why = format!("{}. {}", problem.what, problem.next);
                    verdicts.push((exercise.id, Verdict::NotChecked { why }));
                }
                Hole::Edited => edited.push(*exercise),
            }
        }
        decided(&verdicts, observe);
        let whole = self.is_whole(asked) && verdicts.is_empty();
        let mut chapter_passed = false;
        if !edited.is_empty() {
            let found = match self.options.miri {
                true => miri::run(self, &edited, observe)?,
                false => self.build_and_test(&edited, whole, sources, cache, observe)?,
            };
            verdicts.extend(found);
            chapter_passed = whole && all_solved(&verdicts);
        }
        let toolchain = cache::toolchain(self.course);
        if (cache.sources, cache.toolchain) != (sources, toolchain) {
            cache.begin(sources, toolchain);
        }
        cache.chapter_passed |= chapter_passed;
        for (id, verdict) in &verdicts {
            cache.keep(*id, verdict);
        }
        verdicts.sort_by_key(|(id, _)| *id);
        Ok(verdicts)
    }

    fn build_and_test(
        &self,
        edited: &[&Exercise],
        whole: bool,
        sources: u64,
        cache: &mut Cache,
        observe: &mut dyn FnMut(Event),
    ) -> Result<Verdicts> {
        observe(Event::Building {
            package: self.chapter.package.clone(),
        });
        let mut targets: Vec<String> = Vec::new();
        let of_exercises = edited.iter().flat_map(|exercise| self.targets(exercise));
        let of_chapter = self.chapter_targets(whole).iter();
        for target in of_exercises.chain(of_chapter) {
            if !targets.contains(target) {
                targets.push(target.clone());
            }
        }
        let build = build::build(self, &targets, sources, cache)?;
        let mut verdicts = match build.succeeded {
            true => Verdicts::new(),
            false => compile::blame(self.course, self.chapter, edited, &build)?,
        };
        decided(&verdicts, observe);
        let compiled: Vec<&Exercise> = edited
            .iter()
            .copied()
            .filter(|exercise| verdicts.iter().all(|(id, _)| *id != exercise.id))
            .collect();
        verdicts.extend(self.test(&compiled, &build, observe)?);
        if whole && all_solved(&verdicts) {
            self.test_chapter(&build, &mut verdicts, observe)?;
        }
        Ok(verdicts)
    }

    /// Runs the tests of exercises whose tests were built.
    fn test(
        &self,
        exercises: &[&Exercise],
        build: &Build,
        observe: &mut dyn FnMut(Event),
    ) -> Result<Verdicts> {
        let mut jobs = Vec::new();
        for (group, exercise) in exercises.iter().enumerate() {
            let trials = self.trials(self.targets(exercise), build)?;
            jobs.extend(trials.into_iter().map(|trial| Job { group, trial }));
        }
        let outcomes = self.run_jobs(&jobs, &|job| exercises[job.group].id, observe)?;
        let mut verdicts = Verdicts::new();
        for (group, exercise) in exercises.iter().enumerate() {
            let mut own = jobs
                .iter()
                .zip(&outcomes)
                .filter(|(job, _)| job.group == group);
            let verdict = match jobs.iter().any(|job| job.group == group) {
                false => Verdict::NotChecked {
                    why: format!(
                        "its test target `{}` holds no tests; `git status` shows what was changed",
                        self.targets(exercise).join("`, `")
                    ),
                },
                true => own
                    .find_map(|(_, outcome)| failure(exercise, outcome.as_ref()?))
                    .unwrap_or(Verdict::Solved),
            };
            verdicts.push((exercise.id, verdict));
        }
        decided(&verdicts, observe);
        Ok(verdicts)
    }

    /// Runs the tests of the whole chapter. A failure takes the place of the verdict of the
    /// exercise that it names, or of the last one, which completed the chapter.
    fn test_chapter(
        &self,
        build: &Build,
        verdicts: &mut Verdicts,
        observe: &mut dyn FnMut(Event),
    ) -> Result<()> {
        let Some(last) = self.chapter.exercises.last() else {
            return Ok(());
        };
        let trials = self.trials(self.chapter_targets(true), build)?;
        let jobs: Vec<Job> = trials
            .into_iter()
            .map(|trial| Job { group: 0, trial })
            .collect();
        let outcomes = self.run_jobs(&jobs, &|_| last.id, observe)?;
        for outcome in outcomes.into_iter().flatten() {
            let named = outcome
                .exercise
                .and_then(|id| self.chapter.exercises.iter().find(|e| e.id == id));
            let exercise = named.unwrap_or(last);
            let Some(mut verdict) = failure(exercise, &outcome) else {
                continue;
            };
            if let Some(failure) = verdict.failure_mut() {
                failure.message.insert_str(0, WHOLE_CHAPTER);
            }
            if let Some(entry) = verdicts.iter_mut().find(|(id, _)| *id == exercise.id) {
                entry.1 = verdict;
            }
            break;
        }
        Ok(())
    }

    fn run_jobs(
        &self,
        jobs: &[Job],
        owner: &dyn Fn(&Job) -> ExerciseId,
        observe: &mut dyn FnMut(Event),
    ) -> Result<Vec<Option<Outcome>>> {
        pool::run(jobs, &self.scratch(), self.cancel, &mut |index, done| {
            observe(Event::Testing {
                exercise: owner(&jobs[index]),
                test: jobs[index].trial.name(),
                done,
                of: jobs.len(),
            });
        })
    }

    /// All tests of these targets, in order.
    fn trials(&self, targets: &[String], build: &Build) -> Result<Vec<Trial>> {
        let folder = self.course.chapter_dir(self.chapter);
        let mut trials = Vec::new();
        for target in targets {
            let Some(executable) = build.executable(&self.chapter.package, target) else {
                continue;
            };
            let source = folder.join("tests").join(format!("{target}.rs"));
            for test in trial::list(executable, &source, self.cancel)? {
                trials.push(Trial {
                    executable: executable.to_owned(),
                    target: target.clone(),
                    test,
                    folder: folder.clone(),
                    limit: self.limit(),
                });
            }
        }
        Ok(trials)
    }

    fn targets<'e>(&self, exercise: &'e Exercise) -> &'e [String] {
        match self.options.loom {
            true => &exercise.loom,
            false => &exercise.tests,
        }
    }

    fn chapter_targets(&self, whole: bool) -> &[String] {
        match whole && !self.options.loom {
            true => &self.chapter.tests,
            false => &[],
        }
    }

    fn is_whole(&self, asked: &[&Exercise]) -> bool {
        asked.len() == self.chapter.exercises.len()
    }

    fn limit(&self) -> Duration {
        match self.options.loom {
            true => LOOM_LIMIT,
            false => TEST_LIMIT,
        }
    }

    /// A folder for the files between a test and this tool.
    fn scratch(&self) -> PathBuf {
        let folder = self.course.scratch().join("run");
        match fs::create_dir_all(&folder) {
            Ok(()) => folder,
            // A read-only checkout with its target folder elsewhere.
            Err(_) => std::env::temp_dir(),
        }
    }
}

const WHOLE_CHAPTER: &str = "Every exercise passes its own tests; this test looks at the chapter \
                             as a whole.\n\n";

fn all_solved(verdicts: &Verdicts) -> bool {
    verdicts.iter().all(|(_, verdict)| verdict.is_solved())
}

fn decided(verdicts: &Verdicts, observe: &mut dyn FnMut(Event)) {
    for (exercise, _) in verdicts {
        observe(Event::Decided {
            exercise: *exercise,
        });
    }
}
