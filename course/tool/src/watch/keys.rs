//! What each key does.
//!
//! Every key works at any time. None waits for a check, and only those that ask for another check
//! stop the one that runs.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::list::List;
use super::state::{Book, Effect, Panel, Question, State};
use crate::course::ExerciseId;
use crate::problem::Problem;
use crate::reset::Plan;
use crate::screen::{Line, colour, coloured, plain};
use crate::{book, hint, report, solution, status};

/// The keys in the order they are shown, with what they do.
pub const KEYS: [(&str, &str); 12] = [
    ("h", "hint"),
    ("n", "next"),
    ("l", "list"),
    ("c", "check"),
    ("r", "reset"),
    ("s", "solution"),
    (PRINTED, "printed"),
    ("o", "page"),
    (READING, "first page"),
    ("↑↓", "scroll"),
    ("?", "keys"),
    ("q", "quit"),
];

/// Shown only before a chapter is begun, and when it is done: then as the last page.
pub const READING: &str = "i";

/// Shown only where the reader's code has printed something.
pub const PRINTED: &str = "p";

/// How far a page key scrolls.
const PAGE: isize = 10;

/// Carries out a key.
pub fn press(state: &mut State, key: KeyEvent) -> Option<Effect> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('c' | 'd') => Some(Effect::Quit),
            KeyCode::Char('z') => Some(Effect::Stop),
            KeyCode::Char('l') => Some(Effect::Redraw),
            _ => None,
        };
    }
    if let Panel::Question(_) = state.panel {
        return answer(state, key.code);
    }
    if is_typing(state) {
        return search(state, key.code);
    }
    if let Some(steps) = steps(key.code) {
        move_by(state, steps);
        return None;
    }
    state.note = None;
    match key.code {
        KeyCode::Char('/') => begin_search(state),
        KeyCode::Char('u') => toggle_unsolved(state),
        KeyCode::Char('q') => return Some(Effect::Quit),
        KeyCode::Esc | KeyCode::Backspace => state.show(Panel::Verdict),
        KeyCode::Enter => return enter(state),
        KeyCode::Char('h') => show_hints(state),
        KeyCode::Char('n') => return next(state),
        KeyCode::Char('l') => toggle_list(state),
        KeyCode::Char('c') => {
            state.show(Panel::List(List::all(state.current)));
            return Some(state.check_all());
        }
        KeyCode::Char('r') => ask_to_reset(state),
        KeyCode::Char('s') => ask_for_solution(state),
        KeyCode::Char('p') => show_printed(state),
        KeyCode::Char('o') => {
            let page = state.exercise().1.page.clone();
            return open_page(state, &page);
        }
        KeyCode::Char('i') => {
            let page = reading(state);
            return open_page(state, &page);
        }
        KeyCode::Char('?') => state.show(Panel::Text(help())),
        KeyCode::Char(other) => {
            state.note = Some(format!(
                "{other} is no key here; ? tells what each key does."
            ));
        }
        _ => {}
    }
    None
}

fn steps(key: KeyCode) -> Option<isize> {
    match key {
        KeyCode::Up | KeyCode::Char('k') => Some(-1),
        KeyCode::Down | KeyCode::Char('j') => Some(1),
        KeyCode::PageUp | KeyCode::Char('b') => Some(-PAGE),
        KeyCode::PageDown | KeyCode::Char(' ') => Some(PAGE),
        KeyCode::Home | KeyCode::Char('g') => Some(isize::MIN),
        KeyCode::End | KeyCode::Char('G') => Some(isize::MAX),
        _ => None,
    }
}

/// Scrolls, or moves the mark in the list.
fn move_by(state: &mut State, steps: isize) {
    match &mut state.panel {
        Panel::List(list) => list.move_by(steps, &state.course, &state.verdicts),
        // The view knows where the end is, and the loop takes its word for it.
        _ => state.scroll = state.scroll.saturating_add_signed(steps),
    }
}

fn enter(state: &mut State) -> Option<Effect> {
    match state.panel {
        Panel::List(ref list) => go_to_marked(state, list.marked),
        Panel::Verdict if state.problem.is_some() => Some(state.check_current()),
        _ => {
            state.show(Panel::Verdict);
            None
        }
    }
}

fn answer(state: &mut State, key: KeyCode) -> Option<Effect> {
    let Panel::Question(question) = std::mem::take(&mut state.panel) else {
        return None;
    };
    if let Some(steps) = steps(key) {
        state.panel = Panel::Question(question);
        move_by(state, steps);
        return None;
    }
    state.scroll = 0;
    state.note = None;
    if !matches!(key, KeyCode::Char('y' | 'Y')) {
        state.note = Some("Nothing was changed.".to_owned()).filter(|_| asks_to_change(&question));
        return None;
    }
    match question {
        Question::Solution => show_solution(state),
        Question::Reset(plan) => match plan.carry_out(&state.course) {
            Ok(copies) => {
                let copy = copies
                    .first()
                    .map(|path| format!("; a copy: {}", path.display()));
                state.note = Some(format!(
                    "{} is as it was given{}",
                    state.current,
                    copy.unwrap_or_else(|| ". There was nothing to copy.".to_owned())
                ));
                state.is_note_kept = true;
            }
            Err(problem) => explain(state, &problem),
        },
    }
    None
}

fn asks_to_change(question: &Question) -> bool {
    matches!(question, Question::Reset(_))
}

/// Shows the hints unfolded so far; in their sight, one more.
fn show_hints(state: &mut State) {
    let (_, exercise) = state.exercise();
    let unfolded = hint::unfolded(&state.course, exercise);
    let wants_more = matches!(state.panel, Panel::Hints(_)) || unfolded == 0;
    let count = match wants_more {
        true => hint::unfold(&state.course, exercise),
        false => Ok(unfolded),
    };
    match count {
        Ok(count) => {
            let was_shown = matches!(state.panel, Panel::Hints(_));
            state.show(Panel::Hints(count));
            if was_shown {
                // The new one is at the end.
                state.scroll = usize::MAX;
            }
        }
        Err(problem) => explain(state, &problem),
    }
}

fn next(state: &mut State) -> Option<Effect> {
    match state.next() {
        Some(id) => state.choose(id),
        None => {
            state.show(Panel::Verdict);
            state.note = Some(if status::is_solved(&state.verdicts, state.current) {
                "Every exercise is solved.".to_owned()
            } else {
                format!("{} is the only one left.", state.current)
            });
            None
        }
    }
}

/// All that the reader's code printed, from its end.
fn show_printed(state: &mut State) {
    let Some(notes) = state.notes.get(&state.current) else {
        state.note = Some(match state.verdict() {
            Some(_) => "Your code printed nothing in this exercise's tests.".to_owned(),
            None => "The tests have not run yet.".to_owned(),
        });
        return;
    };
    let lines = report::notes(notes, usize::MAX);
    state.show(Panel::Text(lines));
}

/// What each key does, in more than a word.
fn help() -> Vec<Line> {
    const HELP: [(&str, &str); 15] = [
        ("Esc", "goes back to the verdict"),
        ("h", "shows a hint, and then one more each time"),
        ("n", "goes to the next exercise that is not solved"),
        (
            "l",
            "lists all exercises; Enter goes to the one that is marked",
        ),
        ("/", "searches the list by number, name or title"),
        (
            "u",
            "leaves solved exercises out of the list, and brings them back",
        ),
        ("c", "checks every exercise"),
        ("p", "shows all that your code printed"),
        (
            "r",
            "starts this exercise anew; asks first, and keeps a copy",
        ),
        ("s", "shows how our answer differs from yours"),
        ("o", "opens this exercise's page in a browser"),
        (
            "i",
            "opens the first page of the chapter, or the last when all is solved",
        ),
        (
            "Enter",
            "goes back too, or tries again what could not be checked",
        ),
        ("↑ ↓", "scroll; so do j and k, and the page keys by more"),
        ("q", "quits; so does Ctrl-C"),
    ];
    HELP.iter()
        .map(|(key, does)| {
            Line::of([
                coloured(format!("{key:<7}"), colour::CYAN),
                plain(format!("{does}.")),
            ])
        })
        .collect()
}

fn toggle_list(state: &mut State) {
    let panel = match state.panel {
        Panel::List(_) => Panel::Verdict,
        _ => Panel::List(List::all(state.current)),
    };
    state.show(panel);
}

/// Goes to the marked exercise, if the list shows any.
fn go_to_marked(state: &mut State, marked: ExerciseId) -> Option<Effect> {
    let Panel::List(list) = &state.panel else {
        return None;
    };
    if list.shown(&state.course, &state.verdicts).is_empty() {
        return None;
    }
    state.choose(marked)
}

/// Changes what the list shows; from anywhere else, opens it first.
fn in_list(state: &mut State, change: impl FnOnce(&mut List)) {
    if !matches!(state.panel, Panel::List(_)) {
        toggle_list(state);
    }
    if let Panel::List(list) = &mut state.panel {
        change(list);
        list.keep_mark_in_sight(&state.course, &state.verdicts);
    }
}

fn toggle_unsolved(state: &mut State) {
    in_list(state, |list| list.is_unsolved_only = !list.is_unsolved_only);
}

fn begin_search(state: &mut State) {
    in_list(state, |list| {
        list.is_typing = true;
        list.wanted.clear();
    });
}

fn is_typing(state: &State) -> bool {
    matches!(&state.panel, Panel::List(list) if list.is_typing)
}

/// A key while the reader types what to search for.
fn search(state: &mut State, key: KeyCode) -> Option<Effect> {
    match key {
        KeyCode::Enter => return enter(state),
        KeyCode::Up => move_by(state, -1),
        KeyCode::Down => move_by(state, 1),
        KeyCode::Esc => in_list(state, |list| {
            list.is_typing = false;
            list.wanted.clear();
        }),
        KeyCode::Backspace => in_list(state, |list| {
            // Backwards beyond the beginning ends the search.
            list.is_typing = list.wanted.pop().is_some();
        }),
        KeyCode::Char(char) => in_list(state, |list| list.wanted.push(char)),
        _ => {}
    }
    None
}

fn ask_to_reset(state: &mut State) {
    let (chapter, exercise) = state.exercise();
    match Plan::exercise(&state.course, chapter, exercise) {
        Ok(plan) if plan.is_empty() => {
            state.note = Some(format!("{} is as it was given.", state.current));
        }
        Ok(plan) => state.show(Panel::Question(Question::Reset(plan))),
        Err(problem) => explain(state, &problem),
    }
}

fn ask_for_solution(state: &mut State) {
    match status::is_solved(&state.verdicts, state.current) {
        true => show_solution(state),
        false => state.show(Panel::Question(Question::Solution)),
    }
}

fn show_solution(state: &mut State) {
    let (chapter, exercise) = state.exercise();
    match solution::lines(&state.course, chapter, exercise) {
        Ok(lines) => state.show(Panel::Text(lines)),
        Err(problem) => explain(state, &problem),
    }
}

/// The page of the chapter to read now: its last if all is solved, and else its first.
fn reading(state: &State) -> String {
    let (chapter, _) = state.exercise();
    status::reading(&state.course, chapter, &state.verdicts)
        .map_or_else(|| chapter.page.clone(), |(page, _)| page)
}

fn open_page(state: &mut State, page: &str) -> Option<Effect> {
    match &state.book {
        Book::Building => {
            state.note = Some("The book is still being built.".to_owned());
            None
        }
        Book::Failed(problem) => {
            let problem = problem.clone();
            explain(state, &problem);
            None
        }
        Book::Built => {
            let page = book::page_file(&state.course, page);
            if !page.exists() {
                state.note = Some("The book does not have this page yet.".to_owned());
                return None;
            }
            Some(Effect::OpenPage(page))
        }
    }
}

fn explain(state: &mut State, problem: &Problem) {
    let lines = format!("{problem}");
    state.show(Panel::Text(lines.lines().map(Line::from).collect()));
}
