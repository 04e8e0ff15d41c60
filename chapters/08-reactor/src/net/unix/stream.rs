//! A connection between two processes of this machine.
//!
//! In tokio: `net/unix/stream.rs`.

use std::io;
use std::net::Shutdown;
use std::path::Path;

use super::split::{self, OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use super::{SocketAddr, UCred, address};
use crate::Interest;
use crate::IoHandle;
use crate::evented::{BOTH, Evented, Stream};
use crate::net::options::{descriptor, readiness, stream};
use crate::scheduled_io::Begin;

/// A Unix stream between this and another socket.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::UnixStream};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (mut a, mut b) = UnixStream::pair()?;
///     a.write_all(b"hello").await?;
///     drop(a);
///     let mut text = String::new();
///     b.read_to_string(&mut text).await?;
///     assert_eq!(text, "hello");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct UnixStream {
    io: Evented<mio::net::UnixStream>,
}

impl Stream for mio::net::UnixStream {
    /// A read ends where descriptors were sent along.
    const SHORT_READ_IS_LAST: bool = false;
}

impl UnixStream {
    /// Connects to a path. On Linux, a path that begins with a zero byte is an abstract name.
    ///
    /// # Errors
    ///
    /// If it cannot be connected to. *Would block* is one of the errors: too many connections wait to
    /// be accepted there, and the system has no way to wait for that.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[harness::leaf("UnixStream::connect", ())]
    pub async fn connect<P: AsRef<Path>>(path: P) -> io::Result<UnixStream> {
        UnixStream::connect_addr(&address(path.as_ref())?).await
    }

    /// Connects to an address.
    ///
    /// # Errors
    ///
    /// As [`connect`](UnixStream::connect).
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[harness::leaf("UnixStream::connect_addr", ())]
    pub async fn connect_addr(address: &SocketAddr) -> io::Result<UnixStream> {
        let socket = mio::net::UnixStream::connect_addr(address)?;
        let io = Evented::new(socket, BOTH, Begin::NEW)?;
        io.registration().wait(Interest::WRITABLE).await?;
        match io.take_error()? {
            Some(error) => Err(error),
            None => Ok(UnixStream { io }),
        }
    }

    /// Two streams that are connected to one another.
    ///
    /// # Errors
    ///
    /// If the system has none.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let (a, b) = mio::net::UnixStream::pair()?;
        let a = UnixStream::begin(a, Begin::PAIR)?;
        let b = UnixStream::begin(b, Begin::PAIR)?;
        Ok((a, b))
    }

    #[track_caller]
    fn from_mio(socket: mio::net::UnixStream) -> io::Result<UnixStream> {
        UnixStream::begin(socket, Begin::KNOWN)
    }

    #[track_caller]
    fn begin(socket: mio::net::UnixStream, begin: Begin) -> io::Result<UnixStream> {
        let io = Evented::new(socket, BOTH, begin)?;
        Ok(UnixStream { io })
    }

    /// A connection that a listener has accepted: it belongs to the listener's driver.
    pub(super) fn accepted(
        handle: &IoHandle,
        socket: mio::net::UnixStream,
    ) -> io::Result<UnixStream> {
        let io = Evented::with_handle(handle, socket, BOTH, Begin::KNOWN)?;
        Ok(UnixStream { io })
    }

    /// The address of this side.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    /// The address of the other side.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.peer_addr()
    }

    /// Which process is on the other side, and whose it is: as it was when the connection was made.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn peer_cred(&self) -> io::Result<UCred> {
        super::credentials::of_peer(self)
    }

    /// Says that this side reads or writes no more. If the other side has broken the connection off, there
    /// is nothing left to say, and that is no error.
    pub(crate) fn shutdown_std(&self, how: Shutdown) -> io::Result<()> {
        match self.io.shutdown(how) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        }
    }

    /// Borrows the stream as a half that reads and one that writes. Costs nothing.
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        split::split(self)
    }

    /// Makes a half that reads and one that writes, for two tasks. They share an allocation. When the
    /// writing half is dropped, the other side sees the end.
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        split::into_split(self)
    }

    #[inline]
    pub(super) fn io(&self) -> &Evented<mio::net::UnixStream> {
        &self.io
    }
}

readiness!(UnixStream);
descriptor!(
    UnixStream,
    std::os::unix::net::UnixStream,
    mio::net::UnixStream
);
stream!(UnixStream);
