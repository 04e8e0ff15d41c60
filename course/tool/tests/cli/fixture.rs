//! The small course in a folder of its own, and the tool run in it.

use std::ops::Deref;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::small::Small;

pub use crate::small::{ONE as DOUBLE, TWO as HALF};

/// A repository with a book. It is removed when this is dropped.
pub struct Fixture {
    folder: TempDir,
    small: Small,
}

impl Deref for Fixture {
    type Target = Small;

    fn deref(&self) -> &Small {
        &self.small
    }
}

impl Fixture {
    /// The untouched course.
    pub fn new() -> Fixture {
        Fixture::with(&BOOK)
    }

    /// The untouched course, with these files beside or in place of its own.
    pub fn with(more: &[(&str, &str)]) -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let small = Small::write_into(&folder.path().canonicalize().unwrap(), more);
        Fixture { folder, small }
    }

    /// The repository's folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The tool, to be run in the repository. Nothing of the surroundings reaches it that could
    /// change what it does.
    pub fn tool(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command
            .args(arguments)
            .current_dir(self.root())
            .stdin(Stdio::null())
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CARGO_PKG_NAME")
            .env_remove("NO_COLOR");
        command
    }
}

pub const BOOK: [(&str, &str); 3] = [
    (
        "book/book.toml",
        "[book]\ntitle = \"Small\"\nlanguage = \"en\"\n",
    ),
    (
        "book/src/SUMMARY.md",
        "# Summary\n\n- [Small](small/index.md)\n- [One](small/one.md)\n- [Two](small/two.md)\n",
    ),
    ("book/src/small/index.md", "# Small\n"),
];
