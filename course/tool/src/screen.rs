//! What the reader sees: styled lines, printed one after another or drawn as a full screen.
//!
//! Everything the tool says is a list of [`Line`]s. A command prints them ([`print()`]) and ends; the
//! watch draws them again and again on a [`Terminal`]. Colours appear only where they are wanted:
//! on a terminal that can show them, and never with `NO_COLOR`.

mod ansi;
mod terminal;
mod text;

use std::env;
use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};

pub use ansi::from_ansi;
pub use terminal::{Terminal, leave};
pub use text::{Line, Span, Style, bold, coloured, dim, plain, wrap};

use crate::problem::{Problem, Result};

/// The eight colours every terminal theme chooses for itself, by their number.
pub mod colour {
    /// What is wrong.
    pub const RED: u8 = 1;
    /// What is solved.
    pub const GREEN: u8 = 2;
    /// What wants attention.
    pub const YELLOW: u8 = 3;
    /// What hangs.
    pub const MAGENTA: u8 = 5;
    /// Where things are: paths, keys.
    pub const CYAN: u8 = 6;
}

/// How wide lines are laid out where there is no terminal to ask.
const WIDTH_WITHOUT_TERMINAL: usize = 80;

/// Whether standard output is a terminal that can be drawn on.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal() && !is_dumb()
}

/// Whether the reader wants colours on standard output.
pub fn wants_colours() -> bool {
    let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !refused && !is_dumb()
}

/// The width to lay lines out for.
pub fn width() -> usize {
    let terminal = io::stdout().is_terminal().then(crossterm::terminal::size);
    match terminal {
        Some(Ok((columns, _))) if 0 < columns => usize::from(columns),
        _ => WIDTH_WITHOUT_TERMINAL,
    }
}

/// Prints lines to standard output. They are wrapped where a terminal would cut them, and left whole
/// where a program reads them, or where the terminal has to see an address whole.
///
/// # Errors
///
/// If standard output cannot be written, for example to a full disk. A reader of our output that has
/// seen enough (`| head`) is no error.
pub fn print(lines: &[Line]) -> Result<()> {
    let colours = wants_colours();
    let wrapped: Vec<Line>;
    let lines = if io::stdout().is_terminal() {
        let width = width();
        // The terminal continues a line that is too long, and then still knows the address in it.
        wrapped = lines
            .iter()
            .flat_map(|line| match line.text().contains("file://") {
                true => vec![line.clone()],
                false => line.wrap(width),
            })
            .collect();
        &wrapped[..]
    } else {
        lines
    };
    let mut text = String::new();
    for line in lines {
        text.push_str(&ansi::render(line, colours));
        text.push('\n');
    }
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Problem::new(
            format!("The output cannot be written: {error}"),
            "Make room on the disk it goes to, then run the command again",
        )),
        _ => Ok(()),
    }
}

/// Asks a question that is answered with yes or no. `None` if nobody is there to answer.
pub fn confirm(question: &str) -> Option<bool> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return None;
    }
    let mut out = io::stdout().lock();
    write!(out, "{question} [y/N] ").ok()?;
    out.flush().ok()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).ok()?;
    Some(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}
