//! A socket that connections come to.
//!
//! In tokio: `net/tcp/listener.rs`.

use std::future::ready;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use super::TcpStream;
use crate::Interest;
use crate::direction::Direction;
use crate::evented::Evented;
use crate::net::lookup::{ToSocketAddrs, each};
use crate::net::options::{descriptor, readiness};
use crate::scheduled_io::Begin;

/// A TCP socket that listens for connections.
///
/// # Examples
///
/// ```no_run
/// use reactor::io;
/// use reactor::net::TcpListener;
///
/// # async fn echo() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:7777").await?;
/// loop {
///     let (mut stream, _) = listener.accept().await?;
///     current_thread::spawn(async move {
///         let (mut reader, mut writer) = stream.split();
///         io::copy(&mut reader, &mut writer).await
///     });
/// }
/// # }
/// ```
pub struct TcpListener {
    io: Evented<mio::net::TcpListener>,
}

impl TcpListener {
    /// Listens at the first of the addresses that can be listened at. Port 0 is one that the system
    /// chooses. On Unix, an address that a closed listener had may be used again at once.
    ///
    /// # Errors
    ///
    /// That of the last attempt.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[harness::leaf("TcpListener::bind", ())]
    pub async fn bind<A: ToSocketAddrs>(address: A) -> io::Result<TcpListener> {
        each(address, |address| {
            ready(mio::net::TcpListener::bind(address).and_then(TcpListener::listening))
        })
        .await
    }

    #[track_caller]
    fn from_mio(socket: mio::net::TcpListener) -> io::Result<TcpListener> {
        TcpListener::begin(socket, Begin::KNOWN)
    }

    /// A socket that has just begun to listen.
    #[track_caller]
    pub(super) fn listening(socket: mio::net::TcpListener) -> io::Result<TcpListener> {
        TcpListener::begin(socket, Begin::NEW)
    }

    #[track_caller]
    fn begin(socket: mio::net::TcpListener, begin: Begin) -> io::Result<TcpListener> {
        let io = Evented::new(socket, Interest::READABLE, begin)?;
        Ok(TcpListener { io })
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// What the system says. Some errors are about one connection, for example that it was broken off
    /// before it was accepted; and some will go by, for example that the process has too many open
    /// files. Then the connection is still there, and the next call finds it at once: so wait a little
    /// before you call again, until something may have changed.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses no connection.
    #[harness::leaf("TcpListener::accept", Resource::descriptor(self))]
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let accepted = self
            .async_io(Interest::READABLE, || self.io.accept())
            .await?;
        self.register(accepted)
    }

    /// As [`accept`](TcpListener::accept). Only the latest task that calls it is woken.
    ///
    /// # Errors
    ///
    /// As [`accept`](TcpListener::accept).
    #[harness::leaf("TcpListener::poll_accept", Resource::descriptor(self))]
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let registration = self.io.registration();
        let accepted = registration.poll_io(cx, Direction::Read, |_| self.io.accept());
        accepted.map(|accepted| self.register(accepted?))
    }

    fn register(
        &self,
        (socket, address): (mio::net::TcpStream, SocketAddr),
    ) -> io::Result<(TcpStream, SocketAddr)> {
        let handle = self.io.registration().handle();
        Ok((TcpStream::accepted(handle, socket)?, address))
    }

    /// The address that it listens at.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
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
}

readiness!(TcpListener);
descriptor!(TcpListener, std::net::TcpListener, mio::net::TcpListener);
