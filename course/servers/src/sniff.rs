//! Which protocol a client speaks.
//!
//! A client of HTTP/2 that knows that the server does, too, begins with a line that is no request of HTTP/1. So the
//! first bytes tell. They are taken off the stream to look at them, and [`Sniffed`] gives them back to whoever reads
//! next. (With TLS the two sides agree on the protocol in the handshake, and nothing is to be sniffed.)

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};

/// What a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.0 or HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
}

/// A stream, with the bytes before it that are read already.
#[derive(Debug)]
pub struct Sniffed<I> {
    seen: [u8; PREFACE.len()],
    /// The bytes of `seen` from `start` to `end` are still to be read.
    start: usize,
    end: usize,
    inner: I,
}

/// The first bytes of HTTP/2 (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads until it is clear what the client speaks: one byte, mostly. Returns `None` if the client says nothing, and
/// goes.
///
/// # Errors
///
/// What the stream says.
///
/// # Cancellation
///
/// The stream is lost.
pub async fn sniff<I: Read + Unpin>(mut io: I) -> io::Result<Option<(Protocol, Sniffed<I>)>> {
    let mut seen = [0; PREFACE.len()];
    let mut end = 0;
    let protocol = loop {
        let mut buffer = ReadBuf::new(&mut seen[end..]);
        poll_fn(|cx| Pin::new(&mut io).poll_read(cx, buffer.unfilled())).await?;
        let read = buffer.filled().len();
        if read == 0 && end == 0 {
            return Ok(None);
        }
        end += read;
        if seen[..end] != PREFACE[..end] || read == 0 {
            break Protocol::Http1;
        }
        if end == PREFACE.len() {
            break Protocol::Http2;
        }
    };
    let sniffed = Sniffed {
        seen,
        start: 0,
        end,
        inner: io,
    };
    Ok(Some((protocol, sniffed)))
}

impl<I> Sniffed<I> {
    /// A stream of which nothing was read.
    pub fn nothing(inner: I) -> Sniffed<I> {
        Sniffed {
            seen: [0; PREFACE.len()],
            start: 0,
            end: 0,
            inner,
        }
    }
}

impl<I: Read + Unpin> Read for Sniffed<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.start == self.end {
            return Pin::new(&mut self.inner).poll_read(cx, cursor);
        }
        let length = cursor.remaining().min(self.end - self.start);
        cursor.put_slice(&self.seen[self.start..][..length]);
        self.start += length;
        Poll::Ready(Ok(()))
    }
}

impl<I: Write + Unpin> Write for Sniffed<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, buffers)
    }
}
