//! A recording as an animated SVG: an editor above, the terminal below.
//!
//! Each row of text that occurs is defined once, and a still is a list of rows. Stills are shown one after
//! the other by CSS alone, so that the picture also moves where an image may not run scripts. Where
//! nothing may move, or the reader has asked for that, it shows the still that [`STANDS`].

use std::collections::HashMap;
use std::fmt::Write as _;

use super::cast::{Cast, Still};

/// One character cell, and the space around all of them.
const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 20.0;
const MARGIN: f32 = 20.0;

/// What the editor shows around the answer, and how many rows it has.
const FILE: &str = "chapters/01-timer-future/src/thread_waker.rs";
const BEFORE: &str = "fn wake_by_ref(self: &Arc<Self>) {";
const AFTER: &str = "}";
const EDITOR_ROWS: u16 = 6;

/// How long a still is shown at least, and at most while something runs; and how long the last one after
/// each save, which there is something to read in.
const SECONDS_MIN: f64 = 0.5;
const SECONDS_MAX: f64 = 1.1;
const SETTLED: [f64; 3] = [4.5, 8.0, 6.0];
/// The still after this save stands where nothing moves.
const STANDS: usize = 1;

const BACKGROUND: &str = "#1d2026";
const EDITOR: &str = "#262b34";
const FOREGROUND: &str = "#d9dce2";
const FAINT: &str = "#969ca8";
/// Red, green, yellow, blue, magenta, cyan.
const COLOURS: [&str; 6] = [
    "#f0787f", "#98c379", "#e5c07b", "#74b3ea", "#d59be5", "#6cc3cd",
];

/// The whole picture.
pub fn svg(cast: &Cast) -> String {
    let mut stills = cast.stills();
    // What the tool does before the first save is of no interest here.
    let begun = stills
        .iter()
        .rposition(|still| still.mark == 0)
        .unwrap_or(0);
    stills.drain(..begun);
    let saved: Vec<&str> = cast.marks().collect();
    let rows = EDITOR_ROWS + cast.rows;
    let width = f32::from(cast.columns) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f32::from(rows) * CELL_HEIGHT + 3.0 * MARGIN;
    let is_settled = |at: usize| {
        stills
            .get(at + 1)
            .is_none_or(|next| next.mark != stills[at].mark)
    };
    let shown: Vec<f64> = (0..stills.len())
        .map(|at| match is_settled(at) {
            true => SETTLED[stills[at].mark],
            false => stills[at].seconds.clamp(SECONDS_MIN, SECONDS_MAX),
        })
        .collect();
    let whole: f64 = shown.iter().sum();

    let mut drawn = Rows::default();
    let (mut style, mut frames, mut told) = (String::new(), String::new(), String::new());
    let mut begun = 0.0;
    for (at, still) in stills.iter().enumerate() {
        let (from, to) = (begun / whole * 100.0, (begun + shown[at]) / whole * 100.0);
        begun += shown[at];
        let hidden_first = if at == 0 { "" } else { "0%{visibility:hidden}" };
        let hidden_last = if to < 99.99 {
            format!("{to:.2}%{{visibility:hidden}}")
        } else {
            String::new()
        };
        let _ = writeln!(
            style,
            "@keyframes f{at}{{{hidden_first}{from:.2}%{{visibility:visible}}{hidden_last}}}\n\
             .f{at}{{animation:f{at} {whole:.1}s step-end infinite}}"
        );
        let stands = if still.mark == STANDS && is_settled(at) {
            " stands"
        } else {
            ""
        };
        let _ = writeln!(frames, "<g class=\"f f{at}{stands}\">");
        frame(&mut frames, &mut drawn, cast, still, saved[still.mark]);
        frames.push_str("</g>\n");
        if is_settled(at) {
            let _ = write!(
                told,
                " The editor shows: {} The terminal shows: {}",
                squeezed(saved[still.mark]),
                squeezed(&still.screen.contents())
            );
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n\
         <title>cargo run, beside an editor</title>\n\
         <desc>An editor above a terminal.{}</desc>\n\
         <style>\n.f{{visibility:hidden}}\n.stands{{visibility:visible}}\n\
         @media not (prefers-reduced-motion: reduce){{\n{style}}}\n\
         text{{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;\
         fill:{FOREGROUND};white-space:pre}}\n.b{{font-weight:700}}\n</style>\n\
         <rect width=\"{width:.0}\" height=\"{height:.0}\" rx=\"10\" fill=\"{BACKGROUND}\"/>\n\
         <path d=\"M0 {editor:.0}V10a10 10 0 0 1 10-10H{corner:.0}a10 10 0 0 1 10 10V{editor:.0}z\" \
         fill=\"{EDITOR}\"/>\n<defs>\n{}</defs>\n{frames}</svg>\n",
        escaped(&told),
        drawn.defined,
        editor = f32::from(EDITOR_ROWS) * CELL_HEIGHT + 1.5 * MARGIN,
        corner = width - 10.0,
    )
}

/// One still.
fn frame(out: &mut String, drawn: &mut Rows, cast: &Cast, still: &Still, saved: &str) {
    let mut code = vec![(FAINT, FILE.to_owned()), (FOREGROUND, BEFORE.to_owned())];
    code.extend(saved.lines().map(|line| {
        let colour = if line.trim().starts_with("//") {
            FAINT
        } else {
            COLOURS[2]
        };
        (colour, format!("    {line}"))
    }));
    code.push((FOREGROUND, AFTER.to_owned()));
    assert!(
        code.len() <= usize::from(EDITOR_ROWS),
        "the editor has too few rows"
    );
    for (row, (colour, line)) in code.iter().enumerate() {
        let text = text(0, line.chars().count(), colour, false, line);
        drawn.place(out, &text, MARGIN + row as f32 * CELL_HEIGHT);
    }
    for row in 0..cast.rows {
        let mut line = String::new();
        let mut column = 0;
        while column < cast.columns {
            let start = column;
            let look = Look::of(&still.screen, row, column);
            let mut said = String::new();
            while column < cast.columns && Look::of(&still.screen, row, column) == look {
                let cell = still.screen.cell(row, column).unwrap();
                said.push_str(if cell.has_contents() {
                    cell.contents()
                } else {
                    " "
                });
                column += 1;
            }
            line.push_str(&run(start, column, &look, &said));
        }
        let top = 2.0 * MARGIN + f32::from(EDITOR_ROWS + row) * CELL_HEIGHT;
        drawn.place(out, &line, top);
    }
}

/// The rows that occur, each with a number.
#[derive(Default)]
struct Rows {
    numbers: HashMap<String, usize>,
    defined: String,
}

impl Rows {
    /// Puts a row at this height.
    fn place(&mut self, out: &mut String, row: &str, top: f32) {
        if row.is_empty() {
            return;
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry(row.to_owned()).or_insert_with(|| {
            let _ = writeln!(self.defined, "<g id=\"r{next}\">{row}</g>");
            next
        });
        let _ = writeln!(
            out,
            "<use href=\"#r{number}\" x=\"{MARGIN}\" y=\"{top:.0}\"/>"
        );
    }
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

/// Cells that look alike, from the left end of a row.
fn run(start: u16, end: u16, look: &Look, said: &str) -> String {
    let (top, height, opacity) = match look.shape {
        Some('█') => (4.0, 12.0, 1.0),
        Some('░') => (4.0, 12.0, 0.35),
        Some(_) => (9.5, 1.0, 1.0),
        None => {
            let words = said.trim_end();
            let start = usize::from(start);
            return text(
                start,
                start + words.chars().count(),
                look.colour,
                look.is_bold,
                words,
            );
        }
    };
    format!(
        "<rect x=\"{:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{height}\" fill=\"{}\" opacity=\"{opacity}\"/>",
        f32::from(start) * CELL_WIDTH,
        f32::from(end - start) * CELL_WIDTH,
        look.colour
    )
}

/// A text that is as wide as its cells, so that columns line up in any font.
fn text(start: usize, end: usize, colour: &str, is_bold: bool, said: &str) -> String {
    if said.trim().is_empty() {
        return String::new();
    }
    // In every viewer a text begins where its first letter is.
    let indent = said.chars().take_while(|char| *char == ' ').count();
    let (start, said) = (start + indent, said.trim_start());
    let fill = match colour {
        FOREGROUND => String::new(),
        colour => format!(" style=\"fill:{colour}\""),
    };
    let bold = if is_bold { " class=\"b\"" } else { "" };
    format!(
        "<text x=\"{:.1}\" y=\"15\"{fill}{bold} textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
        start as f32 * CELL_WIDTH,
        (end - start) as f32 * CELL_WIDTH,
        escaped(said)
    )
}

/// What a screen says, for those who cannot see it.
fn squeezed(screen: &str) -> String {
    let words = screen.split_whitespace().filter(|word| {
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
