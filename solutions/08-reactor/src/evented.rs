//! A socket of the system together with its registration: what all kinds of sockets have in common.
//!
//! Reports come once (see [`readiness`](crate::readiness)), so a task that was told of something reads
//! until nothing is left. The last of these reads would fail, with *would block*. On a stream it can be
//! spared: a read that returns less than it was asked for has taken all there was, so the readiness can
//! be cleared at once, under the tick of before the read. What came since has a report of its own. The
//! same goes for a write that was cut short. For an exchange of small messages that is one system call
//! of three.
//!
//! This holds for epoll and kqueue only, and not for every stream. A read of a Unix socket ends where
//! descriptors were sent along, and one of a TCP socket at an urgent byte, and there may be more behind
//! it; and no system moves more than some 2 GiB at once.
//!
//! In tokio: `io/poll_evented.rs`, without the last paragraph.

use std::fmt;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::ops::Deref;
use std::task::{Context, Poll};

use crate::IoHandle;
use crate::direction::Direction;
use crate::poller::Source;
use crate::registration::Registration;
use crate::scheduled_io::{Begin, ReadyEvent};
use crate::{Interest, Ready};

/// A registered source, deregistered when it is dropped.
pub(crate) struct Evented<S: Source> {
    /// `None` only while it is dropped or given away.
    source: Option<S>,
    registration: Registration,
}

/// A source of bytes in order.
pub(crate) trait Stream: Source {
    /// A read that returns less than was asked for has taken all there was.
    const SHORT_READ_IS_LAST: bool;
}

/// Whether a report comes once only, and again with each change.
const IS_EDGE_TRIGGERED: bool = cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_os = "illumos",
    target_os = "macos",
    target_os = "ios",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly",
));

/// Linux moves at most this many bytes in one call, and the others not many more.
const MOST_BYTES: usize = 0x7fff_f000;

/// And at most this many buffers.
const MOST_BUFFERS: usize = 1024;

/// A stream or a listener: something to read, or room to write.
pub(crate) const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

impl<S: Source> Evented<S> {
    /// Registers a source with the driver of this thread's runtime.
    ///
    /// # Errors
    ///
    /// If the system refuses it, or the driver was shut down.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without a driver.
    #[track_caller]
    pub(crate) fn new(mut source: S, interest: Interest, begin: Begin) -> io::Result<Evented<S>> {
        let handle = crate::current::handle();
        let registration = Registration::new(handle, &mut source, interest, begin)?;
        Ok(Evented {
            source: Some(source),
            registration,
        })
    }

    /// Registers a source with the driver of `handle`.
    ///
    /// # Errors
    ///
    /// As [`new`](Evented::new).
    pub(crate) fn with_handle(
        handle: &IoHandle,
        mut source: S,
        interest: Interest,
        begin: Begin,
    ) -> io::Result<Evented<S>> {
        let registration = Registration::new(handle.clone(), &mut source, interest, begin)?;
        Ok(Evented {
            source: Some(source),
            registration,
        })
    }

    #[inline]
    pub(crate) fn registration(&self) -> &Registration {
        &self.registration
    }

    /// Deregisters the source, and gives it away.
    ///
    /// # Errors
    ///
    /// If it cannot be deregistered.
    pub(crate) fn into_inner(mut self) -> io::Result<S> {
        let mut source = self.source.take().expect("it is not given away yet");
        self.registration.deregister(&mut source)?;
        Ok(source)
    }
}

impl<S: Stream> Evented<S> {
    // ANCHOR: poll-read
    /// Reads, or waits as the latest reader.
    pub(crate) fn poll_read<'a>(
        &'a self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>>
    where
        &'a S: Read,
    {
        self.registration.poll_io(cx, Direction::Read, |event| {
            let length = (&mut &**self).read(buffer)?;
            self.note_read(event, length, buffer.len());
            Ok(length)
        })
    }
    // ANCHOR_END: poll-read

    /// As [`poll_read`](Evented::poll_read), by a call of another kind: `read` asks for so many bytes.
    pub(crate) fn poll_read_by(
        &self,
        cx: &mut Context<'_>,
        asked: usize,
        mut read: impl FnMut(&S) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        self.registration.poll_io(cx, Direction::Read, |event| {
            let length = read(self)?;
            self.note_read(event, length, asked);
            Ok(length)
        })
    }

    /// Reads into several buffers, or waits as the latest reader.
    pub(crate) fn poll_read_vectored<'a>(
        &'a self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>>
    where
        &'a S: Read,
    {
        self.registration.poll_io(cx, Direction::Read, |event| {
            let length = (&mut &**self).read_vectored(buffers)?;
            self.note_read(event, length, asked(buffers));
            Ok(length)
        })
    }

    /// Writes, or waits as the latest writer.
    pub(crate) fn poll_write<'a>(
        &'a self,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>>
    where
        &'a S: Write,
    {
        self.registration.poll_io(cx, Direction::Write, |event| {
            let length = (&mut &**self).write(buffer)?;
            self.note_written(event, length, buffer.len());
            Ok(length)
        })
    }

    /// Writes several buffers, or waits as the latest writer.
    pub(crate) fn poll_write_vectored<'a>(
        &'a self,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>>
    where
        &'a S: Write,
    {
        self.registration.poll_io(cx, Direction::Write, |event| {
            let length = (&mut &**self).write_vectored(buffers)?;
            self.note_written(event, length, asked(buffers));
            Ok(length)
        })
    }

    /// Reads, if that is worth a try. What was reported stays until a read finds nothing: a caller of its own
    /// goes on for as long as it likes.
    pub(crate) fn try_read<'a>(&'a self, buffer: &mut [u8]) -> io::Result<usize>
    where
        &'a S: Read,
    {
        self.registration
            .try_io(Interest::READABLE, || (&mut &**self).read(buffer))
    }

    /// Reads into several buffers, if that is worth a try.
    pub(crate) fn try_read_vectored<'a>(
        &'a self,
        buffers: &mut [IoSliceMut<'_>],
    ) -> io::Result<usize>
    where
        &'a S: Read,
    {
        self.registration
            .try_io(Interest::READABLE, || (&mut &**self).read_vectored(buffers))
    }

    /// Writes, if that is worth a try.
    pub(crate) fn try_write<'a>(&'a self, buffer: &[u8]) -> io::Result<usize>
    where
        &'a S: Write,
    {
        self.registration
            .try_io(Interest::WRITABLE, || (&mut &**self).write(buffer))
    }

    /// Writes several buffers, if that is worth a try.
    pub(crate) fn try_write_vectored<'a>(&'a self, buffers: &[IoSlice<'_>]) -> io::Result<usize>
    where
        &'a S: Write,
    {
        self.registration.try_io(Interest::WRITABLE, || {
            (&mut &**self).write_vectored(buffers)
        })
    }

    // ANCHOR: note-read
    /// Clears what was seen, if the read has shown that nothing is left.
    #[inline]
    fn note_read(&self, event: ReadyEvent, length: usize, asked: usize) {
        // Behind an urgent byte there may be more.
        let is_last = S::SHORT_READ_IS_LAST && !event.is_priority();
        if is_last && is_short(length, asked) {
            self.registration.clear(event);
        }
    }
    // ANCHOR_END: note-read

    #[inline]
    fn note_written(&self, event: ReadyEvent, length: usize, asked: usize) {
        if is_short(length, asked) {
            self.registration.clear(event);
        }
    }
}

/// Whether all that was there, or that there was room for, has been moved. None at all is the end of
/// the stream, or nothing was asked for.
#[inline]
fn is_short(length: usize, asked: usize) -> bool {
    IS_EDGE_TRIGGERED && 0 < length && length < asked && length < MOST_BYTES
}

/// How many bytes are asked for; as many as will be moved in any case, if that is not certain.
fn asked<B: Deref<Target = [u8]>>(buffers: &[B]) -> usize {
    if buffers.len() > MOST_BUFFERS {
        return 0;
    }
    buffers
        .iter()
        .fold(0, |sum, buffer| sum.saturating_add(buffer.len()))
}

impl<S: Source> Deref for Evented<S> {
    type Target = S;

    #[inline]
    fn deref(&self) -> &S {
        self.source.as_ref().expect("it is not given away yet")
    }
}

impl<S: Source> Drop for Evented<S> {
    fn drop(&mut self) {
        if let Some(mut source) = self.source.take() {
            // If the system does not know the source any more, there is nothing to be done, and the
            // driver keeps what an event may still speak of.
            let _ = self.registration.deregister(&mut source);
        }
    }
}

impl<S: Source + fmt::Debug> fmt::Debug for Evented<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evented")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl Begin {
    /// A source that was there before it was registered: something may have come already. So is a
    /// connection that a listener has accepted: its first bytes came with it, as often as not.
    pub(crate) const KNOWN: Begin = Begin {
        assumed: Ready::READABLE.or(Ready::WRITABLE),
        ignored: Ready::EMPTY,
    };

    /// A source that is registered from the beginning: whatever comes will be reported.
    pub(crate) const NEW: Begin = Begin {
        assumed: Ready::EMPTY,
        ignored: Ready::EMPTY,
    };

    /// One of two streams that are connected as they are made: it has room, and nothing has come.
    #[cfg(unix)]
    pub(crate) const PAIR: Begin = Begin {
        assumed: Ready::WRITABLE,
        ignored: Ready::EMPTY,
    };

    /// A new source of datagrams, with room for the first one.
    pub(crate) const NEW_DATAGRAMS: Begin = Begin {
        assumed: Ready::WRITABLE,
        ..Begin::KNOWN_DATAGRAMS
    };

    /// A source of datagrams that was there before. It has no end: if an error is reported, the next datagram
    /// may still come.
    pub(crate) const KNOWN_DATAGRAMS: Begin = Begin {
        ignored: Ready::CLOSED,
        ..Begin::KNOWN
    };
}
