//! Sockets: TCP, UDP and Unix.
//!
//! A socket belongs to the runtime that it was made in, and works on every thread. Its operations are
//! tried first, and wait only if the system says that there is nothing to do.
//!
//! In tokio: `net/`.

mod lookup;
mod options;
mod split;

pub mod tcp;
pub mod udp;
#[cfg(unix)]
pub mod unix;

pub use lookup::{ToSocketAddrs, lookup_host};
pub use tcp::{TcpListener, TcpSocket, TcpStream};
pub use udp::UdpSocket;
#[cfg(unix)]
pub use unix::{UnixDatagram, UnixListener, UnixStream};
