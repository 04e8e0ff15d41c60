//! A runtime that sleeps on sockets, and what the tests do with it.

#![allow(dead_code, reason = "each test needs a part of it")]

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use current_thread::{Park, Runtime, ThreadPark};
use reactor::IoPark;

/// A runtime of one thread with a driver of sockets.
pub fn runtime() -> Runtime<IoPark> {
    Runtime::with_park(IoPark::new(ThreadPark::new()))
}

/// Runs `future` in such a runtime.
pub fn block_on<F: Future>(future: F) -> F::Output {
    runtime().block_on(future)
}

/// Counts how often the thread goes to sleep. Each sleep is one question to the system, at most.
pub struct Counting<P> {
    park: P,
    sleeps: Arc<AtomicUsize>,
}

impl<P: Park> Counting<P> {
    pub fn new(park: P) -> (Counting<P>, Arc<AtomicUsize>) {
        let sleeps = Arc::new(AtomicUsize::new(0));
        let park = Counting {
            park,
            sleeps: Arc::clone(&sleeps),
        };
        (park, sleeps)
    }
}

impl<P: Park> Park for Counting<P> {
    type Unpark = P::Unpark;

    fn unparker(&self) -> P::Unpark {
        self.park.unparker()
    }

    fn park(&mut self) {
        self.sleeps.fetch_add(1, Relaxed);
        self.park.park();
    }

    fn park_timeout(&mut self, timeout: Duration) {
        self.sleeps.fetch_add(1, Relaxed);
        self.park.park_timeout(timeout);
    }

    fn is_due(&mut self, polls: u32) -> bool {
        self.park.is_due(polls)
    }

    fn shutdown(&mut self) {
        self.park.shutdown();
    }
}

/// How many descriptors the process has open.
#[cfg(target_os = "linux")]
pub fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}
