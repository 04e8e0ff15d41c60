//! Pipes: bytes in one direction, between tasks, threads or processes.
//!
//! In tokio: `net/unix/pipe.rs`.

// ANCHOR: ex-8-9-pipe
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need. `flags` beside this file reads and sets the flags of a descriptor. `AsyncFd` and
// `poll_proceed` are given, too.

use std::fmt;
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::io::{AsyncRead, AsyncWrite};

use crate::async_fd::AsyncFd;
use crate::{Interest, Ready};

/// The end of a pipe that is written to. When it is dropped, and no other sender is left, the receiver
/// comes to the end.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::IoPark;
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::net::unix::pipe;
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (mut sender, mut receiver) = pipe::pipe()?;
///     sender.write_all(b"hello").await?;
///     drop(sender);
///     let mut all = Vec::new();
///     receiver.read_to_end(&mut all).await?;
///     assert_eq!(all, b"hello");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct Sender {
    // Yours to replace, as are all private fields and whatever else is not public.
    file: AsyncFd<File>,
}

/// The end of a pipe that is read from.
///
/// # Examples
///
/// ```
/// use std::io;
///
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{IoPark, net::unix::pipe};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (sender, receiver) = pipe::pipe()?;
///     let mut buffer = [0; 8];
///     let nothing = receiver.try_read(&mut buffer).unwrap_err();
///     assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
///     sender.writable().await?;
///     sender.try_write(b"ping")?;
///     receiver.readable().await?;
///     assert_eq!(receiver.try_read(&mut buffer)?, 4);
///     assert_eq!(&buffer[..4], b"ping");
///     Ok::<_, io::Error>(())
/// })?;
/// # Ok::<_, io::Error>(())
/// ```
pub struct Receiver {
    // Yours to replace, as are all private fields and whatever else is not public.
    file: AsyncFd<File>,
}

/// Makes a pipe.
///
/// # Errors
///
/// If the system has no descriptor left.
///
/// # Panics
///
/// If the thread is in no runtime, or in one without an I/O driver.
#[track_caller]
pub fn pipe() -> io::Result<(Sender, Receiver)> {
    todo!("8.9 pipe")
}

impl Sender {
    /// A sender for a pipe that was made elsewhere. Its operations do not block any more afterwards.
    ///
    /// # Errors
    ///
    /// *Invalid input* if it is no pipe, or not the end that is written to; or what the system says.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn from_owned_fd(descriptor: OwnedFd) -> io::Result<Sender> {
        todo!("8.9 pipe")
    }

    /// Waits until something of `interest` is known, and returns what is. It is a hint, and stays until a
    /// `try_` operation finds no room.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    #[harness::leaf("pipe::Sender::ready", Resource::descriptor(self))]
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        todo!("8.9 pipe")
    }

    /// Waits until a write is worth a try.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses nothing: the report stays.
    #[harness::leaf("pipe::Sender::writable", Resource::descriptor(self))]
    pub async fn writable(&self) -> io::Result<()> {
        todo!("8.9 pipe")
    }

    /// Writes, if there is room. On Linux, bytes up to 4096 go together or not at all.
    ///
    /// # Errors
    ///
    /// *Would block* if there is no room; *broken pipe* if no receiver is left.
    pub fn try_write(&self, buffer: &[u8]) -> io::Result<usize> {
        todo!("8.9 pipe")
    }

    /// Gives the descriptor back. Its operations block.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
        todo!("8.9 pipe")
    }

    /// Gives the descriptor back. Its operations say *would block* as before.
    ///
    /// # Errors
    ///
    /// None.
    pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
        todo!("8.9 pipe")
    }
}

impl Receiver {
    /// A receiver for a pipe that was made elsewhere. Its operations do not block any more afterwards.
    ///
    /// # Errors
    ///
    /// *Invalid input* if it is no pipe, or not the end that is read from; or what the system says.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn from_owned_fd(descriptor: OwnedFd) -> io::Result<Receiver> {
        todo!("8.9 pipe")
    }

    /// Waits until something of `interest` is known, and returns what is. It is a hint, and stays until a
    /// `try_` operation finds nothing.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    #[harness::leaf("pipe::Receiver::ready", Resource::descriptor(self))]
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        todo!("8.9 pipe")
    }

    /// Waits until a read is worth a try.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses nothing: the report stays.
    #[harness::leaf("pipe::Receiver::readable", Resource::descriptor(self))]
    pub async fn readable(&self) -> io::Result<()> {
        todo!("8.9 pipe")
    }

    /// Reads what is there. Zero bytes are the end: no sender is left.
    ///
    /// # Errors
    ///
    /// *Would block* if there is nothing yet.
    pub fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        todo!("8.9 pipe")
    }

    /// Gives the descriptor back. Its operations block.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
        todo!("8.9 pipe")
    }

    /// Gives the descriptor back. Its operations say *would block* as before.
    ///
    /// # Errors
    ///
    /// None.
    pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
        todo!("8.9 pipe")
    }
}

impl AsyncRead for Receiver {
    #[harness::leaf("pipe::Receiver::read", Resource::descriptor(&*self))]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        todo!("8.9 pipe")
    }

    #[harness::leaf("pipe::Receiver::read_vectored", Resource::descriptor(&*self))]
    fn poll_read_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        todo!("8.9 pipe")
    }
}

impl AsyncWrite for Sender {
    #[harness::leaf("pipe::Sender::write", Resource::descriptor(&*self))]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        todo!("8.9 pipe")
    }

    #[harness::leaf("pipe::Sender::write_vectored", Resource::descriptor(&*self))]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        todo!("8.9 pipe")
    }

    /// Nothing is kept back.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        todo!("8.9 pipe")
    }

    /// Does nothing: a pipe ends when its last sender is dropped.
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        todo!("8.9 pipe")
    }
}

impl AsRawFd for Sender {
    fn as_raw_fd(&self) -> RawFd {
        todo!("8.9 pipe")
    }
}

impl AsRawFd for Receiver {
    fn as_raw_fd(&self) -> RawFd {
        todo!("8.9 pipe")
    }
}

impl AsFd for Sender {
    fn as_fd(&self) -> BorrowedFd<'_> {
        todo!("8.9 pipe")
    }
}

impl AsFd for Receiver {
    fn as_fd(&self) -> BorrowedFd<'_> {
        todo!("8.9 pipe")
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("8.9 pipe")
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("8.9 pipe")
    }
}
// ANCHOR_END: ex-8-9-pipe
