//! Two halves of any stream, for two tasks.
//!
//! A stream of one's own kind has a cheaper `split` or `into_split`, whose halves do not wait for one
//! another.
//!
//! In tokio: `io/split.rs`.

use std::io::{self, IoSlice, IoSliceMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite};

/// The half of a stream that reads. Made by [`split`].
///
/// # Examples
///
/// ```
/// use current_thread::Runtime;
/// use reactor::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// Runtime::new().block_on(async {
///     let (here, mut there) = io::duplex(64);
///     let (mut reader, writer) = io::split(here);
///     there.write_all(b"hello").await?;
///     let mut buffer = [0; 5];
///     reader.read_exact(&mut buffer).await?;
///     assert_eq!(&buffer, b"hello");
///     // The halves find one another, and make the stream again.
///     assert!(reader.is_pair_of(&writer));
///     let _here = reader.unsplit(writer);
///     io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct ReadHalf<T>(futures::io::ReadHalf<T>);

/// The half of a stream that writes. Made by [`split`].
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, spawn};
/// use reactor::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// Runtime::new().block_on(async {
///     let (here, mut there) = io::duplex(4);
///     let (_reader, mut writer) = io::split(here);
///     // One task writes more than there is room for, while another one reads.
///     let task = spawn(async move {
///         writer.write_all(b"a long message").await?;
///         writer.shutdown().await
///     });
///     let mut all = String::new();
///     there.read_to_string(&mut all).await?;
///     assert_eq!(all, "a long message");
///     task.await?
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct WriteHalf<T>(futures::io::WriteHalf<T>);

/// Makes a half that reads and one that writes.
///
/// # Examples
///
/// ```
/// use reactor::io::{AsyncReadExt, AsyncWriteExt, duplex, split};
///
/// # futures::FutureExt::now_or_never(async {
/// let (client, mut server) = duplex(64);
/// let (mut reader, mut writer) = split(client);
/// writer.write_all(b"ping").await?;
/// server.write_all(b"pong").await?;
/// let mut buffer = [0; 4];
/// reader.read_exact(&mut buffer).await?;
/// let client = reader.unsplit(writer);
/// # drop(client);
/// # Ok::<_, std::io::Error>(())
/// # }).unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub fn split<T: AsyncRead + AsyncWrite>(stream: T) -> (ReadHalf<T>, WriteHalf<T>) {
    let (reader, writer) = AsyncReadExt::split(stream);
    (ReadHalf(reader), WriteHalf(writer))
}

impl<T> ReadHalf<T> {
    /// Whether both are of the same stream.
    pub fn is_pair_of(&self, other: &WriteHalf<T>) -> bool {
        self.0.is_pair_of(&other.0)
    }

    /// Makes the stream again.
    ///
    /// # Panics
    ///
    /// If the halves do not belong together.
    #[track_caller]
    pub fn unsplit(self, other: WriteHalf<T>) -> T
    where
        T: Unpin,
    {
        match self.0.reunite(other.0) {
            Ok(stream) => stream,
            Err(_) => panic!("Unrelated `split::Write` passed to `split::Read::unsplit`."),
        }
    }
}

impl<T> WriteHalf<T> {
    /// Whether both are of the same stream.
    pub fn is_pair_of(&self, other: &ReadHalf<T>) -> bool {
        other.is_pair_of(self)
    }
}

impl<T: AsyncRead> AsyncRead for ReadHalf<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }

    fn poll_read_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read_vectored(cx, buffers)
    }
}

impl<T: AsyncWrite> AsyncWrite for WriteHalf<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, buffers)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}

// A poll that panics releases the stream, so the halves are as whole as the stream is.
impl<T: UnwindSafe> UnwindSafe for ReadHalf<T> {}
impl<T: UnwindSafe> RefUnwindSafe for ReadHalf<T> {}
impl<T: UnwindSafe> UnwindSafe for WriteHalf<T> {}
impl<T: UnwindSafe> RefUnwindSafe for WriteHalf<T> {}
