//! A TCP socket that neither listens nor is connected yet: for options that must be set before.
//!
//! In tokio: `net/tcp/socket.rs`.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use super::{TcpListener, TcpStream};

/// A TCP socket before it is connected, or listens.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{IoPark, net::TcpSocket};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let socket = TcpSocket::new_v4()?;
///     socket.set_reuseaddr(true)?;
///     socket.bind("127.0.0.1:0".parse().unwrap())?;
///     let listener = socket.listen(128)?;
///     let client = TcpSocket::new_v4()?;
///     client.set_nodelay(true)?;
///     client.connect(listener.local_addr()?).await?;
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TcpSocket {
    socket: Socket,
}

impl TcpSocket {
    /// A socket for addresses of version 4.
    ///
    /// # Errors
    ///
    /// If the system has none.
    pub fn new_v4() -> io::Result<TcpSocket> {
        TcpSocket::new(Domain::IPV4)
    }

    /// A socket for addresses of version 6.
    ///
    /// # Errors
    ///
    /// If the system has none.
    pub fn new_v6() -> io::Result<TcpSocket> {
        TcpSocket::new(Domain::IPV6)
    }

    fn new(domain: Domain) -> io::Result<TcpSocket> {
        let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        Ok(TcpSocket { socket })
    }

    /// Takes a socket of the standard library, which is not connected in spite of its type.
    pub fn from_std_stream(socket: std::net::TcpStream) -> TcpSocket {
        TcpSocket {
            socket: socket.into(),
        }
    }

    /// Gives the socket an address of its own.
    ///
    /// # Errors
    ///
    /// If the address is in use, or is not this machine's.
    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        self.socket.bind(&address.into())
    }

    /// Connects to an address.
    ///
    /// # Errors
    ///
    /// If it cannot be connected to.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    ///
    /// # Cancellation
    ///
    /// To drop the future gives the attempt up.
    #[harness::leaf("TcpSocket::connect", Resource::descriptor(&self))]
    pub async fn connect(self, address: SocketAddr) -> io::Result<TcpStream> {
        match self.socket.connect(&SockAddr::from(address)) {
            Ok(()) => {}
            Err(error) if is_in_progress(&error) => {}
            Err(error) => return Err(error),
        }
        let socket = mio::net::TcpStream::from_std(self.socket.into());
        TcpStream::connected(socket).await
    }

    /// Listens. `backlog` is how many connections may wait to be accepted.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        let backlog = i32::try_from(backlog).unwrap_or(i32::MAX);
        self.socket.listen(backlog)?;
        TcpListener::listening(mio::net::TcpListener::from_std(self.socket.into()))
    }

    /// The address of this side.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        let not_ip = || io::Error::other("the socket's address is not one of IP");
        self.socket.local_addr()?.as_socket().ok_or_else(not_ip)
    }

    /// Takes the error that the system keeps for this socket.
    ///
    /// # Errors
    ///
    /// If it cannot be asked.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.socket.take_error()
    }

    /// How long the system keeps what is not sent when the socket is closed (`SO_LINGER`).
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        self.socket.linger()
    }

    /// Sets how long the system keeps what is not sent; see [`TcpStream::set_linger`].
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn set_linger(&self, duration: Option<Duration>) -> io::Result<()> {
        self.socket.set_linger(duration)
    }

    /// Sets that the connection is broken off when its stream is dropped; see [`TcpStream::set_zero_linger`].
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.set_linger(Some(Duration::ZERO))
    }
}

/// Options that are read and set in the same way.
macro_rules! options {
    ($($(#[$attribute:meta])* $about:literal: $kind:ty, $get:ident, $set:ident = $socket_get:ident, $socket_set:ident;)*) => {
        impl TcpSocket {$(
            #[doc = concat!("Reads ", $about, ".\n\n# Errors\n\nIf the system cannot tell.")]
            $(#[$attribute])*
            pub fn $get(&self) -> io::Result<$kind> {
                self.socket.$socket_get()
            }

            #[doc = concat!("Sets ", $about, ".\n\n# Errors\n\nIf the system refuses.")]
            $(#[$attribute])*
            pub fn $set(&self, value: $kind) -> io::Result<()> {
                self.socket.$socket_set(value)
            }
        )*}
    };
}

options! {
    "whether an address may be used again that a closed socket had (`SO_REUSEADDR`)":
        bool, reuseaddr, set_reuseaddr = reuse_address, set_reuse_address;
    #[cfg(all(unix, not(target_os = "solaris"), not(target_os = "illumos")))]
    "whether several sockets may have the same address (`SO_REUSEPORT`)":
        bool, reuseport, set_reuseport = reuse_port, set_reuse_port;
    "whether the system asks now and then if the other side is still there (`SO_KEEPALIVE`)":
        bool, keepalive, set_keepalive = keepalive, set_keepalive;
    "whether small writes are sent at once (`TCP_NODELAY`)":
        bool, nodelay, set_nodelay = tcp_nodelay, set_tcp_nodelay;
    #[cfg(any(target_os = "android", target_os = "freebsd", target_os = "linux", target_os = "macos"))]
    "the traffic class of its IPv6 packets (`IPV6_TCLASS`)":
        u32, tclass_v6, set_tclass_v6 = tclass_v6, set_tclass_v6;
}

impl TcpSocket {
    /// How much may wait to be sent, in bytes (`SO_SNDBUF`). Linux doubles what was set.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn send_buffer_size(&self) -> io::Result<u32> {
        self.socket.send_buffer_size().map(saturate)
    }

    /// Sets how much may wait to be sent.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn set_send_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_send_buffer_size(size as usize)
    }

    /// How much may wait to be read, in bytes (`SO_RCVBUF`). Linux doubles what was set.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn recv_buffer_size(&self) -> io::Result<u32> {
        self.socket.recv_buffer_size().map(saturate)
    }

    /// Sets how much may wait to be read.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn set_recv_buffer_size(&self, size: u32) -> io::Result<()> {
        self.socket.set_recv_buffer_size(size as usize)
    }

    /// Binds the socket to a network interface, by its name; or to none (`SO_BINDTODEVICE`).
    ///
    /// # Errors
    ///
    /// If the system refuses.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        self.socket.bind_device(interface)
    }
}

fn saturate(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// Whether a connection was begun and is not there yet.
fn is_in_progress(error: &io::Error) -> bool {
    #[cfg(unix)]
    let begun = Some(libc::EINPROGRESS);
    // On Windows it is the same error as any operation that would block.
    #[cfg(not(unix))]
    let begun = None;
    error.kind() == io::ErrorKind::WouldBlock || (begun.is_some() && error.raw_os_error() == begun)
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for TcpSocket {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        self.socket.as_raw_fd()
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for TcpSocket {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
