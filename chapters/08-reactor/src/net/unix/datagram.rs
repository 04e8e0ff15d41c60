//! Datagrams between processes of one machine.
//!
//! In tokio: `net/unix/datagram/socket.rs`.

use std::io;
use std::net::Shutdown;
use std::path::Path;
use std::task::{Context, Poll};

use socket2::{SockAddr, SockRef};

use super::{SocketAddr, address};
use crate::Interest;
use crate::direction::Direction;
use crate::evented::{BOTH, Evented};
use crate::net::options::{datagrams, descriptor, readiness};
use crate::scheduled_io::Begin;

/// A Unix socket of datagrams.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{IoPark, net::UnixDatagram};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (a, b) = UnixDatagram::pair()?;
///     a.send(b"ping").await?;
///     let mut buffer = [0; 16];
///     assert_eq!(b.recv(&mut buffer).await?, 4);
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct UnixDatagram {
    io: Evented<mio::net::UnixDatagram>,
}

impl UnixDatagram {
    /// Makes a socket at a path, which must not be there yet. On Linux, a path that begins with a zero
    /// byte is an abstract name.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<UnixDatagram> {
        let address = address(path.as_ref())?;
        UnixDatagram::begin(
            mio::net::UnixDatagram::bind_addr(&address)?,
            Begin::NEW_DATAGRAMS,
        )
    }

    /// A socket without a name.
    ///
    /// # Errors
    ///
    /// If the system has none.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn unbound() -> io::Result<UnixDatagram> {
        UnixDatagram::begin(mio::net::UnixDatagram::unbound()?, Begin::NEW_DATAGRAMS)
    }

    /// Two sockets that are connected to one another.
    ///
    /// # Errors
    ///
    /// If the system has none.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn pair() -> io::Result<(UnixDatagram, UnixDatagram)> {
        let (a, b) = mio::net::UnixDatagram::pair()?;
        let a = UnixDatagram::begin(a, Begin::NEW_DATAGRAMS)?;
        let b = UnixDatagram::begin(b, Begin::NEW_DATAGRAMS)?;
        Ok((a, b))
    }

    #[track_caller]
    fn from_mio(socket: mio::net::UnixDatagram) -> io::Result<UnixDatagram> {
        UnixDatagram::begin(socket, Begin::KNOWN_DATAGRAMS)
    }

    #[track_caller]
    fn begin(socket: mio::net::UnixDatagram, begin: Begin) -> io::Result<UnixDatagram> {
        let io = Evented::new(socket, BOTH, begin)?;
        Ok(UnixDatagram { io })
    }

    /// Sets where [`send`](UnixDatagram::send) sends to, and that only datagrams from there are
    /// received.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn connect<P: AsRef<Path>>(&self, path: P) -> io::Result<()> {
        SockRef::from(&*self.io).connect(&target(path.as_ref())?)
    }

    /// Sends a datagram to a path.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, the datagram was not sent.
    #[harness::leaf("UnixDatagram::send_to", Resource::descriptor(self))]
    pub async fn send_to<P: AsRef<Path>>(&self, buffer: &[u8], path: P) -> io::Result<usize> {
        let target = target(path.as_ref())?;
        let send = || SockRef::from(&*self.io).send_to(buffer, &target);
        self.async_io(Interest::WRITABLE, send).await
    }

    /// As [`send_to`](UnixDatagram::send_to). Only the latest task that sends is woken.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[harness::leaf("UnixDatagram::poll_send_to", Resource::descriptor(self))]
    pub fn poll_send_to<P: AsRef<Path>>(
        &self,
        cx: &mut Context<'_>,
        buffer: &[u8],
        path: P,
    ) -> Poll<io::Result<usize>> {
        let target = target(path.as_ref())?;
        let send = |_| SockRef::from(&*self.io).send_to(buffer, &target);
        self.io.registration().poll_io(cx, Direction::Write, send)
    }

    /// Sends a datagram, if there is room.
    ///
    /// # Errors
    ///
    /// *Would block* if there is none; or what the system says.
    pub fn try_send_to<P: AsRef<Path>>(&self, buffer: &[u8], path: P) -> io::Result<usize> {
        let target = target(path.as_ref())?;
        let send = || SockRef::from(&*self.io).send_to(buffer, &target);
        self.try_io(Interest::WRITABLE, send)
    }

    /// The address of this socket.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    /// The address that it is connected to.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.peer_addr()
    }

    /// Says that this side sends or receives no more.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.io.shutdown(how)
    }
}

/// The address of a path, as `socket2` has it: it knows an abstract name by the same sign.
fn target(path: &Path) -> io::Result<SockAddr> {
    SockAddr::unix(path)
}

readiness!(UnixDatagram);
descriptor!(
    UnixDatagram,
    std::os::unix::net::UnixDatagram,
    mio::net::UnixDatagram
);
datagrams!(UnixDatagram, SocketAddr);
