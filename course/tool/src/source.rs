//! Source files and the exercise regions in them.
//!
//! A region is what stands between `// ANCHOR: ex-1-4-block-on` and its `ANCHOR_END`. The same
//! pair of lines stands in the solution, in the reader's chapter and (as an include) in the book,
//! so one parser serves the skeleton, the checks, the diffs and the pages.

use std::ops::Range;

use crate::problem::{Problem, Result};

/// A source file cut at its anchors.
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
    regions: Vec<Region>,
}

/// What stands between a pair of anchor lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The anchor's name.
    pub name: String,
    /// The bytes between the two anchor lines: whole lines, line ends included.
    pub body: Range<usize>,
    /// The bytes from the start of the first anchor line to the end of the last.
    pub whole: Range<usize>,
    /// The line number of the opening anchor, from 1.
    pub line: usize,
    /// How far the opening anchor is indented, in bytes.
    pub indent: usize,
}

impl Source {
    /// Finds the regions of a file. `path` is named in errors only.
    ///
    /// # Errors
    ///
    /// If an anchor is opened twice, closed without being opened, or never closed.
    pub fn parse(path: &str, text: impl Into<String>) -> Result<Source> {
        let text = text.into();
        let broken = |line: usize, name: &str, what: &str| {
            let reset = match exercise_of(name) {
                Some(id) => {
                    format!("start anew with `cargo course reset {id}`, which keeps a copy")
                }
                None => "bring the file back with `git restore`".to_owned(),
            };
            Problem::new(
                format!("{path}:{line}: the marker `{name}` {what}"),
                format!("Put the marker lines back (`git diff` shows them), or {reset}"),
            )
        };
        let mut regions: Vec<Region> = Vec::new();
        let mut open: Vec<Region> = Vec::new();
        let mut offset = 0;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let (start, end) = (offset, offset + line.len());
            offset = end;
            match Marker::of(line) {
                Some(Marker::Open(name)) => {
                    if open
                        .iter()
                        .chain(&regions)
                        .any(|region| region.name == name)
                    {
                        return Err(broken(index + 1, name, "stands twice"));
                    }
                    open.push(Region {
                        name: name.to_owned(),
                        body: end..end,
                        whole: start..end,
                        line: index + 1,
                        indent: line.len() - line.trim_start().len(),
                    });
                }
                Some(Marker::Close(name)) => {
                    let Some(at) = open.iter().position(|region| region.name == name) else {
                        return Err(broken(index + 1, name, "is closed but was never opened"));
                    };
                    let mut region = open.remove(at);
                    region.body.end = start;
                    region.whole.end = end;
                    regions.push(region);
                }
                None => {}
            }
        }
        if let Some(region) = open.first() {
            let what = "is opened here but never closed";
            return Err(broken(region.line, &region.name, what));
        }
        regions.sort_by_key(|region| region.whole.start);
        Ok(Source { text, regions })
    }

    /// The whole file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All regions, in the order of the file.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The region of that name.
    pub fn region(&self, name: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.name == name)
    }

    /// What stands in the region of that name.
    pub fn body(&self, name: &str) -> Option<&str> {
        self.region(name)
            .map(|region| &self.text[region.body.clone()])
    }

    /// The file with another body in the region of that name. The body is indented as the anchor
    /// is.
    pub fn with_body(&self, name: &str, body: &str) -> Option<String> {
        let region = self.region(name)?;
        let mut text = self.text[..region.body.start].to_owned();
        text.push_str(&indent(&dedent(body), region.indent));
        text.push_str(&self.text[region.body.end..]);
        Some(text)
    }
}

/// An anchor line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker<'a> {
    /// `// ANCHOR: name`
    Open(&'a str),
    /// `// ANCHOR_END: name`
    Close(&'a str),
}

/// The number of the exercise that an anchor belongs to, such as `1.4` for `ex-1-4-block-on`.
fn exercise_of(anchor: &str) -> Option<String> {
    let mut parts = anchor.strip_prefix("ex-")?.splitn(3, '-');
    let mut number = || parts.next()?.parse::<u32>().ok();
    Some(format!("{}.{}", number()?, number()?))
}

impl<'a> Marker<'a> {
    /// The marker that this line is, if it is one.
    pub fn of(line: &'a str) -> Option<Marker<'a>> {
        let comment = line.trim().strip_prefix("//")?.trim_start();
        if let Some(name) = comment.strip_prefix("ANCHOR:") {
            Some(Marker::Open(name.trim()))
        } else {
            comment
                .strip_prefix("ANCHOR_END:")
                .map(|name| Marker::Close(name.trim()))
        }
    }
}

/// Takes away the indentation that all lines share.
pub fn dedent(text: &str) -> String {
    let common = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        out.push_str(line.get(common..).unwrap_or("").trim_end());
        out.push('\n');
    }
    out
}

/// Indents each line that is not empty.
pub fn indent(text: &str, spaces: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', spaces));
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}
