//! The body: the verdict, or what a key asked for instead.

use std::path::Path;

use super::PROSE_COLUMNS_MAX;
use crate::course::Chapter;
use crate::screen::{Line, bold, colour, coloured, dim, plain};
use crate::verdict::Verdict;
use crate::watch::list::List;
use crate::watch::state::{Panel, Question, State};
use crate::{hint, report, status};

/// Stands before the marked exercise of the list.
const MARK: &str = "> ";

/// What the panel shows, in lines of any length.
pub fn body(state: &State, width: usize) -> Vec<Line> {
    let (_, exercise) = state.exercise();
    match &state.panel {
        Panel::Verdict => verdict(state, width.min(PROSE_COLUMNS_MAX)),
        Panel::Hints(count) => {
            let mut lines = hint::lines(exercise, *count);
            if *count < exercise.hints.len() {
                lines.push(key_line("h", "shows the next one"));
            }
            lines
        }
        Panel::List(shown) => list(state, shown, width),
        Panel::Question(question) => ask(state, question),
        Panel::Text(lines) => lines.clone(),
    }
}

fn verdict(state: &State, width: usize) -> Vec<Line> {
    let (chapter, exercise) = state.exercise();
    if let Some(problem) = &state.problem {
        let mut lines = vec![Line::from(report::sentence(&problem.what))];
        lines.extend(report::advice(&problem.next));
        lines.extend([Line::empty(), key_line("Enter", "tries again")]);
        return lines;
    }
    match state.verdict() {
        None => vec![Line::from(dim("Checking what you saved."))],
        Some(verdict) if verdict.is_solved() => {
            let whole = status::of_chapter(chapter, &state.verdicts);
            let mut lines = report::of_chapter(&state.course, chapter, whole, width);
            if !lines.is_empty() {
                lines.push(Line::empty());
            }
            lines.extend(solved(state));
            with_notes(state, lines)
        }
        Some(Verdict::NotStarted) if status::is_new(&state.course, &state.verdicts) => {
            with_notes(state, welcome(state))
        }
        Some(verdict) => {
            let stands_on = status::stands_on(chapter, state.current, &state.verdicts);
            let mut lines: Vec<Line> = stands_on.into_iter().collect();
            lines.extend(reading(state));
            let details = report::details(&state.course, chapter, exercise, verdict, width);
            lines.extend(details);
            if matches!(verdict, Verdict::NotStarted | Verdict::Unfinished { .. }) {
                lines.push(key_line("h", "gives a hint"));
            }
            with_notes(state, lines)
        }
    }
}

/// Before anything was begun: what this is, and the three keys that lead on.
fn welcome(state: &State) -> Vec<Line> {
    let progress = status::Progress::of(&state.course, &state.verdicts);
    let mut lines = vec![
        Line::from(bold(
            "Welcome. Here you build an async runtime, one function at a time.",
        )),
        Line::of([
            plain("Read a page, replace a "),
            coloured("todo!", colour::CYAN),
            plain(" in your editor, and save: each save is checked here."),
        ]),
        Line::from(format!(
            "{} exercises, about {} in all.",
            progress.of,
            progress.hours_left()
        )),
        Line::empty(),
    ];
    lines.extend(reading(state));
    lines.push(key_line("o", "opens the page of this exercise"));
    lines.push(key_line("h", "gives a hint, and one more each time"));
    lines
}

/// What to read now beside the exercise's own page.
fn reading(state: &State) -> Option<Line> {
    let (chapter, _) = state.exercise();
    let (page, what) = status::reading(&state.course, chapter, &state.verdicts)?;
    // Of the introduction, its name says it all.
    let of_chapter = Path::new(&page).parent() == Path::new(&chapter.page).parent();
    let title = state.shelf.title(&page).filter(|_| of_chapter);
    let title = title.map_or(String::new(), |title| format!(", “{title}”"));
    Some(key_line("i", &format!("opens {what}{title}")))
}

/// What there is to tell beside the verdict, beneath it.
fn with_notes(state: &State, mut lines: Vec<Line>) -> Vec<Line> {
    let Some(notes) = state.notes.get(&state.current) else {
        return lines;
    };
    lines.push(Line::empty());
    lines.extend(report::notes(notes, report::PRINTED_LINES));
    let printed = notes.printed.as_ref();
    if printed.is_some_and(|printed| report::PRINTED_LINES < printed.text.lines().count()) {
        lines.push(key_line("p", "shows all of it"));
    }
    lines
}

/// The exercise is solved: what is next.
fn solved(state: &State) -> Vec<Line> {
    let (chapter, exercise) = state.exercise();
    let label = exercise.label();
    let mut lines = vec![Line::from(match state.verdict() {
        Some(Verdict::Unmodelled { .. }) => format!("All tests of {label} pass."),
        _ => format!("{label} is solved: all its tests pass."),
    })];
    match state.verdict() {
        Some(Verdict::Unmodelled { .. }) if state.has_passed() => {
            lines.push(Line::from(report::MODELS_RUN));
        }
        Some(Verdict::Unmodelled { needs }) if !needs.is_empty() => {
            lines.push(Line::from(report::models_need(needs)));
        }
        Some(Verdict::Unmodelled { .. }) => {
            lines.push(Line::from(format!("{}.", report::MODELS_NOT_RUN)));
            lines.push(key_line("c", "runs them, with all checks"));
        }
        _ if !exercise.loom.is_empty() => lines.push(Line::from(report::MODELS_PASS)),
        _ => {}
    }
    lines.push(key_line("s", "compares your answer with ours"));
    lines.extend(wrong_answers(state));
    let of = chapter.exercises.len();
    if status::is_done(chapter, &state.verdicts) {
        lines.push(Line::from(format!(
            "So are all {of} exercises of this chapter."
        )));
        lines.extend(reading(state));
        if let Some(example) = state.course.closing_example(chapter) {
            let (number, name) = (chapter.number, &example.name);
            let command = format!("cargo course run {number} {name} --mine");
            lines.push(Line::empty());
            lines.push(Line::of([
                coloured(command, colour::CYAN),
                plain(" runs an example on what you built."),
            ]));
        }
    }
    lines.push(Line::empty());
    let next = state.next().and_then(|id| state.course.exercise(id));
    let Some((to, next)) = next else {
        lines.push(Line::from(coloured(
            "Every exercise is solved.",
            colour::GREEN,
        )));
        return lines;
    };
    lines.push(Line::of([
        plain("Next is "),
        bold(next.label()),
        plain(format!(", {} ({} min).", next.title, next.minutes)),
    ]));
    if to.number != chapter.number && status::is_untouched(to, &state.verdicts) {
        lines.push(Line::from(format!(
            "It begins chapter {}: {}.",
            to.number, to.title
        )));
    } else if let Some(between) = state.shelf.between(exercise, next) {
        lines.push(Line::from(format!("Before it the book has “{between}”.")));
    }
    lines.push(key_line("n", "moves on"));
    lines
}

/// The exercise is solved: its page has wrong answers, which give nothing away any more.
fn wrong_answers(state: &State) -> Option<Line> {
    let what = match state.shelf.wrong_answers(state.current) {
        0 => return None,
        1 => "the wrong answer at its end is".to_owned(),
        count => format!("the {count} wrong answers at its end are"),
    };
    Some(key_line(
        "o",
        &format!("opens its page again: {what} worth opening now"),
    ))
}

fn list(state: &State, list: &List, width: usize) -> Vec<Line> {
    let mut lines = list_keys(list);
    let (course, verdicts) = (&state.course, &state.verdicts);
    let is_narrowed = list.is_unsolved_only || !list.wanted.is_empty();
    for chapter in &course.chapters {
        let shown = chapter.exercises.iter();
        let shown = shown.filter(|exercise| list.shows(chapter, exercise, verdicts));
        let rows: Vec<Line> = shown
            .map(|exercise| {
                let is_marked = exercise.id == list.marked;
                let mark = if is_marked { MARK } else { "  " };
                let mut row = status::row(course, exercise, verdicts, width.saturating_sub(2));
                row.spans.insert(0, coloured(mark, colour::CYAN));
                if is_marked {
                    row.spans.iter_mut().for_each(|span| span.style.bold = true);
                }
                row
            })
            .collect();
        if rows.is_empty() && is_narrowed {
            continue;
        }
        lines.push(Line::empty());
        lines.extend(chapter_heading(state, chapter));
        lines.extend(rows);
    }
    if list.shown(course, verdicts).is_empty() {
        lines.extend([Line::empty(), Line::from("No exercise is like that.")]);
    }
    lines
}

fn chapter_heading(state: &State, chapter: &Chapter) -> Vec<Line> {
    let heading = format!("{}  {}", chapter.number, chapter.title);
    let mut lines = vec![Line::from(bold(heading))];
    let whole = status::whole_row(chapter, &state.verdicts);
    lines.extend(whole.map(|row| row.indented(2)));
    lines
}

/// The keys of the list, or what is being searched for.
fn list_keys(list: &List) -> Vec<Line> {
    if list.is_typing {
        return vec![Line::of([
            coloured("/", colour::CYAN),
            bold(list.wanted.as_str()),
            plain("▏ "),
            coloured("Enter", colour::CYAN),
            plain(" goes to the marked one, "),
            coloured("Esc", colour::CYAN),
            plain(" shows all."),
        ])];
    }
    let unsolved = match list.is_unsolved_only {
        true => " shows solved ones too.",
        false => " only unsolved.",
    };
    vec![Line::of([
        coloured("↑ ↓", colour::CYAN),
        plain(" mark one, "),
        coloured("Enter", colour::CYAN),
        plain(" goes to it, "),
        coloured("/", colour::CYAN),
        plain(" searches, "),
        coloured("u", colour::CYAN),
        plain(unsolved),
    ])]
}

/// The row of the list that the mark is in.
pub fn marked_row(body: &[Line]) -> usize {
    let is_marked = |line: &Line| line.text().starts_with(MARK);
    body.iter().position(is_marked).unwrap_or(0)
}

fn ask(state: &State, question: &Question) -> Vec<Line> {
    let id = state.current;
    let mut lines = Vec::new();
    let asked = match question {
        Question::Solution => format!("{id} is not solved yet. Show our answer?"),
        Question::Reset(plan) => {
            lines.extend(plan.lines(&state.course));
            format!("Reset {id}? A copy of the file is kept.")
        }
    };
    let keys = Line::of([coloured("y", colour::CYAN), plain(" yes, any other key no")]);
    lines.splice(0..0, [Line::from(bold(asked)), keys, Line::empty()]);
    lines
}

fn key_line(key: &str, does: &str) -> Line {
    Line::of([coloured(key, colour::CYAN), plain(format!(" {does}."))])
}
