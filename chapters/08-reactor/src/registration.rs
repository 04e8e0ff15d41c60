//! A source that is registered, and what its owner can do: try an operation, or wait until it is
//! worth a try.
//!
//! Every operation of every socket has this form. First it is tried, for often there is something to
//! do; if the system says *would block*, what was known is cleared, and the task waits for the next
//! report. In between the report may have come, and then the clear does nothing, and the operation is
//! tried again:
//!
//! ```text
//!           ┌──────────────────── would block: clear what was seen ──────────────────┐
//!           v                                                                        │
//!     look at readiness ── worth a try ──> operation ── done, or failed ──> result   │
//!           │    ^                             └─────────────────────────────────────┘
//!           └────┘ wait for a report
//! ```
//!
//! In tokio: `runtime/io/registration.rs`.

use std::fmt;
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use harness::coop::{consume_budget, poll_proceed};

use crate::IoHandle;
use crate::direction::Direction;
use crate::poller::Source;
use crate::scheduled_io::{Begin, ReadyEvent, ScheduledIo, Wait, shut_down_error};
use crate::{Interest, Ready};

/// A registered source. The source itself belongs to the owner of the registration, which has to
/// [`deregister`](Registration::deregister) it.
pub(crate) struct Registration {
    handle: IoHandle,
    io: Arc<ScheduledIo>,
}

// A panic leaves no registration half done: readiness is one word, and no foreign code runs while a list of
// waiters is locked. So a socket may be used on after a panic, as one of the standard library.
impl UnwindSafe for Registration {}
impl RefUnwindSafe for Registration {}

impl Registration {
    /// Registers a source with the driver of `handle`.
    ///
    /// # Errors
    ///
    /// As [`IoHandle::register`].
    pub(crate) fn new<S: Source + ?Sized>(
        handle: IoHandle,
        source: &mut S,
        interest: Interest,
        begin: Begin,
    ) -> io::Result<Registration> {
        let io = handle.register(source, interest, begin)?;
        Ok(Registration { handle, io })
    }

    /// Deregisters it. Nothing that waits is woken.
    ///
    /// # Errors
    ///
    /// As [`IoHandle::deregister`].
    pub(crate) fn deregister<S: Source + ?Sized>(&self, source: &mut S) -> io::Result<()> {
        self.handle.deregister(source, &self.io)
    }

    /// What is known now.
    #[inline]
    pub(crate) fn look(&self, interest: Interest) -> ReadyEvent {
        self.io.look(interest)
    }

    /// Forgets what was seen.
    pub(crate) fn clear(&self, event: ReadyEvent) {
        self.io.clear(event);
    }

    /// Waits until an operation is worth a try, as the latest task of this direction.
    ///
    /// # Errors
    ///
    /// If the driver was shut down.
    pub(crate) fn poll_ready(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
    ) -> Poll<io::Result<ReadyEvent>> {
        self.io.poll_ready(cx, direction)
    }

    /// Waits until an operation is worth a try, with any number of others.
    ///
    /// # Errors
    ///
    /// If the driver was shut down.
    pub(crate) fn wait(&self, interest: Interest) -> Wait<'_> {
        self.io.wait(interest)
    }

    /// Waits until something of `interest` is known, as the public `ready`.
    pub(crate) async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        Ok(self.wait(interest).await?.ready())
    }

    /// Tries `operation` until it does not say *would block*, and waits in between as the latest task
    /// of this direction.
    ///
    /// # Errors
    ///
    /// That of the operation, or if the driver was shut down.
    pub(crate) fn poll_io<R>(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
        operation: impl FnMut(ReadyEvent) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.io.poll_io(cx, direction, operation)
    }

    /// As [`poll_io`](Registration::poll_io), for any number of tasks.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: an operation that was done is returned by the same poll.
    pub(crate) async fn async_io<R>(
        &self,
        interest: Interest,
        mut operation: impl FnMut() -> io::Result<R>,
    ) -> io::Result<R> {
        // First, for nothing may come between the operation and its result.
        consume_budget().await;
        let mut event = self.look(interest);
        loop {
            if event.is_worth_a_try() {
                match operation() {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.clear(event),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    result => return result,
                }
            }
            event = self.wait(interest).await?;
        }
    }

    /// Tries an operation, if it is worth a try.
    ///
    /// # Errors
    ///
    /// That of the operation; *would block* as well if it was not worth a try.
    pub(crate) fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        let event = self.look(interest);
        if !event.is_worth_a_try() {
            return Err(match event.is_shut_down() {
                true => shut_down_error(),
                false => io::ErrorKind::WouldBlock.into(),
            });
        }
        let result = operation();
        if let Err(error) = &result
            && error.kind() == io::ErrorKind::WouldBlock
        {
            self.clear(event);
        }
        result
    }

    pub(crate) fn handle(&self) -> &IoHandle {
        &self.handle
    }
}

impl ScheduledIo {
    /// See [`Registration::poll_io`].
    #[inline]
    pub(crate) fn poll_io<R>(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
        mut operation: impl FnMut(ReadyEvent) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        // ANCHOR: ex-8-4-poll-io
        // The result of the operation is returned as soon as there is one; Pending is returned only
        // when nothing is known and the source keeps the waker; what came during a try is not
        // cleared by it, and progress spends one unit of the budget.
        todo!("8.4 poll-io")
        // ANCHOR_END: ex-8-4-poll-io
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("io", &self.io)
            .finish_non_exhaustive()
    }
}
