//! The file that this program runs from, which Windows locks for as long as it runs.
//!
//! `cargo course` in a second terminal, while the watch runs in the first, has cargo look whether the
//! program is up to date; if it is not, such as after a `git pull`, cargo has to write the file that is
//! locked. A file that is locked so may still be renamed. So the watch takes another name for itself and
//! leaves a copy in its place. (cargo links the program into two folders; both names lead to one file.)

use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// Stands in the names of files that a program runs from.
const ASIDE: &str = ".running-";

/// Leaves the names that this program was started by to whoever wants to write it. Does nothing where
/// running programs are not locked.
pub fn leave_the_name() {
    if cfg!(windows)
        && let Ok(this) = env::current_exe()
    {
        step_aside(&this);
    }
}

/// Gives the file, and each other name of it in `deps/`, another name, and puts a copy in its place.
fn step_aside(this: &Path) {
    let Some(folder) = this.parent() else { return };
    let size = fs::metadata(this).map(|metadata| metadata.len()).ok();
    let mut names = vec![this.to_owned()];
    names.extend(files(&folder.join("deps")).filter(|path| {
        let is_ours = path.extension() == this.extension()
            && file_name(path).starts_with(&format!("{}-", stem(this)));
        is_ours && fs::metadata(path).map(|metadata| metadata.len()).ok() == size
    }));
    for old in [folder.to_owned(), folder.join("deps")]
        .iter()
        .flat_map(|folder| files(folder))
    {
        if file_name(&old).contains(ASIDE) {
            // One that runs still cannot be removed.
            let _ = fs::remove_file(old);
        }
    }
    for name in names {
        let aside = name.with_file_name(format!("{}{ASIDE}{}", file_name(&name), process::id()));
        if fs::rename(&name, &aside).is_ok() && fs::copy(&aside, &name).is_err() {
            // No room for a copy: locked as before.
            let _ = fs::rename(&aside, &name);
        }
    }
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_steps_aside_leaves_a_copy_under_each_of_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let deps = folder.path().join("deps");
        fs::create_dir(&deps).unwrap();
        let this = folder.path().join("course.exe");
        fs::write(&this, "the program").unwrap();
        let linked = deps.join("course-0123456789abcdef.exe");
        fs::hard_link(&this, &linked).unwrap();
        let other = deps.join("course-fedcba9876543210.exe");
        fs::write(&other, "another build of it").unwrap();
        let left = folder.path().join("course.exe.running-1");
        fs::write(&left, "of a watch that has ended").unwrap();

        step_aside(&this);
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        for name in [&this, &linked] {
            assert_eq!(read(name), "the program");
            let aside = format!("{}.running-{}", file_name(name), process::id());
            assert_eq!(read(&name.with_file_name(aside)), "the program");
        }
        assert_eq!(read(&other), "another build of it");
        assert!(!left.exists());
        // What is written there now is another file than the one that runs.
        fs::write(&linked, "newer").unwrap();
        assert_eq!(read(&this), "the program");
    }
}
