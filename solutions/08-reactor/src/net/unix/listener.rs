//! A socket that connections of this machine come to.
//!
//! In tokio: `net/unix/listener.rs`.

use std::io;
use std::path::Path;
use std::task::{Context, Poll};

use super::{SocketAddr, UnixStream, address};
use crate::Interest;
use crate::direction::Direction;
use crate::evented::Evented;
use crate::net::options::{descriptor, readiness};
use crate::scheduled_io::Begin;

/// A Unix socket that listens for connections.
///
/// # Examples
///
/// ```no_run
/// use reactor::net::UnixListener;
///
/// # async fn serve() -> std::io::Result<()> {
/// let listener = UnixListener::bind("/tmp/example.sock")?;
/// let (stream, _) = listener.accept().await?;
/// # drop(stream);
/// # Ok(())
/// # }
/// ```
pub struct UnixListener {
    io: Evented<mio::net::UnixListener>,
}

impl UnixListener {
    /// Listens at a path, which must not be there yet. On Linux, a path that begins with a zero byte is
    /// an abstract name.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<UnixListener> {
        UnixListener::bind_addr(&address(path.as_ref())?)
    }

    /// Listens at an address.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn bind_addr(address: &SocketAddr) -> io::Result<UnixListener> {
        UnixListener::begin(mio::net::UnixListener::bind_addr(address)?, Begin::NEW)
    }

    #[track_caller]
    fn from_mio(socket: mio::net::UnixListener) -> io::Result<UnixListener> {
        UnixListener::begin(socket, Begin::KNOWN)
    }

    #[track_caller]
    fn begin(socket: mio::net::UnixListener, begin: Begin) -> io::Result<UnixListener> {
        let io = Evented::new(socket, Interest::READABLE, begin)?;
        Ok(UnixListener { io })
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// As [`TcpListener::accept`](crate::net::TcpListener::accept).
    ///
    /// # Cancellation
    ///
    /// To drop the future loses no connection.
    #[harness::leaf("UnixListener::accept", Resource::descriptor(self))]
    pub async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let accepted = self
            .async_io(Interest::READABLE, || self.io.accept())
            .await?;
        self.register(accepted)
    }

    /// As [`accept`](UnixListener::accept). Only the latest task that calls it is woken.
    ///
    /// # Errors
    ///
    /// As [`accept`](UnixListener::accept).
    #[harness::leaf("UnixListener::poll_accept", Resource::descriptor(self))]
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let registration = self.io.registration();
        let accepted = registration.poll_io(cx, Direction::Read, |_| self.io.accept());
        accepted.map(|accepted| self.register(accepted?))
    }

    fn register(
        &self,
        (socket, address): (mio::net::UnixStream, SocketAddr),
    ) -> io::Result<(UnixStream, SocketAddr)> {
        let handle = self.io.registration().handle();
        Ok((UnixStream::accepted(handle, socket)?, address))
    }

    /// The address that it listens at.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }
}

readiness!(UnixListener);
descriptor!(
    UnixListener,
    std::os::unix::net::UnixListener,
    mio::net::UnixListener
);
