//! A driver whose sleep is a fake, and whose clock is moved by hand. Nothing here waits for time.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use current_thread::{Park, Runtime, ThreadPark, Unpark};
use timer_wheel::{Clock, Instant, Sleep, TimeHandle, TimePark};

pub const MS: Duration = Duration::from_millis(1);
pub const NS: Duration = Duration::from_nanos(1);

pub const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// What the driver asked of the one below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To sleep until unparked.
    ForEver,
    /// To sleep for so long at most.
    For(Duration),
    /// To look, and not to sleep.
    Look,
}

/// Does not sleep: it moves the clock by as much as it was asked to sleep, unless it has been unparked.
pub struct FakePark {
    clock: Arc<Clock>,
    below: Below,
    /// What happens while it sleeps.
    meanwhile: Meanwhile,
}

#[derive(Clone, Default)]
pub struct Below {
    asked: Arc<Mutex<Vec<Asked>>>,
    unparked: Arc<AtomicBool>,
    unparks: Arc<Mutex<usize>>,
}

type Meanwhile = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

impl FakePark {
    fn ask(&mut self, asked: Asked) {
        self.below.asked.lock().unwrap().push(asked);
        if asked == Asked::Look {
            self.below.unparked.store(false, SeqCst);
            return;
        }
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        if self.below.unparked.swap(false, SeqCst) {
            return;
        }
        if let Asked::For(duration) = asked {
            self.clock.advance(duration);
        }
    }
}

impl Park for FakePark {
    type Unpark = Below;

    fn unparker(&self) -> Below {
        self.below.clone()
    }

    fn park(&mut self) {
        self.ask(Asked::ForEver);
    }

    fn park_timeout(&mut self, timeout: Duration) {
        self.ask(match timeout.is_zero() {
            true => Asked::Look,
            false => Asked::For(timeout),
        });
    }
}

impl Unpark for Below {
    fn unpark(&self) {
        self.unparked.store(true, SeqCst);
        *self.unparks.lock().unwrap() += 1;
    }
}

/// The driver, and all that a test can look at.
pub struct Kit {
    pub park: TimePark<FakePark>,
    pub handle: TimeHandle,
    pub clock: Arc<Clock>,
    below: Below,
    meanwhile: Meanwhile,
    started: Instant,
}

impl Kit {
    /// By a clock that stands until it is moved, though the driver does not know it.
    pub fn new() -> Kit {
        Kit::with_clock(Clock::by_hand())
    }

    pub fn with_clock(clock: Clock) -> Kit {
        let clock = Arc::new(clock);
        let below = Below::default();
        let meanwhile = Meanwhile::default();
        let fake = FakePark {
            clock: Arc::clone(&clock),
            below: below.clone(),
            meanwhile: Arc::clone(&meanwhile),
        };
        let park = TimePark::with_clock(fake, Arc::clone(&clock));
        Kit {
            handle: park.handle().clone(),
            park,
            started: clock.now().into(),
            clock,
            below,
            meanwhile,
        }
    }

    pub fn now(&self) -> Instant {
        self.clock.now().into()
    }

    /// Since the driver was made.
    pub fn at(&self) -> Duration {
        self.now() - self.started
    }

    /// A sleep of this driver.
    pub fn sleep(&self, duration: Duration) -> Pin<Box<Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    pub fn sleep_until(&self, deadline: Instant) -> Pin<Box<Sleep>> {
        Box::pin(Sleep::with_handle(self.handle.clone(), deadline))
    }

    /// Looks, and does not sleep: the end of a turn.
    pub fn look(&mut self) {
        self.park.park_timeout(Duration::ZERO);
    }

    /// Moves the clock, and looks.
    pub fn pass(&mut self, duration: Duration) {
        self.clock.advance(duration);
        self.look();
    }

    /// Runs while the driver sleeps the next time.
    pub fn during_next_sleep(&self, f: impl FnOnce() + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Box::new(f));
    }

    /// What the driver has asked of the one below since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.below.asked.lock().unwrap())
    }

    /// How often the one below was unparked, since the last call.
    pub fn unparks(&self) -> usize {
        std::mem::take(&mut self.below.unparks.lock().unwrap())
    }
}

/// A runtime whose clock is paused, and moves when all tasks wait.
pub fn paused() -> Runtime<TimePark<ThreadPark>> {
    Runtime::with_park(TimePark::with_clock(ThreadPark::new(), Clock::paused()))
}
