// Both directions in one record, under one lock.
//
// Each end knows by a number which of the two directions it writes. The bytes are in a plain `Vec`, and what
// was read of it is taken out when the reader has caught up with the writer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use futures::io::{AsyncRead, AsyncWrite};
use harness::coop::poll_proceed;
use harness::isolate::discard;
use locks::list::relock;
use model::loom::sync::{Mutex, MutexGuard};

/// One of two streams that are connected in memory. Made by [`duplex`].
#[derive(Debug)]
pub struct DuplexStream {
    both: Arc<Mutex<[Direction; 2]>>,
    /// The direction that this end writes.
    ours: usize,
}

/// Bytes on their way in one direction, and the task of each side.
#[derive(Debug)]
struct Direction {
    bytes: Vec<u8>,
    /// So many of them were read.
    taken: usize,
    capacity: usize,
    ends: [End; 2],
}

/// One side of a direction.
#[derive(Debug, Default)]
struct End {
    is_gone: bool,
    waker: Option<Waker>,
}

const WRITER: usize = 0;
const READER: usize = 1;

/// Makes two streams that are connected. At most `capacity` bytes are on their way in each direction.
#[track_caller]
pub fn duplex(capacity: usize) -> (DuplexStream, DuplexStream) {
    assert!(0 < capacity, "a stream without room carries nothing");
    let both = Arc::new(Mutex::new([
        Direction::new(capacity),
        Direction::new(capacity),
    ]));
    let other = DuplexStream {
        both: Arc::clone(&both),
        ours: 1,
    };
    (DuplexStream { both, ours: 0 }, other)
}

impl Direction {
    fn new(capacity: usize) -> Direction {
        Direction {
            bytes: Vec::new(),
            taken: 0,
            capacity,
            ends: [End::default(), End::default()],
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> Option<io::Result<usize>> {
        let rest = &self.bytes[self.taken..];
        if rest.is_empty() && !buffer.is_empty() {
            return self.ends[WRITER].is_gone.then_some(Ok(0));
        }
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.taken += length;
        if self.taken == self.bytes.len() {
            self.bytes.clear();
            self.taken = 0;
        }
        Some(Ok(length))
    }

    fn write(&mut self, bytes: &[u8]) -> Option<io::Result<usize>> {
        if self.ends.iter().any(|end| end.is_gone) {
            return Some(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let room = self.capacity - (self.bytes.len() - self.taken);
        let length = room.min(bytes.len());
        if length == 0 && !bytes.is_empty() {
            return None;
        }
        // What was read makes way, so that the bytes take no more than the capacity.
        if self.bytes.len() + length > self.capacity {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(&bytes[..length]);
        Some(Ok(length))
    }
}

impl DuplexStream {
    fn lock(&self) -> MutexGuard<'_, [Direction; 2]> {
        relock(&self.both)
    }

    /// Does `step` to a direction as one of its sides: now, or when the other side has done something.
    fn poll(
        &self,
        cx: &mut Context<'_>,
        direction: usize,
        side: usize,
        mut step: impl FnMut(&mut Direction) -> Option<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let proceed = ready!(poll_proceed(cx));
        // Before the lock: a clone is foreign code.
        let mut ours = Some(cx.waker().clone());
        let mut both = self.lock();
        let done = step(&mut both[direction]);
        let theirs = if done.is_some() {
            both[direction].ends[1 - side].waker.take()
        } else {
            std::mem::swap(&mut both[direction].ends[side].waker, &mut ours);
            None
        };
        drop(both);
        discard(ours);
        if let Some(waker) = theirs {
            waker.wake();
        }
        match done {
            Some(result) => {
                proceed.made_progress();
                Poll::Ready(result)
            }
            None => Poll::Pending,
        }
    }

    /// One of the two sides of a direction is no more.
    fn leave(&self, direction: usize, side: usize) {
        let mut both = self.lock();
        both[direction].ends[side].is_gone = true;
        let waker = both[direction].ends[1 - side].waker.take();
        drop(both);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl AsyncRead for DuplexStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let theirs = 1 - self.ours;
        self.poll(cx, theirs, READER, |direction| direction.read(buffer))
    }
}

impl AsyncWrite for DuplexStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll(cx, self.ours, WRITER, |direction| direction.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.leave(self.ours, WRITER);
        Poll::Ready(Ok(()))
    }
}

impl Drop for DuplexStream {
    fn drop(&mut self) {
        self.leave(self.ours, WRITER);
        self.leave(1 - self.ours, READER);
    }
}
