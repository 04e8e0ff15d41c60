//! Readers and writers with nothing behind them: no bytes, the same byte for ever, and all that is written
//! forgotten.
//!
//! They never wait. A task that reads from one in a loop would keep its thread for itself, so each operation
//! spends one of the task's budget, as that of a socket does.
//!
//! In tokio: `io/util/empty.rs`, `io/util/repeat.rs`, `io/util/sink.rs`.

use std::io::{self, IoSlice, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite};
use harness::coop::poll_spending;

/// A reader that is at its end, and a writer that forgets. Made by [`empty`].
///
/// # Examples
///
/// ```
/// use current_thread::Runtime;
/// use reactor::io::{self, AsyncReadExt};
///
/// // A request without a body.
/// let mut body = Vec::new();
/// let length = Runtime::new().block_on(io::empty().read_to_end(&mut body))?;
/// assert_eq!(length, 0);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Empty(());

/// A reader that has the same byte for ever. Made by [`repeat`].
///
/// # Examples
///
/// ```
/// use current_thread::Runtime;
/// use reactor::io::{self, AsyncReadExt};
///
/// let mut padding = [0; 8];
/// Runtime::new().block_on(io::repeat(b'.').read_exact(&mut padding))?;
/// assert_eq!(&padding, b"........");
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    byte: u8,
}

/// A writer that forgets. Made by [`sink`].
///
/// # Examples
///
/// ```
/// use current_thread::Runtime;
/// use reactor::io;
///
/// // How long is it? The bytes themselves are of no interest.
/// let mut reader: &[u8] = b"ten bytes.";
/// let length = Runtime::new().block_on(io::copy(&mut reader, &mut io::sink()))?;
/// assert_eq!(length, 10);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Sink(());

/// A reader that is at its end, and a writer that forgets what is written.
///
/// # Examples
///
/// ```
/// use reactor::io::{AsyncReadExt, empty};
///
/// # futures::FutureExt::now_or_never(async {
/// let mut text = String::new();
/// empty().read_to_string(&mut text).await?;
/// assert!(text.is_empty());
/// # Ok::<_, std::io::Error>(())
/// # }).unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub fn empty() -> Empty {
    Empty(())
}

/// A reader that has `byte` for ever.
///
/// # Examples
///
/// ```
/// use reactor::io::{AsyncReadExt, repeat};
///
/// # futures::FutureExt::now_or_never(async {
/// let mut buffer = [0; 3];
/// repeat(7).read_exact(&mut buffer).await?;
/// assert_eq!(buffer, [7, 7, 7]);
/// # Ok::<_, std::io::Error>(())
/// # }).unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub fn repeat(byte: u8) -> Repeat {
    Repeat { byte }
}

/// A writer that forgets what is written.
///
/// # Examples
///
/// ```
/// use reactor::io::{copy, sink};
///
/// # futures::FutureExt::now_or_never(async {
/// let mut reader: &[u8] = b"hello";
/// assert_eq!(copy(&mut reader, &mut sink()).await?, 5);
/// # Ok::<_, std::io::Error>(())
/// # }).unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub fn sink() -> Sink {
    Sink(())
}

/// What an operation says that has nothing to wait for.
fn done<T>(cx: &mut Context<'_>, result: T) -> Poll<io::Result<T>> {
    poll_spending(cx, |_| Poll::Ready(Ok(result)))
}

impl AsyncRead for Empty {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        done(cx, 0)
    }
}

impl AsyncBufRead for Empty {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        done(cx, &[])
    }

    fn consume(self: Pin<&mut Self>, _amount: usize) {}
}

impl AsyncSeek for Empty {
    fn poll_seek(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _position: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        done(cx, 0)
    }
}

impl AsyncRead for Repeat {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        poll_spending(cx, |_| {
            buffer.fill(self.byte);
            Poll::Ready(Ok(buffer.len()))
        })
    }
}

/// All that is written is forgotten.
macro_rules! forgetful {
    ($type:ty) => {
        impl AsyncWrite for $type {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffer: &[u8],
            ) -> Poll<io::Result<usize>> {
                done(cx, buffer.len())
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffers: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                done(cx, buffers.iter().map(|buffer| buffer.len()).sum())
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                done(cx, ())
            }

            fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                done(cx, ())
            }
        }
    };
}

forgetful!(Empty);
forgetful!(Sink);
