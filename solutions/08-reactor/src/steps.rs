//! Single steps, for tests: a source without a driver, a driver without a system, and a look at what is
//! kept.

use std::fmt;
use std::io;
use std::task::{Context, Poll};

use locks::list::Batch;

use crate::IoHandle;
use crate::poller::Source;
use crate::readiness::{Readiness, Snapshot};
use crate::registration::Registration;
use crate::scheduled_io::{Begin, ReadyEvent, ScheduledIo};
// ANCHOR: guided-driver-imports
use crate::sleep::{Asleep, Notified, Sleep};
// ANCHOR_END: guided-driver-imports
use crate::{Interest, Ready};

pub use crate::direction::Direction;
#[cfg(any(loom, miri))]
pub use crate::poller::{FakeEvents, FakeSource};

/// How many sources are registered.
pub fn count_sources(handle: &IoHandle) -> usize {
    handle.count_sources()
}

/// How many sources the driver keeps a reference to, since they were not deregistered.
pub fn count_listed(handle: &IoHandle) -> usize {
    handle.count_listed()
}

/// How many sources are deregistered, and not freed yet.
pub fn count_released(handle: &IoHandle) -> usize {
    handle.count_released()
}

/// What is known of one direction of a source, without the source.
#[derive(Debug)]
pub struct LoneReadiness(Readiness);

/// What was seen of one direction.
#[derive(Clone, Copy, Debug)]
pub struct Sight(Snapshot);

impl Sight {
    /// The facts.
    pub fn ready(&self) -> Ready {
        self.0.ready()
    }

    /// Whether no report will come.
    pub fn is_shut_down(&self) -> bool {
        self.0.is_shut_down()
    }
}

impl LoneReadiness {
    /// Nothing was reported yet.
    pub fn new() -> LoneReadiness {
        LoneReadiness(Readiness::new(Ready::EMPTY))
    }

    /// Adds what an event says.
    pub fn report(&self, ready: Ready) {
        self.0.report(ready);
    }

    /// What is known.
    pub fn look(&self) -> Sight {
        Sight(self.0.load())
    }

    /// Takes away facts that were seen, unless there was a report since.
    pub fn clear(&self, seen: Sight, facts: Ready) {
        self.0.clear(seen.0, facts);
    }

    /// Says that no report will come.
    pub fn shut_down(&self) {
        self.0.shut_down();
    }

    /// Moves the tick, as if that many reports had come.
    pub fn advance(&self, reports: u64) {
        self.0.advance(reports);
    }
}

impl Default for LoneReadiness {
    fn default() -> LoneReadiness {
        LoneReadiness::new()
    }
}

// ANCHOR: guided-driver-sleep
/// Where the owner of a driver sleeps, without a driver.
#[derive(Debug)]
pub struct LoneSleep(Sleep);

/// Where a thread has to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Nowhere: it is awake, or another thread wakes it.
    Nowhere,
    /// On what is below the driver.
    Below,
    /// On the driver's sources.
    Polling,
}

impl From<Asleep> for Where {
    fn from(asleep: Asleep) -> Where {
        match asleep {
            Asleep::Nowhere => Where::Nowhere,
            Asleep::Below => Where::Below,
            Asleep::Polling => Where::Polling,
        }
    }
}

impl LoneSleep {
    /// The owner is awake, and there is no source.
    pub fn new() -> LoneSleep {
        LoneSleep(Sleep::new())
    }

    /// Leaves an unpark.
    pub fn notify(&self) -> Where {
        self.0.notify().into()
    }

    /// Goes to sleep below, if it may. `None` if an unpark came.
    pub fn begin_below(&self) -> Option<bool> {
        self.0.begin_below().ok()
    }

    /// Goes to sleep below though there are sources. False if an unpark came.
    pub fn begin_below_beside_turn(&self) -> bool {
        self.0.begin_below_beside_turn().is_ok()
    }

    /// Goes to sleep on its sources. False if an unpark came.
    pub fn begin_polling(&self) -> bool {
        match self.0.begin_polling() {
            Ok(()) => true,
            Err(Notified) => false,
        }
    }

    /// Is up again.
    pub fn end(&self) {
        self.0.end();
    }

    /// Uses up an unpark, if there is one.
    pub fn take_notified(&self) -> bool {
        self.0.take_notified()
    }

    /// Counts a new source.
    pub fn add_source(&self) -> Where {
        self.0.add_source().into()
    }

    /// Counts a source that is gone.
    pub fn remove_source(&self) {
        self.0.remove_source();
    }

    /// How many sources there are.
    pub fn sources(&self) -> usize {
        self.0.sources()
    }
}

impl Default for LoneSleep {
    fn default() -> LoneSleep {
        LoneSleep::new()
    }
}

// ANCHOR_END: guided-driver-sleep

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

    /// A report that calls no task.
    pub fn note(&self, ready: Ready) {
        self.io.note(ready);
    }

    /// Tries an operation as the latest task of a direction.
    pub fn poll_io<R>(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
        mut operation: impl FnMut() -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.io.poll_io(cx, direction, |_| operation())
    }

    /// The end, as the driver tells of it, and the wakes.
    pub fn shut_down(&self) {
        let mut batch = Batch::new();
        self.io.shut_down(&mut batch);
        batch.finish();
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
        self.io.wait(interest).await.map(Seen)
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
