//! A file that is open.
//!
//! There is one operation at a time. Its job takes the buffer along, and brings it back with the outcome:
//!
//! ```text
//!          ┌─ poll_read with an empty buffer, poll_write, poll_seek ──┐
//!          │                                                          v
//!     Idle(buffer) <────────── outcome and buffer ────────────── Busy(job)
//! ```
//!
//! A read asks for as many bytes as the caller has room for, and they stay in the buffer until they are
//! taken. A write is done, as far as its caller sees, when its bytes are in the buffer: the job that writes
//! them runs also if the runtime ends, and an error is told by the next write, or by `flush`. If bytes are left
//! of a read, the position of the system's file is behind what the caller has seen; what comes next sets it
//! back first.
//!
//! In tokio: `fs/file.rs`.

mod buffer;
mod turn;

use std::fmt;
use std::fs::{File as StdFile, Metadata, Permissions};
use std::io::{self, IoSlice, SeekFrom};
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::locks::Mutex;
use reactor::io::{AsyncRead, AsyncSeek, AsyncWrite};

use self::turn::Turn;
use super::job::run;
use super::open_options::OpenOptions;

/// A file that is open. It is read, written and sought through the traits of [`io`](crate::io).
///
/// Bytes that were written are with the system only after `flush` or [`sync_all`](File::sync_all). A file that
/// is dropped while a write is under way is closed after it, and an error of that write is lost.
///
/// # Cancellation
///
/// A read that is given up loses nothing: its bytes are those of the next read. A write that has returned
/// `Ready` is done in any case. A seek that is given up may have happened.
///
/// # Examples
///
/// ```
/// use std::io::SeekFrom;
///
/// use reveille::fs::File;
/// use reveille::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
///
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// let path = std::env::temp_dir().join(format!("reveille-file-{}", std::process::id()));
/// runtime.block_on(async {
///     let mut file = File::options().read(true).write(true).create(true).open(&path).await?;
///     file.write_all(b"hello, file").await?;
///     file.seek(SeekFrom::Start(7)).await?;
///     let mut text = String::new();
///     file.read_to_string(&mut text).await?;
///     assert_eq!(text, "file");
///     reveille::fs::remove_file(&path).await
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct File {
    std: Arc<StdFile>,
    /// A method that takes `&self` waits for its turn here, too.
    turn: Mutex<Turn>,
    /// How many bytes one read or write takes along at most.
    max_buf_size: usize,
}

/// How many bytes go along with one job: so many that the hand-over costs nothing beside the copy.
const BYTES_MAX: usize = 2 << 20;

impl File {
    /// Opens a file to be read.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::File::open`].
    #[harness::leaf("File::open", ())]
    pub async fn open(path: impl AsRef<Path>) -> io::Result<File> {
        OpenOptions::new().read(true).open(path).await
    }

    /// Opens a file to be written. It is made, or emptied.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::File::create`].
    #[harness::leaf("File::create", ())]
    pub async fn create(path: impl AsRef<Path>) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        options.open(path).await
    }

    /// Makes a file to be read and written.
    ///
    /// # Errors
    ///
    /// If there is one; and as of [`std::fs::File::create_new`].
    #[harness::leaf("File::create_new", ())]
    pub async fn create_new(path: impl AsRef<Path>) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        options.open(path).await
    }

    /// How a file is to be opened.
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// The same file, with async methods.
    pub fn from_std(std: StdFile) -> File {
        File {
            std: Arc::new(std),
            turn: Mutex::new(Turn::new()),
            max_buf_size: BYTES_MAX,
        }
    }

    /// The file of the standard library, when no operation is under way. Bytes that were read and not taken are
    /// lost.
    ///
    /// # Cancellation
    ///
    /// The file is closed.
    ///
    /// # Panics
    ///
    /// If a job still has the file whose caller has given up, and the system has no second descriptor for it.
    pub async fn into_std(mut self) -> StdFile {
        self.turn.get_mut().wait().await;
        Arc::try_unwrap(self.std).unwrap_or_else(|shared| {
            let clone = shared.try_clone();
            clone.expect("the system has a descriptor left")
        })
    }

    /// The file of the standard library.
    ///
    /// # Errors
    ///
    /// The file itself, if an operation is under way.
    pub fn try_into_std(mut self) -> Result<StdFile, File> {
        match Arc::try_unwrap(self.std) {
            Ok(std) => Ok(std),
            Err(std) => {
                self.std = std;
                Err(self)
            }
        }
    }

    /// Waits until the disk has all bytes, and what the system knows of the file.
    ///
    /// # Errors
    ///
    /// Of the system, or of a write before that.
    #[harness::leaf("File::sync_all", ())]
    pub async fn sync_all(&self) -> io::Result<()> {
        self.alone(|std| std.sync_all()).await
    }

    /// Waits until the disk has all bytes.
    ///
    /// # Errors
    ///
    /// As of [`sync_all`](File::sync_all).
    #[harness::leaf("File::sync_data", ())]
    pub async fn sync_data(&self) -> io::Result<()> {
        self.alone(|std| std.sync_data()).await
    }

    /// Cuts the file off, or fills it up with zeros. Bytes that were read and not taken are forgotten.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::File::set_len`], or of a write before that.
    #[harness::leaf("File::set_len", ())]
    pub async fn set_len(&self, size: u64) -> io::Result<()> {
        self.alone(move |std| std.set_len(size)).await
    }

    /// What the system knows of the file.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::File::metadata`].
    #[harness::leaf("File::metadata", ())]
    pub async fn metadata(&self) -> io::Result<Metadata> {
        let std = Arc::clone(&self.std);
        run(move || std.metadata()).await
    }

    /// Another handle on the same file. They share the position, and not the buffer, which is of the same
    /// size.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::File::try_clone`], or of a write before that.
    #[harness::leaf("File::try_clone", ())]
    pub async fn try_clone(&self) -> io::Result<File> {
        let mut clone = File::from_std(self.alone(|std| std.try_clone()).await?);
        clone.max_buf_size = self.max_buf_size;
        Ok(clone)
    }

    /// Says who may do what with the file.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::File::set_permissions`].
    #[harness::leaf("File::set_permissions", ())]
    pub async fn set_permissions(&self, permissions: Permissions) -> io::Result<()> {
        let std = Arc::clone(&self.std);
        run(move || std.set_permissions(permissions)).await
    }

    /// How many bytes one read or write takes along at most.
    ///
    /// # Panics
    ///
    /// If that is none: a read would look like the end of the file.
    #[track_caller]
    pub fn set_max_buf_size(&mut self, max_buf_size: usize) {
        assert!(0 < max_buf_size, "a read or write must take a byte along");
        self.max_buf_size = max_buf_size;
    }

    /// How many bytes one read or write takes along at most: two MiB, if it was not said.
    pub fn max_buf_size(&self) -> usize {
        self.max_buf_size
    }

    /// Runs `f` when no operation is under way, and the position is where the caller thinks it is.
    async fn alone<F, T>(&self, f: F) -> io::Result<T>
    where
        F: FnOnce(&StdFile) -> io::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let mut turn = self.turn.lock().await;
        turn.wait().await;
        turn.take_write_error()?;
        let back = turn.forget_unread();
        let std = Arc::clone(&self.std);
        run(move || {
            buffer::set_back(&std, back)?;
            f(&std)
        })
        .await
    }
}

impl AsyncRead for File {
    #[harness::leaf("File::read")]
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let count = bytes.len().min(this.max_buf_size);
        (this.turn.get_mut()).poll_read(&this.std, cx, &mut bytes[..count])
    }
}

impl AsyncWrite for File {
    #[harness::leaf("File::write")]
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let slices = [IoSlice::new(bytes)];
        (this.turn.get_mut()).poll_write(&this.std, cx, &slices, this.max_buf_size)
    }

    #[harness::leaf("File::write")]
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        (this.turn.get_mut()).poll_write(&this.std, cx, slices, this.max_buf_size)
    }

    #[harness::leaf("File::flush")]
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.turn.get_mut().poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl AsyncSeek for File {
    #[harness::leaf("File::seek")]
    fn poll_seek(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        let this = &mut *self;
        this.turn.get_mut().poll_seek(&this.std, cx, to)
    }
}

impl From<StdFile> for File {
    fn from(std: StdFile) -> File {
        File::from_std(std)
    }
}

#[cfg(unix)]
impl AsRawFd for File {
    fn as_raw_fd(&self) -> RawFd {
        self.std.as_raw_fd()
    }
}

#[cfg(unix)]
impl AsFd for File {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.std.as_fd()
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("std", &self.std).finish()
    }
}
