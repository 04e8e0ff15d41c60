//! Single steps, for tests: a source without a driver, a driver without a system, and a look at what is
//! kept.

use std::fmt;
use std::io;
use std::task::{Context, Poll};

use locks::list::Batch;

use crate::handle::IoHandle;
use crate::poller::Source;
use crate::registration::Registration;
use crate::scheduled_io::{Begin, ReadyEvent, ScheduledIo};
use crate::wait::Wait;
use crate::{Interest, Ready};

#[cfg(any(loom, miri))]
pub use crate::poller::{FakeEvents, FakeSource};
pub use crate::waiters::Direction;

/// How many sources are registered.
pub fn count_sources(handle: &IoHandle) -> usize {
    handle.shared().sleep.sources()
}

/// How many sources the driver keeps a reference to, since they were not deregistered.
pub fn count_listed(handle: &IoHandle) -> usize {
    handle.shared().sources.count_listed()
}

/// How many sources are deregistered, and not freed yet.
pub fn count_released(handle: &IoHandle) -> usize {
    handle.shared().sources.count_released()
}

/// A source that no driver knows: reports are made by hand.
#[derive(Debug)]
pub struct LoneIo {
    io: ScheduledIo,
}

/// What was seen of a source.
#[derive(Clone, Copy, Debug)]
pub struct Seen(ReadyEvent);

impl Seen {
    /// The facts.
    pub fn ready(&self) -> Ready {
        self.0.ready()
    }
}

impl LoneIo {
    /// Nothing was reported yet, and whatever comes will be.
    pub fn new() -> LoneIo {
        let begin = Begin {
            assumed: Ready::EMPTY,
            ignored: Ready::EMPTY,
        };
        LoneIo {
            io: ScheduledIo::new(begin),
        }
    }

    /// Nothing was reported yet, but something may have been there before, and so it is assumed.
    pub fn assumed() -> LoneIo {
        let begin = Begin {
            assumed: Ready::READABLE | Ready::WRITABLE,
            ignored: Ready::EMPTY,
        };
        LoneIo {
            io: ScheduledIo::new(begin),
        }
    }

    /// A report, as the driver makes it, and the wakes.
    pub fn report(&self, ready: Ready) {
        let mut batch = Batch::new();
        self.io.report(ready, &mut batch);
        batch.finish();
    }

    /// The end, as the driver tells of it, and the wakes.
    pub fn shut_down(&self) {
        let mut batch = Batch::new();
        self.io.shut_down(&mut batch);
        batch.finish();
    }

    /// Moves the tick of a direction, as if that many reports had come.
    pub fn advance(&self, direction: Direction, reports: u64) {
        self.io.readiness(direction).advance(reports);
    }

    /// What is known.
    pub fn look(&self, interest: Interest) -> Seen {
        Seen(self.io.look(interest))
    }

    /// Whether an operation is worth a try.
    pub fn is_worth_a_try(&self, interest: Interest) -> bool {
        self.io.look(interest).is_worth_a_try()
    }

    /// Forgets what was seen.
    pub fn clear(&self, seen: Seen) {
        self.io.clear(seen.0);
    }

    /// Waits as the latest task of a direction.
    pub fn poll_ready(&self, cx: &mut Context<'_>, direction: Direction) -> Poll<io::Result<Seen>> {
        self.io
            .poll_ready(cx, direction)
            .map(|event| event.map(Seen))
    }

    /// Waits with any number of others.
    pub async fn wait(&self, interest: Interest) -> io::Result<Seen> {
        Wait::new(&self.io, interest).await.map(Seen)
    }

    /// Whether the lock of the waiters is held just now.
    pub fn is_locked(&self) -> bool {
        self.io.is_locked()
    }
}

impl Default for LoneIo {
    fn default() -> LoneIo {
        LoneIo::new()
    }
}

/// A source that is registered with a driver.
pub struct Watched<S: Source> {
    source: S,
    registration: Registration,
}

impl<S: Source> Watched<S> {
    /// Registers a source.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub fn new(handle: &IoHandle, mut source: S, interest: Interest) -> io::Result<Watched<S>> {
        let begin = Begin {
            assumed: Ready::EMPTY,
            ignored: Ready::EMPTY,
        };
        let registration = Registration::new(handle.clone(), &mut source, interest, begin)?;
        Ok(Watched {
            source,
            registration,
        })
    }

    /// The source.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// What is known.
    pub fn look(&self, interest: Interest) -> Seen {
        Seen(self.registration.look(interest))
    }

    /// Forgets what was seen.
    pub fn clear(&self, seen: Seen) {
        self.registration.clear(seen.0);
    }

    /// Waits as the latest task of a direction.
    pub fn poll_ready(&self, cx: &mut Context<'_>, direction: Direction) -> Poll<io::Result<Seen>> {
        self.registration
            .poll_ready(cx, direction)
            .map(|event| event.map(Seen))
    }

    /// Waits with any number of others.
    pub async fn wait(&self, interest: Interest) -> io::Result<Seen> {
        self.registration.wait(interest).await.map(Seen)
    }
}

impl<S: Source> Drop for Watched<S> {
    fn drop(&mut self) {
        let _ = self.registration.deregister(&mut self.source);
    }
}

impl<S: Source> fmt::Debug for Watched<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").finish_non_exhaustive()
    }
}
