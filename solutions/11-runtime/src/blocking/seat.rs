//! Where a thread of the pool waits.
//!
//! A thread that has no job sits down and closes its eyes. The queue calls it by its seat: it marks the seat,
//! and unparks the thread. The mark is what a thread looks at that still has its eyes open: to be woken by
//! the system takes tens of microseconds, and a program that calls `spawn_blocking` once often does so again
//! at once.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use current_thread::{Park, ThreadPark, ThreadUnpark, Unpark};
use model::loom::hint;
use model::loom::sync::atomic::AtomicBool;
use work_stealing::is_alone;

/// A thread of the pool, as the queue knows it.
pub struct Seat {
    /// The thread has been called, and has not come yet. Written under the lock of the queue, which is what
    /// orders all that a call hands over; read without it by the thread that spins, as a hint to go and take
    /// the lock.
    is_called: AtomicBool,
    unpark: ThreadUnpark,
}

/// A thread of the pool, as it knows itself.
pub(crate) struct Sitter {
    park: ThreadPark,
    /// How long it looks at its seat before it sleeps.
    spin: Duration,
}

/// How long an idle thread spins. About as long as it takes to wake a thread up: then a job that comes
/// meanwhile pays for no wake, and the time that is lost if none comes is no more than the wake costs anyway.
const SPIN: Duration = Duration::from_micros(20);

/// So many looks between two looks at the clock, which is dearer.
const LOOKS: u32 = 32;

/// Why a wait is over, as far as the thread knows. The [queue](super::queue) knows more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// The thread was called, or woke for no reason.
    Up,
    /// The time was up.
    TimeOut,
}

impl Seat {
    /// For the thread that sleeps on `park`.
    pub fn new(park: &ThreadPark) -> Seat {
        Seat {
            is_called: AtomicBool::new(false),
            unpark: park.unparker(),
        }
    }

    /// Wakes the thread. The queue has marked the seat, and has given its lock back.
    pub fn unpark(&self) {
        self.unpark.unpark();
    }

    /// Marks the seat. Under the lock.
    pub(super) fn call(&self) {
        debug_assert!(!self.is_called(), "Claimed Once: called twice");
        // ORDERING: Relaxed, see `is_called`.
        self.is_called.store(true, Relaxed);
    }

    /// Takes the mark away. Under the lock.
    pub(super) fn answer(&self) -> bool {
        let is_called = self.is_called();
        // ORDERING: Relaxed, see `is_called`.
        self.is_called.store(false, Relaxed);
        is_called
    }

    fn is_called(&self) -> bool {
        // ORDERING: Relaxed: the lock orders the mark against what is decided by it, and without the lock
        // nothing is decided.
        self.is_called.load(Relaxed)
    }
}

/// How long the threads of a pool are to spin.
pub(crate) fn spin() -> Duration {
    // On one core the thread that is to call us would wait for the end of our spin.
    if is_alone() { Duration::ZERO } else { SPIN }
}

impl Sitter {
    pub(crate) fn new(spin: Duration) -> Sitter {
        Sitter {
            park: ThreadPark::new(),
            spin,
        }
    }

    pub(crate) fn seat(&self) -> Seat {
        Seat::new(&self.park)
    }

    /// Waits until it is called, or for as long as `timeout`; at first with open eyes.
    pub(crate) fn wait(&mut self, seat: &Seat, timeout: Duration) -> Woken {
        let begin = Instant::now();
        if self.spin(seat, begin, timeout.min(self.spin)) {
            return Woken::Up;
        }
        self.sleep_since(begin, timeout)
    }

    /// Sleeps until it is called, or for as long as `timeout`.
    pub(crate) fn sleep(&mut self, timeout: Duration) -> Woken {
        self.sleep_since(Instant::now(), timeout)
    }

    fn sleep_since(&mut self, begin: Instant, timeout: Duration) -> Woken {
        self.park.park_timeout(timeout);
        // A time so far away that the clock cannot tell it never comes.
        let is_over = begin
            .checked_add(timeout)
            .is_some_and(|end| end <= Instant::now());
        match is_over {
            true => Woken::TimeOut,
            false => Woken::Up,
        }
    }

    fn spin(&self, seat: &Seat, begin: Instant, limit: Duration) -> bool {
        loop {
            for _ in 0..LOOKS {
                if seat.is_called() {
                    return true;
                }
                hint::spin_loop();
            }
            if limit <= begin.elapsed() {
                return false;
            }
        }
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat")
            .field("is_called", &self.is_called())
            .finish_non_exhaustive()
    }
}
