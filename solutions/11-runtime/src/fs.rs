//! Files.
//!
//! Most systems have no way to ask whether a file is ready: to the driver of sockets a file always is, and
//! then the read blocks. So each operation here is a job of the [blocking pool](crate::task::spawn_blocking),
//! with the names and results of [`std::fs`]. That costs a hand-over to another thread and back: for
//! many small operations, put them into one `spawn_blocking`.
//!
//! # Cancellation
//!
//! A job that has begun cannot be stopped. If the future of an operation is dropped, the operation happens all
//! the same, or does not happen at all if its job had not begun and the runtime ends before; and its result is
//! lost. For a [`File`] each method says what that means.
//!
//! # Left out
//!
//! Windows' own functions, and `io_uring`.
//!
//! In tokio: `fs/`.

mod dir;
mod file;
mod job;
mod open_options;
mod paths;
mod whole;

pub use dir::{DirBuilder, DirEntry, ReadDir, create_dir, create_dir_all, read_dir};
pub use file::File;
pub use open_options::OpenOptions;
#[cfg(unix)]
pub use paths::symlink;
pub use paths::{
    canonicalize, copy, hard_link, metadata, read_link, remove_dir, remove_dir_all, remove_file,
    rename, set_permissions, symlink_metadata, try_exists,
};
pub use whole::{read, read_to_string, write};
