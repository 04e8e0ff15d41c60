//! What the system can do with paths.
//!
//! Each function has the name and the result of one in [`std::fs`]; there is more to read of it there.
//!
//! # Cancellation
//!
//! If the future of one of them is dropped, the operation happens all the same once its job has begun.

use std::fs::{Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::job::run;

/// The path without links, `.` and `..`.
///
/// # Errors
///
/// As of [`std::fs::canonicalize`].
#[harness::leaf("fs::canonicalize", ())]
pub async fn canonicalize(path: impl AsRef<Path>) -> io::Result<PathBuf> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::canonicalize(path)).await
}

/// What the system knows of a file. It follows links.
///
/// # Errors
///
/// As of [`std::fs::metadata`].
#[harness::leaf("fs::metadata", ())]
pub async fn metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::metadata(path)).await
}

/// What the system knows of a file, or of a link itself.
///
/// # Errors
///
/// As of [`std::fs::symlink_metadata`].
#[harness::leaf("fs::symlink_metadata", ())]
pub async fn symlink_metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::symlink_metadata(path)).await
}

/// Where a link points to.
///
/// # Errors
///
/// As of [`std::fs::read_link`].
#[harness::leaf("fs::read_link", ())]
pub async fn read_link(path: impl AsRef<Path>) -> io::Result<PathBuf> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::read_link(path)).await
}

/// Removes a directory that is empty.
///
/// # Errors
///
/// As of [`std::fs::remove_dir`].
#[harness::leaf("fs::remove_dir", ())]
pub async fn remove_dir(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::remove_dir(path)).await
}

/// Removes a directory with all that is in it. Take care.
///
/// # Errors
///
/// As of [`std::fs::remove_dir_all`].
#[harness::leaf("fs::remove_dir_all", ())]
pub async fn remove_dir_all(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::remove_dir_all(path)).await
}

/// Removes a file.
///
/// # Errors
///
/// As of [`std::fs::remove_file`].
#[harness::leaf("fs::remove_file", ())]
pub async fn remove_file(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::remove_file(path)).await
}

/// Whether there is something at this path.
///
/// # Errors
///
/// If that cannot be told, for example because a directory on the way may not be read.
#[harness::leaf("fs::try_exists", ())]
pub async fn try_exists(path: impl AsRef<Path>) -> io::Result<bool> {
    let path = path.as_ref().to_owned();
    run(move || path.try_exists()).await
}

/// Copies the bytes and the permissions of a file. Returns how many bytes there are.
///
/// # Errors
///
/// As of [`std::fs::copy`].
#[harness::leaf("fs::copy", ())]
pub async fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<u64> {
    let (from, to) = (from.as_ref().to_owned(), to.as_ref().to_owned());
    run(move || std::fs::copy(from, to)).await
}

/// Gives a file another name, in place of what had it.
///
/// # Errors
///
/// As of [`std::fs::rename`].
#[harness::leaf("fs::rename", ())]
pub async fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
    let (from, to) = (from.as_ref().to_owned(), to.as_ref().to_owned());
    run(move || std::fs::rename(from, to)).await
}

/// Gives a file one more name.
///
/// # Errors
///
/// As of [`std::fs::hard_link`].
#[harness::leaf("fs::hard_link", ())]
pub async fn hard_link(original: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    let (original, link) = (original.as_ref().to_owned(), link.as_ref().to_owned());
    run(move || std::fs::hard_link(original, link)).await
}

/// Makes a link that points to `original`.
///
/// # Errors
///
/// As of [`std::os::unix::fs::symlink`].
#[cfg(unix)]
#[harness::leaf("fs::symlink", ())]
pub async fn symlink(original: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    let (original, link) = (original.as_ref().to_owned(), link.as_ref().to_owned());
    run(move || std::os::unix::fs::symlink(original, link)).await
}

/// Says who may do what with a file.
///
/// # Errors
///
/// As of [`std::fs::set_permissions`].
#[harness::leaf("fs::set_permissions", ())]
pub async fn set_permissions(path: impl AsRef<Path>, permissions: Permissions) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::set_permissions(path, permissions)).await
}
