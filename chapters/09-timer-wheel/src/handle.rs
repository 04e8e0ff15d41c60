//! The half of the driver that is shared.
//!
//! Each timer keeps a clone of the handle it was made with; any thread may take a timer in, and out again,
//! and any thread may turn the driver in the owner's place. All of that goes through one lock, which is held
//! for a few writes at a time, and never while foreign code runs.
//!
//! In tokio: `Handle`, `Inner` in `runtime/time/mod.rs`.

use std::any::{Any, TypeId};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::time::{Duration, Instant as StdInstant};

use current_thread::Unpark;
use harness::context::{self, BoxSleep};
use model::loom::sync::atomic::AtomicBool;
use model::loom::sync::{Mutex, MutexGuard};

use crate::clock::Clock;
use crate::sleep::Sleep;
use crate::state::State;

/// A handle on a driver of timers. Cloning it is cheap.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use current_thread::{Runtime, ThreadPark};
/// use timer_wheel::{Clock, Instant, Sleep, TimePark};
///
/// let park = TimePark::with_clock(ThreadPark::new(), Clock::paused());
/// let handle = park.handle().clone();
/// // With a handle a sleep can be made outside of the runtime.
/// let deadline = Instant::from_std(handle.clock().now()) + Duration::from_secs(1);
/// let sleep = Sleep::with_handle(handle.clone(), deadline);
/// Runtime::with_park(park).block_on(sleep);
/// assert!(deadline <= Instant::from_std(handle.clock().now()));
/// ```
#[derive(Clone)]
pub struct TimeHandle {
    pub(crate) shared: Arc<Shared>,
}

/// Ends the sleep of a driver's owner, and leads to the driver's handle.
///
/// # Examples
///
/// ```
/// use std::any::TypeId;
/// use std::thread;
///
/// use current_thread::ThreadPark;
/// use current_thread::park::{Park, Unpark};
/// use timer_wheel::{TimeHandle, TimePark};
///
/// let mut park = TimePark::new(ThreadPark::new());
/// let unpark = park.unparker();
/// // Code that makes a timer finds the driver by its type.
/// assert!(unpark.find(TypeId::of::<TimeHandle>()).is_some());
/// let other = thread::spawn(move || unpark.unpark());
/// park.park();
/// other.join().unwrap();
/// ```
pub struct TimeUnpark {
    handle: TimeHandle,
    /// The same, as chapters know it that know nothing of timers.
    service: Arc<dyn context::Timer>,
}

/// What the driver's owner and all timers share.
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) clock: Arc<Clock>,
    /// Ends the sleep of the driver below.
    below: Box<dyn Unpark>,
    /// An unpark came since the owner last looked. While the clock is paused this means that something is
    /// to be done, and that time must not move.
    is_unparked: AtomicBool,
}

impl TimeHandle {
    /// The driver's clock.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }
}

impl Shared {
    pub(crate) fn new(clock: Arc<Clock>, below: Box<dyn Unpark>) -> Shared {
        Shared {
            state: Mutex::new(State::new()),
            clock,
            below,
            is_unparked: AtomicBool::new(false),
        }
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|_| poisoned())
    }

    /// The lock, if it is free.
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, State>> {
        self.state.try_lock().ok()
    }

    /// Ends the owner's sleep.
    pub(crate) fn unpark(&self) {
        // ORDERING: Release, with the Acquire in `take_unparked`.
        self.is_unparked.store(true, Release);
        self.below.unpark();
    }

    /// Whether an unpark came since the last call.
    pub(crate) fn take_unparked(&self) -> bool {
        // ORDERING: Acquire, with the Release in `unpark`.
        self.is_unparked.swap(false, Acquire)
    }
}

impl TimeUnpark {
    pub(crate) fn new(handle: TimeHandle) -> TimeUnpark {
        TimeUnpark {
            service: Arc::new(handle.clone()),
            handle,
        }
    }
}

impl Unpark for TimeUnpark {
    fn unpark(&self) {
        self.handle.shared.unpark();
    }

    fn turn(&self) -> bool {
        let is_turned = self.handle.shared.below.turn();
        self.handle.turn() || is_turned
    }

    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        if wanted == TypeId::of::<TimeHandle>() {
            return Some(&self.handle);
        }
        if wanted == TypeId::of::<Arc<dyn context::Timer>>() {
            return Some(&self.service);
        }
        self.handle.shared.below.find(wanted)
    }
}

/// What leaves get that stand below this chapter.
impl context::Timer for TimeHandle {
    fn now(&self) -> StdInstant {
        self.shared.clock.now()
    }

    fn sleep_until(&self, deadline: StdInstant) -> BoxSleep {
        let sleep: Pin<Box<Sleep>> = Box::pin(Sleep::with_handle(self.clone(), deadline.into()));
        sleep
    }

    fn hold(&self) {
        self.shared.clock.hold();
    }

    fn release(&self) {
        self.shared.clock.release();
        // The owner may sleep because of it, if the clock is one that can be held.
        if !self.shared.clock.is_real() {
            self.shared.unpark();
        }
    }
}

impl TimeHandle {
    /// The tick at which `deadline` is due.
    #[inline]
    pub(crate) fn tick_of(&self, deadline: StdInstant) -> u64 {
        let origin = self.shared.clock.origin();
        let since = deadline.saturating_duration_since(origin);
        crate::tick::at_or_after(since)
    }

    /// Moves a clock that is paused, and fires what is due then.
    ///
    /// # Panics
    ///
    /// If the clock is not paused.
    #[track_caller]
    pub fn advance(&self, duration: Duration) {
        self.shared.clock.advance(duration);
        if !self.turn() {
            // Some other thread has the lock, or the owner sleeps.
            self.shared.unpark();
        }
    }
}

impl fmt::Debug for TimeHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeHandle")
            .field("clock", &self.shared.clock)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TimeUnpark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeUnpark").finish_non_exhaustive()
    }
}

/// Out of line, so that taking the lock is a few instructions in line.
#[cold]
fn poisoned() -> ! {
    panic!("nothing panics under this lock")
}
