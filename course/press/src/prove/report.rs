//! What was proven, and what was not.

use std::fmt::Write as _;

use course::course::{Course, ExerciseId};

/// Something that should hold and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What should hold, in a sentence without its full stop.
    pub what: String,
    /// What was seen instead; may have many lines.
    pub seen: String,
    /// A command that shows it, or what to do where no command would.
    pub reproduce: String,
}

/// What was proven of one exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The exercise.
    pub id: ExerciseId,
    /// Its tests that fail when only its region is open.
    pub failing: usize,
    /// All its tests.
    pub tests: usize,
    /// Its wrong answers that are caught as they should be.
    pub caught: usize,
    /// Those of them that a reader is told the name of.
    pub named: usize,
    /// All its wrong answers.
    pub wrong: usize,
}

/// All that a run of `prove` found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// By exercise.
    pub rows: Vec<Row>,
    /// What else holds, in a line each.
    pub also: Vec<String>,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

const LEGEND: &str = "  With only one exercise open, at least one of its tests must fail, by the \
                      name of the hole;\n  those that do not reach the hole pass.\n\n";

impl Report {
    /// The report as plain text; its last line is the summary.
    pub fn text(&self, course: &Course) -> String {
        let mut text = String::new();
        let label = |id: ExerciseId| {
            let chapter = course.chapter(id.chapter);
            let part = || chapter?.parts.iter().find(|part| part.id == id);
            let exercise = course.exercise(id).map(|(_, exercise)| exercise.label());
            exercise.or_else(|| part().map(course::part::Part::label))
        };
        let width = self.rows.iter().filter_map(|row| label(row.id));
        let width = width.map(|label| label.len()).max().unwrap_or(0);
        if !self.rows.is_empty() {
            text.push_str(LEGEND);
        }
        for row in &self.rows {
            let _ = writeln!(
                text,
                "  {:width$}   open: {} of its {} tests fail   wrong answers: {} of {} caught, {} named",
                label(row.id).unwrap_or_default(),
                row.failing,
                row.tests,
                row.caught,
                row.wrong,
                row.named,
            );
        }
        for line in &self.also {
            let _ = writeln!(text, "  {line}");
        }
        for (index, finding) in self.findings.iter().enumerate() {
            let _ = writeln!(
                text,
                "\nfailure {}: it does not hold that {}",
                index + 1,
                finding.what
            );
            for line in finding.seen.lines() {
                let _ = writeln!(text, "    {line}");
            }
            let is_command = finding.reproduce.contains("cargo ");
            let label = if is_command { "reproduce" } else { "next" };
            let _ = writeln!(text, "  {label}: {}", finding.reproduce);
        }
        let _ = writeln!(
            text,
            "\nproved: {} exercises, {} wrong answers, {} failures",
            self.rows.len(),
            self.rows.iter().map(|row| row.wrong).sum::<usize>(),
            self.findings.len(),
        );
        text
    }
}
