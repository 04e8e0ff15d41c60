//! The end of each page: the pages before and after it, by their titles.

use std::path::{Path, PathBuf};

use mdbook_preprocessor::book::{Book, Chapter};

use super::boxes::escaped;
use super::pages::slashed;

/// A page that another leads to.
struct Page {
    title: String,
    path: PathBuf,
}

/// Adds the links to all pages.
pub fn link(book: &mut Book) {
    let pages: Vec<Page> = book.chapters().filter_map(page).collect();
    book.for_each_chapter_mut(|chapter| {
        let Some(own) = &chapter.path else { return };
        let Some(at) = pages.iter().position(|page| page.path == *own) else {
            return;
        };
        let before = at.checked_sub(1).and_then(|at| pages.get(at));
        let links = [
            ("prev", "Back", before),
            ("next", "Next", pages.get(at + 1)),
        ];
        let links = links.into_iter().filter_map(|(class, word, page)| {
            let page = page?;
            let (title, href) = (escaped(&page.title), href(own, &page.path));
            Some(format!(
                "<a class=\"{class}\" href=\"{href}\"><span>{word}</span> {title}</a>"
            ))
        });
        let links: Vec<String> = links.collect();
        if !links.is_empty() {
            let links = links.join("\n");
            let nav = format!("\n\n<nav class=\"onward\" aria-label=\"Pages\">\n{links}\n</nav>\n");
            chapter.content.push_str(&nav);
        }
    });
}

fn page(chapter: &Chapter) -> Option<Page> {
    Some(Page {
        title: chapter.name.clone(),
        path: chapter.path.clone()?,
    })
}

/// The address of a page, from another one.
pub fn href(from: &Path, to: &Path) -> String {
    let up = from
        .parent()
        .map_or(0, |folder| folder.components().count());
    format!(
        "{}{}",
        "../".repeat(up),
        slashed(&to.with_extension("html"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_from_one_folder_to_another() {
        let href = |from: &str, to: &str| super::href(Path::new(from), Path::new(to));
        assert_eq!(href("introduction.md", "a/index.md"), "a/index.html");
        assert_eq!(href("a/index.md", "a/b.md"), "../a/b.html");
    }
}
