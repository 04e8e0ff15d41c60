//! Files and folders: finding, writing, and what to say where that fails.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::problem::{Problem, Result};

/// All files at any depth below `folder`, in order. Empty if there is no such folder.
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
                false => files.push(path),
            }
        }
    }
    files.sort();
    Ok(files)
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
