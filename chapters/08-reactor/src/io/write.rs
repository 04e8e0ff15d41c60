//! What can be done with a writer.
//!
//! In tokio: `io/util/async_write_ext.rs`.

use std::io::IoSlice;

use futures::io::{
    AsyncWrite, AsyncWriteExt as Futures, Close, Flush, Write, WriteAll, WriteVectored,
};

use super::numbers::write_numbers;

/// The methods of every [`AsyncWrite`].
///
/// # Examples
///
/// ```
/// use reactor::io::AsyncWriteExt;
///
/// # futures::FutureExt::now_or_never(async {
/// let mut writer = Vec::new();
/// writer.write_all(b"ab").await?;
/// writer.write_u16(7).await?;
/// writer.shutdown().await?;
/// assert_eq!(writer, [b'a', b'b', 0, 7]);
/// # Ok::<_, std::io::Error>(())
/// # }).unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub trait AsyncWriteExt: AsyncWrite {
    /// Writes as much as there is room for, at least one byte. Returns how much.
    ///
    /// # Errors
    ///
    /// What the writer says.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, nothing was written.
    #[harness::through("AsyncWriteExt::write")]
    fn write<'a>(&'a mut self, buffer: &'a [u8]) -> Write<'a, Self>
    where
        Self: Unpin,
    {
        Futures::write(self, buffer)
    }

    /// As [`write`](AsyncWriteExt::write), from several buffers.
    ///
    /// # Errors
    ///
    /// What the writer says.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, nothing was written.
    #[harness::through("AsyncWriteExt::write_vectored")]
    fn write_vectored<'a>(&'a mut self, buffers: &'a [IoSlice<'a>]) -> WriteVectored<'a, Self>
    where
        Self: Unpin,
    {
        Futures::write_vectored(self, buffers)
    }

    /// Writes the whole buffer.
    ///
    /// # Errors
    ///
    /// What the writer says; `WriteZero` if it takes no more.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, a part may have been written.
    #[harness::through("AsyncWriteExt::write_all")]
    fn write_all<'a>(&'a mut self, buffer: &'a [u8]) -> WriteAll<'a, Self>
    where
        Self: Unpin,
    {
        Futures::write_all(self, buffer)
    }

    /// Sees to it that what was written is on its way.
    ///
    /// # Errors
    ///
    /// What the writer says.
    #[harness::through("AsyncWriteExt::flush")]
    fn flush(&mut self) -> Flush<'_, Self>
    where
        Self: Unpin,
    {
        Futures::flush(self)
    }

    /// Says that no more will be written. The other side of a connection sees the end.
    ///
    /// # Errors
    ///
    /// What the writer says.
    #[harness::through("AsyncWriteExt::shutdown")]
    fn shutdown(&mut self) -> Close<'_, Self>
    where
        Self: Unpin,
    {
        Futures::close(self)
    }

    write_numbers!();
}

impl<W: AsyncWrite + ?Sized> AsyncWriteExt for W {}
