//! What a runtime offers besides tasks.
//!
//! A socket asks for the driver of sockets, and knows its type: it comes from the same chapter. A
//! channel's `send_timeout` wants a sleep, and must not know the chapter of timers, which stands
//! above it. So this file has a trait for each service that a leaf of any chapter may want, and
//! [`find`] finds it under the type of a pointer to it: `Arc<dyn Timer>`, `Arc<dyn Blocking>`.
//!
//! In tokio: `runtime/driver.rs`, `runtime/blocking/pool.rs`, `time/clock.rs`.

use std::any::TypeId;
use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Arc;
use std::time::Instant;

use super::enter::{entered_number, lend};
use super::flavor::Flavor;
#[cfg(feature = "dump")]
use crate::owner::OwnerId;

/// A closure that may block its thread.
pub type Job = Box<dyn FnOnce() + Send>;

/// A sleep of any runtime.
pub type BoxSleep = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

/// Runs closures that block, on threads of its own.
pub trait Blocking: Send + Sync {
    /// Runs the job soon.
    ///
    /// # Errors
    ///
    /// The job, if the runtime shuts down.
    fn run(&self, job: Job) -> Result<(), Job>;
}

/// Tells the time of a runtime, and sleeps by it.
pub trait Timer: Send + Sync {
    /// What the runtime's clock shows. In a test that may be a clock that is moved by hand.
    fn now(&self) -> Instant;

    /// A future that is ready when the clock shows `deadline`.
    fn sleep_until(&self, deadline: Instant) -> BoxSleep;

    /// Keeps a paused clock from moving by itself, until as many [releases](Timer::release) as holds.
    fn hold(&self);

    /// Undoes one [hold](Timer::hold).
    fn release(&self);
}

/// Keeps the paused clock of a runtime from moving by itself, until it is dropped.
///
/// # Examples
///
/// ```
/// use std::any::{Any, TypeId};
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
/// use std::time::Instant;
///
/// use harness::context::{BoxSleep, Flavor, Timer, enter, hold_clock};
///
/// /// Counts how many reasons there are to keep the clock where it is.
/// #[derive(Default)]
/// struct Holds(AtomicUsize);
///
/// impl Timer for Holds {
///     fn hold(&self) {
///         self.0.fetch_add(1, Relaxed);
///     }
///
///     fn release(&self) {
///         self.0.fetch_sub(1, Relaxed);
///     }
///
///     fn now(&self) -> Instant {
///         Instant::now()
///     }
///
///     fn sleep_until(&self, _: Instant) -> BoxSleep {
///         Box::pin(std::future::pending())
///     }
/// }
///
/// struct Runtime(Arc<dyn Timer>);
///
/// impl Flavor for Runtime {
///     fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
///         (wanted == TypeId::of::<Arc<dyn Timer>>()).then_some(&self.0)
///     }
/// }
///
/// let holds = Arc::new(Holds::default());
/// let _guard = enter(Arc::new(Runtime(holds.clone())));
/// let hold = hold_clock();
/// // Here a thread of the blocking pool works.
/// assert_eq!(holds.0.load(Relaxed), 1);
/// drop(hold);
/// assert_eq!(holds.0.load(Relaxed), 0);
/// ```
#[must_use = "the clock is held only while this lives"]
pub struct ClockHold {
    timer: Option<Arc<dyn Timer>>,
}

/// The name of the runtime to which this thread belongs.
#[cfg(feature = "dump")]
pub(crate) fn runtime() -> Option<OwnerId> {
    lend(|flavor| flavor.runtime())?
}

/// Tells the runtime to which this thread belongs that a future has used up its budget.
pub(crate) fn note_forced_yield() {
    lend(|flavor| flavor.note_forced_yield());
}

/// A clone of the handle of the type `T` that the runtime has to which this thread belongs; `None` if
/// the thread is in no runtime, or if its runtime has nothing of that type.
#[inline]
pub fn find<T: Clone + 'static>() -> Option<T> {
    lend(|flavor| {
        let found = flavor.find(TypeId::of::<T>())?;
        let found: &T = found
            .downcast_ref()
            .expect("`Flavor::find` returns what is wanted");
        Some(found.clone())
    })?
}

/// A [`find`] that remembers what it found. A leaf that is made often has one of them, in a thread-local.
///
/// A runtime has the same driver for as long as a thread is in it. So it is asked once per enter; then a look at a number tells that the
/// answer is still good.
///
/// # Examples
///
/// ```
/// use std::any::{Any, TypeId};
/// use std::cell::Cell;
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
///
/// use harness::context::{Flavor, Found, enter};
///
/// /// Has a number, and counts how often it was asked.
/// struct Runtime(u32, AtomicUsize);
///
/// impl Flavor for Runtime {
///     fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
///         self.1.fetch_add(1, Relaxed);
///         (wanted == TypeId::of::<u32>()).then_some(&self.0)
///     }
/// }
///
/// thread_local! {
///     static FOUND: Found<u32> = const { Found::nothing() };
/// }
///
/// let runtime = Arc::new(Runtime(7, AtomicUsize::new(0)));
/// let guard = enter(runtime.clone());
/// assert_eq!(FOUND.with(Found::find), Some(7));
/// assert_eq!(FOUND.with(Found::find), Some(7));
/// assert_eq!(runtime.1.load(Relaxed), 1);
/// drop(guard);
/// assert_eq!(FOUND.with(Found::find), None);
/// ```
pub struct Found<T> {
    /// The number of the enter in which it was found; 0 if nothing was. The numbers are the thread's own, and so is a `Found`.
    enter: Cell<u64>,
    /// A part of the runtime that this enter is into.
    value: Cell<NonNull<T>>,
}

impl<T: Clone + 'static> Found<T> {
    /// Nothing has been found yet.
    pub const fn nothing() -> Found<T> {
        Found {
            enter: Cell::new(0),
            value: Cell::new(NonNull::dangling()),
        }
    }

    /// As [`find`].
    #[inline]
    pub fn find(&self) -> Option<T> {
        lend(|flavor| {
            if !self.is_there() {
                self.ask(flavor)?;
            }
            // SAFETY: it was found in the enter that the thread is in now. Until that ends, the runtime is alive, and shared (invariant:
            // Pointers Are Reset), and with it what it lent; `lend` sees to it that this does not end before the clone is made.
            Some(unsafe { self.value.get().as_ref() }.clone())
        })?
    }

    /// Whether [`find`](Found::find) has found it in this enter. If not, it may be there all the same.
    #[inline]
    pub fn is_there(&self) -> bool {
        entered_number() == Some(self.enter.get())
    }

    #[cold]
    fn ask(&self, flavor: &dyn Flavor) -> Option<()> {
        // Before the runtime is asked, which is foreign code: it may leave the enter.
        let enter = entered_number()?;
        let found: &T = flavor
            .find(TypeId::of::<T>())?
            .downcast_ref()
            .expect("`Flavor::find` returns what is wanted");
        self.value.set(NonNull::from(found));
        self.enter.set(enter);
        Some(())
    }
}

impl<T> fmt::Debug for Found<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found")
            .field("enter", &self.enter.get())
            .finish_non_exhaustive()
    }
}

/// Runs a closure that may block on a thread where it may.
///
/// # Errors
///
/// The job, if there is no runtime, if it has no threads for that, or if it shuts down.
pub fn run_blocking(job: Job) -> Result<(), Job> {
    match find::<Arc<dyn Blocking>>() {
        Some(blocking) => blocking.run(job),
        None => Err(job),
    }
}

/// What the clock of the runtime shows; `None` if there is no runtime, or it has no timers.
pub fn now() -> Option<Instant> {
    Some(find::<Arc<dyn Timer>>()?.now())
}

/// A future that is ready when the clock of the runtime shows `deadline`; `None` if there is no runtime,
/// or it has no timers.
pub fn sleep_until(deadline: Instant) -> Option<BoxSleep> {
    Some(find::<Arc<dyn Timer>>()?.sleep_until(deadline))
}

/// Keeps the clock of the runtime from moving by itself if it is paused. While a thread of the blocking
/// pool works, for example, time must not jump to the next timer, though all tasks wait. Without
/// timers there is nothing to hold.
pub fn hold_clock() -> ClockHold {
    let timer = find::<Arc<dyn Timer>>();
    if let Some(timer) = &timer {
        timer.hold();
    }
    ClockHold { timer }
}

impl Drop for ClockHold {
    fn drop(&mut self) {
        if let Some(timer) = &self.timer {
            timer.release();
        }
    }
}

impl fmt::Debug for ClockHold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClockHold")
            .field("is_held", &self.timer.is_some())
            .finish()
    }
}
