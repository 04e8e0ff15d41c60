//! Where a chapter stands among the others: a strip of all chapters on the first page of each.

use std::path::Path;

use crate::course::Course;

use super::boxes::escaped;
use super::onward::href;
use super::pages;

/// The strip, if this is the first page of a chapter. The chapter itself is named, and of the others the
/// number is shown.
pub fn strip(course: &Course, page: &str) -> Option<String> {
    let chapters = pages::chapters(course);
    let here = chapters
        .iter()
        .position(|(_, path)| path.as_deref() == Some(page))?;
    let items = chapters.iter().enumerate().map(|(at, (title, path))| {
        let title = escaped(title);
        let number = title.split(" · ").next().unwrap_or(&title);
        match path {
            _ if at == here => format!(
                "<li class=\"here\" aria-current=\"page\">{title}<span>you are here</span></li>"
            ),
            Some(path) => {
                let href = href(Path::new(page), Path::new(path));
                format!("<li><a href=\"{href}\" title=\"{title}\" aria-label=\"{title}\">{number}</a></li>")
            }
            None => format!("<li class=\"later\" title=\"{title}, not written yet\">{number}</li>"),
        }
    });
    let items: Vec<String> = items.collect();
    Some(format!(
        "\n<nav class=\"chapters-strip\" aria-label=\"Chapters\"><ol>\n{}\n</ol></nav>\n\n",
        items.join("\n")
    ))
}
