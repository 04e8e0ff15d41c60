//! Directories.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{DirEntry as StdEntry, FileType, Metadata, ReadDir as StdReadDir};
use std::future::poll_fn;
use std::io;
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, DirEntryExt};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::job::{failed, run};
use crate::task::{JoinHandle, spawn_blocking};

/// Makes a directory in one that is there.
///
/// # Errors
///
/// As of [`std::fs::create_dir`].
///
/// # Cancellation
///
/// It is made all the same, once its job has begun.
#[harness::leaf("fs::create_dir", ())]
pub async fn create_dir(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::create_dir(path)).await
}

/// Makes a directory, and those it is in.
///
/// # Errors
///
/// As of [`std::fs::create_dir_all`].
///
/// # Cancellation
///
/// It is made all the same, once its job has begun.
#[harness::leaf("fs::create_dir_all", ())]
pub async fn create_dir_all(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::create_dir_all(path)).await
}

/// Reads what is in a directory.
///
/// # Errors
///
/// As of [`std::fs::read_dir`].
///
/// # Cancellation
///
/// Nothing is left.
#[harness::leaf("fs::read_dir", ())]
pub async fn read_dir(path: impl AsRef<Path>) -> io::Result<ReadDir> {
    let path = path.as_ref().to_owned();
    let (batch, rest) = run(move || std::fs::read_dir(path).map(read_batch)).await?;
    Ok(ReadDir {
        batch,
        rest: Rest::Idle(rest),
    })
}

/// How a directory is made. As [`std::fs::DirBuilder`].
///
/// # Examples
///
/// ```
/// use reveille::fs;
///
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// let outer = std::env::temp_dir().join(format!("reveille-dir-{}", std::process::id()));
/// runtime.block_on(async {
///     fs::DirBuilder::new().recursive(true).create(outer.join("inner")).await?;
///     fs::remove_dir_all(&outer).await
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct DirBuilder {
    recursive: bool,
    #[cfg(unix)]
    mode: Option<u32>,
}

impl DirBuilder {
    /// Makes one directory, in one that is there.
    pub fn new() -> DirBuilder {
        DirBuilder::default()
    }

    /// Whether those directories are made too that it is in.
    pub fn recursive(&mut self, recursive: bool) -> &mut DirBuilder {
        self.recursive = recursive;
        self
    }

    /// The permissions of the directory.
    #[cfg(unix)]
    pub fn mode(&mut self, mode: u32) -> &mut DirBuilder {
        self.mode = Some(mode);
        self
    }

    /// Makes the directory.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::DirBuilder::create`].
    ///
    /// # Cancellation
    ///
    /// It is made all the same, once its job has begun.
    pub async fn create(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref().to_owned();
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(self.recursive);
        #[cfg(unix)]
        if let Some(mode) = self.mode {
            builder.mode(mode);
        }
        run(move || builder.create(path)).await
    }
}

/// What is in a directory, in the order of the system. Made by [`read_dir`].
///
/// # Examples
///
/// ```
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// let count = runtime.block_on(async {
///     let mut entries = reveille::fs::read_dir("src").await?;
///     let mut count = 0;
///     while let Some(entry) = entries.next_entry().await? {
///         count += usize::from(entry.file_type().await?.is_file());
///     }
///     Ok::<_, std::io::Error>(count)
/// })?;
/// assert!(1 <= count);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "streams do nothing unless polled"]
pub struct ReadDir {
    /// Read already.
    batch: Batch,
    rest: Rest,
}

type Batch = VecDeque<io::Result<StdEntry>>;

#[derive(Debug)]
enum Rest {
    /// To be read; `None` after the end.
    Idle(Option<StdReadDir>),
    Busy(JoinHandle<(Batch, Option<StdReadDir>)>),
}

/// So many entries are read by one job: a hand-over to another thread takes as long as some of them.
const BATCH: usize = 32;

/// Reads a batch. Returns too what is left to read, unless that was all.
fn read_batch(mut dir: StdReadDir) -> (Batch, Option<StdReadDir>) {
    let batch: Batch = dir.by_ref().take(BATCH).collect();
    let is_end = batch.len() < BATCH;
    (batch, (!is_end).then_some(dir))
}

impl ReadDir {
    /// The next entry; `None` after the last.
    ///
    /// # Errors
    ///
    /// If the directory, or an entry, cannot be read.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost.
    #[harness::leaf("ReadDir::next_entry")]
    pub async fn next_entry(&mut self) -> io::Result<Option<DirEntry>> {
        poll_fn(|cx| self.poll_next_entry(cx)).await
    }

    /// Polls for the next entry.
    ///
    /// # Errors
    ///
    /// As of [`next_entry`](ReadDir::next_entry).
    #[harness::leaf("ReadDir::poll_next_entry")]
    pub fn poll_next_entry(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<DirEntry>>> {
        loop {
            if let Some(entry) = self.batch.pop_front() {
                let entry = entry.map(|entry| Some(DirEntry(Arc::new(entry))));
                return Poll::Ready(entry);
            }
            match &mut self.rest {
                Rest::Idle(None) => return Poll::Ready(Ok(None)),
                Rest::Idle(rest) => {
                    let dir = rest.take().expect("it was there a moment ago");
                    self.rest = Rest::Busy(spawn_blocking(move || read_batch(dir)));
                }
                Rest::Busy(job) => {
                    let read = ready!(Pin::new(job).poll(cx));
                    self.rest = Rest::Idle(None);
                    let (batch, rest) = read.map_err(|_| failed())?;
                    self.batch = batch;
                    self.rest = Rest::Idle(rest);
                }
            }
        }
    }
}

/// Something in a directory.
///
/// # Examples
///
/// ```
/// use reveille::fs;
/// use reveille::runtime::Builder;
///
/// let runtime = Builder::new_current_thread().build()?;
/// let found = runtime.block_on(async {
///     let mut entries = fs::read_dir(".").await?;
///     let mut found = false;
///     while let Some(entry) = entries.next_entry().await? {
///         found |= entry.file_name() == "Cargo.toml" && entry.file_type().await?.is_file();
///     }
///     std::io::Result::Ok(found)
/// })?;
/// assert!(found, "tests run in the folder of their package");
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct DirEntry(Arc<StdEntry>);

impl DirEntry {
    /// The path: that of the directory, and the name.
    pub fn path(&self) -> PathBuf {
        self.0.path()
    }

    /// The name, without the directory.
    pub fn file_name(&self) -> OsString {
        self.0.file_name()
    }

    /// The number that the system has for it.
    #[cfg(unix)]
    pub fn ino(&self) -> u64 {
        self.0.ino()
    }

    /// What the system knows of it. It does not follow links.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::DirEntry::metadata`].
    pub async fn metadata(&self) -> io::Result<Metadata> {
        let entry = Arc::clone(&self.0);
        run(move || entry.metadata()).await
    }

    /// Whether it is a file, a directory, or a link.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::DirEntry::file_type`].
    pub async fn file_type(&self) -> io::Result<FileType> {
        let entry = Arc::clone(&self.0);
        run(move || entry.file_type()).await
    }
}
