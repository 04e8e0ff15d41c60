//! How much of a chapter its reader writes.
//!
//! What could be written at most is what a stub of the whole chapter would take away: the bodies of
//! public functions, and all that is not public. Of that, the guided way lets a reader write what stands
//! in the holes; the open way, all that the stubs of the parts take away, and the holes that are in no
//! part.
//!
//! A line counts if there is code in it. Imports do not count, and nor does what a reader's program is built without: what
//! is there for the models, for tests that look inside, or for a look from outside (features such as `dump`).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use syn::spanned::Spanned;
use syn::{Attribute, Fields, File, ImplItem, Item, Visibility};

use crate::course::{Chapter, Course};
use crate::files::{files_below, unreadable};
use crate::problem::{Problem, Result};
use crate::source::{Marker, Source};

/// How many lines of a chapter are written by its reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The chapter's number.
    pub chapter: u32,
    /// What a stub of the whole chapter would take away.
    pub of: usize,
    /// What the reader writes hole by hole. Exercises that are open in either way count as well.
    pub guided: usize,
    /// What the reader writes with every part open.
    pub open: usize,
}

impl Share {
    /// A number of lines in hundredths of all.
    pub fn percent(&self, lines: usize) -> f64 {
        match self.of {
            0 => 0.0,
            of => 100.0 * lines as f64 / of as f64,
        }
    }
}

/// The share of a chapter.
///
/// # Errors
///
/// If a file of the solution cannot be read, or is no Rust.
pub fn of(course: &Course, chapter: &Chapter) -> Result<Share> {
    let chapter = &chapter.guided();
    let solution = course.solution_dir(chapter);
    let mut share = Share {
        chapter: chapter.number,
        ..Share::default()
    };
    let mut files = Vec::new();
    let mut left_out = BTreeSet::new();
    for path in files_below(&solution.join("src"))? {
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let parsed = syn::parse_file(&text).map_err(|error| {
            let what = format!("{} is no Rust: {error}", path.display());
            Problem::new(what, "Mend the solution")
        })?;
        for item in &parsed.items {
            if let Item::Mod(item) = item
                && is_left_out(&item.attrs)
            {
                left_out.insert(item.ident.to_string());
            }
        }
        files.push((path, text, parsed));
    }
    for (path, text, parsed) in &files {
        let module = path.file_stem().unwrap_or_default().to_string_lossy();
        if left_out.contains(&*module) {
            continue;
        }
        let relative = path.strip_prefix(&solution).unwrap_or(path);
        let taken = taken(text, parsed);
        let holes = holes(chapter, relative, text, &taken)?;
        let is_of_part = chapter
            .parts
            .iter()
            .any(|part| part.files().any(|file| file == relative));
        share.of += taken.len();
        share.guided += holes;
        share.open += match is_of_part {
            true => taken.len(),
            false => holes,
        };
    }
    Ok(share)
}

/// How many lines of a file stand in holes.
fn holes(chapter: &Chapter, file: &Path, text: &str, taken: &BTreeSet<usize>) -> Result<usize> {
    let source = Source::parse(&file.display().to_string(), text)?;
    let mut lines = BTreeSet::new();
    for exercise in &chapter.exercises {
        if let Some(region) = source.region(&exercise.anchor()) {
            let height = text[region.whole.clone()].lines().count();
            lines.extend(region.line..region.line + height);
        }
    }
    Ok(lines.intersection(taken).count())
}

/// The lines, from 1, that a stub of the file does not have.
fn taken(text: &str, file: &File) -> BTreeSet<usize> {
    let mut lines = Lines {
        text,
        taken: BTreeSet::new(),
    };
    file.items.iter().for_each(|item| lines.item(item));
    let is_code = |number: &usize| {
        let line = text.lines().nth(number - 1).unwrap_or_default().trim();
        !line.is_empty() && !line.starts_with("//") && Marker::of(line).is_none()
    };
    lines.taken.retain(is_code);
    lines.taken
}

struct Lines<'a> {
    text: &'a str,
    taken: BTreeSet<usize>,
}

impl Lines<'_> {
    fn item(&mut self, item: &Item) {
        let private = |visibility: &Visibility| !matches!(visibility, Visibility::Public(_));
        match item {
            Item::Fn(item) if is_left_out(&item.attrs) => {}
            Item::Fn(item) if private(&item.vis) => self.take(item),
            Item::Fn(item) => self.take_inside(&item.block),
            Item::Struct(item) if is_left_out(&item.attrs) => {}
            Item::Struct(item) if private(&item.vis) => self.take(item),
            Item::Struct(item) => {
                if let Fields::Named(fields) = &item.fields {
                    let inner = fields.named.iter().filter(|field| private(&field.vis));
                    inner.for_each(|field| self.take(field));
                }
            }
            Item::Enum(item) if private(&item.vis) => self.take(item),
            Item::Union(item) if private(&item.vis) => self.take(item),
            Item::Trait(item) if private(&item.vis) => self.take(item),
            Item::Type(item) if private(&item.vis) => self.take(item),
            Item::Const(item) if private(&item.vis) => self.take(item),
            Item::Static(item) if private(&item.vis) => self.take(item),
            Item::Impl(item) if is_left_out(&item.attrs) => {}
            Item::Impl(item) => {
                let of_trait = item.trait_.as_ref();
                let name = of_trait.and_then(|(path, _)| path.segments.last());
                let is_drop = name.is_some_and(|last| last.ident == "Drop");
                if is_drop || item.unsafety.is_some() {
                    return self.take(item);
                }
                for inner in &item.items {
                    match inner {
                        ImplItem::Fn(function) if is_left_out(&function.attrs) => {}
                        ImplItem::Fn(function) if of_trait.is_none() && private(&function.vis) => {
                            self.take(function);
                        }
                        ImplItem::Fn(function) => self.take_inside(&function.block),
                        ImplItem::Const(constant)
                            if of_trait.is_none() && private(&constant.vis) =>
                        {
                            self.take(constant);
                        }
                        _ => {}
                    }
                }
            }
            Item::Mod(item) if is_left_out(&item.attrs) => {}
            Item::Mod(item) => {
                let inner = item.content.iter().flat_map(|(_, items)| items);
                inner.for_each(|item| self.item(item));
            }
            _ => {}
        }
    }

    /// Takes an item with its attributes.
    fn take(&mut self, node: &impl Spanned) {
        let span = node.span().byte_range();
        let (first, last) = (self.line_of(span.start), self.line_of(span.end));
        self.taken.extend(first..=last);
    }

    /// Takes what is between the braces of a body.
    fn take_inside(&mut self, block: &syn::Block) {
        let span = block.span().byte_range();
        let (first, last) = (self.line_of(span.start), self.line_of(span.end));
        self.taken.extend(first + 1..last);
    }

    fn line_of(&self, byte: usize) -> usize {
        1 + self.text[..byte].matches('\n').count()
    }
}

/// Whether a reader's program is built without it.
fn is_left_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        let condition = list.map(|list| list.tokens.to_string().replace(' ', ""));
        attribute.path().is_ident("cfg")
            && condition.is_ok_and(|what| what == "loom" || what.starts_with("feature="))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
use std::fmt;

/// Seen.
pub struct Seen {
    pub a: u32,
    b: u32,
}

struct Hidden {
    c: u32,
}

impl Seen {
    pub fn one(&self) -> u32 {
        // Why.
        let a = self.a;

        a + self.b
    }

    fn two(&self) {}

    #[cfg(feature = \"steps\")]
    pub fn three(&self) {
        self.two();
    }
}

#[cfg(loom)]
fn four() {
    five();
}

impl Drop for Seen {
    fn drop(&mut self) {}
}
";

    #[test]
    fn what_counts_is_the_code_of_bodies_and_of_what_is_not_public() {
        let taken = taken(TEXT, &syn::parse_file(TEXT).unwrap());
        // The field, the private type, two lines of a body, a private function, a `Drop`.
        let expected = [6, 9, 10, 11, 16, 18, 21, 34, 35, 36];
        assert_eq!(taken.into_iter().collect::<Vec<_>>(), expected);
    }
}
