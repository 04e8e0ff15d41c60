//! Two streams that are connected in memory: what is written to one is read from the other.
//!
//! In tokio: `io/util/mem.rs`.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use futures::io::{AsyncRead, AsyncWrite};
use harness::coop::poll_proceed;
use harness::isolate::discard;
use locks::list::relock;
use model::loom::sync::{Mutex, MutexGuard};

/// One of two streams that are connected in memory. Made by [`duplex`].
///
/// # Examples
///
/// ```
/// use current_thread::Runtime;
/// use reactor::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// // A test of a protocol needs no socket.
/// async fn greet(mut stream: impl io::AsyncRead + io::AsyncWrite + Unpin) -> io::Result<()> {
///     let mut name = [0; 3];
///     stream.read_exact(&mut name).await?;
///     stream.write_all(b"hello ").await?;
///     stream.write_all(&name).await
/// }
///
/// let answer = Runtime::new().block_on(async {
///     let (mut client, server) = io::duplex(64);
///     client.write_all(b"ada").await?;
///     greet(server).await?; // drops its end, so the client comes to the end
///     let mut answer = String::new();
///     client.read_to_string(&mut answer).await?;
///     io::Result::Ok(answer)
/// })?;
/// assert_eq!(answer, "hello ada");
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct DuplexStream {
    read: Arc<Pipe>,
    write: Arc<Pipe>,
}

/// Bytes on their way in one direction.
#[derive(Debug)]
struct Pipe {
    state: Mutex<State>,
    /// How many bytes may be on their way.
    capacity: usize,
}

#[derive(Debug)]
struct State {
    bytes: VecDeque<u8>,
    /// No more will be written.
    is_ended: bool,
    /// No more will be read.
    is_broken: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// Makes two streams that are connected. At most `capacity` bytes are on their way in each direction.
///
/// # Panics
///
/// If `capacity` is 0: every write would wait for ever.
///
/// # Examples
///
/// ```
/// use reactor::io::{AsyncReadExt, AsyncWriteExt, duplex};
///
/// # futures::FutureExt::now_or_never(async {
/// let (mut client, mut server) = duplex(64);
/// client.write_all(b"ping").await?;
/// let mut buffer = [0; 4];
/// server.read_exact(&mut buffer).await?;
/// assert_eq!(&buffer, b"ping");
/// # Ok::<_, std::io::Error>(())
/// # }).unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[track_caller]
pub fn duplex(capacity: usize) -> (DuplexStream, DuplexStream) {
    assert!(0 < capacity, "a stream without room carries nothing");
    let [there, back] = [Pipe::new(capacity), Pipe::new(capacity)].map(Arc::new);
    let one = DuplexStream {
        read: Arc::clone(&back),
        write: Arc::clone(&there),
    };
    let other = DuplexStream {
        read: there,
        write: back,
    };
    (one, other)
}

/// Which of the two wakers of a pipe.
type Side = fn(&mut State) -> &mut Option<Waker>;

impl Pipe {
    fn new(capacity: usize) -> Pipe {
        Pipe {
            state: Mutex::new(State {
                bytes: VecDeque::new(),
                is_ended: false,
                is_broken: false,
                reader: None,
                writer: None,
            }),
            capacity,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        relock(&self.state)
    }

    /// Tries `step`, and waits on our side if there is nothing to do; otherwise wakes the other side.
    fn poll<R>(
        &self,
        cx: &mut Context<'_>,
        ours: Side,
        theirs: Side,
        mut step: impl FnMut(&mut State) -> Option<R>,
    ) -> Poll<R> {
        let proceed = ready!(poll_proceed(cx));
        let mut state = self.lock();
        if let Some(done) = step(&mut state) {
            proceed.made_progress();
            return Poll::Ready(self.done(state, theirs, done));
        }
        drop(state);
        // A clone is foreign code: not under the lock. So look once more.
        let waker = cx.waker().clone();
        let mut state = self.lock();
        if let Some(done) = step(&mut state) {
            proceed.made_progress();
            let done = self.done(state, theirs, done);
            discard(waker);
            return Poll::Ready(done);
        }
        let stale = ours(&mut state).replace(waker);
        drop(state);
        discard(stale);
        Poll::Pending
    }

    /// Wakes the other side, with the lock released.
    fn done<R>(&self, mut state: MutexGuard<'_, State>, theirs: Side, done: R) -> R {
        let waker = theirs(&mut state).take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        done
    }

    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let step = |state: &mut State| {
            let has_something = !state.bytes.is_empty() || state.is_ended || buffer.is_empty();
            has_something.then(|| state.bytes.read(buffer))
        };
        self.poll(
            cx,
            |state| &mut state.reader,
            |state| &mut state.writer,
            step,
        )
    }

    fn poll_write(&self, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        let step = |state: &mut State| {
            if state.is_broken || state.is_ended {
                return Some(Err(io::ErrorKind::BrokenPipe.into()));
            }
            let room = self.capacity - state.bytes.len();
            if room == 0 && !buffer.is_empty() {
                return None;
            }
            let length = room.min(buffer.len());
            state.bytes.extend(&buffer[..length]);
            Some(Ok(length))
        };
        self.poll(
            cx,
            |state| &mut state.writer,
            |state| &mut state.reader,
            step,
        )
    }

    /// Says that no more will be written.
    fn end(&self) {
        let mut state = self.lock();
        state.is_ended = true;
        self.done(state, |state| &mut state.reader, ());
    }

    /// Says that no more will be read.
    fn break_off(&self) {
        let mut state = self.lock();
        state.is_broken = true;
        self.done(state, |state| &mut state.writer, ());
    }
}

impl AsyncRead for DuplexStream {
    #[harness::leaf("DuplexStream::read")]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.read.poll_read(cx, buffer)
    }
}

impl AsyncWrite for DuplexStream {
    #[harness::leaf("DuplexStream::write")]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write.poll_write(cx, buffer)
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write.end();
        Poll::Ready(Ok(()))
    }
}

impl Drop for DuplexStream {
    fn drop(&mut self) {
        self.write.end();
        self.read.break_off();
    }
}
