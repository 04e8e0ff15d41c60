//! Counting what happened, without ordering anything.
//!
//! A test kit that synchronizes threads hides the very races its tests look for: under Miri every
//! lock it took between two threads would look like one that the code under test had taken. So
//! plain counts are `Relaxed`. The one place where a thread waits for a count is [`Signal`].

use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Condvar, PoisonError};

use crate::words::lock::Lock;

/// A number of events.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicUsize);

/// A number of events that a thread can wait for.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    count: AtomicUsize,
    /// Threads in [`Signal::wait`]; lets `raise` leave the lock alone when there are none.
    waiters: AtomicUsize,
    lock: Lock<()>,
    raised: Condvar,
}

/// Gives every event of the process its place in one sequence.
static TICKS: AtomicU64 = AtomicU64::new(1);

/// Grows with everything that can let a waiting task go on. Polling more often does not count.
static PROGRESS: AtomicU64 = AtomicU64::new(0);

impl Count {
    pub(crate) fn add(&self) -> usize {
        // ORDERING: Relaxed; counts order nothing (see the module docs).
        self.0.fetch_add(1, Relaxed) + 1
    }

    pub(crate) fn get(&self) -> usize {
        // ORDERING: Relaxed, as above. A test that reads a count has joined or waited before.
        self.0.load(Relaxed)
    }

    pub(crate) fn set(&self, value: usize) {
        // ORDERING: Relaxed, as above.
        self.0.store(value, Relaxed);
    }
}

impl Signal {
    pub(crate) fn raise(&self) {
        // ORDERING: SeqCst here and in `wait`. Each side writes one word and then reads the
        // other's. Acquire/Release would allow both reads to come before both writes: the waiter
        // misses the count, we miss the waiter, and it sleeps for ever.
        self.count.fetch_add(1, SeqCst);
        if self.waiters.load(SeqCst) > 0 {
            // Taking the lock puts us before the waiter's check or after the start of its wait.
            drop(self.lock.lock());
            self.raised.notify_all();
        }
    }

    /// Blocks until the signal was raised `n` times in all.
    pub(crate) fn wait(&self, n: usize) {
        let mut guard = self.lock.lock();
        // ORDERING: SeqCst; see `raise`.
        self.waiters.fetch_add(1, SeqCst);
        while self.count.load(SeqCst) < n {
            guard = self
                .raised
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
        self.waiters.fetch_sub(1, SeqCst);
    }
}

/// The next place in the sequence of events.
pub(crate) fn tick() -> u64 {
    // ORDERING: Relaxed; read-modify-writes of one word are in one order for all threads.
    TICKS.fetch_add(1, Relaxed)
}

/// How far that sequence has come. The same twice means that nothing called into the kit meanwhile.
pub(crate) fn ticks() -> u64 {
    // ORDERING: Relaxed; a late view makes a look late, no more.
    TICKS.load(Relaxed)
}

/// Notes that something happened which a waiting task may have waited for.
pub(crate) fn made_progress() {
    // ORDERING: Relaxed; a busy loop is told by thousands of polls without progress, so a late
    // view of this word changes nothing.
    PROGRESS.fetch_add(1, Relaxed);
}

pub(crate) fn progress() -> u64 {
    // ORDERING: Relaxed, as above.
    PROGRESS.load(Relaxed)
}
