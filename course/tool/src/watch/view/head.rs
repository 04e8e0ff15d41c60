//! The head: where we are, what to do, where to edit and what to read.

use super::PROSE_COLUMNS_MAX;
use crate::course::{Chapter, Exercise};
use crate::screen::{Line, bold, colour, coloured, dim, plain};
use crate::watch::state::{Book, State};
use crate::{book, report, status};

/// The head keeps at least the exercise's name.
const ROWS_MIN: usize = 1;
/// What stands before a path.
const LABEL_COLUMNS: usize = 8;

/// Where we are and what to do. What does not fit into `room` rows is left out, the least needed
/// first.
pub fn head(state: &State, width: usize, room: usize) -> Vec<Line> {
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
    let mut bar = report::bar(solved, chapter.exercises.len(), width);
    let whole = dim(format!(
        " · {}",
        status::Progress::of(&state.course, &state.verdicts).words()
    ));
    if 1 < state.course.chapters.len() && bar.width() + Line::of([whole.clone()]).width() <= width {
        bar.spans.push(whole);
    }
    let parts = [
        (4, title.wrap(width)),
        (1, vec![bar]),
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
    while 1 < left_out && room.max(ROWS_MIN) < rows(left_out).len() {
        left_out -= 1;
    }
    rows(left_out)
}

fn place(state: &State, chapter: &Chapter, exercise: &Exercise) -> Line {
    let location = report::location(&state.course, chapter, exercise);
    Line::of([dim("  edit  "), coloured(location, colour::CYAN)])
}

/// What to read, and how to open it.
fn page(state: &State, exercise: &Exercise, width: usize) -> Line {
    let file = book::page_file(&state.course, &exercise.page);
    let shown = report::page(&state.course, &file, width.saturating_sub(LABEL_COLUMNS));
    let mut spans = vec![dim("  read  "), plain(shown)];
    match &state.book {
        Book::Building => spans.push(dim(" (being built)")),
        Book::Built => spans.push(dim(" (o opens it)")),
        Book::Failed(_) => spans.push(coloured(" (not built; o says why)", colour::YELLOW)),
    }
    let line = Line::of(spans.clone());
    match line.width() <= width {
        true => line,
        false => Line::of(spans.into_iter().take(2)),
    }
}
