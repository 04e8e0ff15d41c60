//! A source, as the driver and its tasks share it.
//!
//! The driver gets events, and each event has a token that says which source it is about. It leads
//! the driver to a [`ScheduledIo`]: what is known of the source, and the tasks that wait for it.
//!
//! ```text
//!     event ── token ──> ScheduledIo ──┬── readiness: read  │ tick     <── tasks look, try, clear
//!                                      ├── readiness: write │ tick
//!                                      └── Mutex<Waiters>              <── tasks wait
//! ```
//!
//! A task that found nothing takes the lock, looks once more, and is listed. The driver adds what the
//! event says, and then takes the lock and calls those in the list. So the task sees the report, or
//! the driver finds the task.
//!
//! # Invariants
//!
//! - **Report, Then Call**: a thread that changes a readiness so that a wait could end takes the lock of
//!   the waiters afterwards.
//! - **Nothing Foreign Under The Lock**: no waker is cloned, woken or dropped while the lock is held.
//!
//! In tokio: `runtime/io/scheduled_io.rs`.

use std::error::Error;
use std::fmt;
use std::io;
use std::task::{Context, Poll};

use harness::isolate::discard;
use harness::list::Links;
use locks::list::{Batch, relock};
use model::loom::sync::{Mutex, MutexGuard};

use crate::direction::Direction;
use crate::readiness::{Readiness, Snapshot};
pub(crate) use crate::wait::Wait;
use crate::waiters::Waiters;
use crate::{Interest, Ready};

/// A source, without the source itself.
pub(crate) struct ScheduledIo {
    /// The links of the list of all sources. They belong to that list's lock.
    #[allow(
        dead_code,
        reason = "the driver of 8.15 may list its sources in another way"
    )]
    pub(crate) links: Links<ScheduledIo>,
    /// What is known of each direction.
    readiness: [Readiness; 2],
    /// Facts that do not mean for this source what they say.
    ignored: Ready,
    waiters: Mutex<Waiters>,
}

/// What a task saw before it tried. It is needed to clear that, and nothing that came later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadyEvent {
    seen: [Snapshot; 2],
    interest: Ready,
}

/// How a source begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begin {
    /// Facts that are taken to be true until an operation finds nothing, so that the first one does
    /// not wait for a report.
    pub(crate) assumed: Ready,
    /// Facts that are not to be kept.
    pub(crate) ignored: Ready,
}

impl ScheduledIo {
    pub(crate) fn new(begin: Begin) -> ScheduledIo {
        ScheduledIo {
            links: Links::new(),
            readiness: [
                Readiness::new(begin.assumed & Direction::Read.mask()),
                Readiness::new(begin.assumed & Direction::Write.mask()),
            ],
            ignored: begin.ignored,
            waiters: Mutex::new(Waiters::default()),
        }
    }

    /// Keeps what an event says, and calls those that waited for it. Their wakers go to `batch`, to be
    /// woken by the caller; if the batch is full, it is woken here.
    pub(crate) fn report(&self, ready: Ready, batch: &mut Batch) {
        let ready = ready - self.ignored;
        self.note(ready);
        self.call(ready, batch);
    }

    /// Keeps what an event says.
    pub(crate) fn note(&self, ready: Ready) {
        for direction in [Direction::Read, Direction::Write] {
            let facts = ready & direction.mask();
            if !facts.is_empty() {
                self.readiness(direction).report(facts);
            }
        }
    }

    /// Calls those that wait for one of the facts in `ready`.
    fn call(&self, ready: Ready, batch: &mut Batch) {
        // ANCHOR: ex-8-3-call
        // Each task that waits for one of the facts is woken once, with no lock held, a batch at a
        // time; a task that comes back meanwhile is not woken again by this call.
        todo!("8.3 call")
        // ANCHOR_END: ex-8-3-call
    }

    /// Ends every wait, those that are still to come included.
    pub(crate) fn shut_down(&self, batch: &mut Batch) {
        for readiness in &self.readiness {
            readiness.shut_down();
        }
        self.call(Ready::ALL, batch);
    }

    /// What is known about all that `interest` is about.
    #[inline]
    pub(crate) fn look(&self, interest: Interest) -> ReadyEvent {
        ReadyEvent {
            seen: self.readiness.each_ref().map(Readiness::load),
            interest: Ready::from_interest(interest),
        }
    }

    /// What is known about one direction.
    #[inline]
    fn look_at(&self, direction: Direction) -> ReadyEvent {
        let mut seen = [Snapshot::NOTHING; 2];
        seen[direction as usize] = self.readiness(direction).load();
        ReadyEvent {
            seen,
            interest: direction.mask(),
        }
    }

    /// Forgets what was seen, since an operation found nothing: only in the directions that the task
    /// is interested in, and only where no report came since.
    pub(crate) fn clear(&self, event: ReadyEvent) {
        // ANCHOR: ex-8-2-directions
        // In each direction that the task is interested in, the facts that it saw there and asked
        // for are cleared; each direction is judged by its own tick, and the other one is left
        // alone.
        todo!("8.2 directions")
        // ANCHOR_END: ex-8-2-directions
    }

    /// Waits, as the latest task of this direction, until an operation is worth a try.
    ///
    /// # Errors
    ///
    /// If the driver was shut down.
    pub(crate) fn poll_ready(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
    ) -> Poll<io::Result<ReadyEvent>> {
        if let Some(done) = self.look_at(direction).outcome() {
            return Poll::Ready(done);
        }
        // A clone is foreign code, and so is a drop: before the lock, and after it.
        let waker = cx.waker().clone();
        let mut waiters = self.waiters();
        if let Some(done) = self.look_at(direction).outcome() {
            drop(waiters);
            discard(waker);
            return Poll::Ready(done);
        }
        let stale = waiters.replace_latest(direction, Some(waker));
        drop(waiters);
        discard(stale);
        Poll::Pending
    }

    /// Forgets the latest tasks. They may own what waits, and would then never be freed.
    pub(crate) fn forget_latest(&self) {
        let mut waiters = self.waiters();
        let reader = waiters.replace_latest(Direction::Read, None);
        let writer = waiters.replace_latest(Direction::Write, None);
        drop(waiters);
        discard(reader);
        discard(writer);
    }

    #[inline]
    pub(crate) fn readiness(&self, direction: Direction) -> &Readiness {
        &self.readiness[direction as usize]
    }

    pub(crate) fn waiters(&self) -> MutexGuard<'_, Waiters> {
        relock(&self.waiters)
    }

    /// Whether a lock is held just now under which no waker may be woken or dropped. For tests.
    #[cfg_attr(not(feature = "steps"), allow(dead_code))]
    pub(crate) fn is_locked(&self) -> bool {
        self.waiters.try_lock().is_err()
    }
}

impl ReadyEvent {
    fn concerns(&self, direction: Direction) -> bool {
        self.interest.intersects(direction.mask() - Ready::ERROR)
            || (self.interest == Ready::ERROR && direction == Direction::Read)
    }

    /// What is known of all that the task is interested in.
    #[inline]
    pub(crate) fn ready(&self) -> Ready {
        let [read, write] = self.seen;
        let mut ready = Ready::EMPTY;
        if self.concerns(Direction::Read) {
            ready |= read.ready();
        }
        if self.concerns(Direction::Write) {
            ready |= write.ready();
        }
        ready & self.interest
    }

    /// Whether an operation is worth a try.
    #[inline]
    pub(crate) fn is_worth_a_try(&self) -> bool {
        !self.ready().is_empty()
    }

    #[inline]
    pub(crate) fn is_shut_down(&self) -> bool {
        let [read, write] = self.seen;
        read.is_shut_down() || write.is_shut_down()
    }

    /// How a wait ends now, if it does.
    #[inline]
    pub(crate) fn outcome(&self) -> Option<io::Result<ReadyEvent>> {
        if self.is_shut_down() {
            return Some(Err(shut_down_error()));
        }
        self.is_worth_a_try().then_some(Ok(*self))
    }

    /// The same, about some of the facts only.
    #[cfg(unix)]
    pub(crate) fn narrow(mut self, ready: Ready) -> ReadyEvent {
        self.interest = self.interest & ready;
        self
    }

    /// Whether there is data that does not wait its turn, whether the task asked for that or not.
    #[inline]
    pub(crate) fn is_priority(&self) -> bool {
        self.seen[Direction::Read as usize].ready().is_priority()
    }
}

/// The driver is gone.
#[derive(Debug)]
struct ShutDown;

/// What a wait ends with when the driver is gone.
pub(crate) fn shut_down_error() -> io::Error {
    io::Error::other(ShutDown)
}

/// Whether an error of a source means that its driver is gone.
pub fn is_shut_down_error(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|error| error.is::<ShutDown>())
}

impl Error for ShutDown {}

impl fmt::Display for ShutDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the runtime that drives this source is being shut down")
    }
}

impl fmt::Debug for ScheduledIo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScheduledIo")
            .field("readiness", &self.readiness)
            .finish_non_exhaustive()
    }
}

// SAFETY: the links are touched under the lock of the list of all sources alone, whichever thread
// has it; all other fields are `Send`.
unsafe impl Send for ScheduledIo {}

// SAFETY: as above, and all other fields are `Sync`.
unsafe impl Sync for ScheduledIo {}
