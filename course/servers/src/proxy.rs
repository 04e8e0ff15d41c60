//! Passes bytes on, both ways.
//!
//! The end of one side is passed on as well, and the other direction goes on: a client may say that it has asked all,
//! and still wait for the answer. What takes too long is ended: the connection to the other server, and both directions
//! together if neither has moved a byte.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::io::{AsyncRead, AsyncWrite};
use reveille::io::copy_bidirectional;
use reveille::net::{TcpStream, ToSocketAddrs};
use reveille::time::{sleep, timeout};

/// What takes too long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// To connect to the other server.
    pub connect: Duration,
    /// To move no byte in either direction. It is looked at now and then, so it may take up to twice as long.
    pub idle: Duration,
}

/// Connects a client to a server. Returns how many bytes the client has sent, and the server.
///
/// # Errors
///
/// What the streams say, or the server that cannot be reached; `TimedOut` for what takes too long. The client sees that
/// its connection ends.
///
/// # Cancellation
///
/// Both connections are broken off.
pub async fn serve<C, A>(client: C, to: A, limits: Limits) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    A: ToSocketAddrs,
{
    let server = timeout(limits.connect, TcpStream::connect(to)).await??;
    drop(server.set_nodelay(true));
    let moved = AtomicU64::new(0);
    let mut client = Counted {
        inner: client,
        moved: &moved,
    };
    let mut server = Counted {
        inner: server,
        moved: &moved,
    };
    reveille::select! {
        both = copy_bidirectional(&mut client, &mut server) => both,
        () = silence(&moved, limits.idle) => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// Ready when the number has not changed between two looks.
async fn silence(moved: &AtomicU64, limit: Duration) {
    // ORDERING: Relaxed, in the whole file: one task writes the number and looks at it. It is atomic only because the
    // task may move to another thread.
    let mut seen = moved.load(Relaxed);
    loop {
        sleep(limit).await;
        let now = moved.load(Relaxed);
        if now == seen {
            return;
        }
        seen = now;
    }
}

/// A stream that counts the bytes that it moves.
struct Counted<'a, T> {
    inner: T,
    moved: &'a AtomicU64,
}

impl<T> Counted<'_, T> {
    fn count(&self, moved: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(length)) = moved {
            self.moved.fetch_add(length as u64, Relaxed);
        }
        moved
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Counted<'_, T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.inner).poll_read(cx, buffer);
        self.count(moved)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Counted<'_, T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.inner).poll_write(cx, buffer);
        self.count(moved)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.inner).poll_write_vectored(cx, buffers);
        self.count(moved)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_close(cx)
    }
}
