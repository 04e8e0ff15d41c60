//! Whether a test caught a wrong answer as it should.

use course::check::failure;
use course::check::trial::{Outcome, TrialResult};
use course::course::Exercise;
use course::wrong::{WrongAnswer, words};

/// What is wrong with how a wrong answer was caught: what was expected and what was seen.
pub fn fault_of(
    exercise: &Exercise,
    answer: &WrongAnswer,
    outcome: &Outcome,
) -> Option<(String, String)> {
    let Some(verdict) = failure(exercise, outcome) else {
        let what = format!("`{}` fails: it is what catches this", answer.test);
        return Some((what, "it passes".to_owned()));
    };
    if verdict.word() != answer.verdict {
        let what = format!("the verdict is `{}`", answer.verdict);
        return Some((
            what,
            format!("it is `{}`\n{}", verdict.word(), seen(outcome)),
        ));
    }
    let mut printed = outcome.output.clone();
    if let Some(failure) = verdict.failure() {
        printed.push_str(&failure.message);
        printed.push_str(failure.rule.as_deref().unwrap_or_default());
    }
    if !words(&printed).contains(&words(&answer.message)) {
        let what = format!("the message contains `{}`", answer.message);
        return Some((what, seen(outcome)));
    }
    None
}

/// How a test ended and what it said, in at most some thirty lines.
pub fn seen(outcome: &Outcome) -> String {
    let (word, said) = match &outcome.result {
        TrialResult::Passed => ("it passes", None),
        TrialResult::Hole(label) => return format!("it runs into the hole `{label}`"),
        TrialResult::Wrong(failure) => ("it is wrong", Some(failure)),
        TrialResult::Hangs(failure) => ("it hangs", Some(failure)),
        TrialResult::Crashes(failure) => ("it crashes", Some(failure)),
    };
    let mut text = word.to_owned();
    if let Some(failure) = said {
        let rule = failure.rule.as_deref().unwrap_or("none named");
        text.push_str(&format!("; rule: {rule}\n"));
        let lines: Vec<&str> = failure.message.lines().take(30).collect();
        text.push_str(&lines.join("\n"));
    }
    text
}
