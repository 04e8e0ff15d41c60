// A loop of its own, and one answer to the question what a call has shown.
//
// `poll_io` gives its operation the event, and the operation clears. Here the loop has the event and the length in
// hand, and clears for both reasons in one place: a call that said *would block*, and one that was cut short.

use std::fmt;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::ops::Deref;
use std::task::{Context, Poll, ready};

use harness::coop::poll_proceed;

use crate::direction::Direction;
use crate::poller::Source;
use crate::registration::Registration;
use crate::scheduled_io::{Begin, ReadyEvent};
use crate::{Interest, IoHandle, Ready};

/// A registered source, deregistered when it is dropped.
pub(crate) struct Evented<S: Source> {
    registration: Registration,
    /// Gone when it was given away.
    source: Option<S>,
}

/// A source of bytes in order.
pub(crate) trait Stream: Source {
    /// A read that returns less than was asked for has taken all there was.
    const SHORT_READ_IS_LAST: bool;
}

/// A stream or a listener: something to read, or room to write.
pub(crate) const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// No call moves more than this, so one that moved as much may have been cut short by that.
const MOST: usize = 0x7fff_f000;

/// A call takes no more buffers than this.
const MOST_BUFFERS: usize = 1024;

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
    pub(crate) fn new(source: S, interest: Interest, begin: Begin) -> io::Result<Evented<S>> {
        Evented::with_handle(&crate::current::handle(), source, interest, begin)
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
        Ok(Evented {
            registration: Registration::new(handle.clone(), &mut source, interest, begin)?,
            source: Some(source),
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
        self.leave()?;
        Ok(self.source.take().expect("it is given away once"))
    }

    /// Takes the source out of the driver.
    fn leave(&mut self) -> io::Result<()> {
        match &mut self.source {
            Some(source) => self.registration.deregister(source),
            None => Ok(()),
        }
    }
}

impl<S: Stream> Evented<S> {
    /// Reads, or waits as the latest reader.
    pub(crate) fn poll_read<'a>(
        &'a self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>>
    where
        &'a S: Read,
    {
        let asked = Some(buffer.len());
        self.poll_call(cx, Direction::Read, asked, |mut source| source.read(buffer))
    }

    /// As [`poll_read`](Evented::poll_read), by a call of another kind: `read` asks for so many bytes.
    pub(crate) fn poll_read_by(
        &self,
        cx: &mut Context<'_>,
        asked: usize,
        read: impl FnMut(&S) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        self.poll_call(cx, Direction::Read, Some(asked), read)
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
        let asked = sum(buffers.iter().map(|buffer| buffer.len()));
        let read = |mut source: &'a S| source.read_vectored(buffers);
        self.poll_call(cx, Direction::Read, asked, read)
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
        let asked = Some(buffer.len());
        let write = |mut source: &'a S| source.write(buffer);
        self.poll_call(cx, Direction::Write, asked, write)
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
        let asked = sum(buffers.iter().map(|buffer| buffer.len()));
        let write = |mut source: &'a S| source.write_vectored(buffers);
        self.poll_call(cx, Direction::Write, asked, write)
    }

    /// Reads, if that is worth a try.
    pub(crate) fn try_read<'a>(&'a self, buffer: &mut [u8]) -> io::Result<usize>
    where
        &'a S: Read,
    {
        let mut source: &'a S = self;
        let read = || source.read(buffer);
        self.registration.try_io(Interest::READABLE, read)
    }

    /// Reads into several buffers, if that is worth a try.
    pub(crate) fn try_read_vectored<'a>(
        &'a self,
        buffers: &mut [IoSliceMut<'_>],
    ) -> io::Result<usize>
    where
        &'a S: Read,
    {
        let mut source: &'a S = self;
        let read = || source.read_vectored(buffers);
        self.registration.try_io(Interest::READABLE, read)
    }

    /// Writes, if that is worth a try.
    pub(crate) fn try_write<'a>(&'a self, buffer: &[u8]) -> io::Result<usize>
    where
        &'a S: Write,
    {
        let mut source: &'a S = self;
        let write = || source.write(buffer);
        self.registration.try_io(Interest::WRITABLE, write)
    }

    /// Writes several buffers, if that is worth a try.
    pub(crate) fn try_write_vectored<'a>(&'a self, buffers: &[IoSlice<'_>]) -> io::Result<usize>
    where
        &'a S: Write,
    {
        let mut source: &'a S = self;
        let write = || source.write_vectored(buffers);
        self.registration.try_io(Interest::WRITABLE, write)
    }

    /// Calls the system until it does not say *would block*, and waits in between. It is not known how much is
    /// asked for if that is `None`.
    fn poll_call<'a>(
        &'a self,
        cx: &mut Context<'_>,
        direction: Direction,
        asked: Option<usize>,
        mut call: impl FnMut(&'a S) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let proceed = ready!(poll_proceed(cx));
        loop {
            let event = ready!(self.registration.poll_ready(cx, direction))?;
            let result = call(self);
            let is_nothing_left = match &result {
                Ok(length) => Self::is_last(direction, event, *length, asked),
                Err(error) => error.kind() == io::ErrorKind::WouldBlock,
            };
            if is_nothing_left {
                self.registration.clear(event);
            }
            let is_to_repeat = |error: &io::Error| {
                matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                )
            };
            if !result.as_ref().is_err_and(is_to_repeat) {
                proceed.made_progress();
                return Poll::Ready(result);
            }
        }
    }

    /// Whether the next call can only say *would block*, until there is another report.
    fn is_last(
        direction: Direction,
        event: ReadyEvent,
        length: usize,
        asked: Option<usize>,
    ) -> bool {
        // Elsewhere a report comes again only after a call that said *would block*.
        let is_reported_again = cfg!(not(windows));
        let may_end_early = match direction {
            Direction::Read => !S::SHORT_READ_IS_LAST || event.is_priority(),
            Direction::Write => false,
        };
        // None at all is the end, or nothing was asked for.
        let is_short = asked.is_some_and(|asked| length < asked) && 0 < length && length < MOST;
        is_reported_again && is_short && !may_end_early
    }
}

/// How much is asked for, if all of it is.
fn sum(lengths: impl ExactSizeIterator<Item = usize>) -> Option<usize> {
    match lengths.len() {
        0..=MOST_BUFFERS => Some(lengths.fold(0, usize::saturating_add)),
        _ => None,
    }
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
        // If the system does not know the source any more, there is nothing to be done.
        let _ = self.leave();
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
    /// A source that was there before it was registered: something may have come already.
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

    /// A source of datagrams that was there before. An error is not its end.
    pub(crate) const KNOWN_DATAGRAMS: Begin = Begin {
        ignored: Ready::CLOSED,
        ..Begin::KNOWN
    };
}
