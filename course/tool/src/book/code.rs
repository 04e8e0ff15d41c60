//! Code on the pages: includes and answers, from the solutions.

use std::fs;
use std::path::Path;

use crate::course::{Chapter, Course, Exercise, PROGRAMS};
use crate::skeleton;
use crate::source::{Marker, Region, Source, dedent, indent};

use super::expand::{Expansion, list};
use super::pages::slashed;

/// The code that `{{#include path:anchor}}` shows on `page`: exercise regions folded, marker lines
/// dropped, the indentation that all lines share taken away.
pub fn include(course: &Course, page: &str, arguments: &str) -> Expansion {
    let (path, anchor) = match arguments.split_once(':') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (arguments, None),
    };
    if anchor.is_some_and(|anchor| anchor.contains(':') || anchor.parse::<usize>().is_ok()) {
        return Err((
            format!("`{arguments}` includes lines by number"),
            "Put `// ANCHOR: name` and `// ANCHOR_END: name` around them and include `path:name`; \
             line numbers drift"
                .into(),
        ));
    }
    let folder = Path::new("book/src").join(page);
    let path = slashed(&folder.parent().unwrap_or(Path::new("")).join(path));
    if path.starts_with("../") {
        return Err((
            format!("{path} is outside of the repository"),
            "Write the path relative to the page's own folder".into(),
        ));
    }
    if let Some(chapter) = not_to_be_shown(&path) {
        return Err((
            format!("{path} is the reader's to edit, or a wrong answer"),
            format!(
                "Include solutions/{chapter}/src instead (its exercise regions are folded), or use \
                 `{{{{#wrong NAME}}}}`"
            ),
        ));
    }
    let text = fs::read_to_string(course.root.join(&path)).map_err(|error| {
        (
            format!("{path} cannot be read: {error}"),
            "Write the path relative to the page's own folder".to_owned(),
        )
    })?;
    let source = Source::parse(&path, text).map_err(|problem| (problem.what, problem.next))?;
    let Some(anchor) = anchor else {
        return Ok(dedent(&folded(course, &source, 0..source.text().len())));
    };
    let region = source.region(anchor).ok_or_else(|| {
        let names: Vec<String> = source
            .regions()
            .iter()
            .map(|region| region.name.clone())
            .collect();
        (
            format!("{path} has no anchor `{anchor}`"),
            format!(
                "Put `// ANCHOR: {anchor}` there, or use one it has: {}",
                list(&names)
            ),
        )
    })?;
    if source
        .regions()
        .iter()
        .any(|outer| is_exercise(outer) && encloses(outer, region))
    {
        return Err((
            format!("`{anchor}` of {path} is a part of an answer"),
            "Show answers with `{{#answer N.M}}`, which folds them away".into(),
        ));
    }
    let shown = folded(course, &source, region.body.clone());
    Ok(dedent(&without_spoken_docs(&shown)))
}

/// The file that `{{#include path:anchor}}` shows on `page`, as a reader looks for it: below `chapters/`
/// or below `solutions/`, since it is in both.
pub fn included_file(page: &str, arguments: &str) -> String {
    let path = arguments
        .split_once(':')
        .map_or(arguments, |(path, _)| path);
    let folder = Path::new("book/src").join(page);
    let path = slashed(&folder.parent().unwrap_or(Path::new("")).join(path));
    let inner = path.strip_prefix("solutions/");
    let inner = inner.or_else(|| path.strip_prefix("chapters/"));
    inner.unwrap_or(&path).to_owned()
}

/// Without the documentation of functions, which the page around them gives in its own words. That of
/// fields and types stays, and so does what a caller of an unsafe function has to know.
fn without_spoken_docs(text: &str) -> String {
    let is_doc = |line: &str| line.trim_start().starts_with("///");
    let mut out: Vec<&str> = Vec::new();
    let mut rest = text.lines().peekable();
    while let Some(line) = rest.next() {
        if !is_doc(line) {
            out.push(line);
            continue;
        }
        let mut docs = vec![line];
        while let Some(doc) = rest.next_if(|line| is_doc(line)) {
            docs.push(doc);
        }
        let of_function = {
            let mut ahead = rest.clone();
            let item = ahead.find(|line| !line.trim_start().starts_with("#["));
            item.is_some_and(is_function)
        };
        let is_duty = docs.iter().any(|doc| doc.contains("# Safety"));
        if !of_function || is_duty {
            out.extend(without_example(&docs));
        }
    }
    let mut out = out.join("\n");
    out.push('\n');
    out
}

/// Documentation without its section of examples: the page has its own.
fn without_example<'a>(docs: &[&'a str]) -> Vec<&'a str> {
    let begin = docs
        .iter()
        .position(|line| line.trim_start() == "/// # Examples");
    let Some(begin) = begin else {
        return docs.to_vec();
    };
    let mut kept = docs[..begin].to_vec();
    let mut is_code = false;
    let next = docs[begin + 1..].iter().skip_while(|line| {
        let line = line.trim_start();
        is_code ^= line.starts_with("/// ```");
        // In code such a line is hidden.
        is_code || !line.starts_with("/// # ")
    });
    kept.extend(next);
    while kept.last().is_some_and(|line| line.trim() == "///") {
        kept.pop();
    }
    kept
}

/// Whether an item's first line is that of a function.
fn is_function(line: &str) -> bool {
    let words = line.split_whitespace();
    let mut words = words.skip_while(|word| {
        matches!(
            *word,
            "pub" | "unsafe" | "const" | "async" | "extern" | "\"C\""
        ) || word.starts_with("pub(")
    });
    words.next() == Some("fn")
}

/// The solution's body of an exercise.
pub fn answer(course: &Course, chapter: &Chapter, exercise: &Exercise) -> Expansion {
    let path = format!("solutions/{}/{}", chapter.dir, slashed(&exercise.file));
    let text = fs::read_to_string(course.root.join(&path)).map_err(|error| {
        let description = format!("solutions/{}/course.toml", chapter.dir);
        (
            format!("{path} cannot be read: {error}"),
            format!(
                "Correct `file` of exercise {} in {description}",
                exercise.id
            ),
        )
    })?;
    let source = Source::parse(&path, text).map_err(|problem| (problem.what, problem.next))?;
    let region = source.region(&exercise.anchor()).ok_or_else(|| {
        (
            format!("{path} has no region `{}`", exercise.anchor()),
            format!(
                "Put `// ANCHOR: {}` into the body it is about",
                exercise.anchor()
            ),
        )
    })?;
    Ok(dedent(&without_markers(
        &source.text()[region.body.clone()],
    )))
}

/// A part of a file with exercise regions folded to their goals, without marker lines.
fn folded(course: &Course, source: &Source, part: std::ops::Range<usize>) -> String {
    let mut out = String::new();
    let mut at = part.start;
    for region in source.regions() {
        if !is_exercise(region) || region.whole.start < at || region.whole.end > part.end {
            continue;
        }
        out.push_str(&source.text()[at..region.whole.start]);
        out.push_str(&hole(course, region));
        at = region.whole.end;
    }
    out.push_str(&source.text()[at..part.end]);
    without_markers(&out)
}

/// What stands in place of an exercise's body, as in the reader's file.
fn hole(course: &Course, region: &Region) -> String {
    let mut exercises = course.exercises();
    match exercises.find(|(_, exercise)| exercise.anchor() == region.name) {
        Some((_, exercise)) => skeleton::hole_body(exercise, region.indent),
        // A region that no course.toml knows yet: an author is between two edits.
        None => {
            let name = region.name.trim_start_matches("ex-");
            indent(&format!("todo!(\"{name}\")\n"), region.indent)
        }
    }
}

/// A text without its anchor lines, and without the blank lines they leave at its ends.
fn without_markers(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| Marker::of(line).is_none())
        .collect();
    let mut out = lines.join("\n").trim_matches('\n').to_owned();
    out.push('\n');
    out
}

fn is_exercise(region: &Region) -> bool {
    region.name.starts_with("ex-")
}

fn encloses(outer: &Region, inner: &Region) -> bool {
    outer.whole.start <= inner.whole.start && inner.whole.end <= outer.whole.end
}

/// The chapter's folder, if the file is in its `chapters/NN-name/src` or `solutions/NN-name/wrong`, or is the
/// reader's program.
fn not_to_be_shown(path: &str) -> Option<&str> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        ["chapters", chapter, "src", ..] | ["solutions", chapter, "wrong", ..] => Some(chapter),
        ["chapters", chapter, PROGRAMS, program] if program.ends_with(".rs") => Some(chapter),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marker_lines_leave_no_blank_lines_at_the_ends() {
        assert_eq!(
            without_markers("// ANCHOR: a\n\n  x\n// ANCHOR_END: a\n\n"),
            "  x\n"
        );
    }

    #[test]
    fn the_page_says_what_a_function_does_and_the_listing_the_rest() {
        let text = "/// Adds.\n#[must_use]\npub(crate) fn add() {}\n\n/// A pair.\n///\n/// # Examples\n///\n\
                    /// ```\n/// # let hidden = 1;\n/// ```\nstruct Pair {\n    \
                    /// The left one.\n    left: u8,\n}\n\n/// Frees.\n///\n/// # Safety\n///\n/// Once.\n\
                    pub unsafe fn free() {}\n";
        let shown = without_spoken_docs(text);
        assert!(!shown.contains("Adds."), "{shown}");
        assert!(!shown.contains("Examples"), "{shown}");
        assert!(shown.contains("/// A pair.\nstruct"), "{shown}");
        for kept in [
            "#[must_use]\npub(crate) fn add",
            "/// A pair.",
            "    /// The left",
            "/// Once.\n",
        ] {
            assert!(shown.contains(kept), "no {kept} in\n{shown}");
        }
    }

    #[test]
    fn a_listing_names_the_file_that_is_in_both_folders() {
        let file = included_file("a/b.md", "../../../solutions/01-a/src/lib.rs:x");
        assert_eq!(file, "01-a/src/lib.rs");
    }

    #[test]
    fn what_the_reader_edits_and_wrong_answers_are_told_apart() {
        let chapter = Some("01-a");
        assert_eq!(not_to_be_shown("chapters/01-a/src/lib.rs"), chapter);
        assert_eq!(not_to_be_shown("solutions/01-a/wrong/one.rs"), chapter);
        assert_eq!(not_to_be_shown("solutions/01-a/src/lib.rs"), None);
        assert_eq!(not_to_be_shown("chapters/01-a/tests/one.rs"), None);
    }
}
