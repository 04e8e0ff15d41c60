//! Which pages there are: what `SUMMARY.md` lists, in its order.

use std::fs;
use std::path::{Component, Path};

use crate::course::Course;
use crate::problem::Problem;

/// The pages of the book.
pub struct Pages {
    /// In reading order.
    pub list: Vec<Page>,
}

/// A page as its author wrote it.
pub struct Page {
    /// Relative to `book/src`, with slashes, such as `timer-future/poll.md`.
    pub path: String,
    /// Its Markdown.
    pub text: String,
}

impl Pages {
    /// Reads `SUMMARY.md` and all pages it lists.
    ///
    /// # Errors
    ///
    /// All pages that cannot be read.
    pub fn load(course: &Course) -> Result<Pages, Vec<Problem>> {
        let src = course.root.join("book").join("src");
        let summary = fs::read_to_string(src.join("SUMMARY.md")).map_err(|error| {
            vec![Problem::new(
                format!("book/src/SUMMARY.md cannot be read: {error}"),
                "Bring it back with `git restore book/src/SUMMARY.md`",
            )]
        })?;
        let mut list = Vec::new();
        let mut problems = Vec::new();
        for (index, line) in summary.lines().enumerate() {
            let Some(path) = link_target(line) else {
                continue;
            };
            match fs::read_to_string(src.join(path)) {
                Ok(text) => list.push(Page {
                    path: path.to_owned(),
                    text,
                }),
                Err(error) => problems.push(Problem::new(
                    format!(
                        "book/src/SUMMARY.md:{}: {path} cannot be read: {error}",
                        index + 1
                    ),
                    format!("Write book/src/{path}, or make its entry a draft: `[title]()`"),
                )),
            }
        }
        if problems.is_empty() {
            Ok(Pages { list })
        } else {
            Err(problems)
        }
    }

    /// The page at this path.
    pub fn get(&self, path: &str) -> Option<&Page> {
        self.list.iter().find(|page| page.path == path)
    }
}

/// Path and title of each page that `SUMMARY.md` lists, in its order; none if it cannot be read.
pub fn titles(course: &Course) -> Vec<(String, String)> {
    let summary = course.root.join("book").join("src").join("SUMMARY.md");
    let summary = fs::read_to_string(summary).unwrap_or_default();
    let page = |line: &str| {
        let path = link_target(line)?;
        let title = line.split_once('[')?.1.split("](").next()?;
        Some((path.to_owned(), title.to_owned()))
    };
    summary.lines().filter_map(page).collect()
}

/// The book's chapters, in order: the entries of `SUMMARY.md` that are below no other. A draft has no path.
pub fn chapters(course: &Course) -> Vec<(String, Option<String>)> {
    let summary = course.root.join("book").join("src").join("SUMMARY.md");
    let summary = fs::read_to_string(summary).unwrap_or_default();
    let entry = |line: &str| {
        let title = line.strip_prefix("- [")?.split("](").next()?;
        Some((title.to_owned(), link_target(line).map(str::to_owned)))
    };
    summary.lines().filter_map(entry).collect()
}

/// A path with slashes and without `.` and `..`, whatever the system writes.
pub fn slashed(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                parts.pop();
            }
            Component::ParentDir => parts.push("..".to_owned()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    parts.join("/")
}

/// The page that a line of the summary links to. A draft links to nothing.
fn link_target(line: &str) -> Option<&str> {
    let start = line.find("](")? + 2;
    let target = line[start..].split(')').next()?.trim();
    (!target.is_empty()).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_line_links_to_a_page_or_is_a_draft() {
        assert_eq!(
            link_target("- [Polling](timer-future/poll.md)"),
            Some("timer-future/poll.md")
        );
        assert_eq!(link_target("  - [3 · The harness]()"), None);
        assert_eq!(link_target("# Part"), None);
    }

    #[test]
    fn paths_lose_their_dots() {
        assert_eq!(slashed(Path::new("a/b/../../c/./d.rs")), "c/d.rs");
        assert_eq!(slashed(Path::new("a/../../d.rs")), "../d.rs");
    }
}
