//! The future that waits for a report about a source. Any number of tasks may have one.
//!
//! ```text
//!              poll: nothing known            called, then poll: nothing for us
//!     New ────────────────────────> Listed ──────────────────────────────────> New
//!      │                              │
//!      └── poll: something is known ──┴── called, then poll ──> ready
//! ```
//!
//! In tokio: `Readiness` in `runtime/io/scheduled_io.rs`.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use locks::list::Waiter;

use crate::Interest;
use crate::scheduled_io::{ReadyEvent, ScheduledIo};
use crate::waiters::{CALLED, Class, NOTHING, Place};

/// Waits until something of an interest is reported.
///
/// # Cancellation
///
/// To drop it loses nothing: a report stays until it is cleared.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub(crate) struct Wait<'a> {
    io: &'a ScheduledIo,
    interest: Interest,
    waiter: Waiter,
    /// Where it is listed, from the first poll until it was seen that it was called.
    place: Option<Place>,
}

impl ScheduledIo {
    /// Waits until something of `interest` is known, with any number of others.
    ///
    /// # Errors
    ///
    /// If the driver was shut down.
    pub(crate) fn wait(&self, interest: Interest) -> Wait<'_> {
        Wait::new(self, interest)
    }
}

impl<'a> Wait<'a> {
    fn new(io: &'a ScheduledIo, interest: Interest) -> Wait<'a> {
        Wait {
            io,
            interest,
            waiter: Waiter::new(NOTHING),
            place: None,
        }
    }

    /// Looks, and joins the list if nothing is known.
    fn join_list(&mut self, waker: &Waker) -> Poll<io::Result<ReadyEvent>> {
        if let Some(done) = self.io.look(self.interest).outcome() {
            return Poll::Ready(done);
        }
        // A clone is foreign code, and so it comes before the lock.
        let waker = waker.clone();
        let mut waiters = self.io.waiters();
        if let Some(done) = self.io.look(self.interest).outcome() {
            // The clone was made in vain, and its drop is foreign as well.
            drop(waiters);
            drop(waker);
            return Poll::Ready(done);
        }
        self.waiter.set_state(NOTHING);
        let class = Class::of(self.interest);
        // SAFETY: the waiter is in no list, and pinned with the future, whose `drop` takes it out.
        let place = unsafe { waiters.push(&self.waiter, class, waker) };
        self.place = Some(place);
        Poll::Pending
    }

    /// Whether it was called. If not, its waker is made the latest one.
    fn poll_listed(&mut self, waker: &Waker) -> bool {
        // Neither a clone nor a drop is done under the lock.
        let mut present = None;
        loop {
            if self.waiter.state() == CALLED {
                return true;
            }
            let waiters = self.io.waiters();
            if self.waiter.state() == CALLED {
                drop(waiters);
                return true;
            }
            // SAFETY: we have the lock.
            if unsafe { self.waiter.will_wake(waker) } {
                return false;
            }
            if present.is_some() {
                // SAFETY: we have the lock.
                let stale = unsafe { self.waiter.replace_waker(present) };
                drop(waiters);
                drop(stale);
                return false;
            }
            drop(waiters);
            present = Some(waker.clone());
        }
    }
}

impl Future for Wait<'_> {
    type Output = io::Result<ReadyEvent>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<ReadyEvent>> {
        // SAFETY: nothing is moved out: the waiter stays where it is.
        let this = unsafe { self.get_unchecked_mut() };
        if this.place.is_some() {
            if !this.poll_listed(cx.waker()) {
                return Poll::Pending;
            }
            this.place = None;
        }
        this.join_list(cx.waker())
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place else {
            return;
        };
        let mut own = None;
        let mut waiters = self.io.waiters();
        if self.waiter.state() == NOTHING {
            // SAFETY: we are alive, this is where we are listed, and we were not called.
            own = unsafe { waiters.remove(&self.waiter, place) };
        }
        drop(waiters);
        drop(own);
    }
}
