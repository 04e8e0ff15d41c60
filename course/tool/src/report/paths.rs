//! Paths as the reader can open them: from the repository's root, where the terminal is.
//!
//! The compiler, Miri and the test kit name a file now by its whole path and now from the folder of
//! its package.

use crate::course::{Chapter, Course};

/// The folders of a package that a message may name without saying of which.
const FOLDERS: [&str; 3] = ["src/", "tests/", "examples/"];

/// The text with each path of the reader's chapter told from the repository's root.
pub fn from_root(course: &Course, chapter: &Chapter, text: &str) -> String {
    let root = format!("{}/", course.root.display().to_string().replace('\\', "/"));
    let text = text.replace(&root, "");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = FOLDERS.iter().filter_map(|name| rest.find(name)).min() {
        let (before, path) = rest.split_at(at);
        let end = path.find(|c| !is_of_path(c)).unwrap_or(path.len());
        // A full stop ends the sentence, not the path.
        let end = path[..end].trim_end_matches('.').len();
        let (path, after) = path.split_at(end);
        let before = match before.strip_suffix("./") {
            Some(shorter) if !shorter.ends_with(is_of_path) => shorter,
            _ => before,
        };
        out.push_str(before);
        let begins_here = !out.ends_with(is_of_path);
        if begins_here && course.chapter_dir(chapter).join(path).is_file() {
            out.push_str(&format!("chapters/{}/", chapter.dir));
        }
        out.push_str(path);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn is_of_path(char: char) -> bool {
    char.is_alphanumeric() || "/._-".contains(char)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn from_root(root: &Path, text: &str) -> String {
        let description = "number = 1\ntitle = \"\"\nminutes = 1\npackage = \"\"\nsolution = \"\"\n\
                           lib = \"\"\npage = \"\"\nexercise = []\n";
        let mut chapter: Chapter = toml::from_str(description).unwrap();
        chapter.dir = "01-small".to_owned();
        let course = Course {
            root: root.to_owned(),
            chapters: Vec::new(),
        };
        super::from_root(&course, &chapter, text)
    }

    #[test]
    fn a_path_is_told_from_the_root_however_it_was_told() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("chapters/01-small/src");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("one.rs"), "").unwrap();
        let whole = format!("at {}/one.rs:3.", folder.display());
        for text in [
            "at src/one.rs:3.",
            "at ./src/one.rs:3.",
            "at chapters/01-small/src/one.rs:3.",
            &whole,
        ] {
            let told = from_root(root.path(), text);
            assert_eq!(told, "at chapters/01-small/src/one.rs:3.");
        }
        for other in ["library/src/one.rs", "src/two.rs.", "tests/", "as is"] {
            assert_eq!(from_root(root.path(), other), other);
        }
    }
}
