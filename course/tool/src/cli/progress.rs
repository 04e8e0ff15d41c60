//! What a check is doing, on one line of standard error that is wiped when it is done.

use std::env;
use std::io::{self, IsTerminal, Write};

use crate::check::Event;
use crate::report;

/// A line that is written over again and again. Where nobody watches, it writes nothing.
#[derive(Debug)]
pub struct Progress {
    is_shown: bool,
}

/// Back to the first column, and clear the line.
const WIPE: &str = "\r\u{1b}[K";

impl Progress {
    /// A line on standard error, if that is a terminal.
    pub fn new() -> Progress {
        let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        Progress {
            is_shown: io::stderr().is_terminal() && !is_dumb,
        }
    }

    /// Shows what a check has begun to do.
    pub fn show(&self, event: &Event) {
        if let Some(doing) = report::doing(event) {
            self.say(&format!("{doing} …"));
        }
    }

    /// Shows any other step.
    pub fn say(&self, text: &str) {
        if self.is_shown {
            let mut err = io::stderr().lock();
            // A terminal that has gone away needs no progress.
            let _ = write!(err, "{WIPE}{text}");
            let _ = err.flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.say("");
    }
}
