//! Draws the picture of the tool that the README shows, from what a terminal really shows.
//!
//! ```sh
//! cargo test -p course --test watch picture -- --ignored
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use course::course::Course;
use course::source::Source;
use course::{skeleton, wrong};

use crate::terminal::Terminal;

/// The first exercises of chapter 1 are solved, and the next one is answered so.
const ANSWERED: [&str; 3] = ["1.1", "1.2", "1.3"];
const WRONG: &str = "forgets-a-wake-during-the-poll";

const COLUMNS: u16 = 80;
const ROWS: u16 = 24;

/// One character cell, and the space around all of them.
const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 20.0;
const MARGIN: f32 = 20.0;

const BACKGROUND: &str = "#1d2026";
const FOREGROUND: &str = "#d9dce2";
const FAINT: &str = "#969ca8";
/// Red, green, yellow, blue, magenta, cyan.
const COLOURS: [&str; 6] = [
    "#f0787f", "#98c379", "#e5c07b", "#74b3ea", "#d59be5", "#6cc3cd",
];

#[test]
#[ignore = "writes book/src/figures/tool-watch.svg; for whoever changes the screen"]
fn picture() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().unwrap();
    let folder = tempfile::tempdir().unwrap();
    // So deep that the screen shows paths from the repository's root.
    let copy = folder.path().join("a-folder/".repeat(6)).join("reveille");
    copy_files(&root, &copy);
    let course = Course::load(&copy).unwrap();
    answer(&course);

    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.current_dir(&copy).env_remove("NO_COLOR");
    let terminal = Terminal::start(command, COLUMNS, ROWS);
    terminal.wait_for("hangs");
    terminal.wait_until_gone("being built");
    let svg = terminal.with_screen(draw);
    fs::write(root.join("book/src/figures/tool-watch.svg"), svg).unwrap();
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

fn answer(course: &Course) {
    let chapter = &course.chapters[0];
    skeleton::write(course, chapter).unwrap();
    for id in ANSWERED {
        let (_, exercise) = course.exercise(id.parse().unwrap()).unwrap();
        let body = skeleton::answer(course, chapter, exercise).unwrap();
        put(course, exercise, &body);
    }
    let answers = wrong::load(course, chapter).unwrap();
    let answer = answers.iter().find(|answer| answer.name == WRONG).unwrap();
    let (_, exercise) = course.exercise(answer.exercise).unwrap();
    let ours = skeleton::answer(course, chapter, exercise).unwrap();
    put(course, exercise, &answer.body_in(&ours).unwrap());
}

fn put(course: &Course, exercise: &course::course::Exercise, body: &str) {
    let path = course.chapter_dir(&course.chapters[0]).join(&exercise.file);
    let source = Source::parse("", fs::read_to_string(&path).unwrap()).unwrap();
    let text = source.with_body(&exercise.anchor(), body).unwrap();
    fs::write(path, text).unwrap();
}

/// The screen as an SVG: one text for each run of cells that look alike, as wide as its cells, so
/// that columns line up in any font.
fn draw(screen: &vt100::Screen) -> String {
    let width = f32::from(COLUMNS) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f32::from(ROWS) * CELL_HEIGHT + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         role=\"img\">\n\
         <title>cargo run, beside an editor</title>\n\
         <desc>A terminal. {}</desc>\n\
         <rect width=\"{width:.0}\" height=\"{height:.0}\" rx=\"10\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', \
         monospace\" font-size=\"14\">\n",
        escaped(&described(screen))
    );
    for row in 0..ROWS {
        let mut column = 0;
        while column < COLUMNS {
            let start = column;
            let look = Look::of(screen, row, column);
            let mut text = String::new();
            while column < COLUMNS && Look::of(screen, row, column) == look {
                let cell = screen.cell(row, column).unwrap();
                text.push_str(if cell.has_contents() {
                    cell.contents()
                } else {
                    " "
                });
                column += 1;
            }
            svg.push_str(&run(row, start, column, &look, &text));
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// How a cell looks.
#[derive(PartialEq)]
struct Look {
    colour: &'static str,
    is_bold: bool,
    /// What is drawn instead of a character of the font: a part of a bar or of a rule.
    shape: Option<char>,
}

impl Look {
    fn of(screen: &vt100::Screen, row: u16, column: u16) -> Look {
        let cell = screen.cell(row, column).unwrap();
        let colour = match cell.fgcolor() {
            vt100::Color::Idx(index @ 1..=6) => COLOURS[usize::from(index) - 1],
            _ if cell.dim() => FAINT,
            _ => FOREGROUND,
        };
        Look {
            colour,
            is_bold: cell.bold(),
            shape: cell
                .contents()
                .chars()
                .next()
                .filter(|char| "█░─".contains(*char)),
        }
    }
}

fn run(row: u16, start: u16, end: u16, look: &Look, text: &str) -> String {
    let x = MARGIN + f32::from(start) * CELL_WIDTH;
    let y = MARGIN + f32::from(row) * CELL_HEIGHT;
    let width = f32::from(end - start) * CELL_WIDTH;
    let colour = look.colour;
    let (top, height, opacity) = match look.shape {
        Some('█') => (4.0, 12.0, 1.0),
        Some('░') => (4.0, 12.0, 0.35),
        Some(_) => (9.5, 1.0, 1.0),
        None if text.trim().is_empty() => return String::new(),
        None => {
            let weight = if look.is_bold {
                " font-weight=\"700\""
            } else {
                ""
            };
            return format!(
                "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"{colour}\"{weight} xml:space=\"preserve\" \
                 textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>\n",
                y + 15.0,
                escaped(text)
            );
        }
    };
    format!(
        "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{colour}\" \
         opacity=\"{opacity}\"/>\n",
        y + top
    )
}

/// What the screen says, for those who cannot see it.
fn described(screen: &vt100::Screen) -> String {
    let contents = screen.contents();
    let words = contents.split_whitespace().filter(|word| {
        let is_drawn = word.chars().all(|char| "█░─".contains(char));
        !is_drawn
    });
    words.collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
