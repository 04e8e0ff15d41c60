//! The halves of a TCP connection. Those that read can also peek.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::TcpStream;
use crate::net::split::halves;

/// The borrowed half of a stream that reads.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::{TcpListener, TcpStream}};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let mut here = TcpStream::connect(listener.local_addr()?).await?;
///     let (mut there, _) = listener.accept().await?;
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
pub struct ReadHalf<'a>(&'a TcpStream);

/// The borrowed half of a stream that writes. To close it says that no more will be written.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::{TcpListener, TcpStream}};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let mut here = TcpStream::connect(listener.local_addr()?).await?;
///     let (mut there, _) = listener.accept().await?;
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
pub struct WriteHalf<'a>(&'a TcpStream);

/// The half of a stream that reads.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark, spawn};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::{TcpListener, TcpStream}};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let here = TcpStream::connect(listener.local_addr()?).await?;
///     let (mut there, _) = listener.accept().await?;
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
pub struct OwnedReadHalf(Arc<TcpStream>);

/// The half of a stream that writes. To close it, or to drop it, says that no more will be written.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark, spawn};
/// use reactor::io::{AsyncReadExt, AsyncWriteExt};
/// use reactor::{IoPark, net::{TcpListener, TcpStream}};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let here = TcpStream::connect(listener.local_addr()?).await?;
///     let (mut there, _) = listener.accept().await?;
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
    Arc<TcpStream>,
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
/// use reactor::net::tcp::{ReuniteError, TcpListener, TcpStream};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let one = TcpStream::connect(listener.local_addr()?).await?;
///     let (other, _) = listener.accept().await?;
///     let (reader, writer) = one.into_split();
///     let (_other_reader, other_writer) = other.into_split();
///     let ReuniteError(reader, _other_writer) = reader.reunite(other_writer).unwrap_err();
///     // Nothing is lost: the right halves still make a stream.
///     let _stream: TcpStream = reader.reunite(writer).expect("both are of the same stream");
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
