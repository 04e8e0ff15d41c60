//! A recording: what a terminal was sent, and when, in the format of asciinema (asciicast v2).

use std::num::NonZero;

/// A recording.
pub struct Cast {
    pub columns: u16,
    pub rows: u16,
    pub events: Vec<Event>,
}

/// What happened, and when, in seconds from the beginning.
pub struct Event {
    pub at: f64,
    pub what: What,
}

pub enum What {
    /// The terminal was sent this.
    Output(String),
    /// The reader saved this.
    Mark(String),
}

/// A screen that stood for a while.
pub struct Still {
    pub screen: vt100::Screen,
    /// Which mark came before it.
    pub mark: usize,
    pub seconds: f64,
}

impl Cast {
    pub fn new(columns: u16, rows: u16) -> Cast {
        Cast {
            columns,
            rows,
            events: Vec::new(),
        }
    }

    /// Adds what a terminal was sent, with the seconds between one and the next.
    pub fn add(&mut self, written: Vec<(f64, Vec<u8>)>) {
        let mut at = self.end();
        // A character may have come in two pieces.
        let mut pending = Vec::new();
        for (seconds, bytes) in written {
            at += seconds;
            pending.extend(bytes);
            let whole = match std::str::from_utf8(&pending) {
                Ok(text) => text.len(),
                Err(error) => error.valid_up_to(),
            };
            let rest = pending.split_off(whole);
            let text = String::from_utf8(std::mem::replace(&mut pending, rest)).unwrap();
            if !text.is_empty() {
                let what = What::Output(text);
                self.events.push(Event { at, what });
            }
        }
        assert!(pending.is_empty(), "half a character is left: {pending:?}");
    }

    /// Adds that the reader saved this.
    pub fn mark(&mut self, saved: &str) {
        let at = self.end();
        let what = What::Mark(saved.to_owned());
        self.events.push(Event { at, what });
    }

    fn end(&self) -> f64 {
        self.events.last().map_or(0.0, |event| event.at)
    }

    /// What the reader saved, in order.
    pub fn marks(&self) -> impl Iterator<Item = &str> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Mark(saved) => Some(saved.as_str()),
            What::Output(_) => None,
        })
    }

    /// The screen before each further save, and the last.
    pub fn settled(&self) -> Vec<String> {
        let stills = self.stills();
        let last_of = |mark: usize| stills.iter().rfind(|still| still.mark == mark);
        let marks = 0..self.marks().count();
        marks
            .filter_map(|mark| Some(last_of(mark)?.screen.contents()))
            .collect()
    }

    /// The screens, one for each thing that the tool says: that a wheel turns, or that one test more has run,
    /// is nothing new.
    pub fn stills(&self) -> Vec<Still> {
        let size = |count: u16| NonZero::new(count).unwrap();
        let mut parser = vt100::Parser::new(size(self.rows), size(self.columns), 0);
        let mut stills: Vec<Still> = Vec::new();
        let mut marks = 0;
        let mut last = 0.0;
        for event in &self.events {
            if let Some(still) = stills.last_mut() {
                still.seconds += event.at - last;
            }
            last = event.at;
            match &event.what {
                What::Mark(_) => {
                    marks += 1;
                    if marks == 1 {
                        continue;
                    }
                }
                What::Output(text) => parser.process(text.as_bytes()),
            }
            let screen = parser.screen().clone();
            let mark = marks - 1;
            match stills.last_mut() {
                Some(still) if still.mark == mark && said(&still.screen) == said(&screen) => {
                    still.screen = screen;
                }
                _ => stills.push(Still {
                    screen,
                    mark,
                    seconds: 0.0,
                }),
            }
        }
        stills
    }

    /// The same screens, without the turns of the wheel between them.
    pub fn thinned(&self) -> Cast {
        let size = |count: u16| NonZero::new(count).unwrap();
        let empty = vt100::Parser::new(size(self.rows), size(self.columns), 0);
        let mut last = empty.screen().clone();
        let mut thin = Cast::new(self.columns, self.rows);
        let mut saved = self.marks();
        let mut marks = 0;
        for still in self.stills() {
            if marks <= still.mark {
                marks += 1;
                thin.mark(saved.next().unwrap());
            }
            let change = still.screen.contents_diff(&last);
            thin.add(vec![(0.0, change.into_bytes())]);
            last = still.screen;
            // How long it stood is when the next one came.
            thin.add(vec![(still.seconds, b"\x1b[0m".to_vec())]);
        }
        thin
    }

    /// As a file: a header, and a line for each event.
    pub fn text(&self) -> String {
        let Cast { columns, rows, .. } = self;
        let mut text = format!(
            "{{\"version\": 2, \"width\": {columns}, \"height\": {rows}, \"title\": \"cargo run, beside an editor\"}}\n"
        );
        for event in &self.events {
            let (kind, said) = match &event.what {
                What::Output(said) => ("o", said),
                What::Mark(said) => ("m", said),
            };
            let said = serde_json::to_string(said).unwrap();
            text.push_str(&format!("[{:.3}, \"{kind}\", {said}]\n", event.at));
        }
        text
    }

    /// Reads such a file.
    pub fn parse(text: &str) -> Cast {
        let mut lines = text.lines();
        let header: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        let number = |name: &str| u16::try_from(header[name].as_u64().unwrap()).unwrap();
        let mut cast = Cast::new(number("width"), number("height"));
        for line in lines {
            let (at, kind, said): (f64, String, String) = serde_json::from_str(line).unwrap();
            let what = match kind.as_str() {
                "o" => What::Output(said),
                "m" => What::Mark(said),
                other => panic!("an event of kind {other}"),
            };
            cast.events.push(Event { at, what });
        }
        cast
    }
}

/// What a screen says, without the wheel that turns, and how far and for how long beside it.
fn said(screen: &vt100::Screen) -> String {
    let contents = screen.contents();
    let lines = contents.lines().map(|line| match line.contains(is_wheel) {
        // Behind the comma is how far it is, and for how long.
        true => line
            .replace(is_wheel, "")
            .split(", ")
            .next()
            .unwrap_or_default()
            .to_owned(),
        false => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A frame of the wheel that turns while something runs.
pub fn is_wheel(char: char) -> bool {
    ('\u{2800}'..='\u{28ff}').contains(&char)
}
