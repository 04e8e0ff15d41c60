//! The halves of a Unix connection.

use std::sync::Arc;

use super::{SocketAddr, UnixStream};
use crate::net::split::halves;

/// The borrowed half of a stream that reads.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::UnixStream};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (mut here, mut there) = UnixStream::pair()?;
///     let (mut reader, mut writer) = here.split();
///     there.write_all(b"question").await?;
///     let mut buffer = [0; 8];
///     let length = reader.read(&mut buffer).await?;
///     // While one half borrows the buffer, the other one can write.
///     writer.write_all(&buffer[..length]).await?;
///     let mut echo = [0; 8];
///     there.read_exact(&mut echo).await?;
///     assert_eq!(&echo, b"question");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct ReadHalf<'a>(&'a UnixStream);

/// The borrowed half of a stream that writes. To close it says that no more will be written.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::UnixStream};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (mut here, mut there) = UnixStream::pair()?;
///     let (_reader, mut writer) = here.split();
///     writer.write_all(b"all there is").await?;
///     writer.shutdown().await?;
///     // The other side comes to the end, though the stream is still open for reading.
///     let mut text = String::new();
///     there.read_to_string(&mut text).await?;
///     assert_eq!(text, "all there is");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct WriteHalf<'a>(&'a UnixStream);

/// The half of a stream that reads.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark, spawn};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::UnixStream};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (here, mut there) = UnixStream::pair()?;
///     let (mut reader, _writer) = here.into_split();
///     // One task reads for as long as something comes. The writing half is with another one.
///     let task = spawn(async move {
///         let mut text = String::new();
///         reader.read_to_string(&mut text).await.map(|_| text)
///     });
///     there.write_all(b"to the end").await?;
///     drop(there);
///     assert_eq!(task.await??, "to the end");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct OwnedReadHalf(Arc<UnixStream>);

/// The half of a stream that writes. To close it, or to drop it, says that no more will be written.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark, spawn};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::UnixStream};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (here, mut there) = UnixStream::pair()?;
///     let (_reader, mut writer) = here.into_split();
///     spawn(async move {
///         writer.write_all(b"done").await
///         // The half is dropped here, and the other side comes to the end.
///     });
///     let mut text = String::new();
///     there.read_to_string(&mut text).await?;
///     assert_eq!(text, "done");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct OwnedWriteHalf(
    Arc<UnixStream>,
    /// The other side is to see the end when this goes.
    bool,
);

/// Two halves do not belong together. They are in here.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::IoPark;
/// use reactor::net::unix::{ReuniteError, UnixStream};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (one, other) = UnixStream::pair()?;
///     let (reader, writer) = one.into_split();
///     let (_other_reader, other_writer) = other.into_split();
///     let ReuniteError(reader, _other_writer) = reader.reunite(other_writer).unwrap_err();
///     // Nothing is lost: the right halves still make a stream.
///     let _stream: UnixStream = reader.reunite(writer).expect("both are of the same stream");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct ReuniteError(
    /// The half that reads.
    pub OwnedReadHalf,
    /// The half that writes.
    pub OwnedWriteHalf,
);

halves!(UnixStream, SocketAddr);
