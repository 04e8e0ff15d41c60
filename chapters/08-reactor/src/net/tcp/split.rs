//! The halves of a TCP connection. Those that read can also peek.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use super::TcpStream;
use crate::net::split::halves;

halves!(TcpStream, SocketAddr);

impl ReadHalf<'_> {
    /// Reads what is there, and leaves it there.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub async fn peek(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.peek(buffer).await
    }

    /// As [`peek`](Self::peek).
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn poll_peek(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_peek(cx, buffer)
    }
}

impl OwnedReadHalf {
    /// Reads what is there, and leaves it there.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub async fn peek(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.peek(buffer).await
    }

    /// As [`peek`](Self::peek).
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn poll_peek(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_peek(cx, buffer)
    }
}
