//! The picture of the tool in the README and in the book: a recording of a real terminal, drawn as an
//! animated SVG.
//!
//! The recording is an asciicast, so that `asciinema play` shows it too. Its markers hold what the reader
//! saved at that time, and the drawing shows that above the terminal, as an editor would.
//!
//! ```sh
//! cargo test -p course --test watch picture::record -- --ignored --exact    # records and draws anew
//! cargo test -p course --test watch picture::redraw -- --ignored --exact    # only draws
//! cargo press ci --only picture    # whether the tool still shows what was recorded
//! ```

mod cast;
mod draw;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use course::course::{Course, Exercise};
use course::source::{Source, dedent};
use course::{skeleton, wrong};

use crate::terminal::Terminal;

use cast::Cast;

/// The first exercises of chapter 1 are solved, and the next one is answered: wrong, and then right.
const ANSWERED: [&str; 2] = ["1.1", "1.2"];
const CURRENT: &str = "1.3";
const WRONG: &str = "unparks-the-caller";

/// What makes the picture.
const RECORD: &str = "cargo test -p course --test watch picture::record -- --ignored --exact";

const COLUMNS: u16 = 80;
const ROWS: u16 = 24;

fn root() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap()
}

fn cast_file() -> PathBuf {
    root().join("course/tool/tests/watch/picture/tool-watch.cast")
}

fn svg_file() -> PathBuf {
    root().join("book/src/figures/tool-watch.svg")
}

#[test]
#[ignore = "writes the recording and its picture; for a change of the screen"]
fn record() {
    let cast = recorded().thinned();
    fs::write(cast_file(), cast.text()).unwrap();
    fs::write(svg_file(), draw::svg(&cast)).unwrap();
}

#[test]
#[ignore = "writes the picture of the recording; for a change of the drawing"]
fn redraw() {
    let cast = Cast::parse(&fs::read_to_string(cast_file()).unwrap()).thinned();
    fs::write(cast_file(), cast.text()).unwrap();
    fs::write(svg_file(), draw::svg(&cast)).unwrap();
}

#[test]
fn the_picture_is_the_one_of_the_recording() {
    let cast = Cast::parse(&fs::read_to_string(cast_file()).unwrap());
    assert!(
        fs::read_to_string(svg_file()).unwrap() == draw::svg(&cast),
        "book/src/figures/tool-watch.svg is stale: run picture::redraw"
    );
}

/// Without a run: the answers in the picture are those of the course, and so is what is said of them.
#[test]
fn the_recording_is_about_the_course_as_it_is() {
    let cast = Cast::parse(&fs::read_to_string(cast_file()).unwrap());
    let course = Course::load(&root()).unwrap();
    let (chapter, exercise) = course.exercise(CURRENT.parse().unwrap()).unwrap();
    let answers = Answers::of(&course);
    let saved: Vec<&str> = cast.marks().collect();
    assert_eq!(saved, [&answers.given, &answers.wrong, &answers.right]);

    let wrong = wrong::load(&course, chapter).unwrap();
    let wrong = wrong.iter().find(|answer| answer.name == WRONG).unwrap();
    let stills = cast.settled();
    let hangs = stills[1].to_lowercase();
    for text in [
        exercise.label(),
        exercise.title.to_lowercase(),
        wrong.verdict.clone(),
        wrong.message.clone(),
        wrong.function().to_owned(),
    ] {
        assert!(
            hangs.contains(&text),
            "the picture does not say {text}:\n{hangs}"
        );
    }
    let solved = format!("{} is solved", exercise.label());
    assert!(stills[2].contains(&solved), "{}", stills[2]);
}

/// With a run, which takes a minute or two: `cargo press ci` asks for it.
#[test]
#[ignore = "plays the recording's steps anew, and compares"]
fn the_tool_shows_what_was_recorded() {
    let kept = Cast::parse(&fs::read_to_string(cast_file()).unwrap());
    for (kept, now) in kept.settled().iter().zip(recorded().settled()) {
        let (kept, now) = (words(kept), words(&now));
        assert!(
            kept == now,
            "the tool shows something else than the picture in the README. Record it anew, look at \
             book/src/figures/tool-watch.svg, and commit both files:\n\n    {RECORD}\n\n\
             the picture:\n{kept}\n\nthe tool:\n{now}"
        );
    }
}

/// A screen without what differs from run to run: times, and the note on what is built meanwhile.
fn words(screen: &str) -> String {
    let lines = screen.lines().filter(|line| {
        let is_note = line.starts_with("Loom is being built") || line.starts_with("models of");
        !is_note && !line.starts_with("──") && !line.trim().is_empty()
    });
    let masked = lines.map(|line| match line.starts_with("Stopped after ") {
        true => line.split_once(':').map_or(line, |(_, rest)| rest),
        // The count of all exercises is among these words: one more of them, and the picture is out of date.
        false => line.trim_end(),
    });
    masked.collect::<Vec<_>>().join("\n")
}

/// What is in the exercise's function, one after the other.
struct Answers {
    given: String,
    wrong: String,
    right: String,
}

impl Answers {
    fn of(course: &Course) -> Answers {
        let (chapter, exercise) = course.exercise(CURRENT.parse().unwrap()).unwrap();
        let ours = skeleton::answer(course, chapter, exercise).unwrap();
        let answers = wrong::load(course, chapter).unwrap();
        let wrong = answers.iter().find(|answer| answer.name == WRONG).unwrap();
        Answers {
            given: dedent(&skeleton::hole_body(exercise, 0)),
            wrong: bare(&wrong.body_in(&ours).unwrap()),
            right: bare(&ours),
        }
    }
}

/// An answer without its comments, as a reader would write it first.
fn bare(body: &str) -> String {
    let lines = body.lines().filter(|line| !line.trim().starts_with("//"));
    let lines: Vec<&str> = lines.collect();
    dedent(&format!("{}\n", lines.join("\n")))
}

/// Plays the steps in a copy of the repository.
fn recorded() -> Cast {
    let folder = tempfile::tempdir().unwrap();
    // So deep that the screen shows paths from the repository's root.
    let copy = folder.path().join("a-folder/".repeat(6)).join("reveille");
    copy_files(&root(), &copy);
    let course = Course::load(&copy).unwrap();
    let chapter = &course.chapters[0];
    skeleton::write(&course, chapter).unwrap();
    for id in ANSWERED {
        let (_, exercise) = course.exercise(id.parse().unwrap()).unwrap();
        put(
            &course,
            exercise,
            &skeleton::answer(&course, chapter, exercise).unwrap(),
        );
    }
    let (_, exercise) = course.exercise(CURRENT.parse().unwrap()).unwrap();
    let answers = Answers::of(&course);

    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.current_dir(&copy).env_remove("NO_COLOR");
    let terminal = Terminal::start(command, COLUMNS, ROWS);
    let mut cast = Cast::new(COLUMNS, ROWS);
    for (answer, seen) in [
        (&answers.given, "2 of 7 solved"),
        (&answers.wrong, "✗ hangs"),
        (&answers.right, "is solved"),
    ] {
        cast.mark(answer);
        if *answer != answers.given {
            put(&course, exercise, &course::source::indent(answer, 8));
        }
        terminal.wait(seen, |screen| {
            let contents = screen.contents();
            let is_at_rest =
                !contents.contains(cast::is_wheel) && !contents.contains("being built");
            is_at_rest && contents.contains(seen)
        });
        cast.add(terminal.take_written());
    }
    cast
}

fn copy_files(root: &Path, copy: &Path) {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for file in listed.split_terminator('\0') {
        let to = copy.join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        // A file may be deleted and not committed yet.
        let _ = fs::copy(root.join(file), to);
    }
}

fn put(course: &Course, exercise: &Exercise, body: &str) {
    let path = course.chapter_dir(&course.chapters[0]).join(&exercise.file);
    let source = Source::parse("", fs::read_to_string(&path).unwrap()).unwrap();
    let text = source.with_body(&exercise.anchor(), body).unwrap();
    fs::write(path, text).unwrap();
}
