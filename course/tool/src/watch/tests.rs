//! The watch without threads, files or a terminal: events in, rows and effects out.

use std::path::Path;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keys::press;
use super::snapshot::Snapshot;
use super::state::{Book, Effect, Panel, State};
use super::view::{scroll_max, view};
use crate::check::{Event, Notes, Printed};
use crate::course::{Course, ExerciseId};
use crate::problem::Problem;
use crate::screen::Line;
use crate::status;
use crate::verdict::{Failure, Verdict};

const COURSE: &str = r#"
number = 1
title = "A timer that sleeps on a thread"
minutes = 100
package = "ch01"
solution = "timer-future"
lib = "timer_future"
page = "timer/index.md"

[[exercise]]
id = "1.1"
name = "timer-poll"
title = "Answer, or promise to call back"
goal = "Return Ready if the time is over; otherwise keep the waker of this poll and return Pending."
file = "src/timer.rs"
tests = ["poll"]
page = "timer/poll.md"
minutes = 20
hints = ["Look at the state.", "Lock the state first.", "Clone the waker."]

[[exercise]]
id = "1.2"
name = "timer-fire"
title = "The time is over"
goal = "Wake outside the lock."
file = "src/timer.rs"
tests = ["fire"]
page = "timer/fire.md"
minutes = 15
hints = ["a", "b", "c"]
"#;

/// The narrowest and the widest terminal we promise to look well in.
const SIZES: [(usize, usize); 4] = [(60, 24), (80, 24), (120, 40), (60, 12)];

fn id(text: &str) -> ExerciseId {
    text.parse().unwrap()
}

/// A chapter with one exercise, after the first.
const SECOND: &str = r#"
number = 2
title = "A task"
minutes = 60
package = "ch02"
solution = "raw-waker"
lib = "raw_waker"
page = "raw-waker/index.md"

[[exercise]]
id = "2.1"
name = "drop-reference"
title = "The last one frees"
goal = "Free."
file = "src/task.rs"
tests = ["drop"]
page = "raw-waker/drop.md"
minutes = 15
hints = ["a", "b", "c"]
"#;

fn course(root: &Path) -> Course {
    let mut chapter: crate::course::Chapter = toml::from_str(COURSE).unwrap();
    chapter.dir = "01-timer-future".to_owned();
    Course {
        root: root.to_owned(),
        chapters: vec![chapter],
    }
}

/// A state whose first check (number 1) is under way.
fn begun() -> State {
    let nowhere = Path::new("/nowhere");
    let (state, first) = State::new(course(nowhere), Snapshot::default()).unwrap();
    assert!(matches!(first, Effect::Check(_)));
    state
}

/// A state whose first check has found these.
fn after(verdicts: [Verdict; 2]) -> State {
    let mut state = begun();
    let found = vec![id("1.1"), id("1.2")]
        .into_iter()
        .zip(verdicts)
        .collect();
    state.checked(1, Ok(found));
    state
}

fn rows(state: &State, width: usize, height: usize) -> Vec<String> {
    view(state, width, height).iter().map(Line::text).collect()
}

fn shows(state: &State, text: &str) -> bool {
    rows(state, 60, 24).join("\n").contains(text)
}

fn key(state: &mut State, char: char) -> Option<Effect> {
    press(
        state,
        KeyEvent::new(KeyCode::Char(char), KeyModifiers::NONE),
    )
}

fn wrong(lines: usize) -> Verdict {
    Verdict::Wrong(Failure {
        test: "poll::the_waker_of_the_latest_poll_is_woken".to_owned(),
        rule: Some("A future that returns Pending keeps the waker of its latest poll.".to_owned()),
        page: Some("timer/poll.md".to_owned()),
        message: "task B was polled last, but task A was woken\n".repeat(lines),
        schedule: None,
        may_be: None,
        is_of_chapter: false,
        looks_like: None,
    })
}

#[test]
fn a_chapter_that_fails_as_a_whole_has_a_heading_of_its_own() {
    let mut state = begun();
    let Verdict::Wrong(mut failure) = wrong(1) else {
        unreachable!()
    };
    failure.is_of_chapter = true;
    failure.may_be = Some("1.1 or 1.2".to_owned());
    let whole = ExerciseId::whole(1);
    let found = vec![
        (id("1.1"), Verdict::Solved),
        (id("1.2"), Verdict::Solved),
        (whole, Verdict::Wrong(failure)),
    ];
    state.checked(1, Ok(found));
    // The first that it may be is shown.
    assert_eq!(state.current, id("1.1"));
    assert!(shows(&state, "✓ solved, chapter 1 as a whole: wrong"));
    assert!(shows(&state, "Chapter 1 as a whole wrong"));
    assert!(shows(&state, "This may be 1.1 or 1.2."));
    assert!(!shows(&state, "So are all 2 exercises"));
    assert!(!status::is_done(&state.course.chapters[0], &state.verdicts));
    key(&mut state, 'l');
    assert!(shows(
        &state,
        "✗ as a whole: wrong. This may be 1.1 or 1.2."
    ));
    // A check of the chapter that finds nothing takes it away.
    key(&mut state, 'c');
    let found = vec![(id("1.1"), Verdict::Solved), (id("1.2"), Verdict::Solved)];
    state.checked(2, Ok(found));
    assert!(!state.verdicts.contains_key(&whole));
    assert!(status::is_done(&state.course.chapters[0], &state.verdicts));
}

#[test]
fn every_state_fits_every_size() {
    let mut states = vec![
        begun(),
        after([Verdict::NotStarted, Verdict::NotStarted]),
        after([wrong(1), Verdict::NotStarted]),
        after([wrong(100), Verdict::NotStarted]),
        after([Verdict::Solved, Verdict::Solved]),
        after([
            Verdict::Solved,
            Verdict::Needs {
                id: "1.1".to_owned(),
            },
        ]),
    ];
    for char in ['l', 's', 'h'] {
        let mut state = after([wrong(1), Verdict::NotStarted]);
        key(&mut state, char);
        states.push(state);
    }
    for state in &mut states {
        state.note =
            Some("A note that is a little too long for sixty columns, to see it wrap.".into());
        for (width, height) in SIZES {
            let rows = view(state, width, height);
            assert_eq!(rows.len(), height);
            for row in &rows {
                assert!(
                    row.width() <= width,
                    "{} > {width}: {}",
                    row.width(),
                    row.text()
                );
            }
        }
    }
}

#[test]
fn a_tiny_terminal_does_not_panic() {
    let state = after([wrong(3), Verdict::NotStarted]);
    for width in 1..20 {
        for height in 0..10 {
            assert!(view(&state, width, height).len() <= height);
        }
    }
}

#[test]
fn the_screen_names_exercise_goal_file_page_and_keys() {
    let mut state = after([Verdict::NotStarted, Verdict::NotStarted]);
    state.book = Book::Built;
    for (width, height) in [(60, 24), (120, 40)] {
        let screen = rows(&state, width, height).join("\n");
        for text in [
            "Chapter 1: A timer that sleeps on a thread",
            "0 of 2 solved",
            "1.1 timer-poll",
            "Answer, or promise to call back",
            "Return Ready if the time is over",
            "chapters/01-timer-future/src/timer.rs",
            "course/book/timer/poll.html",
            "not started",
            "h hint",
            "↑↓ scroll",
            "q quit",
        ] {
            assert!(
                screen.contains(text),
                "{width} columns do not show {text}:\n{screen}"
            );
        }
    }
}

#[test]
fn a_wrong_answer_shows_rule_message_test_and_page_from_the_top() {
    let state = after([wrong(1), Verdict::NotStarted]);
    let screen = rows(&state, 120, 40).join("\n");
    for text in [
        "✗ wrong",
        "The rule: A future that returns Pending keeps the waker of its latest poll.",
        "task B was polled last",
        "the_waker_of_the_latest_poll_is_woken in chapters/01-timer-future/tests/poll.rs",
        "target/course/book/timer/poll.html",
    ] {
        assert!(screen.contains(text), "no {text}:\n{screen}");
    }
}

#[test]
fn a_long_message_begins_at_its_top_and_scrolls() {
    let mut state = after([wrong(100), Verdict::NotStarted]);
    assert!(shows(&state, "The rule:"));
    assert!(shows(&state, "more lines"));
    key(&mut state, 'G');
    state.scroll = state.scroll.min(scroll_max(&state, 60, 24));
    assert!(!shows(&state, "The rule:"));
    assert!(shows(&state, "the end"));
    key(&mut state, 'k');
    assert!(shows(&state, "1 more line "));
    key(&mut state, 'g');
    assert!(shows(&state, "The rule:"));
}

#[test]
fn the_first_check_decides_where_the_reader_is() {
    let state = after([Verdict::Solved, Verdict::NotStarted]);
    assert_eq!(state.current, id("1.2"));
}

#[test]
fn a_result_of_an_old_run_is_not_shown() {
    let mut state = after([wrong(1), Verdict::NotStarted]);
    // Number 2 is under way when a save begins number 3.
    state.saved(Snapshot::default());
    assert!(
        !shows(&state, "wrong"),
        "the verdict is about what was there before"
    );
    state.saved(Snapshot::default());
    state.checked(2, Ok(vec![(id("1.1"), Verdict::Solved)]));
    assert!(state.verdict().is_none());
    assert!(state.running.is_some());
    state.checked(3, Ok(vec![(id("1.1"), wrong(1))]));
    assert_eq!(state.verdict(), Some(&wrong(1)));
}

#[test]
fn progress_of_an_old_run_is_not_shown() {
    let mut state = after([wrong(1), Verdict::NotStarted]);
    state.saved(Snapshot::default());
    let building = |package: &str| Event::Building {
        package: package.to_owned(),
    };
    state.progressed(1, &building("old"));
    assert!(!shows(&state, "building old"));
    state.progressed(2, &building("new"));
    assert!(shows(&state, "building new"));
}

#[test]
fn keys_work_while_a_check_runs() {
    let mut state = begun();
    key(&mut state, 'l');
    assert!(matches!(state.panel, Panel::List(_)));
    assert!(state.running.is_some(), "looking at the list stops nothing");
    assert_eq!(key(&mut state, 'q'), Some(Effect::Quit));
    assert!(matches!(key(&mut state, 'c'), Some(Effect::Check(order)) if order.number == 2));
}

#[test]
fn solved_names_what_is_next_and_n_goes_there() {
    let mut state = after([wrong(1), Verdict::NotStarted]);
    state.saved(Snapshot::default());
    state.checked(2, Ok(vec![(id("1.1"), Verdict::Solved)]));
    assert!(shows(&state, "1.1 timer-poll is solved"));
    assert!(shows(&state, "Next is 1.2 timer-fire"));
    key(&mut state, 'n');
    assert_eq!(state.current, id("1.2"));
}

#[test]
fn what_is_left_in_a_chapter_comes_before_the_next_chapter() {
    let mut state = after([wrong(1), Verdict::Solved]);
    let mut second: crate::course::Chapter = toml::from_str(SECOND).unwrap();
    second.dir = "02-raw-waker".to_owned();
    state.course.chapters.push(second);
    state.verdicts.insert(id("2.1"), Verdict::NotStarted);
    state.current = id("1.2");
    assert!(shows(&state, "1 of 2 solved"));
    assert!(shows(&state, "Next is 1.1 timer-poll"));
    key(&mut state, 'n');
    assert_eq!(state.current, id("1.1"));
    state.verdicts.insert(id("1.1"), Verdict::Solved);
    assert!(shows(&state, "Next is 2.1 drop-reference"));
}

#[test]
fn an_untouched_chapter_names_its_first_page_and_a_solved_one_its_last() {
    let root = tempfile::tempdir().unwrap();
    let pages = root.path().join("book/src");
    let built = root.path().join("target/course/book");
    for page in ["introduction", "timer/index", "timer/closing", "timer/poll"] {
        for (folder, kind) in [(&pages, "md"), (&built, "html")] {
            let path = folder.join(page).with_extension(kind);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
    }
    let opened = |verdicts: [Verdict; 2]| {
        let (mut state, _) = State::new(course(root.path()), Snapshot::default()).unwrap();
        let found = vec![id("1.1"), id("1.2")].into_iter().zip(verdicts);
        state.checked(1, Ok(found.collect()));
        state.book = Book::Built;
        let words = rows(&state, 120, 40).join("\n");
        match key(&mut state, 'i') {
            Some(Effect::OpenPage(page)) => (
                words,
                page.strip_prefix(&built).unwrap().display().to_string(),
            ),
            other => panic!("{other:?}"),
        }
    };
    let untouched = || Verdict::NotStarted;
    let (words, page) = opened([untouched(), untouched()]);
    assert!(words.contains("i opens the introduction"), "{words}");
    assert_eq!(page, "introduction.html");
    let (words, page) = opened([Verdict::Solved, untouched()]);
    assert!(!words.contains("i first page"), "{words}");
    assert_eq!(page, "timer/index.html");
    let (words, page) = opened([Verdict::Solved, Verdict::Solved]);
    assert!(
        words.contains("i opens the last page of chapter 1"),
        "{words}"
    );
    assert!(words.contains("i last page"), "{words}");
    assert_eq!(page, "timer/closing.html");
}

#[test]
fn what_the_code_printed_is_shown_at_its_end_and_p_shows_all() {
    let mut state = begun();
    let text = (1..=20).map(|n| format!("line {n}\n")).collect();
    let notes = Notes {
        printed: Some(Printed {
            test: "poll::a".to_owned(),
            text,
        }),
        warnings: String::new(),
    };
    let exercise = id("1.1");
    state.progressed(1, &Event::Noted { exercise, notes });
    state.checked(1, Ok(vec![(exercise, wrong(1))]));
    let screen = rows(&state, 80, 40).join("\n");
    assert!(
        screen.contains("Your code printed, in poll::a:"),
        "{screen}"
    );
    assert!(screen.contains("after 12 more lines"), "{screen}");
    assert!(screen.contains("line 20"), "{screen}");
    assert!(!screen.contains("line 12\n"), "{screen}");
    assert!(screen.contains("p printed"), "{screen}");
    key(&mut state, 'p');
    let screen = rows(&state, 80, 40).join("\n");
    assert!(screen.contains("line 1\n"), "{screen}");
    // What it printed before the last save is of another file.
    state.saved(Snapshot::default());
    state.checked(2, Ok(vec![(exercise, wrong(1))]));
    assert!(!shows(&state, "printed"));
}

#[test]
fn a_key_that_does_nothing_says_where_the_keys_are() {
    let mut state = after([wrong(1), Verdict::NotStarted]);
    key(&mut state, 'x');
    assert!(shows(
        &state,
        "x is no key here; ? tells what each key does."
    ));
    key(&mut state, '?');
    assert!(shows(&state, "goes back to the verdict"));
    press(&mut state, KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
    assert!(shows(&state, "The rule:"));
}

#[test]
fn when_all_is_solved_n_has_nowhere_to_go() {
    let mut state = after([Verdict::Solved, Verdict::Solved]);
    key(&mut state, 'n');
    assert!(shows(&state, "Every exercise is solved."));
}

#[test]
fn a_list_goes_to_the_marked_exercise() {
    let mut state = after([wrong(1), Verdict::NotStarted]);
    key(&mut state, 'l');
    key(&mut state, 'j');
    assert!(shows(&state, "> · 1.2"));
    press(
        &mut state,
        KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE),
    );
    assert_eq!(state.current, id("1.2"));
}

#[test]
fn the_list_is_searched_and_keeps_its_mark_in_sight() {
    let mut state = after([Verdict::Solved, Verdict::NotStarted]);
    key(&mut state, 'l');
    assert!(shows(&state, "/ searches, u only unsolved"));
    press(&mut state, KeyEvent::new(KeyCode::Up, KeyModifiers::NONE));
    assert!(shows(&state, "> ✓ 1.1"));
    key(&mut state, 'u');
    assert!(shows(&state, "unsolved exercises"));
    assert!(shows(&state, "> · 1.2"), "what is marked is shown");
    assert!(!shows(&state, "✓ 1.1"));
    key(&mut state, 'u');
    assert!(shows(&state, "✓ 1.1"));
    // While one types, characters are no keys: `q` does not quit, `l` does not leave.
    for char in ['/', 'P', 'o', 'l', 'l', 'q'] {
        assert_eq!(key(&mut state, char), None);
    }
    assert!(shows(&state, "/Pollq"));
    assert!(shows(&state, "No exercise is like that."));
    let code = |code| KeyEvent::new(code, KeyModifiers::NONE);
    assert_eq!(press(&mut state, code(KeyCode::Enter)), None, "to nowhere");
    press(&mut state, code(KeyCode::Backspace));
    assert!(shows(&state, "> ✓ 1.1"));
    assert!(!shows(&state, "· 1.2"));
    press(&mut state, code(KeyCode::Enter));
    assert_eq!(state.current, id("1.1"));
    assert!(matches!(state.panel, Panel::Verdict));
    key(&mut state, '/');
    assert!(matches!(state.panel, Panel::List(_)), "it opens the list");
    press(&mut state, code(KeyCode::Esc));
    assert!(shows(&state, "1.1") && shows(&state, "1.2"));
}

#[test]
fn a_reader_who_has_begun_nothing_is_welcomed() {
    let mut state = after([Verdict::NotStarted, Verdict::NotStarted]);
    for (width, height) in [(60, 24), (80, 24)] {
        let screen = rows(&state, width, height).join("\n");
        for text in [
            "Welcome. Here you build an async runtime",
            "not started",
            "opens the page of this",
        ] {
            assert!(
                screen.contains(text),
                "{width} columns: no {text}:\n{screen}"
            );
        }
    }
    assert!(
        rows(&state, 120, 40)
            .join("\n")
            .contains("2 exercises, about 2 h in all.")
    );
    state.saved(Snapshot::default());
    state.checked(2, Ok(vec![(id("1.1"), wrong(1))]));
    assert!(!shows(&state, "Welcome"));
    key(&mut state, 'n');
    state.checked(3, Ok(vec![(id("1.2"), Verdict::NotStarted)]));
    assert!(!shows(&state, "Welcome"), "something was begun");
}

#[test]
fn a_solved_exercise_names_what_is_worth_opening_now() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "solutions/01-timer-future/wrong/a.rs",
        "//! exercise: 1.1\n//! test: poll::a\n//! verdict: wrong\n//! message: m\n//! rule: R.\n//!\n\
         //! Why.\n\n<<<<<<< solution\n    a\n=======\n    b\n>>>>>>> wrong\n",
    );
    write(
        "book/src/SUMMARY.md",
        "- [1 · Timer](timer/index.md)\n  - [Poll](timer/poll.md)\n  - [Never early](timer/late.md)\n  \
         - [Fire](timer/fire.md)\n  - [What chapter 1 has built](timer/closing.md)\n",
    );
    write("book/src/timer/closing.md", "");
    let begin = |verdicts: [Verdict; 2]| {
        let (mut state, _) = State::new(course(root.path()), Snapshot::default()).unwrap();
        state.is_chosen = true;
        let found = vec![id("1.1"), id("1.2")].into_iter().zip(verdicts);
        state.checked(1, Ok(found.collect()));
        rows(&state, 100, 40).join("\n")
    };
    let screen = begin([Verdict::Solved, Verdict::NotStarted]);
    for text in [
        "s compares your answer with ours",
        "o opens its page again: the wrong answer at its end is worth opening now",
        "Next is 1.2 timer-fire",
        "Before it the book has “Never early”.",
    ] {
        assert!(screen.contains(text), "no {text}:\n{screen}");
    }
    let screen = begin([Verdict::Solved, Verdict::Solved]);
    let text = "i opens the last page of chapter 1, “What chapter 1 has built”.";
    assert!(screen.contains(text), "no {text}:\n{screen}");
}

#[test]
fn progress_over_the_whole_course_and_the_hours_left() {
    let mut state = after([Verdict::Solved, Verdict::NotStarted]);
    let words = "of 3 in all";
    assert!(
        !rows(&state, 120, 40).join("\n").contains("in all"),
        "of one chapter it is the same"
    );
    state.course.chapters.push(toml::from_str(SECOND).unwrap());
    let screen = rows(&state, 120, 40).join("\n");
    assert!(screen.contains(words), "{screen}");
    // 15 of 35 minutes of the first chapter's 100, and all 60 of the second.
    assert!(
        screen.contains("1 of 2 solved · 1 of 3 in all, 2 h left"),
        "{screen}"
    );
    assert_eq!(
        status::Progress::of(&state.course, &state.verdicts).minutes_left,
        42 + 60
    );
}

#[test]
fn hints_unfold_one_at_a_time_and_are_remembered() {
    let root = tempfile::tempdir().unwrap();
    let begin = || {
        State::new(course(root.path()), Snapshot::default())
            .unwrap()
            .0
    };
    let mut state = begin();
    key(&mut state, 'h');
    assert!(shows(&state, "Hint 1 of 3"));
    assert!(!shows(&state, "Hint 2 of 3"));
    key(&mut state, 'h');
    assert!(shows(&state, "Hint 2 of 3"));

    let mut state = begin();
    key(&mut state, 'h');
    assert!(shows(&state, "Hint 2 of 3"), "two were unfolded before");
    assert!(!shows(&state, "Hint 3 of 3"), "looking again unfolds none");
    key(&mut state, 'h');
    key(&mut state, 'h');
    assert!(shows(&state, "cargo course solution 1.1"));
}

#[test]
fn the_solution_of_an_unsolved_exercise_is_asked_for() {
    let mut state = after([wrong(1), Verdict::NotStarted]);
    key(&mut state, 's');
    assert!(shows(&state, "1.1 is not solved yet. Show our answer?"));
    key(&mut state, 'n');
    assert!(
        matches!(state.panel, Panel::Verdict),
        "any key but y says no"
    );
    assert_eq!(state.current, id("1.1"));
}

#[test]
fn a_problem_says_the_next_step_and_enter_tries_again() {
    let mut state = begun();
    state.checked(1, Err(Problem::new("The disk is full", "Make room")));
    assert!(shows(&state, "The disk is full."));
    assert!(shows(&state, "Make room."));
    let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
    assert!(matches!(press(&mut state, enter), Some(Effect::Check(_))));
}

#[test]
fn that_the_tests_pass_is_told_before_the_models_run() {
    let mut state = begun();
    state.course.chapters[0].exercises[0].loom = vec!["loom_poll".to_owned()];
    state.saved(Snapshot::default());
    let exercise = id("1.1");
    let exercises = vec![exercise];
    state.progressed(2, &Event::Passed { exercises });
    let package = "ch01".to_owned();
    let is_first = true;
    state.progressed(2, &Event::BuildingModels { package, is_first });
    let screen = rows(&state, 100, 40).join("\n");
    assert!(
        screen.contains("the tests pass; building loom for the models, once"),
        "{screen}"
    );
    assert!(
        screen.contains("All tests of 1.1 timer-poll pass."),
        "{screen}"
    );
    assert!(screen.contains("Now its loom models run"), "{screen}");
    assert!(!screen.contains("is solved"), "{screen}");
    state.checked(2, Ok(vec![(exercise, Verdict::Solved)]));
    assert!(shows(&state, "1.1 timer-poll is solved"));
    assert!(shows(&state, "Its loom models pass too"));
}

#[test]
fn models_that_were_stopped_run_when_the_next_exercise_is_known() {
    let mut state = after([wrong(1), Verdict::NotStarted]);
    state.course.chapters[0].exercises[0].loom = vec!["loom_poll".to_owned()];
    state.saved(Snapshot::default());
    let exercise = id("1.1");
    let exercises = vec![exercise];
    state.progressed(2, &Event::Passed { exercises });
    let effect = key(&mut state, 'n');
    assert!(matches!(effect, Some(Effect::Check(order)) if order.scope == [id("1.2")]));
    let effect = state.checked(3, Ok(vec![(id("1.2"), Verdict::NotStarted)]));
    assert!(matches!(effect, Some(Effect::Check(order)) if order.scope == [exercise]));
}

#[test]
fn tests_that_pass_without_their_models_are_not_called_solved() {
    let not_run = Verdict::Unmodelled { needs: Vec::new() };
    let mut state = after([not_run.clone(), not_run]);
    state.course.chapters[0].exercises[0].loom = vec!["loom_poll".to_owned()];
    assert!(shows(&state, "tests pass, models not run"));
    assert!(shows(&state, "All tests of 1.1 timer-poll pass."));
    assert!(shows(&state, "Its loom models were not run."));
    assert!(!shows(&state, "1.1 timer-poll is solved"));
}

#[test]
fn that_loom_is_being_built_is_told_until_it_is() {
    let mut state = after([wrong(1), Verdict::NotStarted]);
    state.warming = Some(2);
    assert!(shows(&state, "Loom is being built in the background, once"));
    state.warming = None;
    assert!(!shows(&state, "Loom is being built"));
}

#[test]
fn a_failure_after_another_says_what_it_may_stand_on() {
    let mut state = after([wrong(1), wrong(1)]);
    let words = "1.1 is wrong and this may stand on it: mend that first.";
    assert!(!shows(&state, words), "nothing stands before 1.1");
    key(&mut state, 'n');
    state.checked(2, Ok(vec![(id("1.2"), wrong(1))]));
    assert!(shows(&state, words));
    let mut state = after([Verdict::Solved, wrong(1)]);
    key(&mut state, 'n');
    assert!(!shows(&state, "may stand on it"));
}

#[test]
fn after_the_last_exercise_the_example_of_the_closing_page_is_named() {
    let root = tempfile::tempdir().unwrap();
    let with_examples = format!(
        "{COURSE}\n[[example]]\nname = \"show\"\nabout = \"a\"\n[[example]]\nname = \"last\"\nabout = \"b\"\n"
    );
    let chapter: crate::course::Chapter = toml::from_str(&with_examples).unwrap();
    let course = Course {
        root: root.path().to_owned(),
        chapters: vec![chapter],
    };
    let begin = || {
        let (mut state, _) = State::new(course.clone(), Snapshot::default()).unwrap();
        let solved = ["1.1", "1.2"].map(|name| (id(name), Verdict::Solved));
        state.checked(1, Ok(solved.to_vec()));
        state
    };
    assert!(shows(&begin(), "cargo course run 1 last --mine"));
    let folder = root.path().join("book/src/timer");
    std::fs::create_dir_all(&folder).unwrap();
    let page = "Run:\n\n```sh\ncargo course check 1\ncargo course run 1 show --mine\n```\n";
    std::fs::write(folder.join("closing.md"), page).unwrap();
    assert!(shows(&begin(), "cargo course run 1 show --mine"));
}
