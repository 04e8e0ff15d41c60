//! Where a worker sleeps.
//!
//! The pool has one driver, which knows of sockets and timers, and one worker at a time sleeps on it: the first that finds it
//! free. All others sleep as threads sleep. The thread that wakes a worker has to know which it is, and one word says so:
//!
//! ```text
//!              park                                 unpark
//!     EMPTY ─────────> ON_THREAD or ON_DRIVER   any ─────────> NOTIFIED, and the sleeper is woken where it sleeps
//!     NOTIFIED ──────> EMPTY, no sleep
//! ```
//!
//! The driver lies behind a lock that is only ever tried. The worker that sleeps on it holds the lock as long as it sleeps: for that
//! time no other worker needs to ask the driver, since the sleeper is woken by whatever comes.
//!
//! # Invariants
//!
//! - **An Unpark Is Kept**: NOTIFIED stays until the worker has seen it.
//!
//! In tokio: `runtime/scheduler/multi_thread/park.rs`.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire};
use std::time::Duration;

use current_thread::{Park, ThreadPark, ThreadUnpark, Unpark};
use model::loom::sync::Mutex;
use model::loom::sync::atomic::AtomicUsize;

/// The owner's half of the driver, as the workers share it. `None` when it has been shut down.
pub(crate) struct Driver<P> {
    park: Mutex<Option<P>>,
}

/// Where one worker sleeps: its own half.
#[derive(Debug)]
pub(crate) struct Bed {
    park: ThreadPark,
}

/// Ends the sleep of one worker.
#[derive(Debug)]
pub(crate) struct Bell {
    state: AtomicUsize,
    unpark: ThreadUnpark,
}

/// The driver's other half, as all threads have it.
pub(crate) struct SharedDriver {
    unpark: Box<dyn Unpark>,
}

const EMPTY: usize = 0;
const ON_THREAD: usize = 1;
const ON_DRIVER: usize = 2;
const NOTIFIED: usize = 3;

/// How long to sleep.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// For as long as nothing comes.
    Woken,
    /// For so long at most.
    Timeout(Duration),
}

impl<P: Park> Driver<P> {
    pub(crate) fn new(park: P) -> Driver<P> {
        Driver {
            park: Mutex::new(Some(park)),
        }
    }

    // ANCHOR: ask
    /// Asks what is ready, unless another worker does or sleeps here. `polls` is how many polls there were since this worker
    /// last asked.
    pub(crate) fn ask(&self, polls: u32) {
        if let Ok(mut park) = self.park.try_lock()
            && let Some(park) = &mut *park
            && park.is_due(polls)
        {
            park.park_timeout(Duration::ZERO);
        }
    }
    // ANCHOR_END: ask

    /// Takes the driver away, to shut it down. No worker is left to sleep on it.
    pub(crate) fn take(&self) -> Option<P> {
        self.park
            .lock()
            .expect("no worker panics while it sleeps")
            .take()
    }
}

impl Bed {
    pub(crate) fn new() -> (Bed, Bell) {
        let park = ThreadPark::new();
        let bell = Bell {
            state: AtomicUsize::new(EMPTY),
            unpark: park.unparker(),
        };
        (Bed { park }, bell)
    }

    // ANCHOR: sleep
    /// Sleeps, on the driver if it is free. May wake tasks, which are queued here then.
    ///
    /// Who sleeps for a time only leaves the driver to a worker that sleeps for as long as nothing comes. See
    /// [`watch`](crate::watch) for why.
    pub(crate) fn sleep<P: Park>(&mut self, bell: &Bell, driver: &Driver<P>, until: Until) {
        if let Until::Woken = until
            && let Ok(mut park) = driver.park.try_lock()
            && let Some(park) = &mut *park
        {
            sleep_on(park, bell, ON_DRIVER, until);
        } else {
            sleep_on(&mut self.park, bell, ON_THREAD, until);
        }
    }
    // ANCHOR_END: sleep
}

fn sleep_on<P: Park>(park: &mut P, bell: &Bell, place: usize, until: Until) {
    // ORDERING: Acquire, with the Release in `ring`: what was done before it is seen. As all changes are exchanges, the
    // thread that rings finds where we are, or we find that it has rung.
    if bell
        .state
        .compare_exchange(EMPTY, place, AcqRel, Acquire)
        .is_ok()
    {
        match until {
            Until::Woken => park.park(),
            Until::Timeout(timeout) => park.park_timeout(timeout),
        }
    }
    bell.state.swap(EMPTY, AcqRel);
}

impl Bell {
    // ANCHOR: ring
    /// Ends the worker's sleep, or its next one.
    pub(crate) fn ring(&self, driver: &SharedDriver) {
        match self.state.swap(NOTIFIED, AcqRel) {
            ON_THREAD => self.unpark.unpark(),
            ON_DRIVER => driver.unpark.unpark(),
            _awake => {}
        }
    }
    // ANCHOR_END: ring
}

impl SharedDriver {
    pub(crate) fn new(unpark: Box<dyn Unpark>) -> SharedDriver {
        SharedDriver { unpark }
    }

    /// Looks after what is ready, in the place of workers that are busy for long.
    pub(crate) fn turn(&self) {
        self.unpark.turn();
    }

    pub(crate) fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        self.unpark.find(wanted)
    }
}

impl fmt::Debug for SharedDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedDriver").finish_non_exhaustive()
    }
}
