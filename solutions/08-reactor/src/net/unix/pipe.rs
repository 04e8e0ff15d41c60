//! Pipes: bytes in one direction, between tasks, threads or processes.
//!
//! In tokio: `net/unix/pipe.rs`.

// ANCHOR: ex-8-9-pipe
use std::fmt;
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::fs::FileTypeExt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::io::{AsyncRead, AsyncWrite};
use harness::coop::poll_proceed;

use crate::async_fd::{AsyncFd, AsyncFdReadyGuard};
use crate::net::unix::flags;
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
    end: End,
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
    end: End,
}

/// One end of either kind.
struct End {
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
    let (receiver, sender) = io::pipe()?;
    Ok((
        Sender::from_owned_fd(OwnedFd::from(sender))?,
        Receiver::from_owned_fd(OwnedFd::from(receiver))?,
    ))
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
        let end = End::new(descriptor, Interest::WRITABLE, libc::O_WRONLY)?;
        Ok(Sender { end })
    }

    /// Waits until something of `interest` is known, and returns what is. It is a hint, and stays until a
    /// `try_` operation finds no room.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    #[harness::leaf("pipe::Sender::ready", Resource::descriptor(self))]
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        self.end.ready(interest).await
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
        self.ready(Interest::WRITABLE).await?;
        Ok(())
    }

    /// Writes, if there is room. On Linux, bytes up to 4096 go together or not at all.
    ///
    /// # Errors
    ///
    /// *Would block* if there is no room; *broken pipe* if no receiver is left.
    pub fn try_write(&self, buffer: &[u8]) -> io::Result<usize> {
        let write = |mut file: &File| file.write(buffer);
        self.end.file.try_io(Interest::WRITABLE, write)
    }

    /// Gives the descriptor back. Its operations block.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
        let descriptor = self.into_nonblocking_fd()?;
        flags::set_nonblocking(&descriptor, false)?;
        Ok(descriptor)
    }

    /// Gives the descriptor back. Its operations say *would block* as before.
    ///
    /// # Errors
    ///
    /// None.
    pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
        Ok(OwnedFd::from(self.end.file.into_inner()))
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
        let end = End::new(descriptor, Interest::READABLE, libc::O_RDONLY)?;
        Ok(Receiver { end })
    }

    /// Waits until something of `interest` is known, and returns what is. It is a hint, and stays until a
    /// `try_` operation finds nothing.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    #[harness::leaf("pipe::Receiver::ready", Resource::descriptor(self))]
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        self.end.ready(interest).await
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
        self.ready(Interest::READABLE).await?;
        Ok(())
    }

    /// Reads what is there. Zero bytes are the end: no sender is left.
    ///
    /// # Errors
    ///
    /// *Would block* if there is nothing yet.
    pub fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = |mut file: &File| file.read(buffer);
        self.end.file.try_io(Interest::READABLE, read)
    }

    /// Gives the descriptor back. Its operations block.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
        let descriptor = self.into_nonblocking_fd()?;
        flags::set_nonblocking(&descriptor, false)?;
        Ok(descriptor)
    }

    /// Gives the descriptor back. Its operations say *would block* as before.
    ///
    /// # Errors
    ///
    /// None.
    pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
        Ok(OwnedFd::from(self.end.file.into_inner()))
    }
}

impl End {
    #[track_caller]
    fn new(descriptor: OwnedFd, interest: Interest, access: libc::c_int) -> io::Result<End> {
        let file = File::from(descriptor);
        if !file.metadata()?.file_type().is_fifo() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a pipe"));
        }
        let allowed = flags::of(&file)? & libc::O_ACCMODE;
        if allowed != access && allowed != libc::O_RDWR {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the other end of the pipe",
            ));
        }
        flags::set_nonblocking(&file, true)?;
        let file = AsyncFd::with_interest(file, interest)?;
        Ok(End { file })
    }

    async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        let guard = self.file.ready(interest).await?;
        Ok(guard.ready())
    }

    /// Tries `operation` until it does not say *would block*, and waits in between as `wait` does.
    fn poll_io<R>(
        &self,
        cx: &mut Context<'_>,
        wait: Wait,
        mut operation: impl FnMut(&File) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        let proceed = ready!(poll_proceed(cx));
        loop {
            let mut guard = ready!(wait(&self.file, cx))?;
            match guard.try_io(|file| operation(file.get_ref())) {
                Err(_would_block) => {}
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(result) => {
                    proceed.made_progress();
                    return Poll::Ready(result);
                }
            }
        }
    }
}

/// How the latest task of one direction waits.
type Wait = for<'a> fn(
    &'a AsyncFd<File>,
    &mut Context<'_>,
) -> Poll<io::Result<AsyncFdReadyGuard<'a, File>>>;

impl AsyncRead for Receiver {
    #[harness::leaf("pipe::Receiver::read", Resource::descriptor(&*self))]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let read = |mut file: &File| file.read(buffer);
        self.end.poll_io(cx, AsyncFd::poll_read_ready, read)
    }

    #[harness::leaf("pipe::Receiver::read_vectored", Resource::descriptor(&*self))]
    fn poll_read_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        let read = |mut file: &File| file.read_vectored(buffers);
        self.end.poll_io(cx, AsyncFd::poll_read_ready, read)
    }
}

impl AsyncWrite for Sender {
    #[harness::leaf("pipe::Sender::write", Resource::descriptor(&*self))]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let write = |mut file: &File| file.write(buffer);
        self.end.poll_io(cx, AsyncFd::poll_write_ready, write)
    }

    #[harness::leaf("pipe::Sender::write_vectored", Resource::descriptor(&*self))]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = |mut file: &File| file.write_vectored(buffers);
        self.end.poll_io(cx, AsyncFd::poll_write_ready, write)
    }

    /// Nothing is kept back.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Does nothing: a pipe ends when its last sender is dropped.
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsRawFd for Sender {
    fn as_raw_fd(&self) -> RawFd {
        self.end.file.as_raw_fd()
    }
}

impl AsRawFd for Receiver {
    fn as_raw_fd(&self) -> RawFd {
        self.end.file.as_raw_fd()
    }
}

impl AsFd for Sender {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.end.file.get_ref().as_fd()
    }
}

impl AsFd for Receiver {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.end.file.get_ref().as_fd()
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sender")
            .field(self.end.file.get_ref())
            .finish()
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Receiver")
            .field(self.end.file.get_ref())
            .finish()
    }
}
// ANCHOR_END: ex-8-9-pipe
