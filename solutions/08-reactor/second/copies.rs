// A ring: what is read goes behind what is not written yet.
//
// So a writer that waits does not stop the reader, until the ring is full. And a line is read by a future of
// `read_until`, a new one in each poll: it keeps what it has read in a vector that is ours.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt};
use harness::coop::{consume_budget, poll_proceed};

/// How much a ring holds.
const SIZE: usize = 8 * 1024;

/// Copies all up to the end. Returns how much it was. The writer is flushed, and not closed.
///
/// # Errors
///
/// What the reader or the writer says; `WriteZero` if the writer takes no more.
pub async fn copy<R, W>(reader: &mut R, writer: &mut W) -> io::Result<u64>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    let mut flow = Flow::new(SIZE);
    poll_fn(|cx| flow.poll(cx, reader, writer)).await
}

/// As [`copy()`], without a buffer of its own.
///
/// # Errors
///
/// As [`copy()`].
pub async fn copy_buf<R, W>(reader: &mut R, writer: &mut W) -> io::Result<u64>
where
    R: AsyncBufRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    let mut copied = 0;
    let mut flushed = 0;
    loop {
        consume_budget().await;
        let step = poll_fn(|cx| {
            let Poll::Ready(available) = Pin::new(&mut *reader).poll_fill_buf(cx)? else {
                if flushed < copied {
                    ready!(Pin::new(&mut *writer).poll_flush(cx))?;
                    flushed = copied;
                }
                return Poll::Pending;
            };
            match available.is_empty() {
                true => Poll::Ready(Ok(None)),
                false => Pin::new(&mut *writer)
                    .poll_write(cx, available)
                    .map_ok(Some),
            }
        });
        let Some(length) = step.await? else {
            writer.flush().await?;
            return Ok(copied);
        };
        taken(length)?;
        reader.consume_unpin(length);
        copied += length as u64;
    }
}

/// Copies in both directions, until both have come to the end.
///
/// # Errors
///
/// What one of the two says. Then both directions end.
pub async fn copy_bidirectional<A, B>(a: &mut A, b: &mut B) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    copy_bidirectional_with_sizes(a, b, SIZE, SIZE).await
}

/// As [`copy_bidirectional`], with buffers of other sizes.
///
/// # Errors
///
/// As [`copy_bidirectional`].
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
    let (mut there, mut back) = (Flow::new(a_to_b), Flow::new(b_to_a));
    let mut polls = 0_u64;
    poll_fn(|cx| {
        let (mut is_there, mut is_back) = (false, false);
        polls += 1;
        for turn in [polls, polls + 1] {
            match turn % 2 {
                0 => is_back = back.poll_with_end(cx, b, a)?.is_ready(),
                _ => is_there = there.poll_with_end(cx, a, b)?.is_ready(),
            }
        }
        match is_there && is_back {
            true => Poll::Ready(Ok((there.moved, back.moved))),
            false => Poll::Pending,
        }
    })
    .await
}

/// A writer that takes nothing is at its end.
fn taken(length: usize) -> io::Result<()> {
    match length {
        0 => Err(io::ErrorKind::WriteZero.into()),
        _ => Ok(()),
    }
}

/// One direction.
struct Flow {
    ring: Ring,
    moved: u64,
    /// Something was written after the last flush.
    is_unflushed: bool,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Reading,
    /// The reader is at its end.
    Draining,
    /// And all of it was written.
    Closing,
    Closed,
}

impl Flow {
    fn new(size: usize) -> Flow {
        Flow {
            ring: Ring {
                bytes: vec![0; size].into_boxed_slice(),
                first: 0,
                length: 0,
            },
            moved: 0,
            is_unflushed: false,
            stage: Stage::Reading,
        }
    }

    fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        reader: &mut R,
        writer: &mut W,
    ) -> Poll<io::Result<u64>>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        loop {
            ready!(poll_proceed(cx)).made_progress();
            let did_read = self.fill(cx, reader)?;
            let did_write = self.drain(cx, writer)?;
            if did_read || did_write {
                continue;
            }
            if self.ring.length > 0 {
                // The writer has our waker, and the reader too if there is room.
                return Poll::Pending;
            }
            if self.is_unflushed {
                ready!(Pin::new(&mut *writer).poll_flush(cx))?;
                self.is_unflushed = false;
            }
            return match self.stage {
                Stage::Reading => Poll::Pending,
                _ => Poll::Ready(Ok(self.moved)),
            };
        }
    }

    /// As `poll`, and the writer is closed at the end.
    fn poll_with_end<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        reader: &mut R,
        writer: &mut W,
    ) -> io::Result<Poll<()>>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        if matches!(self.stage, Stage::Reading | Stage::Draining) {
            if self.poll(cx, reader, writer)?.is_pending() {
                return Ok(Poll::Pending);
            }
            self.stage = Stage::Closing;
        }
        if self.stage == Stage::Closing {
            if Pin::new(writer).poll_close(cx)?.is_pending() {
                return Ok(Poll::Pending);
            }
            self.stage = Stage::Closed;
        }
        Ok(Poll::Ready(()))
    }

    /// Reads once. Returns whether that brought something, or the end.
    fn fill<R>(&mut self, cx: &mut Context<'_>, reader: &mut R) -> io::Result<bool>
    where
        R: AsyncRead + Unpin + ?Sized,
    {
        let room = self.ring.room();
        if self.stage != Stage::Reading || room.is_empty() {
            return Ok(false);
        }
        let Poll::Ready(length) = Pin::new(reader).poll_read(cx, room)? else {
            return Ok(false);
        };
        self.ring.length += length;
        if length == 0 {
            self.stage = Stage::Draining;
        }
        Ok(true)
    }

    /// Writes once. Returns whether something was taken.
    fn drain<W>(&mut self, cx: &mut Context<'_>, writer: &mut W) -> io::Result<bool>
    where
        W: AsyncWrite + Unpin + ?Sized,
    {
        let next = self.ring.next();
        if next.is_empty() {
            return Ok(false);
        }
        let Poll::Ready(length) = Pin::new(writer).poll_write(cx, next)? else {
            return Ok(false);
        };
        taken(length)?;
        self.ring.take(length);
        self.moved += length as u64;
        self.is_unflushed = true;
        Ok(true)
    }
}

struct Ring {
    bytes: Box<[u8]>,
    first: usize,
    length: usize,
}

impl Ring {
    /// The room up to the first byte, or up to the end of the memory.
    fn room(&mut self) -> &mut [u8] {
        let size = self.bytes.len();
        let begin = self.first + self.length;
        match begin < size {
            true => &mut self.bytes[begin..],
            false => &mut self.bytes[begin - size..self.first],
        }
    }

    /// The bytes from the first one on, up to the last one or the end of the memory.
    fn next(&self) -> &[u8] {
        let end = self.bytes.len().min(self.first + self.length);
        &self.bytes[self.first..end]
    }

    fn take(&mut self, length: usize) {
        self.length -= length;
        self.first = match self.length {
            0 => 0,
            _ => (self.first + length) % self.bytes.len(),
        };
    }
}

/// The lines of a reader.
#[derive(Debug)]
#[must_use = "lines do nothing unless they are asked for"]
pub struct Lines<R> {
    reader: R,
    /// The beginning of the next line.
    begun: Vec<u8>,
}

impl<R> Lines<R> {
    /// The lines of `reader` from here on.
    pub(crate) fn new(reader: R) -> Lines<R> {
        Lines {
            reader,
            begun: Vec::new(),
        }
    }
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    /// The next line, without its end; `None` at the end of all.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8, or what the reader says.
    pub async fn next_line(&mut self) -> io::Result<Option<String>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next_line(cx)).await
    }

    /// As [`next_line`](Lines::next_line).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn poll_next_line(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<String>>> {
        let Lines { reader, begun } = self.get_mut();
        let mut rest = reader.read_until(b'\n', begun);
        ready!(Pin::new(&mut rest).poll(cx))?;
        if begun.is_empty() {
            return Poll::Ready(Ok(None));
        }
        let bytes = std::mem::take(begun);
        let not_text = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let line = String::from_utf8(without_end(&bytes).to_vec()).map_err(not_text)?;
        Poll::Ready(Ok(Some(line)))
    }

    /// The reader.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// The reader.
    pub fn get_ref(&self) -> &R {
        &self.reader
    }

    /// Gives the reader back. What has come of the next line is lost.
    pub fn into_inner(self) -> R {
        self.reader
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    match line.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None => line,
    }
}
