//! Sockets: TCP, UDP and Unix.
//!
//! In tokio: `net/mod.rs`.

pub use reactor::net::tcp;
pub use reactor::net::{TcpListener, TcpSocket, TcpStream, ToSocketAddrs, UdpSocket, lookup_host};
#[cfg(unix)]
pub use reactor::net::{UnixDatagram, UnixListener, UnixStream};

/// Sockets and pipes between processes of one machine.
#[cfg(unix)]
pub mod unix {
    // Of the standard library.
    #[doc(no_inline)]
    pub use reactor::net::unix::SocketAddr;

    pub use reactor::net::unix::{
        OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, UCred, UnixDatagram, UnixListener,
        UnixStream, pipe,
    };
}
