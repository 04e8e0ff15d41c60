//! The boxes of a page: Markdown and HTML that `theme/course.css` gives their look.
//!
//! Blank lines matter: they end an HTML block, so what follows is Markdown again.

use std::fmt::Write as _;
use std::fs;

use crate::course::{Chapter, Course, Exercise, enumeration};
use crate::wrong::WrongAnswer;

use super::expand::{Expansion, TokioReference};
use super::pages::slashed;
use super::threads;
use super::{schedule, schedule_file};

/// Opens a quiz.
pub const QUIZ: &str = "<div class=\"quiz\">\n<p class=\"label\">Question</p>\n\n";

/// Ends its question and opens its answer.
pub const QUIZ_ANSWER: &str = "\n<details class=\"folded\">\n<summary>Answer</summary>\n\n";

/// Ends its answer.
pub const QUIZ_END: &str = "\n</details>\n</div>\n";

/// Which file a listing shows.
pub fn listed_file(file: &str) -> String {
    format!("<p class=\"listed-file\">{}</p>\n\n", escaped(file))
}

/// The exercise: what to do, where, and how to check it, with its hints folded away.
pub fn exercise(chapter: &Chapter, exercise: &Exercise) -> String {
    let id = exercise.id;
    let fragment = format!("exercise-{}-{}", id.chapter, id.number);
    let file = format!("chapters/{}/{}", chapter.dir, slashed(&exercise.file));
    let open = match exercise.open {
        _ if exercise.program => {
            " This is a program of your own: the file has an empty `main`, and all of it is yours to write."
        }
        Some(_) => {
            " This is an open exercise: the file declares everything that is public, and how it works \
             is yours to build, from the tests."
        }
        None => "",
    };
    let mut out = format!(
        "<section class=\"exercise\" aria-labelledby=\"{fragment}\">\n\n\
         ## Exercise {id}: {} {{#{fragment}}}\n\n\
         <p class=\"facts\">about {} minutes · <code>{file}</code></p>\n\n\
         {}{open}\n\n\
         ```sh\ncargo course check {id}\n```\n\n",
        exercise.title, exercise.minutes, exercise.goal,
    );
    if !exercise.loom.is_empty() {
        let when = match &exercise.loom_needs[..] {
            [] => String::new(),
            [need] => format!(", once {need} is solved too"),
            needs => format!(", once {} are solved too", enumeration(needs)),
        };
        let _ = write!(
            out,
            "Once its tests pass, this also tries every order in which its threads can \
             run{when}.\n\n"
        );
    }
    let count = exercise.hints.len();
    for (index, hint) in exercise.hints.iter().enumerate() {
        let _ = write!(
            out,
            "<details class=\"folded hint\">\n\
             <summary>Hint {} <span class=\"hint-kind\">of {count}</span></summary>\n\n\
             {}\n\n</details>\n\n",
            index + 1,
            hint.trim(),
        );
    }
    out.push_str("</section>\n");
    out
}

/// The solution's body, folded away.
pub fn answer(chapter: &Chapter, exercise: &Exercise, code: &str) -> String {
    format!(
        "<details class=\"folded answer\">\n\
         <summary>The answer to {}, when you have yours</summary>\n\
         <p class=\"facts\"><code>solutions/{}/{}</code></p>\n\n\
         ```rust\n{code}```\n\n</details>\n",
        exercise.id,
        chapter.dir,
        slashed(&exercise.file),
    )
}

/// A wrong answer, folded away. The question is the page's, or else made of its name.
pub fn wrong(chapter: &Chapter, answer: &WrongAnswer, question: Option<&str>) -> String {
    let question = match question {
        Some(question) => escaped(question),
        None => format!("A wrong answer: {}", answer.name.replace('-', " ")),
    };
    let WrongAnswer {
        exercise,
        test,
        verdict,
        message,
        ..
    } = answer;
    let checked = check_of(chapter, answer);
    let answer_ = match chapter.parts.iter().any(|part| part.id == *exercise) {
        true => "second ",
        false => "",
    };
    let mut out = format!(
        "<details class=\"folded wrong\" id=\"{}\">\n\
         <summary>{question}</summary>\n\n\
         A change to our {answer_}answer to {exercise}:\n\n```diff\n{}```\n\n\
         {}\n\n\
         <p class=\"rule-broken\">The rule it breaks: {}</p>\n\n\
         <p><code>cargo course {checked}</code> says <em>{verdict}</em>. The test \
         <code>{test}</code> reports, among other things: <q>… {} …</q></p>\n\n",
        fragment(&answer.name),
        answer.diff(),
        answer.story,
        escaped(&answer.rule),
        escaped(message),
    );
    if let Some(source) = &answer.source {
        let source = threads::linked(source.trim_end_matches('.'));
        let _ = write!(out, "Where this really happened: {source}.\n\n");
    }
    out.push_str("</details>\n");
    out
}

/// So many wrong answers to an exercise stand on a page; more are behind one more fold.
pub const WRONG_SHOWN: usize = 4;

/// Opens the fold of the others.
pub fn more_wrong(count: usize) -> String {
    let more = match count {
        1 => "One more wrong answer".to_owned(),
        _ => format!("{count} more wrong answers"),
    };
    format!(
        "<details class=\"folded\">\n<summary>{more}</summary>\n\n\
         The tool says so when your answer fails in the same way as one of them.\n\n"
    )
}

/// Ends it.
pub const MORE_WRONG_END: &str = "\n</details>\n";

/// Where a wrong answer is on the page that shows it.
pub fn fragment(wrong: &str) -> String {
    format!("wrong-{wrong}")
}

/// The check that catches a wrong answer. A test belongs to the exercise that lists it, and that may
/// be a later one than the one with the mistake; or to the chapter.
fn check_of(chapter: &Chapter, answer: &WrongAnswer) -> String {
    let needs_loom = answer.needs_loom();
    let lists_it = |exercise: &&Exercise| {
        let targets = match needs_loom {
            true => &exercise.loom,
            false => &exercise.tests,
        };
        targets.iter().any(|target| target == answer.target())
    };
    let own = chapter
        .exercises
        .iter()
        .filter(|each| each.id == answer.exercise);
    let parts = chapter.parts.iter();
    let wholes = parts.map(|part| part.whole());
    let own = own.chain(wholes.filter(|each| each.id == answer.exercise));
    let found = own.chain(&chapter.exercises).find(lists_it);
    let what = match found {
        Some(exercise) => exercise.id.to_string(),
        None => chapter.number.to_string(),
    };
    format!("check {what}")
}

/// The recorded output of an example, under the command that made it.
pub fn output(course: &Course, chapter: &Chapter, name: &str) -> Expansion {
    let number = chapter.number;
    let path = format!("solutions/{}/output/{name}.txt", chapter.dir);
    let text = fs::read_to_string(course.root.join(&path)).map_err(|error| {
        (
            format!("{path} cannot be read: {error}"),
            format!("Run the example `{name}` of chapter {number} and record what it prints there"),
        )
    })?;
    if !chapter.examples.iter().any(|example| example.name == name) {
        return Err((
            format!("chapter {number} has no example `{name}`"),
            format!(
                "Add an `[[example]]` of that name to solutions/{}/course.toml",
                chapter.dir
            ),
        ));
    }
    Ok(format!(
        "<div class=\"output\">\n\
         <p class=\"command\"><code>cargo course run {number} {name}</code></p>\n\n\
         ```text\n{}\n```\n\n</div>\n",
        text.trim_end(),
    ))
}

/// The recorded picture of the run that fails with a wrong answer.
pub fn recorded(course: &Course, chapter: &Chapter, name: &str) -> Expansion {
    let path = schedule_file(course, chapter, name);
    let text = fs::read_to_string(&path).map_err(|error| {
        (
            format!("{} cannot be read: {error}", path.display()),
            format!(
                "Record it: `cargo press schedule {} {name} --record`",
                chapter.number
            ),
        )
    })?;
    let (command, picture) = text.split_once("\n\n").unwrap_or(("", &text));
    Ok(format!(
        "<div class=\"output schedule\">\n\
         <p class=\"command\"><code>{command}</code></p>\n\n\
         <pre><code class=\"language-text nohighlight hljs\">{}</code></pre>\n\n</div>\n",
        schedule::coloured(picture.trim_end()),
    ))
}

/// A place in tokio's source.
pub fn tokio(reference: &TokioReference) -> String {
    let TokioReference {
        file, line, text, ..
    } = reference;
    format!(
        "<a class=\"tokio\" \
         href=\"https://github.com/tokio-rs/tokio/blob/tokio-1.54.1/tokio/src/{file}#L{line}\" \
         title=\"{}\">{file}:{line}</a>",
        attribute(text),
    )
}

/// Text for an attribute within a line of Markdown, which would else read a `|` as the end of a
/// table's cell, and might find code or emphasis in it.
fn attribute(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '|' | '`' | '*' | '_' | '[' | ']' | '\\' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Text for HTML, with `code` and *emphasis* shown as such.
pub fn escaped(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(out, "<code>{part}</code>");
            continue;
        }
        for (index, part) in part.split('*').enumerate() {
            match index % 2 {
                0 => out.push_str(part),
                _ => {
                    let _ = write!(out, "<em>{part}</em>");
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cited_of_tokio_cannot_break_a_cell() {
        let reference = TokioReference {
            cited_at: String::new(),
            file: "a.rs".into(),
            line: 1,
            text: "f(|| *x < `y`)".into(),
        };
        let link = tokio(&reference);
        assert!(
            link.contains("title=\"f(&#124;&#124; &#42;x &#60; &#96;y&#96;)\""),
            "{link}"
        );
    }

    #[test]
    fn a_wrong_answer_names_the_check_that_catches_it() {
        let chapter: Chapter = toml::from_str(
            r#"
            number = 1
            title = ""
            minutes = 1
            package = ""
            solution = ""
            lib = ""
            page = ""
            tests = ["whole"]

            [[exercise]]
            id = "1.1"
            name = ""
            title = ""
            goal = ""
            file = ""
            tests = ["first", "both"]
            page = ""
            minutes = 1
            hints = []

            [[exercise]]
            id = "1.2"
            name = ""
            title = ""
            goal = ""
            file = ""
            tests = ["both", "second"]
            loom = ["loom_second"]
            page = ""
            minutes = 1
            hints = []
            "#,
        )
        .unwrap();
        let check = |chapter: &Chapter, exercise: &str, test: &str| {
            let answer = WrongAnswer {
                name: String::new(),
                exercise: exercise.to_owned().try_into().unwrap(),
                test: test.to_owned(),
                verdict: String::new(),
                message: String::new(),
                rule: String::new(),
                source: None,
                story: String::new(),
                changes: Vec::new(),
            };
            check_of(chapter, &answer)
        };
        for (exercise, test, expected) in [
            ("1.1", "first::a", "check 1.1"),
            ("1.1", "second::a", "check 1.2"),
            ("1.2", "both::a", "check 1.2"),
            ("1.1", "loom_second::a", "check 1.2"),
            ("1.1", "loom_whole::a", "check 1"),
            ("1.1", "whole::a", "check 1"),
        ] {
            assert_eq!(check(&chapter, exercise, test), expected);
        }
    }

    #[test]
    fn html_is_escaped_and_code_and_emphasis_are_shown() {
        assert_eq!(
            escaped("`Poll<T>` & more"),
            "<code>Poll&lt;T></code> &amp; more"
        );
    }
}
