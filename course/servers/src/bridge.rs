//! What hyper asks of a runtime: a socket, an executor, a timer.
//!
//! Hyper knows no runtime. It polls futures, and leaves the rest to three traits. This is all that it takes to serve
//! HTTP on ours.
//!
//! | hyper's trait | the obligation | here |
//! | --- | --- | --- |
//! | `Read` | puts bytes into a buffer that may be uninitialized, and advances its cursor by no more than that. *Ready* without an advance is the end | [`Io`], by [`Stream`] |
//! | `Write` | as `futures::io::AsyncWrite`; and says whether it writes several buffers at once | [`Io`] |
//! | both | *pending* means that the task is woken when it is worth asking again | the socket's own |
//! | `Executor` | polls the future until it ends, on any thread. Hyper waits for none of them | [`Spawner`] |
//! | `Timer` | makes futures that are ready at an instant and not before; `Send` and `Sync` | [`Clock`] |

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use futures_rustls::server::TlsStream;
use futures_util::io::{AsyncRead, AsyncWrite, Cursor};
use hyper::rt;
use reveille::net::TcpStream;
use reveille::time;

/// A socket for hyper.
///
/// # Examples
///
/// ```
/// use hyper::rt::{Read, ReadBuf};
/// use servers::bridge::Io;
///
/// let mut io = Io::new(futures_util::io::Cursor::new(b"hello".to_vec()));
/// let mut bytes = [0; 16];
/// let mut buffer = ReadBuf::new(&mut bytes);
/// let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// let read = std::pin::Pin::new(&mut io).poll_read(&mut cx, buffer.unfilled());
/// assert!(read.is_ready());
/// assert_eq!(buffer.filled(), b"hello");
/// ```
#[derive(Debug)]
pub struct Io<T>(T);

/// A stream that hyper can read from and write to.
///
/// The traits of `futures::io` suffice, and then there is nothing to implement. But they read into a slice of bytes, and
/// a slice of bytes is initialized. So hyper's buffer is filled with zeros first, each time, and that is what is left
/// when one looks for why a server takes longer for a small request. A socket can do better.
pub trait Stream: AsyncRead + AsyncWrite + Unpin {
    /// Whether it writes several buffers with one call, as a socket does. If not, hyper copies the parts of a response
    /// into one.
    const IS_VECTORED: bool = false;

    /// Reads into hyper's buffer.
    ///
    /// # Errors
    ///
    /// What the stream says.
    fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        cursor: &mut rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let length = cursor.remaining().min(FILL_MAX);
        let buffer = cursor.initialize_unfilled_to(length);
        let read = ready!(Pin::new(self).poll_read(cx, buffer))?;
        // `AsyncRead` is a safe trait: an implementation may return any number.
        assert!(read <= length, "a reader has read more than its buffer");
        // SAFETY: the caller must have initialized `read` more bytes. All `length` of them are, by
        // `initialize_unfilled_to`, and `read` is not more, by the assertion.
        unsafe { cursor.advance(read) };
        Poll::Ready(Ok(()))
    }
}

/// Runs what hyper wants to run beside a connection: the streams of HTTP/2.
///
/// # Examples
///
/// ```
/// use hyper::rt::Executor;
/// use servers::bridge::Spawner;
///
/// let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// runtime.block_on(async {
///     let (sender, receiver) = reveille::sync::oneshot::channel();
///     Spawner.execute(async { sender.send(7) });
///     assert_eq!(receiver.await, Ok(7));
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Spawner;

/// The runtime's timers, and its clock, which a test may hold.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use hyper::rt::Timer;
/// use servers::bridge::Clock;
///
/// let runtime = reveille::runtime::Builder::new_current_thread()
///     .enable_time()
///     .start_paused(true)
///     .build()?;
/// runtime.block_on(async {
///     let before = Clock.now();
///     Clock.sleep(Duration::from_secs(60)).await;
///     assert!(Duration::from_secs(60) <= Clock.now() - before);
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

/// Hyper's name for a sleep is a trait, which it asks of a type of ours.
struct Nap(time::Sleep);

/// The most that is read at once where zeros come first.
const FILL_MAX: usize = 8 * 1024;

impl<T: Stream> Io<T> {
    /// For hyper.
    pub fn new(inner: T) -> Io<T> {
        Io(inner)
    }
}

impl Stream for TcpStream {
    const IS_VECTORED: bool = true;

    fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        cursor: &mut rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // SAFETY: nothing that is initialized may be made uninitialized. `poll_read_uninit` only writes what it has read,
        // and leaves the other bytes as they were.
        let buffer = unsafe { cursor.as_mut() };
        let read = ready!(self.poll_read_uninit(cx, buffer))?;
        // SAFETY: the caller must have initialized `read` more bytes. `poll_read_uninit` has initialized as many as it says.
        unsafe { cursor.advance(read) };
        Poll::Ready(Ok(()))
    }
}

/// What decrypts has a buffer of its own, and copies from it.
impl<T: Stream> Stream for TlsStream<T> {}

/// In memory.
impl Stream for Cursor<Vec<u8>> {}

impl<T: Stream> rt::Read for Io<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut cursor: rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.poll_fill(cx, &mut cursor)
    }
}

impl<T: Stream> rt::Write for Io<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    /// Says that no more will be written. Hyper may go on reading.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }

    fn is_write_vectored(&self) -> bool {
        T::IS_VECTORED
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, buffers)
    }
}

impl<F> rt::Executor<F> for Spawner
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, future: F) {
        // The handle is dropped, so the task is on its own. If it panics, that stays in the task.
        drop(reveille::spawn(future));
    }
}

impl rt::Timer for Clock {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(Nap(time::sleep(duration)))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(Nap(time::sleep_until(deadline.into())))
    }

    fn now(&self) -> Instant {
        time::Instant::now().into_std()
    }

    /// Moves a timer that is there, which is cheaper than a new one.
    fn reset(&self, sleep: &mut Pin<Box<dyn rt::Sleep>>, deadline: Instant) {
        match sleep.as_mut().downcast_mut_pin::<Nap>() {
            Some(nap) => nap.sleep().reset(deadline.into()),
            None => *sleep = self.sleep_until(deadline),
        }
    }
}

impl Nap {
    fn sleep(self: Pin<&mut Self>) -> Pin<&mut time::Sleep> {
        // SAFETY: the only field of a pinned value is pinned with it: nothing here moves it out, `Nap` has no `Drop`, and
        // it is `Unpin` only if the sleep is.
        unsafe { self.map_unchecked_mut(|nap| &mut nap.0) }
    }
}

impl Future for Nap {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep().poll(cx)
    }
}

impl rt::Sleep for Nap {}
