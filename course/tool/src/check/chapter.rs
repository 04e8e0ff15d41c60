//! The check of one chapter, from its files to its verdicts.

use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::problem::Result;
use crate::process::Cancel;
use crate::verdict::Verdict;

use super::cache::{self, Cache, Key};
use super::notes::AllNotes;
use super::{Event, Hole, Options, build, compile, hole, miri};

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
    /// What is built and run.
    pub pass: Pass,
}

/// A check runs the tests and then, if they pass, perhaps the models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// The tests.
    Tests,
    /// The models, under `--cfg loom`.
    Models,
}

/// Exercises and what was found.
pub type Verdicts = Vec<(ExerciseId, Verdict)>;

impl Check<'_> {
    /// Finds the verdicts of these exercises. If they are `whole`, what looks at the chapter as a
    /// whole is run too once they are all solved.
    ///
    /// # Errors
    ///
    /// As [`check`](super::check).
    pub fn run(
        &self,
        asked: &[&Exercise],
        whole: bool,
        observe: &mut dyn FnMut(Event),
    ) -> Result<Verdicts> {
        let (course, chapter) = (self.course, self.chapter);
        let sources = cache::sources(course, chapter);
        let mut cache = Cache::load(course, chapter, self.key());
        let known = (cache.sources == sources)
            .then(|| self.known(&cache, asked, whole))
            .flatten();
        if let Some(verdicts) = known.filter(|_| cache.toolchain == cache::toolchain(course)) {
            noted(&cache, asked, observe);
            decided(&verdicts, observe);
            return Ok(verdicts);
        }
        let verdicts = self.find(asked, whole, sources, &mut cache, observe)?;
        noted(&cache, asked, observe);
        // What was saved meanwhile may or may not have been seen.
        if cache::sources(course, chapter) == sources {
            cache.store(course, chapter, self.key());
        }
        Ok(verdicts)
    }

    /// What the verdicts of this check are remembered by.
    pub fn key(&self) -> Key {
        Key {
            pass: self.pass,
            miri: self.options.miri,
            colour: self.options.colour,
        }
    }

    fn find(
        &self,
        asked: &[&Exercise],
        whole: bool,
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
                    verdicts.push((exercise.id, Verdict::Damaged { why }));
                }
                Hole::Edited if self.options.miri && exercise.program => {
                    let why = "its tests start a process, and Miri cannot".to_owned();
                    verdicts.push((exercise.id, Verdict::NotChecked { why }));
                }
                Hole::Edited => edited.push(*exercise),
            }
        }
        decided(&verdicts, observe);
        let whole = whole && self.is_solved(&verdicts);
        let mut chapter_passed = false;
        let mut notes = AllNotes::new();
        if !edited.is_empty() || !self.chapter_targets(whole).is_empty() {
            let found = match self.options.miri {
                true => miri::run(self, &edited, observe)?,
                false => self.build_and_test(&edited, whole, &mut notes, observe)?,
            };
            verdicts.extend(found);
            chapter_passed = whole && self.is_solved(&verdicts);
        }
        let toolchain = cache::toolchain(self.course);
        if (cache.sources, cache.toolchain) != (sources, toolchain) {
            cache.begin(sources, toolchain);
        }
        cache.chapter_passed |= chapter_passed;
        for (id, verdict) in &verdicts {
            cache.keep(*id, verdict);
            cache.keep_notes(*id, notes.get(id));
        }
        verdicts.sort_by_key(|(id, _)| *id);
        Ok(verdicts)
    }

    fn build_and_test(
        &self,
        edited: &[&Exercise],
        whole: bool,
        notes: &mut AllNotes,
        observe: &mut dyn FnMut(Event),
    ) -> Result<Verdicts> {
        let package = self.chapter.package.clone();
        observe(match self.pass {
            Pass::Tests => Event::Building { package },
            Pass::Models => Event::BuildingModels {
                package,
                is_first: !build::has_loom(&self.course.root),
            },
        });
        let mut targets: Vec<String> = Vec::new();
        let of_exercises = edited.iter().flat_map(|exercise| self.targets(exercise));
        let of_chapter = self.chapter_targets(whole).iter();
        for target in of_exercises.chain(of_chapter) {
            if !targets.contains(target) {
                targets.push(target.clone());
            }
        }
        let build = build::build(self, &targets, observe)?;
        let mut verdicts = match build.succeeded {
            true => Verdicts::new(),
            false => compile::blame(self.course, self.chapter, edited, &build)?,
        };
        decided(&verdicts, observe);
        if self.pass == Pass::Tests {
            compile::note_warnings(self.course, self.chapter, edited, &build, notes);
        }
        let compiled: Vec<&Exercise> = edited
            .iter()
            .copied()
            .filter(|exercise| verdicts.iter().all(|(id, _)| *id != exercise.id))
            .collect();
        verdicts.extend(self.test(&compiled, &build, notes, observe)?);
        if whole && self.is_solved(&verdicts) {
            self.test_chapter(&build, &mut verdicts, observe)?;
        }
        Ok(verdicts)
    }

    /// Whether nothing is left that must be done. The programs are the reader's own: no test of the chapter as
    /// a whole waits for them.
    pub fn is_solved(&self, verdicts: &Verdicts) -> bool {
        let must_be = |id| !self.chapter.is_program(id);
        let mut left = verdicts.iter().filter(|(id, _)| must_be(*id));
        left.all(|(_, verdict)| verdict.is_solved())
    }

    /// The verdicts, if all are known.
    fn known(&self, cache: &Cache, asked: &[&Exercise], whole: bool) -> Option<Verdicts> {
        let verdicts: Option<Verdicts> = asked
            .iter()
            .map(|exercise| Some((exercise.id, cache.verdict(exercise.id)?.clone())))
            .collect();
        let mut verdicts = verdicts?;
        if whole && self.is_solved(&verdicts) && !cache.chapter_passed {
            let id = ExerciseId::whole(asked.first()?.id.chapter);
            verdicts.push((id, cache.verdict(id)?.clone()));
        }
        Some(verdicts)
    }

    /// The test targets that decide an exercise.
    pub fn targets<'e>(&self, exercise: &'e Exercise) -> &'e [String] {
        match self.pass {
            Pass::Tests => &exercise.tests,
            Pass::Models => &exercise.loom,
        }
    }

    /// The test targets of no single exercise.
    pub fn chapter_targets(&self, whole: bool) -> &[String] {
        match (whole, self.pass) {
            (false, _) => &[],
            (true, Pass::Tests) => &self.chapter.tests,
            (true, Pass::Models) => &self.chapter.loom,
        }
    }
}

/// Tells what there is to tell of these exercises.
fn noted(cache: &Cache, asked: &[&Exercise], observe: &mut dyn FnMut(Event)) {
    for exercise in asked {
        if let Some(notes) = cache.notes(exercise.id) {
            observe(Event::Noted {
                exercise: exercise.id,
                notes: notes.clone(),
            });
        }
    }
}

/// Tells that these verdicts are known.
pub fn decided(verdicts: &Verdicts, observe: &mut dyn FnMut(Event)) {
    for (exercise, _) in verdicts {
        observe(Event::Decided {
            exercise: *exercise,
        });
    }
}
