//! Readers with a buffer: lines, and all that ends with a certain byte.
//!
//! In tokio: `io/util/async_buf_read_ext.rs`.

use futures::io::{AsyncBufRead, AsyncBufReadExt as Futures, FillBuf, ReadLine, ReadUntil};

use super::Lines;

/// The methods of every [`AsyncBufRead`].
///
/// # Examples
///
/// ```
/// use reactor::io::AsyncBufReadExt;
///
/// # futures::FutureExt::now_or_never(async {
/// let mut lines = (&b"one\r\ntwo\n"[..]).lines();
/// assert_eq!(lines.next_line().await?.as_deref(), Some("one"));
/// assert_eq!(lines.next_line().await?.as_deref(), Some("two"));
/// assert_eq!(lines.next_line().await?, None);
/// # Ok::<_, std::io::Error>(())
/// # }).unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub trait AsyncBufReadExt: AsyncBufRead {
    /// What is in the buffer; if nothing is, it is filled first. Empty at the end.
    ///
    /// # Errors
    ///
    /// What the reader says.
    #[harness::through("AsyncBufReadExt::fill_buf")]
    fn fill_buf(&mut self) -> FillBuf<'_, Self>
    where
        Self: Unpin,
    {
        Futures::fill_buf(self)
    }

    /// Takes so many bytes out of the buffer.
    fn consume(&mut self, amount: usize)
    where
        Self: Unpin,
    {
        Futures::consume_unpin(self, amount);
    }

    /// Reads up to a byte, with it, and adds that to `buffer`. Returns how much it is.
    ///
    /// # Errors
    ///
    /// What the reader says.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, what it has read is in the buffer.
    #[harness::through("AsyncBufReadExt::read_until")]
    fn read_until<'a>(&'a mut self, byte: u8, buffer: &'a mut Vec<u8>) -> ReadUntil<'a, Self>
    where
        Self: Unpin,
    {
        Futures::read_until(self, byte, buffer)
    }

    /// Reads a line, with its end, and adds it to `line`. Returns how many bytes it is.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8, or what the reader says.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, what it has read is lost.
    #[harness::through("AsyncBufReadExt::read_line")]
    fn read_line<'a>(&'a mut self, line: &'a mut String) -> ReadLine<'a, Self>
    where
        Self: Unpin,
    {
        Futures::read_line(self, line)
    }

    /// The lines, one after the other, without their ends.
    fn lines(self) -> Lines<Self>
    where
        Self: Sized,
    {
        Lines::new(self)
    }
}

impl<R: AsyncBufRead + ?Sized> AsyncBufReadExt for R {}
