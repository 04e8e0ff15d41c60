//! Files and folders: finding, writing, and what to say where that fails.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::problem::{Problem, Result};

/// All files at any depth below `folder`, in order. What an editor leaves behind is passed over. Empty if
/// there is no such folder.
///
/// # Errors
///
/// If one of the folders cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let path = entry.map_err(|error| unreadable(&folder, &error))?.path();
            match path.is_dir() {
                true => folders.push(path),
                false if is_left_behind(&path) => {}
                false => files.push(path),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Whether an editor has left this file, and may take it away at any moment: a lock (Emacs makes a link
/// `.#page.md` that leads nowhere), a copy (`page.md~`, `#page.md#`), a swap file, or Vim's `4913`.
pub fn is_left_behind(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_saved_by_itself = name.starts_with('#') && name.ends_with('#');
    name.starts_with('.') || name.ends_with('~') || is_saved_by_itself || name == "4913"
}

/// Writes a file, and the folders that it lies in.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_file(path: &Path, text: &str) -> Result<()> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| unwritable(path, &error))
}

/// A file or folder that cannot be read.
pub fn unreadable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        format!("{} cannot be read: {error}", path.display()),
        "Bring it back with `git restore` and that path",
    )
}

/// A file or folder that cannot be written.
pub fn unwritable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        format!("{} cannot be written: {error}", path.display()),
        "Make room or make that folder writable, then run the command again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_editor_leaves_behind_is_known_by_its_name() {
        for name in [
            ".#a.md",
            ".a.md.swp",
            "a.md~",
            "#a.md#",
            "4913",
            ".DS_Store",
        ] {
            assert!(is_left_behind(&Path::new("src").join(name)), "{name}");
        }
        for name in ["a.md", "course.css", "49134", "a#b.rs"] {
            assert!(!is_left_behind(&Path::new("src").join(name)), "{name}");
        }
    }
}
