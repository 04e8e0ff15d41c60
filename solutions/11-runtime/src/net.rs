//! Sockets: TCP, UDP and Unix.
//!
//! In tokio: `net/mod.rs`.

pub use reactor::net::tcp;
#[cfg(unix)]
pub use reactor::net::unix;
pub use reactor::net::{TcpListener, TcpSocket, TcpStream, ToSocketAddrs, UdpSocket, lookup_host};
#[cfg(unix)]
pub use reactor::net::{UnixDatagram, UnixListener, UnixStream};
