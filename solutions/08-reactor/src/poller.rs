//! The one place that talks to the operating system's event queue.
//!
//! Everything above needs little of it: to watch a source under a token, to stop that, to sleep until
//! there is an event, and to end the sleep from another thread. `mio` has this for epoll, kqueue and
//! Windows. A model checker has no operating system, nor does Miri have all of one: for them the queue
//! is made of a lock ([`fake`](self), in `poller/fake.rs`), and events are put in by hand.
//!
//! In tokio: `runtime/io/driver.rs`, with `mio` in the middle of it.

use std::io;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::fd::AsRawFd;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use harness::trace;
use mio::{Events, Poll, Registry, Token, Waker};

use crate::counts::IoCounts;
use crate::{Interest, Ready};

pub use mio::event::Source;

/// What any thread may ask of the queue.
#[derive(Debug)]
pub(crate) struct Poller {
    registry: Registry,
    waker: Waker,
    counts: Arc<IoCounts>,
}

/// What the holder of the turn may: to wait.
#[derive(Debug)]
pub(crate) struct Selector {
    poll: Poll,
    events: Events,
    counts: Arc<IoCounts>,
}

/// The token of [`Poller::wake`]. No source has it: it is no address.
const WAKE: Token = Token(0);

#[cfg(any(target_os = "linux", target_os = "android"))]
const NANOS_PER_MILLI: u32 = 1_000_000;

/// How many events are taken at once. What does not fit is there at the next turn, and a task that
/// was woken waits for the events before it: not more of them than a busy server has at a time.
const CAPACITY: usize = 1024;

impl Poller {
    /// Makes a queue.
    ///
    /// # Errors
    ///
    /// If the system has no room for it.
    pub(crate) fn new() -> io::Result<(Poller, Selector)> {
        let poll = Poll::new()?;
        let counts = IoCounts::of_runtime();
        let poller = Poller {
            registry: poll.registry().try_clone()?,
            waker: Waker::new(poll.registry(), WAKE)?,
            counts: Arc::clone(&counts),
        };
        let selector = Selector {
            poll,
            events: Events::with_capacity(CAPACITY),
            counts,
        };
        Ok((poller, selector))
    }

    /// Watches a source.
    ///
    /// # Errors
    ///
    /// If the system refuses it, for example since it is a plain file.
    pub(crate) fn register<S: Source + ?Sized>(
        &self,
        source: &mut S,
        token: usize,
        interest: Interest,
    ) -> io::Result<()> {
        (self.registry).register(source, Token(token), to_mio(interest))?;
        self.counts.note_registered();
        Ok(())
    }

    /// Stops watching a source. Events that are in hand already are not called back.
    pub(crate) fn deregister<S: Source + ?Sized>(&self, source: &mut S) -> io::Result<()> {
        self.registry.deregister(source)?;
        self.counts.note_deregistered();
        Ok(())
    }

    /// Ends the wait of the thread in [`Selector::wait`], or the next one.
    pub(crate) fn wake(&self) {
        self.waker
            .wake()
            .expect("a descriptor of our own can be written");
    }
}

impl Selector {
    /// Sleeps until there are events, and takes them in hand.
    ///
    /// # Errors
    ///
    /// If a signal came, or the queue is broken.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        // A look is no sleep.
        let _asleep = (timeout != Some(Duration::ZERO)).then(trace::sleep_on_queue);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Some(timeout) = timeout {
            return self.wait_exactly(timeout);
        }
        self.poll.poll(&mut self.events, timeout)
    }

    // ANCHOR: wait-exactly
    /// epoll counts in milliseconds, and a time-out is rounded up to them: a timer would be late by up to one.
    /// So the whole milliseconds are waited for in epoll. If nothing came by then, `ppoll` waits for what is
    /// left, until the queue has something in it. A sleep that an event ends costs one call as before.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn wait_exactly(&mut self, timeout: Duration) -> io::Result<()> {
        let rest = Duration::from_nanos(u64::from(timeout.subsec_nanos() % NANOS_PER_MILLI));
        let whole = timeout - rest;
        if !whole.is_zero() || rest.is_zero() {
            self.poll.poll(&mut self.events, Some(whole))?;
            if rest.is_zero() || !self.events.is_empty() {
                return Ok(());
            }
        }
        wait_until_readable(&self.poll, rest)?;
        self.poll.poll(&mut self.events, Some(Duration::ZERO))
    }
    // ANCHOR_END: wait-exactly

    /// The events in hand: a token, and what is said of its source.
    pub(crate) fn events(&self) -> impl Iterator<Item = (usize, Ready)> {
        self.events
            .iter()
            .filter(|event| event.token() != WAKE)
            .inspect(|_| self.counts.note_event())
            .map(|event| (event.token().0, from_mio(event)))
    }
}

/// Sleeps for less than a second, or until a descriptor has something to read.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn wait_until_readable(descriptor: &impl AsRawFd, timeout: Duration) -> io::Result<()> {
    let mut watched = libc::pollfd {
        fd: descriptor.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    let timeout = libc::timespec {
        tv_sec: 0,
        tv_nsec: timeout.subsec_nanos() as libc::c_long,
    };
    // SAFETY: `watched` is one `pollfd` and ours, as is `timeout`; the owner of the descriptor is borrowed, so
    // it is open; without a mask of signals none is changed.
    let result = unsafe { libc::ppoll(&raw mut watched, 1, &raw const timeout, ptr::null()) };
    match result {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

// ANCHOR: from-mio
/// What the event reports, and nothing that was only asked for.
fn from_mio(event: &mio::event::Event) -> Ready {
    let facts = [
        (event.is_readable(), Ready::READABLE),
        (event.is_writable(), Ready::WRITABLE),
        (event.is_read_closed(), Ready::READ_CLOSED),
        (event.is_write_closed(), Ready::WRITE_CLOSED),
        (event.is_priority(), Ready::PRIORITY),
        (event.is_error(), Ready::ERROR),
    ];
    facts
        .into_iter()
        .filter(|(is_reported, _)| *is_reported)
        .fold(Ready::EMPTY, |ready, (_, fact)| ready | fact)
}
// ANCHOR_END: from-mio

/// The interest in `mio`'s words. Errors are always reported; with nothing else to ask for, there is
/// still one thing that has to be.
fn to_mio(interest: Interest) -> mio::Interest {
    let mut asked = None;
    let mut ask = |other: mio::Interest| {
        asked = Some(asked.map_or(other, |asked: mio::Interest| asked.add(other)));
    };
    if interest.is_readable() {
        ask(mio::Interest::READABLE);
    }
    if interest.is_writable() {
        ask(mio::Interest::WRITABLE);
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if interest.is_priority() {
        ask(mio::Interest::PRIORITY);
    }
    asked.unwrap_or(mio::Interest::READABLE)
}
