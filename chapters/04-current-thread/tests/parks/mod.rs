//! Things to sleep on, for tests: they count, and do what a driver would do.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use current_thread::{Park, ThreadPark, ThreadUnpark, Unpark};

/// What a scheduler asked of what it sleeps on.
#[derive(Default)]
pub struct Asked {
    /// To sleep until unparked.
    pub parks: AtomicUsize,
    /// To look, and not to sleep.
    pub looks: AtomicUsize,
}

impl Asked {
    pub fn parks(&self) -> usize {
        self.parks.load(SeqCst)
    }

    pub fn looks(&self) -> usize {
        self.looks.load(SeqCst)
    }
}

/// Sleeps as a thread does, and counts; and calls `driver` before each sleep and in each look.
pub struct CountingPark {
    park: ThreadPark,
    asked: Arc<Asked>,
    driver: Box<dyn FnMut() + Send>,
}

impl CountingPark {
    pub fn new() -> (CountingPark, Arc<Asked>) {
        CountingPark::with_driver(|| {})
    }

    pub fn with_driver(driver: impl FnMut() + Send + 'static) -> (CountingPark, Arc<Asked>) {
        let asked = Arc::new(Asked::default());
        let park = CountingPark {
            park: ThreadPark::new(),
            asked: Arc::clone(&asked),
            driver: Box::new(driver),
        };
        (park, asked)
    }
}

impl CountingPark {
    /// No sleep on it lasts: it is unparked whenever it is asked.
    pub fn restless(mut driver: impl FnMut() + Send + 'static) -> (CountingPark, Arc<Asked>) {
        let (mut park, asked) = CountingPark::new();
        let unparker = park.unparker();
        park.driver = Box::new(move || {
            driver();
            unparker.unpark();
        });
        (park, asked)
    }
}

impl Park for CountingPark {
    type Unpark = ThreadUnpark;

    fn unparker(&self) -> ThreadUnpark {
        self.park.unparker()
    }

    fn park(&mut self) {
        self.asked.parks.fetch_add(1, SeqCst);
        (self.driver)();
        self.park.park();
    }

    fn park_timeout(&mut self, timeout: Duration) {
        self.asked.looks.fetch_add(1, SeqCst);
        (self.driver)();
        self.park.park_timeout(timeout);
    }
}

/// Never sleeps, and counts who would have ended its sleep.
pub struct NoPark {
    unparks: Unparks,
}

/// How often it was unparked.
#[derive(Clone, Default)]
pub struct Unparks(Arc<AtomicUsize>);

impl Unparks {
    pub fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl NoPark {
    pub fn new() -> (NoPark, Unparks) {
        let unparks = Unparks::default();
        let park = NoPark {
            unparks: unparks.clone(),
        };
        (park, unparks)
    }
}

impl Park for NoPark {
    type Unpark = Unparks;

    fn unparker(&self) -> Unparks {
        self.unparks.clone()
    }

    fn park(&mut self) {}

    fn park_timeout(&mut self, _: Duration) {}
}

impl Unpark for Unparks {
    fn unpark(&self) {
        self.0.fetch_add(1, SeqCst);
    }
}
