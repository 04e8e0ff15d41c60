//! What is wrong with a book that was built.
//!
//! Links, fragments and text alternatives are looked up in the finished HTML, since that is what a
//! reader's browser gets.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use course::book::pages::{Page, Pages, slashed};
use course::book::{Found, figure, html};
use course::course::Course;
use course::problem::Problem;

/// Looks at all pages of the book that was built into `dir`.
pub fn lint(course: &Course, pages: &Pages, found: &Found, dir: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    unlisted_pages(course, pages, &mut problems);
    exercises_and_figures(course, pages, found, &mut problems);
    for page in &pages.list {
        unnamed_languages(page, &mut problems);
    }
    links(pages, dir, &mut problems);
    problems
}

/// Pages that are there but not in the table of contents: nobody would find them.
fn unlisted_pages(course: &Course, pages: &Pages, problems: &mut Vec<Problem>) {
    let src = course.root.join("book").join("src");
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let page = slashed(path.strip_prefix(&src).unwrap_or(&path));
            if path.is_dir() {
                folders.push(path);
            } else if page.ends_with(".md") && page != "SUMMARY.md" && pages.get(&page).is_none() {
                problems.push(Problem::new(
                    format!("book/src/{page} is not in book/src/SUMMARY.md"),
                    "List it there, or delete it",
                ));
            }
        }
    }
}

/// Exercises whose page does not show them; figures that no page shows.
fn exercises_and_figures(
    course: &Course,
    pages: &Pages,
    found: &Found,
    problems: &mut Vec<Problem>,
) {
    for chapter in &course.chapters {
        let description = format!("solutions/{}/course.toml", chapter.dir);
        if pages.get(&chapter.page).is_none() {
            problems.push(Problem::new(
                format!("{description}: the book has no page {}", chapter.page),
                "Write it and list it in book/src/SUMMARY.md, or correct `page`",
            ));
        }
        for exercise in &chapter.exercises {
            let shown: Vec<&str> = found
                .exercises
                .iter()
                .filter(|(id, _)| *id == exercise.id)
                .map(|(_, page)| page.as_str())
                .collect();
            if shown != [exercise.page.as_str()] {
                let where_else = if shown.is_empty() {
                    "no page shows it".into()
                } else {
                    shown.join(", ")
                };
                problems.push(Problem::new(
                    format!(
                        "{description}: exercise {} is of page {}, and its box is on: {where_else}",
                        exercise.id, exercise.page
                    ),
                    format!("Put `{{{{#exercise {}}}}}` once, on its page", exercise.id),
                ));
            }
        }
    }
    for name in figure::names(course) {
        // A picture that is not drawn for the pages' colours stands there as an image.
        let file = format!("figures/{name}.svg");
        let is_image = pages.list.iter().any(|page| page.text.contains(&file));
        if !is_image && !found.figures.contains(&name) {
            problems.push(Problem::new(
                format!("book/src/figures/{name}.svg is on no page"),
                "Show it with `{{#figure}}` or as an image, or delete it",
            ));
        }
    }
}

/// Code fences without a language, which the highlighter would guess at.
fn unnamed_languages(page: &Page, problems: &mut Vec<Problem>) {
    let mut open = false;
    for (index, line) in page.text.lines().enumerate() {
        let line = line.trim_start();
        if !line.starts_with("```") {
            continue;
        }
        if !open && line.trim_matches('`').trim().is_empty() {
            problems.push(Problem::new(
                format!(
                    "book/src/{}:{}: this fence names no language",
                    page.path,
                    index + 1
                ),
                "Write ```rust, ```sh or, if it is neither, ```text",
            ));
        }
        open = !open;
    }
}

/// A page's HTML, reduced to what links are about.
struct Rendered {
    ids: BTreeSet<String>,
    links: BTreeSet<String>,
    images_without_words: Vec<String>,
}

/// Links and fragments that lead nowhere, ids that stand twice, images without words.
fn links(pages: &Pages, dir: &Path, problems: &mut Vec<Problem>) {
    let mut rendered: BTreeMap<String, (&Page, Rendered)> = BTreeMap::new();
    for page in &pages.list {
        let file = slashed(&Path::new(&page.path).with_extension("html"));
        let Ok(text) = fs::read_to_string(dir.join(&file)) else {
            continue;
        };
        let (html, doubled) = render(&text);
        for id in doubled {
            problems.push(Problem::new(
                format!("{} has the id `{id}` twice", place(page, &id)),
                "Name one of the two headings differently, or give it `{#another-id}`",
            ));
        }
        rendered.insert(file, (page, html));
    }
    for (file, (page, html)) in &rendered {
        for image in &html.images_without_words {
            problems.push(Problem::new(
                format!(
                    "{}: the image {image} has no text alternative",
                    place(page, image)
                ),
                "Write what it shows between the square brackets of ![…](…)",
            ));
        }
        for link in &html.links {
            if let Some((what, next)) = dead(file, link, dir, &rendered) {
                problems.push(Problem::new(format!("{}: {what}", place(page, link)), next));
            }
        }
    }
}

/// Why a link of the page `file` leads nowhere, if it does.
fn dead(
    file: &str,
    link: &str,
    dir: &Path,
    rendered: &BTreeMap<String, (&Page, Rendered)>,
) -> Option<(String, String)> {
    let external = ["http://", "https://", "mailto:"];
    if external.iter().any(|scheme| link.starts_with(scheme)) {
        return None;
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() {
        file.to_owned()
    } else {
        slashed(&Path::new(file).parent().unwrap_or(Path::new("")).join(path))
    };
    if !dir.join(&target).is_file() {
        return Some((
            format!("the link `{link}` leads to no page"),
            "Write the path of the Markdown file, relative to this one".into(),
        ));
    }
    let (_, html) = rendered.get(&target)?;
    if fragment.is_empty() || html.ids.contains(fragment) {
        return None;
    }
    let mut ids: Vec<String> = html.ids.iter().cloned().collect();
    ids.sort_by_key(|id| strsim::levenshtein(id, fragment));
    ids.truncate(3);
    Some((
        format!("the link `{link}` leads to a page without `#{fragment}`"),
        format!("The nearest there are: {}", ids.join(", ")),
    ))
}

/// Reads what matters of a page, and the ids that stand twice.
fn render(text: &str) -> (Rendered, Vec<String>) {
    let mut rendered = Rendered {
        ids: BTreeSet::new(),
        links: BTreeSet::new(),
        images_without_words: Vec::new(),
    };
    let mut doubled = Vec::new();
    for tag in html::tags_inside("main", text) {
        if let Some(id) = tag.attribute("id")
            && !rendered.ids.insert(id.to_owned())
        {
            doubled.push(id.to_owned());
        }
        if tag.name == "a"
            && let Some(href) = tag.attribute("href")
        {
            rendered.links.insert(href.to_owned());
        }
        if tag.name == "img" && tag.attribute("alt").is_none_or(|alt| alt.trim().is_empty()) {
            let image = tag.attribute("src").unwrap_or_default().to_owned();
            if !rendered.images_without_words.contains(&image) {
                rendered.images_without_words.push(image);
            }
        }
    }
    (rendered, doubled)
}

/// The page and, if it can be told, the line where something was written.
fn place(page: &Page, written: &str) -> String {
    let as_source = written.replace(".html", ".md");
    let line = page.text.lines().position(|line| line.contains(&as_source));
    match line {
        Some(index) => format!("book/src/{}:{}", page.path, index + 1),
        None => format!("book/src/{}", page.path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_itself_is_read() {
        let (html, doubled) = render(
            "<nav id=\"x\"><a href=\"n\"></a></nav><main><h1 id=\"x\"></h1><p id=\"x\"></p>\
             <a href=\"a.html#b\"></a><img src=\"i.png\" alt=\"\"></main><a href=\"after\"></a>",
        );
        assert!(html.links.iter().eq(["a.html#b"]));
        assert_eq!(doubled, ["x"]);
        assert_eq!(html.images_without_words, ["i.png"]);
    }
}
