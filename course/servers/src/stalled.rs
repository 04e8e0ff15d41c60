//! A stream whose other side must read.
//!
//! A client that asks for much and reads nothing fills the socket, and then the server's task waits for room. It holds
//! the response, and a descriptor, for as long as the client likes. Crates of protocols leave this to the stream below
//! them. So [`Stalled`] stands in between: if a write finds no room for a whole `limit`, it fails.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::io::{AsyncRead, AsyncWrite};
use hyper::rt::ReadBufCursor;
use reveille::time::{Sleep, sleep};

use crate::bridge::Stream;

/// A stream on which a write that waits for too long is an error, of the kind `TimedOut`.
///
/// # Examples
///
/// ```
/// use std::io::ErrorKind;
/// use std::time::Duration;
///
/// use reveille::io::{AsyncWriteExt, duplex};
/// use servers::stalled::Stalled;
///
/// let runtime = reveille::runtime::Builder::new_current_thread()
///     .enable_time()
///     .start_paused(true)
///     .build()?;
/// runtime.block_on(async {
///     let (server, _client_that_reads_nothing) = duplex(8);
///     let mut server = Stalled::new(server, Duration::from_secs(10));
///     let written = server.write_all(b"more than eight bytes").await;
///     assert_eq!(written.unwrap_err().kind(), ErrorKind::TimedOut);
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Stalled<T> {
    inner: T,
    limit: Duration,
    /// Runs while a write waits. Most writes find room, so most streams never have one.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<T> Stalled<T> {
    /// No write on `inner` may wait for longer than `limit`.
    pub fn new(inner: T, limit: Duration) -> Stalled<T> {
        Stalled {
            inner,
            limit,
            stalled: None,
        }
    }

    /// The stream.
    pub fn get_ref(&self) -> &T {
        &self.inner
    }

    /// Watches the outcome of a write.
    fn watch<R>(
        &mut self,
        cx: &mut Context<'_>,
        wrote: Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        if wrote.is_ready() {
            self.stalled = None;
            return wrote;
        }
        let limit = self.limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        match stalled.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Stalled<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<T: Stream> Stream for Stalled<T> {
    const IS_VECTORED: bool = T::IS_VECTORED;

    fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        cursor: &mut ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.inner.poll_fill(cx, cursor)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Stalled<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write(cx, buffer);
        self.watch(cx, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write_vectored(cx, buffers);
        self.watch(cx, wrote)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        self.watch(cx, flushed)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.inner).poll_close(cx);
        self.watch(cx, closed)
    }
}
