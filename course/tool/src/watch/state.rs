//! All that the watch knows, and how events change it.
//!
//! Nothing here touches the terminal, a thread or the clock: an event changes the state and may ask
//! for [`Effect`]s, which the loop in [`watch`](super) carries out.
//!
//! # Invariants
//!
//! - *Fresh Verdict*: the verdict of the current exercise is one of the files as they are now, or
//!   there is none. A save takes it away; a result counts only if it carries the number of the last
//!   order.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use super::list::List;
use super::runner::Order;
use super::shelf::Shelf;
use super::snapshot::Snapshot;
use crate::check::{self, AllNotes, Printed};
use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::problem::{Problem, Result};
use crate::report;
use crate::reset::Plan;
use crate::screen::Line;
use crate::status::{self, Verdicts};
use crate::verdict::Verdict;

/// What the watch knows.
#[derive(Debug)]
pub struct State {
    /// The course.
    pub course: Course,
    /// The exercise on show.
    pub current: ExerciseId,
    /// What is known of each exercise.
    pub verdicts: Verdicts,
    /// What there is to tell of each exercise beside its verdict.
    pub notes: AllNotes,
    /// What the middle of the screen shows.
    pub panel: Panel,
    /// How many lines of it are scrolled away.
    pub scroll: usize,
    /// What is being checked.
    pub running: Option<Running>,
    /// Why the last check could not be done at all.
    pub problem: Option<Problem>,
    /// A word on what just happened.
    pub note: Option<String>,
    /// Whether that word outlives the next save, because it is about what was just written.
    pub is_note_kept: bool,
    /// The book.
    pub book: Book,
    /// The chapter for whose models loom is being built in the background.
    pub warming: Option<u32>,
    /// What the book has for a reader who has solved an exercise.
    pub shelf: Shelf,
    /// Exercises whose verdict may be out of date, because their chapter has changed.
    pub unsure: BTreeSet<ExerciseId>,
    /// Whether the reader (or an edit) has chosen the current exercise.
    pub is_chosen: bool,
    /// The contents that the last order was made for.
    pub snapshot: Snapshot,
    /// The number of the last order.
    number: u64,
}

/// What the middle of the screen shows.
#[derive(Debug, Default)]
pub enum Panel {
    /// The current exercise's verdict.
    #[default]
    Verdict,
    /// Its hints, this many of them.
    Hints(usize),
    /// All exercises, or some of them.
    List(List),
    /// A question that `y` answers.
    Question(Question),
    /// Something to read.
    Text(Vec<Line>),
}

/// What is asked before it is done.
#[derive(Debug)]
pub enum Question {
    /// Show the solution of an unsolved exercise?
    Solution,
    /// Reset the current exercise?
    Reset(Plan),
}

/// A check under way.
#[derive(Clone, Debug, Default)]
pub struct Running {
    /// The exercises it looks at.
    pub scope: Vec<ExerciseId>,
    /// What it does at the moment.
    pub doing: String,
    /// Exercises whose tests are known to pass, while their models run.
    pub passed: Vec<ExerciseId>,
    /// For how long. Kept up to date by the loop.
    pub elapsed: Duration,
}

/// Whether the book can be opened.
#[derive(Clone, Debug, Default)]
pub enum Book {
    /// Not yet.
    #[default]
    Building,
    /// Yes.
    Built,
    /// Not at all.
    Failed(Problem),
}

/// What an event asks the loop to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Begin this check and stop the one before it.
    Check(Order),
    /// Open the page of the current exercise.
    OpenPage(PathBuf),
    /// Stop as Ctrl-Z does.
    Stop,
    /// Draw everything anew.
    Redraw,
    /// End the watch.
    Quit,
}

impl State {
    /// The state before anything was checked, and the first order: everything.
    pub fn new(course: Course, snapshot: Snapshot) -> Option<(State, Effect)> {
        // Where a hole stands there is nothing to wait for.
        let is_open = |(chapter, exercise): &(&Chapter, &Exercise)| {
            matches!(check::hole(&course, chapter, exercise), check::Hole::Open)
        };
        let open = course.exercises().filter(is_open);
        let verdicts: Verdicts = open.map(|(_, e)| (e.id, Verdict::NotStarted)).collect();
        let first_open = verdicts.keys().next().copied();
        let current = first_open.or_else(|| course.exercises().next().map(|(_, e)| e.id))?;
        let all = course.exercises().map(|(_, e)| e.id).collect::<Vec<_>>();
        let shelf = Shelf::load(&course);
        let mut state = State {
            course,
            current,
            verdicts,
            notes: AllNotes::new(),
            panel: Panel::default(),
            scroll: 0,
            running: None,
            problem: None,
            note: None,
            is_note_kept: false,
            book: Book::default(),
            warming: None,
            shelf,
            unsure: all.iter().copied().collect(),
            is_chosen: false,
            snapshot,
            number: 0,
        };
        let order = state.order(all);
        Some((state, order))
    }

    /// The exercise on show and its chapter.
    pub fn exercise(&self) -> (&Chapter, &Exercise) {
        let found = self.course.exercise(self.current);
        found.expect("the current exercise is one of the course's")
    }

    /// What is known of the exercise on show.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdicts.get(&self.current)
    }

    /// What the reader's code printed in a test of the exercise on show.
    pub fn printed(&self) -> Option<&Printed> {
        self.notes.get(&self.current)?.printed.as_ref()
    }

    /// Whether the exercise on show is known to pass its tests, while its models run.
    pub fn has_passed(&self) -> bool {
        let running = self.running.as_ref();
        running.is_some_and(|running| running.passed.contains(&self.current))
    }

    /// The reader saved something.
    pub fn saved(&mut self, snapshot: Snapshot) -> Effect {
        if !std::mem::take(&mut self.is_note_kept) {
            self.note = None;
        }
        self.reload(&snapshot);
        let snapshot = match self.follow_ways() {
            // Other regions count now.
            true => Snapshot::take(&self.course),
            false => snapshot,
        };
        let edited = self.snapshot.edited(&snapshot);
        if let Some(other) = edited.first().filter(|_| !edited.contains(&self.current)) {
            self.current = *other;
            self.note = Some(format!("You edited {other}, so it is shown now."));
        }
        for chapter in &self.course.chapters {
            let folder = self.course.chapter_dir(chapter);
            if self.snapshot.differs_below(&snapshot, &folder) {
                self.verdicts.remove(&ExerciseId::whole(chapter.number));
                self.unsure.extend(chapter.exercises.iter().map(|e| e.id));
            }
        }
        self.snapshot = snapshot;
        self.is_chosen = true;
        self.show(Panel::Verdict);
        self.check_current()
    }

    /// A check goes on.
    pub fn progressed(&mut self, number: u64, event: &check::Event) {
        if number != self.number {
            return;
        }
        let Some(running) = &mut self.running else {
            return;
        };
        match event {
            check::Event::Noted { exercise, notes } => {
                self.notes.insert(*exercise, notes.clone());
            }
            check::Event::Passed { exercises } => {
                running.passed.extend(exercises);
                for exercise in exercises {
                    // Until the models have said more.
                    let needs = Vec::new();
                    let verdict = Verdict::Unmodelled { needs };
                    self.verdicts.insert(*exercise, verdict);
                }
            }
            _ => {}
        }
        if let Some(doing) = report::doing(event) {
            running.doing = doing;
        }
    }

    /// A check is done.
    pub fn checked(
        &mut self,
        number: u64,
        result: Result<Vec<(ExerciseId, Verdict)>>,
    ) -> Option<Effect> {
        if number != self.number {
            return None;
        }
        let scope = self.running.take().map(|running| running.scope);
        // Whatever was asked about it, it is not asked again before the next save.
        for id in scope.into_iter().flatten() {
            self.unsure.remove(&id);
        }
        match result {
            Err(problem) => {
                self.problem = Some(problem);
                None
            }
            Ok(verdicts) => {
                self.problem = None;
                self.learn(verdicts);
                self.check_unsure()
            }
        }
    }

    /// Makes another exercise the current one and looks at it anew.
    pub fn choose(&mut self, id: ExerciseId) -> Option<Effect> {
        self.current = id;
        self.is_chosen = true;
        self.note = None;
        self.show(Panel::Verdict);
        let is_known = self.verdicts.contains_key(&id) && !self.unsure.contains(&id);
        match is_known && self.running.is_none() {
            true => None,
            false => Some(self.check_current()),
        }
    }

    /// The exercise to solve after the current one: the next that is unsolved in its chapter, or else
    /// the first there; only then one of another chapter, in the same way.
    pub fn next(&self) -> Option<ExerciseId> {
        let all = self.course.exercises().map(|(_, exercise)| exercise.id);
        let chapters = self.course.chapters.iter();
        let suspects: Vec<_> = chapters
            .filter_map(|chapter| status::suspect(chapter, &self.verdicts))
            .collect();
        let is_due =
            |id: &ExerciseId| !status::is_solved(&self.verdicts, *id) || suspects.contains(id);
        let unsolved: Vec<_> = all.filter(|id| *id != self.current && is_due(id)).collect();
        let later = |id: &&ExerciseId| self.current < **id;
        let here = |id: &&ExerciseId| self.current.chapter == id.chapter;
        let found = unsolved.iter().find(|id| here(id) && later(id));
        let found = found.or_else(|| unsolved.iter().find(here));
        let found = found.or_else(|| unsolved.iter().find(later));
        found.or(unsolved.first()).copied()
    }

    /// Checks the current exercise.
    pub fn check_current(&mut self) -> Effect {
        self.verdicts.remove(&self.current);
        self.order(vec![self.current])
    }

    /// Checks every exercise of the course.
    pub fn check_all(&mut self) -> Effect {
        let all: Vec<_> = self.course.exercises().map(|(_, e)| e.id).collect();
        self.unsure.extend(&all);
        self.verdicts.remove(&self.current);
        self.is_chosen = true;
        self.order(all)
    }

    /// Shows another panel from its top.
    pub fn show(&mut self, panel: Panel) {
        self.panel = panel;
        self.scroll = 0;
    }

    fn order(&mut self, scope: Vec<ExerciseId>) -> Effect {
        self.number += 1;
        self.problem = None;
        if let Some(stopped) = self.running.take() {
            self.unsure.extend(stopped.passed);
        }
        for id in &scope {
            self.notes.remove(id);
        }
        self.running = Some(Running {
            scope: scope.clone(),
            doing: "looking at your files".to_owned(),
            passed: Vec::new(),
            elapsed: Duration::ZERO,
        });
        Effect::Check(Order {
            number: self.number,
            scope,
        })
    }

    fn learn(&mut self, verdicts: Vec<(ExerciseId, Verdict)>) {
        for chapter in &self.course.chapters {
            let is_told = |exercise: &Exercise| verdicts.iter().any(|(id, _)| *id == exercise.id);
            if chapter.exercises.iter().all(is_told) {
                // Told anew, if it still fails as a whole.
                self.verdicts.remove(&ExerciseId::whole(chapter.number));
            }
        }
        for (id, verdict) in verdicts {
            let was_solved = status::is_solved(&self.verdicts, id);
            if was_solved && !verdict.is_solved() && id != self.current {
                self.note = Some(format!("{id} is no longer solved: {}.", verdict.word()));
            }
            self.verdicts.insert(id, verdict);
        }
        if !self.is_chosen {
            self.is_chosen = true;
            let next = status::next(&self.course, &self.verdicts);
            self.current = next.map_or(self.current, |(_, exercise)| exercise.id);
        }
    }

    /// Once the current exercise is known, looks at those that the same save may have changed. While
    /// the current one is unsolved the reader is busy with it, so only what is not known at all.
    fn check_unsure(&mut self) -> Option<Effect> {
        let is_solved = status::is_solved(&self.verdicts, self.current);
        let is_due = |id: &ExerciseId| match self.verdicts.get(id) {
            // Its models were stopped, because the reader went on.
            Some(Verdict::Unmodelled { needs }) if needs.is_empty() => true,
            Some(_) => is_solved,
            None => true,
        };
        let due: BTreeSet<_> = self
            .unsure
            .iter()
            .filter(|id| is_due(id))
            .copied()
            .collect();
        if due.is_empty() {
            return None;
        }
        // A chapter's tests of no single exercise run when all of it is asked for.
        let is_asked = |id: &ExerciseId| {
            due.contains(id) || is_solved && due.iter().any(|due| due.chapter == id.chapter)
        };
        let all = self.course.exercises().map(|(_, exercise)| exercise.id);
        let scope = all.filter(is_asked).collect();
        Some(self.order(scope))
    }

    /// If the reader does a part the other way now, goes on with that. Says whether it is so.
    fn follow_ways(&mut self) -> bool {
        let course = self.course.as_read();
        if course.has_the_ways_of(&self.course) {
            return false;
        }
        let before = std::mem::replace(&mut self.course, course);
        let is_there = |id: &ExerciseId| self.course.exercise(*id).is_some();
        self.verdicts.retain(|id, _| is_there(id));
        self.notes.retain(|id, _| is_there(id));
        self.unsure.retain(|id| is_there(id));
        if !is_there(&self.current) {
            let chapter = self.course.chapter(self.current.chapter);
            let of_part = chapter.and_then(|chapter| {
                let part = chapter.part(self.current)?;
                let first = part.exercises.first().copied();
                [Some(part.id), first].into_iter().flatten().find(is_there)
            });
            let first = || self.course.exercises().next().map(|(_, first)| first.id);
            match of_part.or_else(first) {
                Some(id) => self.current = id,
                // There is nothing to show of such a course: it stays as it was.
                None => self.course = before,
            }
        }
        true
    }

    /// Reads the course's description again if that may have changed.
    fn reload(&mut self, snapshot: &Snapshot) {
        let changed = |chapter: &Chapter| {
            let description = self.course.description(chapter);
            self.snapshot.differs_below(snapshot, &description)
        };
        if !self.course.chapters.iter().any(changed) {
            return;
        }
        match Course::load(&self.course.root) {
            Ok(course) => {
                let course = course.as_read();
                match course.exercise(self.current) {
                    Some(_) => self.course = course,
                    None => {
                        self.note = Some("The course has changed: start the watch again.".into())
                    }
                }
            }
            Err(problem) => self.note = Some(format!("{}.", problem.what)),
        }
    }
}
