//! What can be done with a reader.
//!
//! In tokio: `io/util/async_read_ext.rs`.

use std::future::Future;
use std::io::{self, IoSliceMut};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::io::{AsyncRead, AsyncReadExt as Futures};
use futures::io::{Chain, Read, ReadToEnd, ReadToString, ReadVectored, Take};

use super::numbers::read_numbers;

/// The methods of every [`AsyncRead`].
///
/// # Examples
///
/// ```
/// use reactor::io::AsyncReadExt;
///
/// # futures::FutureExt::now_or_never(async {
/// let mut reader: &[u8] = &[0, 7, b'a', b'b'];
/// assert_eq!(reader.read_u16().await?, 7);
/// let mut rest = Vec::new();
/// assert_eq!(reader.read_to_end(&mut rest).await?, 2);
/// # Ok::<_, std::io::Error>(())
/// # }).unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub trait AsyncReadExt: AsyncRead {
    /// Reads what is there, at least one byte. Returns how many; none at the end.
    ///
    /// # Errors
    ///
    /// What the reader says.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses nothing.
    #[harness::through("AsyncReadExt::read")]
    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> Read<'a, Self>
    where
        Self: Unpin,
    {
        Futures::read(self, buffer)
    }

    /// As [`read`](AsyncReadExt::read), into several buffers.
    ///
    /// # Errors
    ///
    /// What the reader says.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses nothing.
    #[harness::through("AsyncReadExt::read_vectored")]
    fn read_vectored<'a>(&'a mut self, buffers: &'a mut [IoSliceMut<'a>]) -> ReadVectored<'a, Self>
    where
        Self: Unpin,
    {
        Futures::read_vectored(self, buffers)
    }

    /// Fills the buffer. Returns its length.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof` if the end comes before that; or what the reader says.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, what it has read is lost.
    fn read_exact<'a>(&'a mut self, buffer: &'a mut [u8]) -> ReadExact<'a, Self>
    where
        Self: Unpin,
    {
        ReadExact {
            reader: self,
            buffer,
            filled: 0,
        }
    }

    /// Reads all up to the end, and adds it to `buffer`. Returns how much it is.
    ///
    /// # Errors
    ///
    /// What the reader says. What was read before is in the buffer.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, what it has read is in the buffer.
    #[harness::through("AsyncReadExt::read_to_end")]
    fn read_to_end<'a>(&'a mut self, buffer: &'a mut Vec<u8>) -> ReadToEnd<'a, Self>
    where
        Self: Unpin,
    {
        Futures::read_to_end(self, buffer)
    }

    /// Reads all up to the end, and adds it to `text`. Returns how many bytes it is.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8, or what the reader says.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, what it has read is lost.
    #[harness::through("AsyncReadExt::read_to_string")]
    fn read_to_string<'a>(&'a mut self, text: &'a mut String) -> ReadToString<'a, Self>
    where
        Self: Unpin,
    {
        Futures::read_to_string(self, text)
    }

    /// A reader that ends after `limit` bytes.
    fn take(self, limit: u64) -> Take<Self>
    where
        Self: Sized,
    {
        Futures::take(self, limit)
    }

    /// A reader that goes on with `next` at the end.
    fn chain<R: AsyncRead>(self, next: R) -> Chain<Self, R>
    where
        Self: Sized,
    {
        Futures::chain(self, next)
    }

    /// A reader that borrows this one.
    fn by_ref(&mut self) -> &mut Self
    where
        Self: Sized,
    {
        self
    }

    read_numbers!();
}

impl<R: AsyncRead + ?Sized> AsyncReadExt for R {}

/// Fills a buffer. Made by [`AsyncReadExt::read_exact`].
///
/// # Examples
///
/// ```
/// use std::io::ErrorKind;
///
/// use current_thread::Runtime;
/// use reactor::io::AsyncReadExt;
///
/// Runtime::new().block_on(async {
///     let mut bytes: &[u8] = b"headbo";
///     let mut four = [0; 4];
///     bytes.read_exact(&mut four).await.unwrap();
///     assert_eq!(&four, b"head");
///     // A message that is cut off is an error.
///     let error = bytes.read_exact(&mut four).await.unwrap_err();
///     assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ReadExact<'a, R: ?Sized> {
    reader: &'a mut R,
    buffer: &'a mut [u8],
    filled: usize,
}

impl<R: AsyncRead + Unpin + ?Sized> Future for ReadExact<'_, R> {
    type Output = io::Result<usize>;

    #[harness::around("read_exact")]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        while this.filled < this.buffer.len() {
            let reader = Pin::new(&mut *this.reader);
            let length = ready!(reader.poll_read(cx, &mut this.buffer[this.filled..]))?;
            if length == 0 {
                let early = "early eof";
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, early)));
            }
            this.filled += length;
        }
        Poll::Ready(Ok(this.buffer.len()))
    }
}
