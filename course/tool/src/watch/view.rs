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

mod body;
mod head;

use std::time::Duration;

use super::keys::{KEYS, PRINTED, READING};
use super::state::{Panel, State};
use crate::screen::{Line, Span, bold, colour, coloured, dim, plain, wrap};
use crate::verdict::Verdict;
use crate::{report, status};

/// The body keeps at least this many rows; the head gives way first.
const BODY_ROWS_MIN: usize = 6;
/// Prose is not laid out wider than this.
const PROSE_COLUMNS_MAX: usize = 96;
/// One frame per tick of the loop.
const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
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
        let head = head::head(state, width, room.saturating_sub(BODY_ROWS_MIN));
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
        let body = wrap(&body::body(state, width), columns);
        let scroll = match &state.panel {
            // The mark stays in sight.
            Panel::List(_) => body::marked_row(&body).saturating_sub(body_rows / 2),
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

/// What the rule above the body says.
fn heading(state: &State) -> Vec<Span> {
    let mut spans = match &state.panel {
        Panel::Verdict => match (state.verdict(), &state.problem) {
            (_, Some(_)) => vec![coloured("cannot be checked", colour::RED)],
            // What runs is told beside it.
            (Some(Verdict::Unmodelled { .. }), None) if state.has_passed() => Vec::new(),
            (Some(verdict), None) => {
                let mut spans = vec![report::sign(verdict), plain(" "), report::word(verdict)];
                let (chapter, _) = state.exercise();
                let whole = status::of_chapter(chapter, &state.verdicts);
                if let Some(whole) = whole.filter(|_| verdict.is_solved()) {
                    spans.push(plain(format!(", {}: ", report::whole(chapter))));
                    spans.push(report::word(whole));
                }
                spans
            }
            (None, None) => Vec::new(),
        },
        Panel::Hints(_) => vec![bold("hints")],
        Panel::List(list) if list.is_unsolved_only => vec![bold("unsolved exercises")],
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

fn foot(state: &State, width: usize) -> Vec<Line> {
    let mut rows = Vec::new();
    if let Some(note) = &state.note {
        rows.extend(Line::from(coloured(note.as_str(), colour::YELLOW)).wrap(width));
    }
    if let Some(number) = state.warming {
        let warming = format!(
            "Loom is being built in the background, once: the models of chapter {number} need it."
        );
        rows.extend(Line::from(dim(warming)).wrap(width));
    }
    let mut row = Line::empty();
    let (chapter, _) = state.exercise();
    let is_of_use = |key: &str| match key {
        PRINTED => state.printed().is_some(),
        READING => status::reading(&state.course, chapter, &state.verdicts).is_some(),
        _ => true,
    };
    let is_done = status::is_done(chapter, &state.verdicts);
    for (key, does) in KEYS.into_iter().filter(|(key, _)| is_of_use(key)) {
        let does = match key {
            READING if is_done => "last page",
            _ => does,
        };
        let spans = [coloured(key, colour::CYAN), plain(format!(" {does}"))];
        let taken = Line::of(spans.clone()).width() + 2;
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
