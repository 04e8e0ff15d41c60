//! From a reader to a writer.
//!
//! While the reader has nothing, what the writer has is flushed: the other side may wait for it before
//! it sends more.
//!
//! In tokio: `io/util/copy.rs`, `io/util/copy_bidirectional.rs`.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::io::{AsyncBufRead, AsyncRead, AsyncWrite};
use harness::coop::poll_proceed;

pub use super::lines::Lines;

/// How much is read at once.
const BUFFER_SIZE: usize = 8 * 1024;

/// Copies all up to the end. Returns how much it was. The writer is flushed, and not closed.
///
/// # Errors
///
/// What the reader or the writer says; `WriteZero` if the writer takes no more.
///
/// # Cancellation
///
/// If the future is dropped, what was read and not written is lost.
///
/// # Examples
///
/// ```
/// use reactor::io;
///
/// # futures::FutureExt::now_or_never(async {
/// let mut reader: &[u8] = b"hello";
/// let mut writer = Vec::new();
/// assert_eq!(io::copy(&mut reader, &mut writer).await?, 5);
/// assert_eq!(writer, b"hello");
/// # Ok::<_, std::io::Error>(())
/// # }).unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[harness::around("io::copy", ())]
pub async fn copy<R, W>(reader: &mut R, writer: &mut W) -> io::Result<u64>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    let mut transfer = Transfer::new(BUFFER_SIZE);
    poll_fn(|cx| transfer.poll(cx, Pin::new(&mut *reader), Pin::new(&mut *writer))).await
}

/// As [`copy()`], without a buffer of its own.
///
/// # Errors
///
/// As [`copy()`].
///
/// # Cancellation
///
/// To drop the future loses nothing.
#[harness::around("io::copy_buf", ())]
pub async fn copy_buf<R, W>(reader: &mut R, writer: &mut W) -> io::Result<u64>
where
    R: AsyncBufRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    let mut copied = 0;
    let mut is_dirty = false;
    poll_fn(|cx| {
        loop {
            ready!(poll_proceed(cx)).made_progress();
            let Poll::Ready(available) = Pin::new(&mut *reader).poll_fill_buf(cx)? else {
                if is_dirty {
                    ready!(Pin::new(&mut *writer).poll_flush(cx))?;
                    is_dirty = false;
                }
                return Poll::Pending;
            };
            if available.is_empty() {
                ready!(Pin::new(&mut *writer).poll_flush(cx))?;
                return Poll::Ready(Ok(copied));
            }
            let length = ready!(Pin::new(&mut *writer).poll_write(cx, available))?;
            if length == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            copied += length as u64;
            is_dirty = true;
            Pin::new(&mut *reader).consume(length);
        }
    })
    .await
}

/// Copies in both directions, until both have come to the end. The end of one side is passed on to the
/// other. Returns how much came from `a`, and from `b`. Of two directions that never wait, each has its turns.
///
/// # Errors
///
/// What one of the two says. Then both directions end.
///
/// # Cancellation
///
/// If the future is dropped, what was read and not written is lost.
#[harness::around("io::copy_bidirectional", ())]
pub async fn copy_bidirectional<A, B>(a: &mut A, b: &mut B) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    copy_bidirectional_with_sizes(a, b, BUFFER_SIZE, BUFFER_SIZE).await
}

/// As [`copy_bidirectional`], with buffers of other sizes.
///
/// # Errors
///
/// As [`copy_bidirectional`].
///
/// # Cancellation
///
/// As [`copy_bidirectional`].
#[harness::around("io::copy_bidirectional_with_sizes", ())]
pub async fn copy_bidirectional_with_sizes<A, B>(
    a: &mut A,
    b: &mut B,
    a_to_b: usize,
    b_to_a: usize,
) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    let mut a_to_b = OneWay::Copying(Transfer::new(a_to_b));
    let mut b_to_a = OneWay::Copying(Transfer::new(b_to_a));
    // One that never waits uses the budget up, and leaves nothing of it to the one behind it. So each poll begins
    // with the other one.
    let mut is_back_first = true;
    poll_fn(|cx| {
        is_back_first = !is_back_first;
        let (there, back) = if is_back_first {
            let back = b_to_a.poll(cx, &mut *b, &mut *a)?;
            (a_to_b.poll(cx, &mut *a, &mut *b)?, back)
        } else {
            let there = a_to_b.poll(cx, &mut *a, &mut *b)?;
            (there, b_to_a.poll(cx, &mut *b, &mut *a)?)
        };
        match (there, back) {
            (Poll::Ready(there), Poll::Ready(back)) => Poll::Ready(Ok((there, back))),
            _ => Poll::Pending,
        }
    })
    .await
}

/// One of two directions.
enum OneWay {
    Copying(Transfer),
    /// The reader has come to the end, and the writer is told.
    Closing(u64),
    Done(u64),
}

impl OneWay {
    fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        reader: &mut R,
        writer: &mut W,
    ) -> io::Result<Poll<u64>>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        loop {
            match self {
                OneWay::Copying(transfer) => {
                    match transfer.poll(cx, Pin::new(reader), Pin::new(writer))? {
                        Poll::Ready(copied) => *self = OneWay::Closing(copied),
                        Poll::Pending => return Ok(Poll::Pending),
                    }
                }
                OneWay::Closing(copied) => match Pin::new(&mut *writer).poll_close(cx)? {
                    Poll::Ready(()) => *self = OneWay::Done(*copied),
                    Poll::Pending => return Ok(Poll::Pending),
                },
                OneWay::Done(copied) => return Ok(Poll::Ready(*copied)),
            }
        }
    }
}

/// What is on its way from a reader to a writer.
struct Transfer {
    buffer: Box<[u8]>,
    /// The bytes of the buffer from `start` to `end` are not written yet.
    start: usize,
    end: usize,
    copied: u64,
    /// The writer has something that was not flushed.
    is_dirty: bool,
    /// The reader has come to its end.
    is_at_end: bool,
}

impl Transfer {
    fn new(size: usize) -> Transfer {
        Transfer {
            buffer: vec![0; size].into_boxed_slice(),
            start: 0,
            end: 0,
            copied: 0,
            is_dirty: false,
            is_at_end: false,
        }
    }

    fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<io::Result<u64>>
    where
        R: AsyncRead + ?Sized,
        W: AsyncWrite + ?Sized,
    {
        loop {
            if self.start == self.end && !self.is_at_end {
                // A reader and a writer that are always ready, such as two in memory, give way to none.
                ready!(poll_proceed(cx)).made_progress();
                match reader.as_mut().poll_read(cx, &mut self.buffer)? {
                    Poll::Ready(length) => {
                        (self.start, self.end) = (0, length);
                        self.is_at_end = length == 0;
                    }
                    Poll::Pending => {
                        if self.is_dirty {
                            ready!(writer.as_mut().poll_flush(cx))?;
                            self.is_dirty = false;
                        }
                        return Poll::Pending;
                    }
                }
            }
            while self.start < self.end {
                let rest = &self.buffer[self.start..self.end];
                let length = ready!(writer.as_mut().poll_write(cx, rest))?;
                if length == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                self.start += length;
                self.copied += length as u64;
                self.is_dirty = true;
            }
            if self.is_at_end {
                ready!(writer.as_mut().poll_flush(cx))?;
                return Poll::Ready(Ok(self.copied));
            }
        }
    }
}
