//! Verdicts in words: what was found, where, and what to do next.

mod meaning;
mod paths;
mod picture;
mod seen;

use std::fmt::Write as _;
use std::path::Path;

use crate::book;
use crate::check::{Event, Notes, Printed};
use crate::course::{Chapter, Course, Exercise, ExerciseId, enumeration};
use crate::problem;
use crate::screen::{self, Line, Span, bold, colour, coloured, dim, from_ansi, plain};
use crate::source::Source;
use crate::verdict::{Failure, KnownAnswer, Verdict};

/// How many cells a progress bar has at most.
const BAR_CELLS: usize = 30;

/// The columns of ` 10 of 12 solved`.
const COUNT_COLUMNS: usize = 16;

const WHOLE_CHAPTER: &str = "Every exercise passes its own tests; this test looks at the chapter as \
                             a whole.";

/// What stands for a chapter as a whole where exercises have a number and a name.
pub fn whole(chapter: &Chapter) -> String {
    format!("chapter {} as a whole", chapter.number)
}

/// Of a failure that may be about several exercises.
pub fn may_be(chapter: &Chapter, others: &str) -> String {
    format!("This may be {}.", chapter.in_its_way(others))
}

/// An exercise's number, or that it is a chapter.
fn named(id: ExerciseId) -> String {
    match id.is_whole() {
        true => format!("chapter {} as a whole", id.chapter),
        false => id.to_string(),
    }
}

/// Of an exercise that has models, when they passed.
pub const MODELS_PASS: &str = "Its loom models pass too: no order that they tried breaks it.";
/// Of an exercise that has models, while they run.
pub const MODELS_RUN: &str = "Now its loom models run: they try every order in which its threads can \
                              do their steps, and have the last word.";
/// Of an exercise that has models, when they did not run on what the files hold now.
pub const MODELS_NOT_RUN: &str = "Its loom models were not run";
/// Of an exercise whose models need others that are not solved.
pub fn models_need(needs: &[ExerciseId]) -> String {
    let are = match needs {
        [_] => "that is",
        _ => "those are",
    };
    let needs = enumeration(needs);
    format!("Its loom models need {needs} too, and run when {are} solved.")
}

/// What a check has begun to do.
pub fn doing(event: &Event) -> Option<String> {
    Some(match event {
        Event::Building { package } => format!("building {package}"),
        Event::Waiting { what } => format!("waiting for {what}"),
        Event::BuildingModels { is_first: true, .. } => {
            "the tests pass; building loom for the models, once: a minute or two".to_owned()
        }
        Event::BuildingModels { package, .. } => {
            format!("the tests pass; building the models of {package}")
        }
        Event::Testing {
            exercise, done, of, ..
        } => format!("testing {}, {done} of {of}", named(*exercise)),
        Event::Modelling { exercise, done, of } => {
            let of_what = named(*exercise);
            format!("the tests pass; models of {of_what}, {done} of {of}")
        }
        Event::Passed { exercises } => {
            format!(
                "the tests of {} pass; now the models",
                enumeration(exercises)
            )
        }
        Event::Noted { .. } | Event::Decided { .. } => return None,
    })
}

/// The verdict's word in its colour.
pub fn word(verdict: &Verdict) -> Span {
    let colour = match verdict {
        Verdict::Solved => colour::GREEN,
        Verdict::Hangs(_) => colour::MAGENTA,
        Verdict::NotStarted => return dim(verdict.word()),
        Verdict::Unmodelled { .. }
        | Verdict::Unfinished { .. }
        | Verdict::Needs { .. }
        | Verdict::NotChecked { .. } => colour::YELLOW,
        Verdict::DoesNotCompile { .. }
        | Verdict::Damaged { .. }
        | Verdict::Wrong(_)
        | Verdict::Crashes(_) => colour::RED,
    };
    let mut span = coloured(verdict.word(), colour);
    span.style.bold = true;
    span
}

/// The verdict's sign, one column wide.
pub fn sign(verdict: &Verdict) -> Span {
    let sign = match verdict {
        Verdict::Solved | Verdict::Unmodelled { .. } => "✓",
        Verdict::NotStarted => "·",
        Verdict::Unfinished { .. } | Verdict::Needs { .. } | Verdict::NotChecked { .. } => "–",
        _ => "✗",
    };
    Span {
        text: sign.to_owned(),
        style: word(verdict).style,
    }
}

/// A bar of solved exercises and how many they are.
pub fn bar(solved: usize, of: usize, width: usize) -> Line {
    let count = format!(" {solved} of {of} solved");
    // Bars of several chapters line up, also where one has ten exercises or more.
    let columns = count.len().max(COUNT_COLUMNS);
    let cells = width.saturating_sub(columns + 2).min(BAR_CELLS);
    let filled = (cells * solved).checked_div(of).unwrap_or(0);
    Line::of([
        coloured("█".repeat(filled), colour::GREEN),
        dim("░".repeat(cells - filled)),
        plain(count),
    ])
}

/// Where the reader edits: the file, from the repository's root, and the line of the exercise. The
/// line is that of the first statement, after the marker.
pub fn location(course: &Course, chapter: &Chapter, exercise: &Exercise) -> String {
    let path = course.chapter_dir(chapter).join(&exercise.file);
    let shown = relative(course, &path);
    let line = std::fs::read_to_string(&path)
        .ok()
        .and_then(|text| Source::parse(&shown, text).ok())
        .and_then(|source| Some(source.region(&exercise.anchor())?.line + 1));
    match line {
        Some(line) => format!("{shown}:{line}"),
        None => shown,
    }
}

/// A path from the repository's root, where the reader is.
pub fn relative(course: &Course, path: &Path) -> String {
    let relative = path.strip_prefix(&course.root).unwrap_or(path);
    relative.display().to_string().replace('\\', "/")
}

/// Where a file of the book is: its address if that fits into `room` columns, since an address that
/// is cut cannot be clicked, and else its path.
pub fn page(course: &Course, file: &Path, room: usize) -> String {
    let address = address(file);
    match address.len() <= room {
        true => address,
        false => relative(course, file),
    }
}

/// All there is to say of a verdict, beneath its word. An address is shown only where `width`
/// columns are enough for it.
pub fn details(
    course: &Course,
    chapter: &Chapter,
    exercise: &Exercise,
    verdict: &Verdict,
    width: usize,
) -> Vec<Line> {
    match verdict {
        Verdict::Solved if exercise.loom.is_empty() => Vec::new(),
        Verdict::Solved => vec![Line::from(MODELS_PASS)],
        Verdict::Unmodelled { needs } if !needs.is_empty() => vec![Line::from(models_need(needs))],
        Verdict::Unmodelled { .. } => vec![Line::of([
            plain(format!("{MODELS_NOT_RUN}: ")),
            coloured(format!("cargo course check {}", exercise.id), colour::CYAN),
            plain(" tries every order."),
        ])],
        Verdict::NotStarted if exercise.program => vec![Line::of([
            plain(
                "The page says what the program must do; all of it is yours to write. Replace the ",
            ),
            coloured("todo!", colour::CYAN),
            plain(" in its `main` and save the file."),
        ])],
        Verdict::NotStarted if exercise.stub.is_some() => vec![Line::of([
            plain(
                "Everything public is declared; how it works is yours to build, from the tests. Replace ",
            ),
            plain("each "),
            coloured("todo!", colour::CYAN),
            plain(" and save the file."),
        ])],
        Verdict::Unfinished {
            test,
            place,
            passed,
            of,
        } => unfinished(test, place.as_deref(), *passed, *of),
        Verdict::NotStarted => vec![Line::of([
            plain("Replace its "),
            coloured("todo!", colour::CYAN),
            plain(" with your answer and save the file."),
        ])],
        Verdict::Needs { id } => vec![Line::from(format!(
            "One of its tests needs exercise {id}, which is not solved yet. Solve {id} first."
        ))],
        Verdict::Damaged { why } | Verdict::NotChecked { why } => advice(why),
        Verdict::DoesNotCompile { rendered, advice } => {
            let mut lines = from_ansi(rendered.trim_end());
            lines.push(Line::empty());
            lines.extend(self::advice(&paths::from_root(course, chapter, advice)));
            lines
        }
        Verdict::Wrong(failure) | Verdict::Hangs(failure) | Verdict::Crashes(failure) => {
            failed(course, chapter, &exercise.page, failure, width)
        }
    }
}

/// What is wrong with a chapter as a whole, under a heading of its own. Empty if nothing is, as far as is
/// known.
pub fn of_chapter(
    course: &Course,
    chapter: &Chapter,
    verdict: Option<&Verdict>,
    width: usize,
) -> Vec<Line> {
    let Some((verdict, failure)) = verdict.and_then(|it| Some((it, it.failure()?))) else {
        return Vec::new();
    };
    let heading = sentence(&whole(chapter));
    let heading = heading.trim_end_matches('.');
    let mut lines = vec![Line::of([bold(heading), plain(" "), self::word(verdict)])];
    lines.extend(failed(course, chapter, &chapter.page, failure, width));
    lines
}

/// How many of the lines that the reader's code printed are shown beneath a verdict.
pub const PRINTED_LINES: usize = 8;

/// What there is to tell beside a verdict: the last `lines_max` lines that the reader's code printed, and
/// the compiler's warnings.
pub fn notes(notes: &Notes, lines_max: usize) -> Vec<Line> {
    let mut lines = match &notes.printed {
        Some(printed) => self::printed(printed, lines_max),
        None => Vec::new(),
    };
    if !notes.warnings.is_empty() {
        if !lines.is_empty() {
            lines.push(Line::empty());
        }
        lines.push(Line::from(bold("The compiler warns:")));
        lines.extend(from_ansi(notes.warnings.trim_end()));
    }
    lines
}

/// The last `lines_max` lines that the reader's code printed.
fn printed(printed: &Printed, lines_max: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.push(Line::of([
        bold("Your code printed"),
        dim(format!(", in {}:", printed.test)),
    ]));
    let all: Vec<&str> = printed.text.lines().collect();
    let left_out = all.len().saturating_sub(lines_max);
    if 0 < left_out {
        let before = match left_out {
            1 => "… after one more line".to_owned(),
            left_out => format!("… after {left_out} more lines"),
        };
        lines.push(Line::from(dim(before)).indented(2));
    }
    for line in &all[left_out..] {
        lines.extend(from_ansi(line).into_iter().map(|line| line.indented(2)));
    }
    lines
}

/// How far an exercise is that was begun.
fn unfinished(test: &str, place: Option<&str>, passed: usize, of: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    if 0 < passed {
        lines.push(Line::from(format!(
            "The first {passed} of its {of} tests pass."
        )));
    }
    let place = place.and_then(|place| place.rsplit_once(':'));
    lines.push(Line::of([
        plain("A test reaches a "),
        coloured("todo!", colour::CYAN),
        plain(" that still stands"),
        match place {
            Some((line, _)) => plain(format!(", at {line}.")),
            None => plain("."),
        },
    ]));
    lines.push(Line::of([dim("The test: "), plain(test)]));
    lines
}

/// The address of a file for a browser.
pub fn address(path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    let mut address = String::from(if path.starts_with('/') {
        "file://"
    } else {
        "file:///"
    });
    for byte in path.bytes() {
        match byte {
            b'/' | b':' | b'-' | b'.' | b'_' | b'~' => address.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(byte)),
            // Writing to a string does not fail.
            byte => drop(write!(address, "%{byte:02X}")),
        }
    }
    address
}

/// What to do, in sentences.
pub fn advice(text: &str) -> Vec<Line> {
    let more = problem::without_git(text);
    let mut lines = vec![Line::from(sentence(text))];
    lines.extend(more.map(Line::from));
    lines
}

/// A text as a sentence: with a capital letter, unless it begins with a name or a path, and a full
/// stop.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or("");
    let is_word = first.chars().all(char::is_alphabetic);
    let mut chars = text.chars();
    let mut sentence: String = match chars.next() {
        Some(first) if is_word => first.to_uppercase().chain(chars).collect(),
        _ => text.to_owned(),
    };
    if !sentence.ends_with(['.', '!', '?', ':']) {
        sentence.push('.');
    }
    sentence
}

/// The picture of a model's run that failed, as the test kit told it, none of its rows wider than
/// `width`.
pub fn picture(schedule: &str, width: usize) -> Vec<Line> {
    picture::lines(schedule, width)
}

fn failed(
    course: &Course,
    chapter: &Chapter,
    own_page: &str,
    failure: &Failure,
    width: usize,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut about = Vec::new();
    if failure.is_of_chapter {
        about.push(WHOLE_CHAPTER.to_owned());
    }
    let others = failure.may_be.as_deref();
    about.extend(others.map(|others| may_be(chapter, others)));
    if !about.is_empty() {
        lines.extend([Line::from(about.join(" ")), Line::empty()]);
    }
    if let Some(rule) = &failure.rule {
        lines.push(Line::of([bold("The rule: "), bold(rule.as_str())]));
        lines.push(Line::empty());
    }
    if let Some(meaning) = meaning::meaning(&failure.message) {
        lines.extend([Line::from(meaning), Line::empty()]);
    }
    for line in seen::lines(&failure.message) {
        lines.extend(from_ansi(&paths::from_root(course, chapter, &line)));
    }
    lines.push(Line::empty());
    if let Some(schedule) = &failure.schedule {
        let picture = picture(schedule, width.min(screen::width()));
        if !picture.is_empty() {
            lines.extend(picture);
            lines.push(Line::empty());
        }
    }
    if let Some((target, function)) = failure.test.split_once("::") {
        let tests = course.chapter_dir(chapter).join("tests");
        let file = tests.join(format!("{target}.rs"));
        let shown = relative(course, &file);
        let line = line_of(&file, function).map_or(String::new(), |line| format!(":{line}"));
        lines.push(Line::of([
            dim("The test: "),
            plain(format!("{function} in {shown}{line}")),
        ]));
    }
    let page = failure.page.as_deref().unwrap_or(own_page);
    let page = chapter.page_in_its_way(page);
    lines.push(page_line(course, "The page: ", page, width));
    if let Some(known) = &failure.looks_like {
        lines.extend(looks_like(course, chapter, known, width));
    }
    lines
}

/// That there is a wrong answer which failed in the same way, and where it is told what is wrong with it.
fn looks_like(course: &Course, chapter: &Chapter, known: &KnownAnswer, width: usize) -> Vec<Line> {
    let name = known.name.replace('-', " ");
    let title = known.question.as_ref().unwrap_or(&name);
    let label = "What goes wrong with it: ";
    let told = match &known.page {
        Some(page) => part_of_page(course, label, page, &book::fragment(&known.name), width),
        None => Line::of([
            dim(label),
            plain(format!("solutions/{}/wrong/{}.rs", chapter.dir, known.name)),
        ]),
    };
    vec![
        Line::empty(),
        Line::from(format!(
            "This looks like a wrong answer that is known: \u{201c}{title}\u{201d}"
        )),
        told,
    ]
}

/// The line of a test's function in its file.
fn line_of(file: &Path, function: &str) -> Option<usize> {
    let name = function.rsplit("::").next().unwrap_or(function);
    let heading = format!("fn {name}(");
    let text = std::fs::read_to_string(file).ok()?;
    let at = text.lines().position(|line| line.contains(&heading))?;
    Some(at + 1)
}

/// Where a page of the book is, or how it gets there. An address is shown only where `width` columns are
/// enough for it.
pub fn page_line(course: &Course, label: &str, page: &str, width: usize) -> Line {
    part_of_page(course, label, page, "", width)
}

/// The same of a part of a page.
fn part_of_page(course: &Course, label: &str, page: &str, fragment: &str, width: usize) -> Line {
    let file = book::page_file(course, page);
    match file.exists() {
        true => {
            let room = width.saturating_sub(label.len() + fragment.len() + 1);
            let mut shown = self::page(course, &file, room);
            if !fragment.is_empty() && shown.starts_with("file:") {
                shown.push_str(&format!("#{fragment}"));
            }
            Line::of([dim(label), plain(shown)])
        }
        false => Line::of([
            dim(label),
            plain(format!("{page} of the book; ")),
            coloured("cargo course book", colour::CYAN),
            plain(" builds it"),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_can_be_clicked_whatever_the_folder_is_called() {
        assert_eq!(
            address(Path::new("/a b/ü.html")),
            "file:///a%20b/%C3%BC.html"
        );
        assert_eq!(address(Path::new("C:\\a\\b.html")), "file:///C:/a/b.html");
    }

    #[test]
    fn sentences_begin_and_end() {
        assert_eq!(sentence("exercise 1.3 waits"), "Exercise 1.3 waits.");
        assert_eq!(
            sentence("src/timer.rs:3 is broken"),
            "src/timer.rs:3 is broken."
        );
    }

    #[test]
    fn a_bar_is_as_wide_as_it_may_be() {
        assert_eq!(bar(1, 2, 22).text(), "██░░ 1 of 2 solved");
        assert_eq!(bar(5, 10, 22).text(), "██░░ 5 of 10 solved");
        assert_eq!(bar(12, 12, 22).text(), "████ 12 of 12 solved");
        assert_eq!(bar(0, 0, 10).text(), " 0 of 0 solved");
    }
}
