//! The screen of the watch: a picture of the state, and of nothing else.
//!
//! ```text
//! Chapter 1: A timer that sleeps on a thread          head: where we are,
//! ██████████░░░░░░░░░░ 2 of 6 solved                        what to do,
//!                                                           where to edit
//! 1.3 thread-waker, A wake that is not lost
//! …
//! ── wrong ──────────────────────────────────────     what is known, or what runs
//! …                                                   body: scrolls
//! ── 12 more lines below ────────────────────────     where in the body we are
//! h hint  n next  l list  …                           foot: a note, the keys
//! ```

use std::time::Duration;

use super::keys::KEYS;
use super::state::{Book, Panel, Question, State};
use crate::course::{Chapter, Exercise};
use crate::screen::{Line, Span, bold, colour, coloured, dim, plain, wrap};
use crate::verdict::Verdict;
use crate::{hint, report, status};

/// The body keeps at least this many rows; the head gives way first.
const BODY_ROWS_MIN: usize = 6;
/// Prose is not laid out wider than this.
const PROSE_COLUMNS_MAX: usize = 96;
/// The head keeps at least the exercise's name.
const HEAD_ROWS_MIN: usize = 1;
/// One frame per tick of the loop.
const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/// Stands before the marked exercise of the list.
const MARK: &str = "> ";
/// How long a frame is shown.
pub const FRAME: Duration = Duration::from_millis(120);

/// At most `height` rows of at most `width` columns.
pub fn view(state: &State, width: usize, height: usize) -> Vec<Line> {
    let layout = Layout::of(state, width, height);
    let mut rows = layout.head;
    rows.push(layout.above);
    let shown = layout.body.len().saturating_sub(layout.scroll);
    let below = shown.saturating_sub(layout.body_rows);
    let visible = layout.body.into_iter().skip(layout.scroll);
    rows.extend(visible.take(layout.body_rows));
    rows.resize(height.saturating_sub(layout.foot.len() + 1), Line::empty());
    rows.push(rule(position(layout.scroll, below), width));
    rows.extend(layout.foot);
    rows.truncate(height);
    rows
}

/// How far the body can be scrolled.
pub fn scroll_max(state: &State, width: usize, height: usize) -> usize {
    let layout = Layout::of(state, width, height);
    layout.body.len().saturating_sub(layout.body_rows)
}

/// The rows of each part, before they are put together.
struct Layout {
    head: Vec<Line>,
    above: Line,
    body: Vec<Line>,
    body_rows: usize,
    scroll: usize,
    foot: Vec<Line>,
}

impl Layout {
    fn of(state: &State, width: usize, height: usize) -> Layout {
        let foot = foot(state, width);
        // The two rules take a row each.
        let room = height.saturating_sub(foot.len() + 2);
        let head = head(state, width, room.saturating_sub(BODY_ROWS_MIN));
        let body_rows = room.saturating_sub(head.len());
        // The compiler lays out its own text; prose is easier to read in shorter lines.
        let is_laid_out = matches!(
            (&state.panel, state.verdict()),
            (Panel::Verdict, Some(Verdict::DoesNotCompile { .. }))
        );
        let columns = if is_laid_out {
            width
        } else {
            width.min(PROSE_COLUMNS_MAX)
        };
        let body = wrap(&body(state, width), columns);
        let scroll = match &state.panel {
            // The mark stays in sight.
            Panel::List(_) => marked_row(&body).saturating_sub(body_rows / 2),
            _ => state.scroll,
        };
        Layout {
            above: rule(heading(state), width),
            scroll: scroll.min(body.len().saturating_sub(body_rows)),
            head,
            body,
            body_rows,
            foot,
        }
    }
}

/// Where we are and what to do. What does not fit into `room` rows is left out, the least needed
/// first.
fn head(state: &State, width: usize, room: usize) -> Vec<Line> {
    let (chapter, exercise) = state.exercise();
    let solved = status::solved(chapter, &state.verdicts);
    let title = Line::from(bold(format!(
        "Chapter {}: {}",
        chapter.number, chapter.title
    )));
    let name = Line::of([
        bold(exercise.label()),
        plain(format!(", {} ", exercise.title)),
        dim(format!("({} min)", exercise.minutes)),
    ]);
    let goal = Line::from(exercise.goal.as_str()).indented(2);
    let parts = [
        (4, title.wrap(width)),
        (1, vec![report::bar(solved, chapter.exercises.len(), width)]),
        (6, vec![Line::empty()]),
        (0, name.wrap(width)),
        (3, goal.wrap(width.min(PROSE_COLUMNS_MAX))),
        (2, place(state, chapter, exercise).wrap(width)),
        (5, page(state, exercise, width).wrap(width)),
    ];
    let mut left_out = parts.len();
    let rows = |left_out: usize| {
        let kept = parts.iter().filter(move |(rank, _)| *rank < left_out);
        kept.flat_map(|(_, rows)| rows.clone()).collect::<Vec<_>>()
    };
    while 1 < left_out && room.max(HEAD_ROWS_MIN) < rows(left_out).len() {
        left_out -= 1;
    }
    rows(left_out)
}

fn place(state: &State, chapter: &Chapter, exercise: &Exercise) -> Line {
    let location = report::location(&state.course, chapter, exercise);
    Line::of([dim("  edit  "), coloured(location, colour::CYAN)])
}

/// The page's address where it fits, since an address that is cut cannot be clicked.
fn page(state: &State, exercise: &Exercise, width: usize) -> Line {
    let file = report::page_file(&exercise.page);
    let mut shown = file.display().to_string();
    if let Book::Built(folder) = &state.book {
        let address = report::address(&folder.join(&file));
        if address.len() + 8 <= width {
            shown = address;
        }
    }
    let mut spans = vec![dim("  read  "), plain(shown)];
    match &state.book {
        Book::Building => spans.push(dim(" (being built)")),
        Book::Built(_) => spans.push(dim(" (o opens it)")),
        Book::Failed(_) => spans.push(coloured(" (not built; o says why)", colour::YELLOW)),
    }
    let line = Line::of(spans.clone());
    match line.width() <= width {
        true => line,
        false => Line::of(spans.into_iter().take(2)),
    }
}

/// What the rule above the body says.
fn heading(state: &State) -> Vec<Span> {
    let mut spans = match &state.panel {
        Panel::Verdict => match (state.verdict(), &state.problem) {
            (_, Some(_)) => vec![coloured("cannot be checked", colour::RED)],
            (Some(verdict), None) => vec![report::sign(verdict), plain(" "), report::word(verdict)],
            (None, None) => Vec::new(),
        },
        Panel::Hints(_) => vec![bold("hints")],
        Panel::List(_) => vec![bold("all exercises")],
        Panel::Question(_) => vec![coloured("a question", colour::YELLOW)],
        Panel::Text(_) => Vec::new(),
    };
    if let Some(running) = &state.running {
        if !spans.is_empty() {
            spans.push(plain("  "));
        }
        let frame = running.elapsed.as_millis() / FRAME.as_millis();
        let spinner = SPINNER[usize::try_from(frame).unwrap_or(0) % SPINNER.len()];
        let mut text = format!("{spinner} {}", running.doing);
        let seconds = running.elapsed.as_secs();
        if 0 < seconds {
            text.push_str(&format!(", {seconds} s"));
        }
        spans.push(coloured(text, colour::CYAN));
    }
    spans
}

fn body(state: &State, width: usize) -> Vec<Line> {
    let (_, exercise) = state.exercise();
    match &state.panel {
        Panel::Verdict => verdict(state),
        Panel::Hints(count) => {
            let mut lines = hint::lines(exercise, *count);
            if *count < exercise.hints.len() {
                lines.push(key_line("h", "shows the next one"));
            }
            lines
        }
        Panel::List(marked) => list(state, *marked, width),
        Panel::Question(question) => ask(state, question),
        Panel::Text(lines) => lines.clone(),
    }
}

fn verdict(state: &State) -> Vec<Line> {
    let (chapter, exercise) = state.exercise();
    if let Some(problem) = &state.problem {
        return vec![
            Line::from(report::sentence(&problem.what)),
            Line::from(report::sentence(&problem.next)),
            Line::empty(),
            key_line("Enter", "tries again"),
        ];
    }
    match state.verdict() {
        None => vec![Line::from(dim("Checking what you saved."))],
        Some(Verdict::Solved) => solved(state),
        Some(verdict) => {
            let mut lines = report::details(&state.course, chapter, exercise, verdict);
            if matches!(verdict, Verdict::NotStarted) {
                lines.push(key_line("h", "gives a hint"));
            }
            lines
        }
    }
}

/// The exercise is solved: what is next.
fn solved(state: &State) -> Vec<Line> {
    let (chapter, exercise) = state.exercise();
    let mut lines = vec![Line::from(format!(
        "{} is solved: all its tests pass.",
        exercise.label()
    ))];
    let of = chapter.exercises.len();
    if status::solved(chapter, &state.verdicts) == of {
        lines.push(Line::from(format!(
            "So are all {of} exercises of this chapter."
        )));
        if let Some(example) = chapter.examples.first() {
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
    lines.extend(match next {
        Some((_, next)) => vec![
            Line::of([
                plain("Next is "),
                bold(next.label()),
                plain(format!(", {} ({} min).", next.title, next.minutes)),
            ]),
            key_line("n", "moves on"),
        ],
        None => vec![Line::from(coloured(
            "Every exercise is solved.",
            colour::GREEN,
        ))],
    });
    lines
}

fn list(state: &State, marked: crate::course::ExerciseId, width: usize) -> Vec<Line> {
    let mut lines = vec![Line::of([
        coloured("↑ ↓", colour::CYAN),
        plain(" mark one, "),
        coloured("Enter", colour::CYAN),
        plain(" goes to it."),
    ])];
    for chapter in &state.course.chapters {
        lines.push(Line::empty());
        let heading = format!("{}  {}", chapter.number, chapter.title);
        lines.push(Line::from(bold(heading)));
        for exercise in &chapter.exercises {
            let is_marked = exercise.id == marked;
            let mark = if is_marked { MARK } else { "  " };
            let mut row = status::row(&state.course, exercise, &state.verdicts, width - 2);
            row.spans.insert(0, coloured(mark, colour::CYAN));
            if is_marked {
                row.spans.iter_mut().for_each(|span| span.style.bold = true);
            }
            lines.push(row);
        }
    }
    lines
}

fn marked_row(body: &[Line]) -> usize {
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
    let asked = Line::of([
        bold(asked),
        plain("  "),
        coloured("y", colour::CYAN),
        plain(" yes, any other key no"),
    ]);
    lines.insert(0, asked);
    lines.insert(1, Line::empty());
    lines
}

fn foot(state: &State, width: usize) -> Vec<Line> {
    let mut rows = Vec::new();
    if let Some(note) = &state.note {
        rows.extend(Line::from(coloured(note.as_str(), colour::YELLOW)).wrap(width));
    }
    let mut row = Line::empty();
    for (key, does) in KEYS {
        let spans = [coloured(key, colour::CYAN), plain(format!(" {does}"))];
        let taken = key.len() + does.len() + 3;
        if !row.spans.is_empty() && width < row.width() + taken {
            rows.push(std::mem::take(&mut row));
        }
        if !row.spans.is_empty() {
            row.spans.push(plain("  "));
        }
        row.spans.extend(spans);
    }
    rows.push(row);
    rows
}

/// Where in the body we are, if it does not fit.
fn position(above: usize, below: usize) -> Vec<Span> {
    match (above, below) {
        (0, 0) => Vec::new(),
        (0, below) => vec![coloured("↓", colour::CYAN), more(below)],
        (_, 0) => vec![coloured("↑", colour::CYAN), plain(" the end")],
        (_, below) => vec![coloured("↑ ↓", colour::CYAN), more(below)],
    }
}

fn more(lines: usize) -> Span {
    match lines {
        1 => plain(" 1 more line"),
        lines => plain(format!(" {lines} more lines")),
    }
}

/// A line across the screen with a few words in it.
fn rule(words: Vec<Span>, width: usize) -> Line {
    let mut line = Line::from(dim("──"));
    if !words.is_empty() {
        line.spans.push(plain(" "));
        line.spans.extend(words);
        line.spans.push(plain(" "));
    }
    let rest = width.saturating_sub(line.width());
    line.spans.push(dim("─".repeat(rest)));
    let mut rows = line.wrap(width);
    rows.swap_remove(0)
}

fn key_line(key: &str, does: &str) -> Line {
    Line::of([coloured(key, colour::CYAN), plain(format!(" {does}."))])
}
