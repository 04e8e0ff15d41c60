//! A connection.
//!
//! In tokio: `net/tcp/stream.rs`.

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::SockRef;

use super::split::{self, OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use crate::Interest;
use crate::IoHandle;
use crate::direction::Direction;
use crate::evented::{BOTH, Evented, Stream};
use crate::net::lookup::{ToSocketAddrs, each};
use crate::net::options::{descriptor, readiness, stream};
use crate::scheduled_io::Begin;

/// A TCP stream between this and another socket.
///
/// It is read and written by the traits of `futures::io`, or by [`split`](TcpStream::split) in two
/// tasks at once. When it is dropped, the connection is closed.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::{TcpListener, TcpStream}};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let mut client = TcpStream::connect(listener.local_addr()?).await?;
///     let (mut server, _) = listener.accept().await?;
///
///     client.write_all(b"hello").await?;
///     let mut buffer = [0; 5];
///     server.read_exact(&mut buffer).await?;
///     assert_eq!(&buffer, b"hello");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct TcpStream {
    io: Evented<mio::net::TcpStream>,
}

impl Stream for mio::net::TcpStream {
    const SHORT_READ_IS_LAST: bool = true;
}

/// An urgent byte cuts a read short, so its report is asked for as well.
#[cfg(any(target_os = "linux", target_os = "android"))]
const INTEREST: Interest = BOTH.add(Interest::PRIORITY);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const INTEREST: Interest = BOTH;

impl TcpStream {
    /// Connects to the first of the addresses that can be connected to.
    ///
    /// # Errors
    ///
    /// That of the last attempt.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    ///
    /// # Cancellation
    ///
    /// To drop the future gives the attempt up.
    #[harness::leaf("TcpStream::connect", ())]
    pub async fn connect<A: ToSocketAddrs>(address: A) -> io::Result<TcpStream> {
        each(address, |address| async move {
            TcpStream::connected(mio::net::TcpStream::connect(address)?).await
        })
        .await
    }

    /// Waits until a connection that was begun is there.
    pub(super) async fn connected(socket: mio::net::TcpStream) -> io::Result<TcpStream> {
        let io = Evented::new(socket, INTEREST, Begin::NEW)?;
        io.registration().wait(Interest::WRITABLE).await?;
        match io.take_error()? {
            Some(error) => Err(error),
            None => Ok(TcpStream { io }),
        }
    }

    #[track_caller]
    fn from_mio(socket: mio::net::TcpStream) -> io::Result<TcpStream> {
        let io = Evented::new(socket, INTEREST, Begin::KNOWN)?;
        Ok(TcpStream { io })
    }

    /// A connection that a listener has accepted: it belongs to the listener's driver.
    pub(super) fn accepted(
        handle: &IoHandle,
        socket: mio::net::TcpStream,
    ) -> io::Result<TcpStream> {
        let io = Evented::with_handle(handle, socket, INTEREST, Begin::KNOWN)?;
        Ok(TcpStream { io })
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
    /// If it is gone.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.peer_addr()
    }

    /// Reads what is there, and leaves it there.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses nothing.
    #[harness::leaf("TcpStream::peek", Resource::descriptor(self))]
    pub async fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.async_io(Interest::READABLE, || self.io.peek(buffer))
            .await
    }

    /// As [`peek`](TcpStream::peek). Only the latest task that reads is woken.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[harness::leaf("TcpStream::poll_peek", Resource::descriptor(self))]
    pub fn poll_peek(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let registration = self.io.registration();
        registration.poll_io(cx, Direction::Read, |_| self.io.peek(buffer))
    }

    /// Says that this side reads or writes no more. If the other side has broken the connection off, there
    /// is nothing left to say, and that is no error.
    pub(crate) fn shutdown_std(&self, how: Shutdown) -> io::Result<()> {
        match self.io.shutdown(how) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        }
    }

    /// Whether small writes are sent at once (`TCP_NODELAY`).
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn nodelay(&self) -> io::Result<bool> {
        self.io.nodelay()
    }

    /// Sets whether small writes are sent at once. If not, they wait for the other side to say that it
    /// has the last one, so that several go together.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn set_nodelay(&self, is_set: bool) -> io::Result<()> {
        self.io.set_nodelay(is_set)
    }

    /// How long the system keeps what is not sent when the stream is dropped (`SO_LINGER`).
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        SockRef::from(&*self.io).linger()
    }

    /// Sets how long the drop of the stream *blocks the thread* while something is not sent. With no
    /// time at all, the connection is broken off instead of closed, and nothing blocks.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn set_linger(&self, duration: Option<Duration>) -> io::Result<()> {
        SockRef::from(&*self.io).set_linger(duration)
    }

    /// Sets that the connection is broken off when the stream is dropped: the other side gets a reset.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.set_linger(Some(Duration::ZERO))
    }

    /// How many routers a packet may pass (`IP_TTL`).
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn ttl(&self) -> io::Result<u32> {
        self.io.ttl()
    }

    /// Sets how many routers a packet may pass.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.io.set_ttl(ttl)
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
    pub(super) fn io(&self) -> &Evented<mio::net::TcpStream> {
        &self.io
    }
}

readiness!(TcpStream);
descriptor!(TcpStream, std::net::TcpStream, mio::net::TcpStream);
stream!(TcpStream);
