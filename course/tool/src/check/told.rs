//! What the test kit told through its two files.

use crate::course::ExerciseId;

/// What the test kit wrote into `COURSE_REPORT`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Whether it is the diagnosis of a hang.
    pub hangs: bool,
    /// The exercise that it names.
    pub exercise: Option<ExerciseId>,
    /// Which exercises it may be about, in words, if more than one or the chapter as a whole.
    pub may_be: Option<String>,
    /// The page that explains the rule.
    pub page: Option<String>,
    /// The broken rule.
    pub rule: Option<String>,
    /// What was seen.
    pub message: String,
    /// What the threads of a model did until it failed, as [`model::run::Run`] writes it.
    pub run: Option<String>,
}

/// Reads a report.
pub fn report(text: &str) -> Report {
    let (header, message) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut report = Report {
        message: message.trim_end().to_owned(),
        ..Report::default()
    };
    for line in header.lines() {
        let Some((key, value)) = line.split_once(": ") else {
            continue;
        };
        match key {
            "verdict" => report.hangs = value.trim() == "hangs",
            "exercise" => report.exercise = value.trim().parse().ok(),
            "may be" => report.may_be = Some(value.trim().to_owned()),
            "page" => report.page = Some(value.trim().to_owned()),
            "rule" => report.rule = Some(value.trim().to_owned()),
            "run" => report.run = Some(value.to_owned()),
            _ => {}
        }
    }
    report
}

/// The rule and the doing of the last line of `COURSE_STEPS`.
pub fn last_step(text: &str) -> Option<(String, String)> {
    let (rule, doing) = text.lines().last()?.split_once('\t')?;
    Some((rule.to_owned(), doing.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_its_header_and_its_message() {
        let text = "verdict: hangs\nexercise: 1.1\npage: a/b.md\nrule: Keep: it.\n\nTwo\n\nparts\n";
        let report = super::report(text);
        assert!(report.hangs);
        assert_eq!(report.page.as_deref(), Some("a/b.md"));
        assert_eq!(report.rule.as_deref(), Some("Keep: it."));
        assert_eq!(report.message, "Two\n\nparts");
    }

    #[test]
    fn a_report_on_a_chapter_says_which_exercises_it_may_be() {
        let text = "verdict: wrong\nchapter: 3\npage: a/b.md\nmay be: 3.5 or 3.6\nrule: Keep it.\n\nSeen.\n";
        let report = super::report(text);
        assert_eq!(report.exercise, None);
        assert_eq!(report.may_be.as_deref(), Some("3.5 or 3.6"));
        assert_eq!(report.rule.as_deref(), Some("Keep it."));
    }

    #[test]
    fn the_last_step_counts() {
        let step = last_step("one\tfirst\ntwo\tsecond\n").unwrap();
        assert_eq!(step, ("two".to_owned(), "second".to_owned()));
        assert_eq!(last_step(""), None);
    }
}
