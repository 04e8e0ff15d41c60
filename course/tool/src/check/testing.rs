//! Running the tests of a chapter that was built, and what their ends mean.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::cargo::Build;
use crate::course::{Exercise, ExerciseId};
use crate::problem::Result;
use crate::verdict::Verdict;

use super::chapter::{Check, Pass, Verdicts, decided};
use super::notes::{self, AllNotes};
use super::pool::{self, Job};
use super::trial::{self, Outcome, Trial};
use super::{Event, LOOM_LIMIT, TEST_LIMIT, failure};

impl Check<'_> {
    /// Runs the tests of exercises whose tests were built.
    pub fn test(
        &self,
        exercises: &[&Exercise],
        build: &Build,
        notes: &mut AllNotes,
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
            let own = || {
                let of_group = jobs.iter().zip(&outcomes);
                of_group.filter(|(job, _)| job.group == group)
            };
            if self.pass == Pass::Tests
                && let Some(printed) = notes::printed(own().filter_map(|(_, o)| o.as_ref()))
            {
                notes.entry(exercise.id).or_default().printed = Some(printed);
            }
            let mut verdict = match jobs.iter().any(|job| job.group == group) {
                false => Verdict::NotChecked {
                    why: format!(
                        "its test target `{}` holds no tests; `git status` shows what was changed",
                        self.targets(exercise).join("`, `")
                    ),
                },
                true => own()
                    .find_map(|(_, outcome)| failure(exercise, outcome.as_ref()?))
                    .unwrap_or(Verdict::Solved),
            };
            if let Verdict::Unfinished {
                test, passed, of, ..
            } = &mut verdict
            {
                let own = || jobs.iter().filter(|job| job.group == group);
                *of = own().count();
                *passed = own().take_while(|job| job.trial.name() != *test).count();
            }
            verdicts.push((exercise.id, verdict));
        }
        decided(&verdicts, observe);
        Ok(verdicts)
    }

    /// Runs the tests of the whole chapter. A failure takes the place of the verdict of the
    /// exercise that it names. If it names none, it is a verdict of the chapter's own.
    pub fn test_chapter(
        &self,
        build: &Build,
        verdicts: &mut Verdicts,
        observe: &mut dyn FnMut(Event),
    ) -> Result<()> {
        let Some(last) = self.chapter.of_library().last() else {
            return Ok(());
        };
        let trials = self.trials(self.chapter_targets(true), build)?;
        let jobs: Vec<Job> = trials
            .into_iter()
            .map(|trial| Job { group: 0, trial })
            .collect();
        let whole = ExerciseId::whole(self.chapter.number);
        let outcomes = self.run_jobs(&jobs, &|_| whole, observe)?;
        for outcome in outcomes.into_iter().flatten() {
            let named = outcome.exercise;
            let named = named.and_then(|id| self.chapter.exercise_for(id));
            let Some(mut verdict) = failure(named.unwrap_or(last), &outcome) else {
                continue;
            };
            if let Some(failure) = verdict.failure_mut() {
                failure.is_of_chapter = true;
                if named.is_none() {
                    failure.page = outcome.page().or(Some(self.chapter.page.clone()));
                }
            }
            let id = named.map_or(whole, |exercise| exercise.id);
            match verdicts.iter_mut().find(|(known, _)| *known == id) {
                Some(entry) => entry.1 = verdict,
                // It has no models of its own.
                None => verdicts.push((id, verdict)),
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
            let (exercise, of) = (owner(&jobs[index]), jobs.len());
            observe(match self.pass {
                Pass::Tests => Event::Testing {
                    exercise,
                    test: jobs[index].trial.name(),
                    done,
                    of,
                },
                Pass::Models => Event::Modelling { exercise, done, of },
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
                    environment: Vec::new(),
                });
            }
        }
        Ok(trials)
    }

    fn limit(&self) -> Duration {
        match self.pass {
            Pass::Tests => TEST_LIMIT,
            Pass::Models => LOOM_LIMIT,
        }
    }

    /// A folder for the files between a test and this tool.
    pub fn scratch(&self) -> PathBuf {
        let folder = self.course.scratch().join("run");
        match fs::create_dir_all(&folder) {
            Ok(()) => folder,
            // A read-only checkout with its target folder elsewhere.
            Err(_) => std::env::temp_dir(),
        }
    }
}
