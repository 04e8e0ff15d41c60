//! What a driver counts, for a program that looks into its runtime.
//!
//! The runtime has the numbers, and an event queue finds them when it is made, as a socket finds its driver: by their type. A runtime that has none is not
//! counted for.
//!
//! In tokio: `runtime/metrics/io.rs`.

use std::sync::Arc;
// Not the `loom` module's: a count decides nothing.
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use current_thread::metrics::Counter;
use harness::context;

/// How many sources came and went, and how many events came for them.
///
/// # Examples
///
/// ```
/// use reactor::IoCounts;
///
/// // A runtime offers them as `Arc<IoCounts>`, and reads them when it is asked.
/// let counts = IoCounts::default();
/// assert_eq!((counts.registered(), counts.deregistered(), counts.events()), (0, 0, 0));
/// ```
#[derive(Debug, Default)]
pub struct IoCounts {
    /// Any thread registers.
    registered: AtomicU64,
    deregistered: AtomicU64,
    /// Written by the holder of the turn.
    events: Counter,
}

#[cfg_attr(
    any(loom, miri),
    allow(dead_code, reason = "no system's queue, no events")
)]
impl IoCounts {
    /// Those of the runtime that this thread is in; or some that nobody reads.
    pub(crate) fn of_runtime() -> Arc<IoCounts> {
        context::find().unwrap_or_default()
    }

    pub(crate) fn note_registered(&self) {
        self.registered.fetch_add(1, Relaxed);
    }

    pub(crate) fn note_deregistered(&self) {
        self.deregistered.fetch_add(1, Relaxed);
    }

    pub(crate) fn note_event(&self) {
        self.events.add(1);
    }

    /// How many sources were ever registered.
    pub fn registered(&self) -> u64 {
        self.registered.load(Relaxed)
    }

    /// How many of them are registered no more.
    pub fn deregistered(&self) -> u64 {
        self.deregistered.load(Relaxed)
    }

    /// How many events came for them.
    pub fn events(&self) -> u64 {
        self.events.get()
    }
}
