//! The full screen: taken over on entry, drawn without flicker, given back as it was found.
//!
//! Giving it back must work from anywhere: from the event loop, from a panic on any thread, and
//! twice. So the only state is one flag, and [`leave`] is a free function.

use std::io::{self, Write};
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering::AcqRel};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::terminal::{
    Clear, ClearType, DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};

use super::ansi;
use super::text::Line;
use crate::problem::{Problem, Result};

/// Whether the terminal is ours at the moment.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// A terminal in our hands. It is given back when this is dropped.
#[derive(Debug)]
pub struct Terminal {
    colours: bool,
    /// The rows as they were last written, so that only those that differ are written again.
    shown: Vec<String>,
    /// Columns and rows, when last asked for.
    size: (u16, u16),
}

/// Gives the terminal back as it was found. Does nothing if it is not ours.
pub fn leave() {
    // ORDERING: one flag, changed and read as one; it protects no other memory.
    if !TAKEN.swap(false, AcqRel) {
        return;
    }
    // Nothing can be done here about a terminal that has gone away.
    let _ = execute!(io::stdout(), EnableLineWrap, Show, LeaveAlternateScreen);
    let _ = disable_raw_mode();
}

impl Terminal {
    /// Takes the terminal over.
    ///
    /// # Errors
    ///
    /// If it refuses, which a terminal hardly ever does.
    pub fn enter(colours: bool) -> Result<Terminal> {
        leave_on_panic();
        let mut terminal = Terminal {
            colours,
            shown: Vec::new(),
            size: (0, 0),
        };
        terminal.resume()?;
        Ok(terminal)
    }

    /// Takes the terminal over again after [`leave`].
    ///
    /// # Errors
    ///
    /// As [`Terminal::enter`].
    pub fn resume(&mut self) -> Result<()> {
        // ORDERING: as in `leave`.
        TAKEN.swap(true, AcqRel);
        self.shown.clear();
        enable_sequences();
        enable_raw_mode()
            .and_then(|()| execute!(io::stdout(), EnterAlternateScreen, Hide, DisableLineWrap))
            .map_err(|error| {
                leave();
                Problem::new(
                    format!("This terminal cannot be drawn on: {error}"),
                    "Run it with `TERM=dumb` for plain lines",
                )
            })
    }

    /// Columns and rows. If they have changed, nothing of what is shown counts any more.
    pub fn size(&mut self) -> (usize, usize) {
        let size = crossterm::terminal::size().unwrap_or((80, 24));
        if self.size != size {
            self.size = size;
            self.shown.clear();
        }
        (usize::from(size.0), usize::from(size.1))
    }

    /// Forgets what is shown, so that the next [`Terminal::draw`] writes every row.
    pub fn forget(&mut self) {
        self.shown.clear();
    }

    /// Shows these rows. Writes only those that changed, and asks the terminal to show all changes
    /// at once.
    ///
    /// # Errors
    ///
    /// If the terminal has gone away.
    pub fn draw(&mut self, lines: &[Line]) -> io::Result<()> {
        let rows: Vec<_> = lines
            .iter()
            .map(|line| ansi::render(line, self.colours))
            .collect();
        if rows == self.shown {
            return Ok(());
        }
        let mut out = io::BufWriter::new(io::stdout().lock());
        queue!(out, crossterm::terminal::BeginSynchronizedUpdate)?;
        let is_fresh = self.shown.is_empty();
        if is_fresh {
            queue!(out, Clear(ClearType::All))?;
        }
        for (index, row) in rows.iter().enumerate() {
            if self.shown.get(index) == Some(row) {
                continue;
            }
            let y = u16::try_from(index).unwrap_or(u16::MAX);
            // Cleared before it is written: after a row as wide as the terminal, the cursor still
            // stands on its last column and would clear that.
            queue!(out, MoveTo(0, y), Clear(ClearType::UntilNewLine))?;
            out.write_all(row.as_bytes())?;
        }
        if rows.len() < self.shown.len() {
            let y = u16::try_from(rows.len()).unwrap_or(u16::MAX);
            queue!(out, MoveTo(0, y), Clear(ClearType::FromCursorDown))?;
        }
        queue!(out, crossterm::terminal::EndSynchronizedUpdate)?;
        out.flush()?;
        self.shown = rows;
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        leave();
    }
}

/// A panic on any thread gives the terminal back first, so that its message can be read.
fn leave_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            leave();
            previous(info);
        }));
    });
}

/// A Windows console understands escape sequences only after it was asked to.
fn enable_sequences() {
    #[cfg(windows)]
    crossterm::ansi_support::supports_ansi();
}
