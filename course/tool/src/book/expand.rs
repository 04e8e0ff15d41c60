//! Replaces the directives of one page.
//!
//! | directive | is replaced by |
//! | --- | --- |
//! | `{{#include path:anchor}}`, in a fence | code, with exercises folded to their goals |
//! | `{{#exercise 1.4}}` | the exercise's box with its hints |
//! | `{{#answer 1.4}}` | the solution's body, behind a fold |
//! | `{{#wrong NAME "What if …?"}}` | a wrong answer of the page's chapter, behind a fold |
//! | `{{#figure NAME "caption"}}` | the drawing `figures/NAME.svg` |
//! | `{{#output 1 NAME}}` | the recorded output of an example, under its command |
//! | `{{#schedule 5 NAME}}` | the recorded run of a model that fails with a wrong answer |
//! | `{{#invariants}}` | the table of invariants of the chapter's first page |
//! | `{{#tokio file.rs:15 text}}`, in a line | a link to that line of tokio's source |
//! | `{{#quiz}}` … `{{#quiz-answer}}` … `{{#quiz-end}}` | a question, its answer behind a fold |
//!
//! A directive stands on a line of its own, outside of code fences; only `{{#include}}` stands
//! inside one and `{{#tokio}}` within a line. `\{{#…}}` is left alone, for writing about them, and
//! so are mdBook's own `{{#title}}` and all that stands between backticks.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::rc::Rc;

use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::problem::Problem;
use crate::wrong::{self, WrongAnswer};

use super::{boxes, code, figure, map};

/// Expands pages and remembers what it found in them.
pub struct Expander<'a> {
    course: &'a Course,
    found: RefCell<Found>,
    /// The wrong answers of the chapters that were asked for, since a page shows many.
    wrong: RefCell<BTreeMap<u32, Rc<[WrongAnswer]>>>,
}

/// What the pages hold.
#[derive(Debug, Default)]
pub struct Found {
    /// Each `{{#exercise}}` with its page.
    pub exercises: Vec<(ExerciseId, String)>,
    /// The names of all figures.
    pub figures: BTreeSet<String>,
    /// The wrong answers shown, as `chapter/name`.
    pub wrong: BTreeSet<String>,
    /// What is cited of tokio.
    pub tokio: Vec<TokioReference>,
}

/// A `{{#tokio file:line text}}` in the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokioReference {
    /// The page and line that cite it, such as `book/src/raw-waker/closing.md:31`.
    pub cited_at: String,
    /// The file below `tokio/src`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What must stand in that line.
    pub text: String,
}

/// A wrong answer with the fold around those of its row that are too many to be seen at once. A row is what stands one
/// below the other, as the wrong answers to one exercise do.
fn folded(shown: String, lines: &[&str], index: usize) -> String {
    let count = |lines: &mut dyn Iterator<Item = &&str>| {
        let row = lines.filter(|line| !line.trim().is_empty());
        row.take_while(|line| directive(line).is_some_and(|(name, _)| name == "wrong"))
            .count()
    };
    let before = count(&mut lines[..index].iter().rev());
    let after = count(&mut lines[index + 1..].iter());
    let mut out = String::new();
    if before == boxes::WRONG_SHOWN {
        out.push_str(&boxes::more_wrong(after + 1));
    }
    out.push_str(&shown);
    if boxes::WRONG_SHOWN <= before && after == 0 {
        out.push_str(boxes::MORE_WRONG_END);
    }
    out
}

/// What a directive is replaced by, or what is wrong and what to do about it.
pub type Expansion = Result<String, (String, String)>;

/// Where in a quiz we are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quiz {
    Outside,
    Question { line: usize },
    Answer { line: usize },
}

impl<'a> Expander<'a> {
    /// An expander that has seen no page yet.
    pub fn new(course: &'a Course) -> Expander<'a> {
        Expander {
            course,
            found: RefCell::default(),
            wrong: RefCell::default(),
        }
    }

    /// What was found in all pages so far.
    pub fn into_found(self) -> Found {
        self.found.into_inner()
    }

    /// The page with its directives replaced, and all that is wrong with them. `page` is relative
    /// to `book/src`.
    pub fn expand(&self, page: &str, text: &str) -> (String, Vec<Problem>) {
        let mut out = String::with_capacity(text.len());
        let mut problems = Vec::new();
        let mut fence: Option<Fence> = None;
        let mut quiz = Quiz::Outside;
        let mut figures_here = BTreeSet::new();
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().copied().enumerate() {
            let number = index + 1;
            let mut problem = |(what, next): (String, String)| {
                problems.push(Problem::new(
                    format!("book/src/{page}:{number}: {what}"),
                    next,
                ));
            };
            let margin = &line[..line.len() - line.trim_start().len()];

            if let Some(open) = &fence {
                if open.is_closed_by(line) {
                    fence = None;
                } else if let Some(("include", arguments)) = directive(line) {
                    match code::include(self.course, page, arguments) {
                        Ok(code) => push_indented(&mut out, &code, margin),
                        Err(wrong) => problem(wrong),
                    }
                    continue;
                }
                push_line(&mut out, line);
                continue;
            }
            if let Some(open) = Fence::of(line) {
                fence = Some(open);
                if let Some(("include", arguments)) =
                    lines.get(index + 1).and_then(|l| directive(l))
                {
                    let file = boxes::listed_file(&code::included_file(page, arguments));
                    push_indented(&mut out, &file, margin);
                }
                push_line(&mut out, line);
                continue;
            }

            let Some((name, arguments)) = directive(line) else {
                match self.inline(page, number, line) {
                    Ok(line) => push_line(&mut out, &line),
                    Err(wrong) => problem(wrong),
                }
                continue;
            };
            let expansion = match name {
                "quiz" | "quiz-answer" | "quiz-end" => {
                    let (next, expansion) = turn(quiz, name, number);
                    quiz = next;
                    expansion
                }
                "figure" if !figures_here.insert(arguments.to_owned()) => Err((
                    format!("`{arguments}` stands twice on this page"),
                    "Show a figure once on a page, and link to #figure-… the second time".into(),
                )),
                "wrong" => self
                    .block(page, name, arguments)
                    .map(|shown| folded(shown, &lines, index)),
                _ => self.block(page, name, arguments),
            };
            match expansion {
                Ok(text) => push_indented(&mut out, &text, margin),
                // mdBook's own, or a `{{#tokio}}` that happens to stand alone.
                Err(_) if name == "title" => push_line(&mut out, line),
                Err(_) if name == "tokio" => match self.inline(page, number, line) {
                    Ok(line) => push_line(&mut out, &line),
                    Err(wrong) => problem(wrong),
                },
                Err(wrong) => problem(wrong),
            }
        }
        if let Quiz::Question { line } | Quiz::Answer { line } = quiz {
            problems.push(Problem::new(
                format!("book/src/{page}:{line}: this quiz does not end"),
                "Write `{{#quiz-answer}}` before its answer and `{{#quiz-end}}` after it",
            ));
        }
        // Below the title.
        if let Some(end) = out.find('\n').filter(|_| out.starts_with("# "))
            && let Some(strip) = map::strip(self.course, page)
        {
            out.insert_str(end + 1, &strip);
        }
        (out, problems)
    }

    /// A directive that stands on a line of its own.
    fn block(&self, page: &str, name: &str, arguments: &str) -> Expansion {
        match name {
            "exercise" => {
                let (chapter, exercise) = self.exercise(arguments)?;
                self.found
                    .borrow_mut()
                    .exercises
                    .push((exercise.id, page.to_owned()));
                Ok(boxes::exercise(chapter, exercise))
            }
            "answer" => {
                let (chapter, exercise) = self.exercise(arguments)?;
                let code = code::answer(self.course, chapter, exercise)?;
                Ok(boxes::answer(chapter, exercise, &code))
            }
            "wrong" => {
                let (name, question) = quoted(arguments);
                let (chapter, answer) = self.wrong_answer(page, name)?;
                self.found
                    .borrow_mut()
                    .wrong
                    .insert(format!("{}/{name}", chapter.dir));
                Ok(boxes::wrong(chapter, &answer, question))
            }
            "figure" => {
                let (name, caption) = quoted(arguments);
                let figure = figure::inline(self.course, name, caption.unwrap_or(""))?;
                self.found.borrow_mut().figures.insert(name.to_owned());
                Ok(figure)
            }
            "output" => {
                let (number, name) = arguments.split_once(' ').unwrap_or((arguments, ""));
                let chapter = number
                    .parse()
                    .ok()
                    .and_then(|number| self.course.chapter(number));
                let chapter = chapter.ok_or_else(|| {
                    (
                        format!("there is no chapter `{number}`"),
                        "Write `{{#output N NAME}}`: the chapter's number and the example".into(),
                    )
                })?;
                boxes::output(self.course, chapter, name.trim())
            }
            "schedule" => {
                let (number, name) = arguments.split_once(' ').unwrap_or((arguments, ""));
                let number = number.parse().ok();
                let chapter = number.and_then(|number| self.course.chapter(number));
                let chapter = chapter.ok_or_else(|| {
                    (
                        "a schedule is of no chapter".to_owned(),
                        "Write `{{#schedule N NAME}}`: the chapter's number and the wrong answer"
                            .to_owned(),
                    )
                })?;
                boxes::recorded(self.course, chapter, name.trim())
            }
            "invariants" => invariants(self.course, page),
            "include" => Err((
                "an include stands outside of a code fence".into(),
                "Put it between ```rust and ```, on a line of its own".into(),
            )),
            _ => Err((
                format!("there is no directive `{name}`"),
                "Use one of exercise, answer, wrong, figure, output, schedule, invariants, tokio, quiz, quiz-answer, \
                 quiz-end or, in a code fence, include"
                    .into(),
            )),
        }
    }

    /// A line of text, with its citations of tokio replaced.
    fn inline(&self, page: &str, number: usize, line: &str) -> Expansion {
        let mut out = String::new();
        let mut rest = line;
        while let Some(start) = rest.find("{{#") {
            let (before, after) = rest.split_at(start);
            let Some(end) = end_of(after) else { break };
            let directive = &after[3..end];
            let written_about = before.ends_with('\\')
                || (out.matches('`').count() + before.matches('`').count()) % 2 == 1;
            out.push_str(before);
            rest = &after[end + 2..];
            let Some(arguments) = directive.strip_prefix("tokio ").filter(|_| !written_about)
            else {
                if !written_about && !directive.starts_with("title") {
                    let name = directive.split(' ').next().unwrap_or_default();
                    return Err((
                        format!("`{name}` stands within a line"),
                        "Put it on a line of its own".into(),
                    ));
                }
                out.push_str(&after[..end + 2]);
                continue;
            };
            let behind = rest.split(['{', '`']).next().unwrap_or_default();
            if behind.contains("}}") {
                return Err((
                    format!("`{arguments}` ends before its `}}}}` does"),
                    "Cite a part of the line in which no `}}` is followed by anything".into(),
                ));
            }
            let reference = tokio_reference(page, number, arguments)?;
            out.push_str(&boxes::tokio(&reference));
            self.found.borrow_mut().tokio.push(reference);
        }
        out.push_str(rest);
        Ok(out)
    }

    /// The exercise of that number.
    fn exercise(&self, id: &str) -> Result<(&'a Chapter, &'a Exercise), (String, String)> {
        let id_ = id.parse().ok();
        let whole = || {
            let chapter = self.course.chapters.iter();
            let mut parts = chapter.flat_map(|c| c.parts.iter().map(move |part| (c, part)));
            let (chapter, part) = parts.find(|(_, part)| Some(part.id) == id_)?;
            Some((chapter, part.whole()))
        };
        let found = id_.and_then(|id| self.course.exercise(id)).or_else(whole);
        found.ok_or_else(|| {
            let all: Vec<String> = self
                .course
                .exercises()
                .map(|(_, exercise)| exercise.label())
                .collect();
            (
                format!("there is no exercise `{id}`"),
                format!("There are: {}", list(&all)),
            )
        })
    }

    /// The wrong answer of that name, in the chapter that `page` belongs to.
    fn wrong_answer(
        &self,
        page: &str,
        name: &str,
    ) -> Result<(&'a Chapter, WrongAnswer), (String, String)> {
        let mut chapters = self.course.chapters.iter();
        let chapter = chapters
            .find(|chapter| folder(&chapter.page) == folder(page))
            .ok_or_else(|| {
                (
                    format!("`{name}` is a wrong answer of no chapter, since this page is of none"),
                    "Show wrong answers on the pages of their chapter".to_owned(),
                )
            })?;
        let answers = self.wrong_answers(chapter)?;
        let found = answers.iter().find(|answer| answer.name == name);
        found
            .map(|answer| (chapter, answer.clone()))
            .ok_or_else(|| {
                let names: Vec<String> = answers.iter().map(|answer| answer.name.clone()).collect();
                (
                    format!("there is no solutions/{}/wrong/{name}.rs", chapter.dir),
                    format!("There are: {}", list(&names)),
                )
            })
    }

    /// All wrong answers of a chapter.
    fn wrong_answers(&self, chapter: &Chapter) -> Result<Rc<[WrongAnswer]>, (String, String)> {
        if let Some(answers) = self.wrong.borrow().get(&chapter.number) {
            return Ok(Rc::clone(answers));
        }
        let answers: Rc<[WrongAnswer]> = wrong::load(self.course, chapter)
            .map_err(|wrong| (wrong.what, wrong.next))?
            .into();
        self.wrong
            .borrow_mut()
            .insert(chapter.number, Rc::clone(&answers));
        Ok(answers)
    }
}

/// The first words of a chapter's table of invariants.
const INVARIANTS: &str = "| name | what always holds |";

/// The table of invariants that stands on the chapter's first page. The pages are in one folder, so its links
/// lead on from here as well.
fn invariants(course: &Course, page: &str) -> Expansion {
    let index = format!("{}/index.md", folder(page));
    let text = fs::read_to_string(course.root.join("book/src").join(&index)).unwrap_or_default();
    let lines = text
        .lines()
        .skip_while(|line| !line.starts_with(INVARIANTS));
    let table: Vec<&str> = lines.take_while(|line| line.starts_with('|')).collect();
    match table.is_empty() {
        true => Err((
            format!("book/src/{index} has no table of invariants"),
            format!("Begin one there with `{INVARIANTS} page |`"),
        )),
        false => Ok(format!("{}\n", table.join("\n"))),
    }
}

/// The folder of a page.
fn folder(page: &str) -> &str {
    page.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Reads `runtime/task/waker.rs:15 fn waker_ref`.
fn tokio_reference(
    page: &str,
    number: usize,
    arguments: &str,
) -> Result<TokioReference, (String, String)> {
    let parsed = arguments.trim().split_once(' ').and_then(|(place, text)| {
        let (file, line) = place.rsplit_once(':')?;
        Some((file.to_owned(), line.parse().ok()?, text.trim().to_owned()))
    });
    let (file, line, text) = parsed.ok_or_else(|| {
        (
            format!("`{arguments}` is not a place in tokio"),
            "Write `{{#tokio path/below/src.rs:LINE text of that line}}`".to_owned(),
        )
    })?;
    Ok(TokioReference {
        cited_at: format!("book/src/{page}:{number}"),
        file,
        line,
        text,
    })
}

/// The next state of a quiz, and what the directive is replaced by.
fn turn(quiz: Quiz, name: &str, line: usize) -> (Quiz, Expansion) {
    match (quiz, name) {
        (Quiz::Outside, "quiz") => (Quiz::Question { line }, Ok(boxes::QUIZ.into())),
        (Quiz::Question { line }, "quiz-answer") => {
            (Quiz::Answer { line }, Ok(boxes::QUIZ_ANSWER.into()))
        }
        (Quiz::Answer { .. }, "quiz-end") => (Quiz::Outside, Ok(boxes::QUIZ_END.into())),
        _ => (
            quiz,
            Err((
                format!("`{name}` is out of place here"),
                "A quiz is `{{#quiz}}`, the question, `{{#quiz-answer}}`, the answer, \
                 `{{#quiz-end}}`"
                    .into(),
            )),
        ),
    }
}

/// Where the `}}` is that ends the directive at the beginning of `text`. What it ends with may be a
/// `}` of its own.
fn end_of(text: &str) -> Option<usize> {
    let first = text.find("}}")?;
    let braces = text[first..].bytes().take_while(|byte| *byte == b'}');
    Some(first + braces.count() - 2)
}

/// The name and arguments of a directive that is all of this line.
fn directive(line: &str) -> Option<(&str, &str)> {
    let inner = line.trim().strip_prefix("{{#")?;
    let inner = &inner[..end_of(inner).filter(|end| end + 2 == inner.len())?];
    let (name, arguments) = inner.split_once(' ').unwrap_or((inner, ""));
    Some((name, arguments.trim()))
}

/// `name "the rest"` as its two parts.
fn quoted(arguments: &str) -> (&str, Option<&str>) {
    match arguments.split_once(' ') {
        Some((name, rest)) => {
            let rest = rest.trim();
            let inner = rest
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            (name, Some(inner.unwrap_or(rest)))
        }
        None => (arguments, None),
    }
}

/// Words for an error message, in one line.
pub fn list(words: &[String]) -> String {
    if words.is_empty() {
        "none".to_owned()
    } else {
        words.join(", ")
    }
}

/// An open code fence.
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    /// The fence that this line opens.
    fn of(line: &str) -> Option<Fence> {
        let line = line.trim_start();
        let mark = line
            .chars()
            .next()
            .filter(|&first| first == '`' || first == '~')?;
        let length = line.len() - line.trim_start_matches(mark).len();
        // ```` `a` ```` in one line is inline code, not a fence.
        let inline = mark == '`' && line[length..].contains('`');
        (length >= 3 && !inline).then_some(Fence { mark, length })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|each| each == self.mark)
    }
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

/// Keeps what replaces a directive inside the list or quote that the directive stands in.
fn push_indented(out: &mut String, text: &str, margin: &str) {
    for line in text.lines() {
        if !line.is_empty() {
            out.push_str(margin);
            out.push_str(line);
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_row_of_wrong_answers_four_are_seen_at_once() {
        let row =
            "{{#wrong one}}\n\n{{#wrong two \"Why?\"}}\n\n{{#wrong three}}\n\n{{#wrong four}}\n\n";
        let page = format!(
            "Some text.\n\n{row}{{{{#wrong five}}}}\n\n{{{{#wrong six}}}}\n\n## More\n\n{row}"
        );
        let lines: Vec<&str> = page.lines().collect();
        let mut out = String::new();
        for (index, line) in lines.iter().enumerate() {
            if let Some(("wrong", name)) = directive(line) {
                out.push_str(&folded(format!("<{name}>"), &lines, index));
            }
        }
        let (shown, rest) = out.split_once("<details").unwrap();
        assert_eq!(shown, "<one><two \"Why?\"><three><four>");
        assert!(rest.contains("2 more wrong answers"), "{rest}");
        let (more, next) = rest.split_once("</details>").unwrap();
        assert!(more.ends_with("<five><six>\n"), "{more}");
        assert_eq!(next, "\n<one><two \"Why?\"><three><four>");
    }

    #[test]
    fn a_directive_is_a_whole_line() {
        assert_eq!(directive("  {{#exercise 1.1}}"), Some(("exercise", "1.1")));
        assert_eq!(directive("{{#quiz}}"), Some(("quiz", "")));
        assert_eq!(directive("see {{#quiz}}"), None);
        assert_eq!(directive("{{#tokio a:1 b}} and {{#tokio a:2 c}}"), None);
    }

    #[test]
    fn a_directive_may_end_with_a_brace_of_its_own() {
        assert_eq!(directive("{{#tokio a:1 b }}}"), Some(("tokio", "a:1 b }")));
        let text = "{{#tokio a:1 {} }}}} and {{#tokio a:2 c}}";
        assert_eq!(&text[..end_of(text).unwrap()], "{{#tokio a:1 {} }}");
    }

    #[test]
    fn a_caption_keeps_its_quotes() {
        assert_eq!(
            quoted(r#"wake "a "quoted" word""#),
            ("wake", Some(r#"a "quoted" word"#))
        );
        assert_eq!(quoted("wake"), ("wake", None));
    }

    #[test]
    fn a_fence_is_closed_by_as_many_of_the_same_mark() {
        let fence = Fence::of("````rust").unwrap();
        assert!(!fence.is_closed_by("```"));
        assert!(!fence.is_closed_by("~~~~"));
        assert!(fence.is_closed_by("````"));
        assert!(Fence::of("``` `a` ```").is_none());
        assert!(Fence::of("``").is_none());
    }

    #[test]
    fn a_citation_names_file_line_and_text() {
        let reference =
            tokio_reference("a.md", 3, "runtime/task/waker.rs:15 fn waker_ref").unwrap();
        assert_eq!(reference.file, "runtime/task/waker.rs");
        assert_eq!(reference.line, 15);
        assert_eq!(reference.text, "fn waker_ref");
        assert_eq!(reference.cited_at, "book/src/a.md:3");
        assert!(tokio_reference("a.md", 3, "waker.rs fn waker_ref").is_err());
        assert!(tokio_reference("a.md", 3, "waker.rs:15").is_err());
    }
}
