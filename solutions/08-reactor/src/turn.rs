//! Whose turn it is to ask the system for events.
//!
//! One thread at a time may have events in hand. That is most often the owner of the driver, but it may
//! be any thread that finds the turn free. The turn is not a lock that is held: it is a thing that is
//! taken out of its place, and put back. So the thread that has it can call wakers, and no other
//! thread waits in a lock meanwhile. The owner is the only one that ever waits for it, and does so by sleeping
//! where an unpark finds it.
//!
//! ```text
//!     Unmade ── first source ──> Free ── take ──> Taken
//!                                  ^                │
//!                                  └── put back ────┘──> Closed, after a shutdown
//! ```
//!
//! # Invariants
//!
//! - **One Turn**: events are in hand only of the thread that has the turn.
//! - **Owner Is Told**: if the owner found the turn taken, it is unparked when the turn is put back.
//!
//! In tokio: `Driver` in `runtime/scheduler/multi_thread/park.rs`, behind a `TryLock`.

use std::fmt;
use std::io;
use std::ptr;
use std::time::Duration;

use harness::trace;
use locks::list::{Batch, relock};
use model::loom::sync::{Mutex, MutexGuard};

use crate::handle::Shared;
use crate::poller::Selector;
use crate::scheduled_io::ScheduledIo;

/// The place of the turn.
pub(crate) struct TurnPlace {
    state: Mutex<State>,
}

struct State {
    place: Place,
    /// The owner sleeps until the turn is back.
    does_owner_wait: bool,
}

enum Place {
    /// There was no source yet, and so there is no event queue.
    Unmade,
    Free(Selector),
    Taken,
    /// There will be no event any more.
    Closed,
}

/// The turn, taken. It is put back when this is dropped.
pub(crate) struct Turn<'a> {
    shared: &'a Shared,
    /// `None` only while it is put back.
    selector: Option<Selector>,
    /// The system was asked, and answered.
    has_events: bool,
}

/// Why there is no turn to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// Another thread has it, and will wake the owner.
    OwnerIsTold,
    /// There is no event queue.
    NoQueue,
}

impl TurnPlace {
    pub(crate) fn new() -> TurnPlace {
        TurnPlace {
            state: Mutex::new(State {
                place: Place::Unmade,
                does_owner_wait: false,
            }),
        }
    }

    /// Puts a turn in its place if there is none yet. `make` is called under the lock, so that there is
    /// one queue only.
    ///
    /// # Errors
    ///
    /// That of `make`.
    pub(crate) fn init(&self, make: impl FnOnce() -> io::Result<Selector>) -> io::Result<()> {
        let mut state = self.lock();
        if let Place::Unmade = state.place {
            state.place = Place::Free(make()?);
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        relock(&self.state)
    }
}

impl State {
    fn take(&mut self) -> Result<Selector, NoTurn> {
        match std::mem::replace(&mut self.place, Place::Taken) {
            Place::Free(selector) => Ok(selector),
            Place::Taken => Err(NoTurn::OwnerIsTold),
            other => {
                self.place = other;
                Err(NoTurn::NoQueue)
            }
        }
    }
}

impl<'a> Turn<'a> {
    /// Takes the turn, if it is free.
    #[inline]
    pub(crate) fn take(shared: &'a Shared) -> Option<Turn<'a>> {
        let selector = shared.turn.lock().take().ok()?;
        Some(Turn {
            shared,
            selector: Some(selector),
            has_events: false,
        })
    }

    /// Takes the turn; or makes sure that the owner, which is the caller, will be unparked when it is
    /// back (Owner Is Told).
    #[inline]
    pub(crate) fn take_as_owner(shared: &'a Shared) -> Result<Turn<'a>, NoTurn> {
        let mut state = shared.turn.lock();
        let selector = match state.take() {
            Ok(selector) => selector,
            Err(reason) => {
                state.does_owner_wait = reason == NoTurn::OwnerIsTold;
                return Err(reason);
            }
        };
        drop(state);
        Ok(Turn {
            shared,
            selector: Some(selector),
            has_events: false,
        })
    }

    // ANCHOR: wait
    /// Frees what no event can speak of any more, and then asks for events.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) {
        self.free_released();
        self.has_events = match self.selector().wait(timeout) {
            Ok(()) => true,
            // A signal. What is in the hand's place are the events of the turn before.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => false,
            Err(error) => panic!("the event queue is broken: {error}"),
        };
    }
    // ANCHOR_END: wait

    // ANCHOR: dispatch
    /// Passes the events in hand on to their sources, puts the turn back, and wakes the tasks that
    /// waited for them.
    pub(crate) fn dispatch(mut self) {
        if !self.has_events {
            return;
        }
        let mut traced = trace::turn_of_io();
        let mut count = 0;
        let mut batch = Batch::new();
        for (token, ready) in self.selector().events() {
            let io = ptr::with_exposed_provenance::<ScheduledIo>(token);
            // SAFETY: the token is the exposed address of a source that was listed before it was
            // registered. The list's reference to it is dropped by the holder of the turn, which we
            // are, and only when it has no events in hand (invariant: Freed Between Events).
            let io = unsafe { &*io };
            io.report(ready, &mut batch);
            count += 1;
        }
        traced.events(count);
        drop(self);
        batch.finish();
    }
    // ANCHOR_END: dispatch

    /// Frees the sources that were released. There are no events in hand: we have not asked yet.
    pub(crate) fn free_released(&self) {
        self.shared.sources.free_released();
    }

    /// Ends all turns. What is released is freed by us, or by the thread that has the turn.
    pub(crate) fn close_all(shared: &Shared) {
        let mut state = shared.turn.lock();
        let before = std::mem::replace(&mut state.place, Place::Closed);
        drop(state);
        if !matches!(before, Place::Taken) {
            shared.sources.free_released();
        }
    }

    fn selector(&mut self) -> &mut Selector {
        self.selector.as_mut().expect("it is not put back yet")
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.turn.lock();
        let is_closed = matches!(state.place, Place::Closed);
        if !is_closed {
            state.place = self.selector.take().map_or(Place::Closed, Place::Free);
        }
        let does_owner_wait = std::mem::take(&mut state.does_owner_wait);
        drop(state);
        if is_closed {
            self.free_released();
        }
        if does_owner_wait {
            self.shared.unpark();
        }
    }
}

impl fmt::Debug for TurnPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TurnPlace").finish_non_exhaustive()
    }
}
