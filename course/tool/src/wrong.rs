//! Wrong answers: what a capable person would write for an exercise, and what is wrong.
//!
//! A wrong answer is our answer with changes, so that nothing of ours stands in it twice.
//! `solutions/NN-name/wrong/NAME.rs` is a header of `//!` lines and then the changes:
//!
//! ```text
//! //! exercise: 1.1
//! //! test: poll_contract::the_waker_of_the_latest_poll_is_woken
//! //! verdict: wrong            (wrong | hangs | crashes | does not compile)
//! //! message: a substring of what the failing test must print
//! //! rule: The rule it breaks, in one sentence.
//! //! source: where this really happened (optional)
//! //!
//! //! Why a capable person writes this, and what then happens.
//!
//! <<<<<<< solution
//! lines of our answer
//! =======
//! what stands there instead
//! >>>>>>> wrong
//! ```
//!
//! The first part of a block occurs exactly once in our answer. A line `⋮` in it stands for all lines
//! up to the next place where the lines after it occur.
//!
//! The book shows them, and `cargo press prove` requires that the named test catches each.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::course::{Chapter, Course, ExerciseId};
use crate::problem::{Problem, Result};
use crate::source::dedent;
use crate::verdict::Verdict;

/// A wrong answer and what must catch it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongAnswer {
    /// Its name, unique in the chapter: the file's name without `.rs`.
    pub name: String,
    /// The exercise whose region its body replaces.
    pub exercise: ExerciseId,
    /// The test that must fail, as `target::function`.
    pub test: String,
    /// What the verdict must be, in the words of [`Verdict::word`](crate::verdict::Verdict::word).
    pub verdict: String,
    /// What the failing test must print, among other things.
    pub message: String,
    /// The rule it breaks, in one sentence.
    pub rule: String,
    /// Where this really happened.
    pub source: Option<String>,
    /// Why a capable person writes this, and what then happens: a paragraph of Markdown.
    pub story: String,
    /// The changes to our answer, in any order.
    pub changes: Vec<Change>,
}

/// A change to our answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Lines of our answer.
    pub from: String,
    /// What stands there instead.
    pub to: String,
}

impl WrongAnswer {
    /// The test target, such as `poll_contract`.
    pub fn target(&self) -> &str {
        self.test
            .split_once("::")
            .map_or(&self.test, |(target, _)| target)
    }

    /// The test's name in its target.
    pub fn function(&self) -> &str {
        self.test
            .split_once("::")
            .map_or("", |(_, function)| function)
    }

    /// The body, given our answer.
    ///
    /// # Errors
    ///
    /// If a change does not fit our answer.
    pub fn body_in(&self, solution: &str) -> Result<String> {
        let mut lines: Vec<&str> = solution.lines().map(str::trim_end).collect();
        let mut placed = Vec::new();
        for change in &self.changes {
            let place = change
                .place_in(&lines)
                .map_err(|what| self.misfit(change, &what))?;
            placed.push((place, change));
        }
        // From the end, so that the places stay right.
        placed.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
        let mut rest = lines.len();
        for (place, change) in placed {
            if rest < place.end {
                return Err(self.misfit(change, "another block changes too"));
            }
            rest = place.start;
            lines.splice(place, change.to.lines());
        }
        Ok(lines.into_iter().flat_map(|line| [line, "\n"]).collect())
    }

    fn misfit(&self, change: &Change, what: &str) -> Problem {
        let WrongAnswer { name, exercise, .. } = self;
        let line = change.from.lines().next().unwrap_or("").trim();
        Problem::new(
            format!(
                "the wrong answer `{name}` to {exercise} changes `{line}` of our answer, which {what}"
            ),
            "Make the first part of each block whole lines that occur once in our answer",
        )
    }

    /// The changes as a diff.
    pub fn diff(&self) -> String {
        let mut out = String::new();
        for change in &self.changes {
            if !out.is_empty() {
                out.push_str(" ⋮\n");
            }
            // Both parts lose the same indentation.
            let both = dedent(&format!("{}{}", change.from, change.to));
            let middle = change.from.lines().count();
            let lines: Vec<&str> = both.split_inclusive('\n').collect();
            let (from, to) = lines.split_at(middle);
            let (from, to) = (from.concat(), to.concat());
            let diff = TextDiff::from_lines(&from, &to);
            for change in diff.iter_all_changes() {
                let _ = write!(out, "{}{}", change.tag(), change.value());
            }
        }
        out
    }

    /// Whether only a loom model catches it.
    pub fn needs_loom(&self) -> bool {
        self.target().starts_with("loom_")
    }
}

/// The known wrong answer that a failure looks like: the only one, among those to the exercises of this chapter as it
/// is done, whose test fails with this verdict and with a message that is in this one.
pub fn alike<'a>(
    known: impl IntoIterator<Item = &'a WrongAnswer>,
    chapter: &Chapter,
    verdict: &Verdict,
) -> Option<&'a WrongAnswer> {
    let failure = verdict.failure()?;
    let rule = failure.rule.as_deref().unwrap_or_default();
    let said = words(&format!("{} {rule}", failure.message));
    let mut alike = known.into_iter().filter(|answer| {
        let mut exercises = chapter.exercises.iter();
        answer.test == failure.test
            && answer.verdict == verdict.word()
            && exercises.any(|exercise| exercise.id == answer.exercise)
            && said.contains(&words(&answer.message))
    });
    let found = alike.next()?;
    alike.next().is_none().then_some(found)
}

/// The words of a text with single spaces, so that line breaks do not matter.
pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Change {
    /// The lines of our answer that the change is about.
    fn place_in(&self, lines: &[&str]) -> Result<Range<usize>, String> {
        let from: Vec<&str> = self.from.lines().map(str::trim_end).collect();
        let mut parts = from.split(|line| line.trim() == ELISION);
        let first = parts.next().unwrap_or_default();
        let starts: Vec<usize> = occurrences(lines, first, 0).collect();
        let [start] = starts[..] else {
            return Err(format!("occurs {} times", starts.len()));
        };
        let mut end = start + first.len();
        for part in parts {
            let Some(next) = occurrences(lines, part, end).next() else {
                let line = part.first().map_or("", |line| line.trim());
                return Err(format!("is not followed by `{line}`"));
            };
            end = next + part.len();
        }
        Ok(start..end)
    }
}

/// Where `part` occurs in `lines`, not before `from`.
fn occurrences(lines: &[&str], part: &[&str], from: usize) -> impl Iterator<Item = usize> {
    let last = (lines.len() + 1).saturating_sub(part.len().max(1));
    (from..last).filter(move |place| lines[*place..].starts_with(part))
}

/// Stands for any lines of our answer.
const ELISION: &str = "⋮";

/// The wrong answers of a chapter, by exercise and then by name.
///
/// # Errors
///
/// If one cannot be read, or its header is incomplete.
pub fn load(course: &Course, chapter: &Chapter) -> Result<Vec<WrongAnswer>> {
    let folder = course.solution_dir(chapter).join("wrong");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut answers = Vec::new();
    for path in rust_files(&folder)? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let answer = parse(&name, &text).map_err(|what| malformed(&path, &what))?;
        let is_of_part = chapter.parts.iter().any(|part| part.id == answer.exercise);
        if !is_of_part && !chapter.exercises.iter().any(|e| e.id == answer.exercise) {
            let what = format!("exercise {} is not in this chapter", answer.exercise);
            return Err(malformed(&path, &what));
        }
        answers.push(answer);
    }
    answers.sort_by(|a, b| (a.exercise, &a.name).cmp(&(b.exercise, &b.name)));
    Ok(answers)
}

/// Reads one wrong answer.
fn parse(name: &str, text: &str) -> Result<WrongAnswer, String> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    let mut story = String::new();
    let mut in_story = false;
    let mut lines = text.lines().peekable();
    while let Some(comment) = lines.peek().and_then(|line| line.strip_prefix("//!")) {
        lines.next();
        let comment = comment.strip_prefix(' ').unwrap_or(comment).trim_end();
        if in_story {
            story.push_str(comment);
            story.push('\n');
        } else if comment.is_empty() {
            in_story = true;
        } else if let Some((key, value)) = comment.split_once(": ").filter(|(key, _)| is_key(key)) {
            fields.push((key, value.trim().to_owned()));
        } else if let Some((_, value)) = fields.last_mut() {
            // A long value goes on in the next line.
            value.push(' ');
            value.push_str(comment.trim());
        } else {
            return Err(format!(
                "`{comment}` is not a field such as `exercise: 1.1`"
            ));
        }
    }
    let changes = changes(lines)?;

    let field = |key: &str| {
        let found = fields.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| value.clone())
    };
    let required = |key: &str| field(key).ok_or_else(|| format!("the field `{key}` is missing"));
    let answer = WrongAnswer {
        name: name.to_owned(),
        exercise: required("exercise")?.parse()?,
        test: required("test")?,
        verdict: required("verdict")?,
        message: required("message")?,
        rule: required("rule")?,
        source: field("source"),
        story: story.trim().to_owned(),
        changes,
    };
    if !VERDICTS.contains(&answer.verdict.as_str()) {
        return Err(format!("`verdict` is none of {}", VERDICTS.join(", ")));
    }
    if answer.function().is_empty() {
        return Err("`test` is not of the form `target::function`".to_owned());
    }
    if answer.story.is_empty() {
        return Err("the story is missing (after an empty `//!` line)".to_owned());
    }
    if answer.changes.is_empty() {
        return Err("it changes nothing: no block begins with `<<<<<<< solution`".to_owned());
    }
    Ok(answer)
}

/// The blocks below the header.
fn changes<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Change>, String> {
    const MARKS: [&str; 3] = ["<<<<<<< solution", "=======", ">>>>>>> wrong"];
    let mut changes = Vec::new();
    // Outside of a block, in its first part, or in its second.
    let mut part = 0;
    let mut change = [String::new(), String::new()];
    for line in lines {
        if line == MARKS[part] {
            part = (part + 1) % MARKS.len();
            if part == 0 {
                let [from, to] = std::mem::take(&mut change);
                if from.trim().is_empty() {
                    return Err("a block changes nothing of our answer".to_owned());
                }
                changes.push(Change { from, to });
            }
        } else if let Some(text) = part.checked_sub(1) {
            change[text].push_str(line);
            change[text].push('\n');
        } else if !line.trim().is_empty() {
            return Err(format!("`{line}` is in no block"));
        }
    }
    match part {
        0 => Ok(changes),
        part => Err(format!("a block has no `{}`", MARKS[part])),
    }
}

const KEYS: [&str; 6] = ["exercise", "test", "verdict", "message", "rule", "source"];
const VERDICTS: [&str; 4] = ["wrong", "hangs", "crashes", "does not compile"];

fn is_key(key: &str) -> bool {
    KEYS.contains(&key)
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        format!("{} cannot be read: {error}", path.display()),
        "Bring it back with `git restore` and that path",
    )
}

fn malformed(path: &Path, what: &str) -> Problem {
    Problem::new(
        format!("{}: {what}", path.display()),
        "Mend its header; course/tool/src/wrong.rs describes the form",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Failure;

    const TEXT: &str = "\
//! exercise: 1.1
//! test: poll_contract::latest
//! verdict: wrong
//! message: the waker of the first poll
//! rule: A future keeps the waker
//!   of its latest poll.
//!
//! People write this: it reads well.
//! It is wrong.

<<<<<<< solution
    a
=======
    b
>>>>>>> wrong
";

    #[test]
    fn a_wrong_answer_is_its_header_and_its_changes() {
        let answer = parse("stale", TEXT).unwrap();
        assert_eq!(answer.exercise.to_string(), "1.1");
        assert_eq!(
            (answer.target(), answer.function()),
            ("poll_contract", "latest")
        );
        assert_eq!(answer.rule, "A future keeps the waker of its latest poll.");
        assert_eq!(
            answer.story,
            "People write this: it reads well.\nIt is wrong."
        );
        let (from, to) = ("    a\n".to_owned(), "    b\n".to_owned());
        assert_eq!(answer.changes, [Change { from, to }]);
        assert_eq!(answer.source, None);
    }

    #[test]
    fn a_missing_field_is_named() {
        let text = TEXT.replace("//! verdict: wrong\n", "");
        assert_eq!(
            parse("stale", &text).unwrap_err(),
            "the field `verdict` is missing"
        );
    }

    #[test]
    fn an_unknown_verdict_is_refused() {
        let text = TEXT.replace("verdict: wrong", "verdict: bad");
        assert!(parse("stale", &text).unwrap_err().contains("none of"));
    }

    const BLOCKS: &str = "\
<<<<<<< solution
    let b = 2;
    drop(guard);
    wake();
=======
    wake();
    drop(guard);
>>>>>>> wrong

<<<<<<< solution
    d
=======
>>>>>>> wrong
";
    const SOLUTION: &str =
        "    let a = 1;\n    let b = 2;\n    drop(guard);\n    wake();\n    d\n    dd\n";

    fn changed(blocks: &str) -> Result<WrongAnswer, String> {
        let (header, _) = TEXT.split_once("<<<").unwrap();
        parse("changed", &format!("{header}{blocks}"))
    }

    #[test]
    fn a_wrong_answer_without_a_change_is_refused() {
        assert!(changed("").unwrap_err().contains("changes nothing"));
        let whole = "let x = 1;\n";
        assert_eq!(changed(whole).unwrap_err(), "`let x = 1;` is in no block");
    }

    #[test]
    fn an_elision_stands_for_lines_of_our_answer() {
        let block =
            "<<<<<<< solution\n    let b = 2;\n    ⋮\n    d\n=======\n    e\n>>>>>>> wrong\n";
        let answer = changed(block).unwrap();
        assert_eq!(
            answer.body_in(SOLUTION).unwrap(),
            "    let a = 1;\n    e\n    dd\n"
        );
        let problem = answer.body_in("    let b = 2;\n    c\n").unwrap_err();
        assert!(problem.what.contains("not followed by `d`"), "{problem}");
    }

    #[test]
    fn blocks_change_our_answer() {
        let answer = changed(BLOCKS).unwrap();
        assert_eq!(answer.changes.len(), 2);
        assert_eq!(
            answer.body_in(SOLUTION).unwrap(),
            "    let a = 1;\n    wake();\n    drop(guard);\n    dd\n"
        );
        assert_eq!(
            answer.diff(),
            "-let b = 2;\n-drop(guard);\n wake();\n+drop(guard);\n ⋮\n-d\n"
        );
    }

    #[test]
    fn a_block_must_fit_our_answer_once() {
        let answer = changed(BLOCKS).unwrap();
        let twice = format!("{SOLUTION}{SOLUTION}");
        let problem = answer.body_in(&twice).unwrap_err();
        assert!(
            problem
                .what
                .contains("`let b = 2;` of our answer, which occurs 2 times"),
            "{problem}"
        );
        let problem = answer.body_in("    other\n").unwrap_err();
        assert!(problem.what.contains("occurs 0 times"), "{problem}");
    }

    fn known(name: &str, test: &str, verdict: &str, message: &str) -> WrongAnswer {
        WrongAnswer {
            name: name.to_owned(),
            exercise: "1.1".parse().unwrap(),
            test: test.to_owned(),
            verdict: verdict.to_owned(),
            message: message.to_owned(),
            ..parse(name, TEXT).unwrap()
        }
    }

    #[test]
    fn a_failure_looks_like_the_one_wrong_answer_that_fails_so() {
        let mut chapter: Chapter = toml::from_str(
            r#"
            number = 1
            title = ""
            minutes = 1
            package = ""
            solution = ""
            lib = ""
            page = ""

            [[exercise]]
            id = "1.1"
            name = ""
            title = ""
            goal = ""
            file = ""
            tests = ["poll"]
            page = ""
            minutes = 1
            hints = []
            "#,
        )
        .unwrap();
        let failure = Failure {
            test: "poll::latest".to_owned(),
            rule: Some("Keep the latest waker.".to_owned()),
            message: "task B was polled\nlast, but task A was woken".to_owned(),
            ..Failure::default()
        };
        let wrong = Verdict::Wrong(failure.clone());
        let first = known("first", "poll::latest", "wrong", "polled last, but");
        let all = [
            first.clone(),
            known("other-test", "poll::first", "wrong", "polled last, but"),
            known("other-verdict", "poll::latest", "hangs", "polled last, but"),
            known("other-message", "poll::latest", "wrong", "was woken twice"),
        ];
        let name = |known: &[WrongAnswer], chapter: &Chapter, verdict: &Verdict| {
            alike(known, chapter, verdict).map(|answer| answer.name.clone())
        };
        assert_eq!(name(&all, &chapter, &wrong).as_deref(), Some("first"));
        let hangs = name(&all, &chapter, &Verdict::Hangs(failure));
        assert_eq!(hangs.as_deref(), Some("other-verdict"));
        // Two that fail so are not told apart.
        let twin = known("twin", "poll::latest", "wrong", "Keep the latest");
        assert_eq!(name(&[first.clone(), twin], &chapter, &wrong), None);
        assert_eq!(name(&all, &chapter, &Verdict::Solved), None);
        // One to an exercise that this reader does in the other way is no answer of theirs.
        chapter.exercises.clear();
        assert_eq!(name(&[first], &chapter, &wrong), None);
    }

    #[test]
    fn a_block_that_does_not_end_is_refused() {
        let open = BLOCKS.trim_end().trim_end_matches(">>>>>>> wrong");
        assert_eq!(changed(open).unwrap_err(), "a block has no `>>>>>>> wrong`");
        let outside = format!("x\n{BLOCKS}");
        assert_eq!(changed(&outside).unwrap_err(), "`x` is in no block");
    }
}
