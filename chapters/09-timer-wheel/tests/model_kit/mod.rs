//! A driver for models: its owner sleeps for a near timer by moving the clock, and for a far one for ever. So an
//! unpark that is missing is a deadlock, which loom reports.

#![allow(dead_code, reason = "not every model needs all of it")]

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use current_thread::{Park, ThreadPark, ThreadUnpark};
use model::loom::sync::atomic::AtomicUsize;
use timer_wheel::{Clock, Instant, Sleep, TimeHandle, TimePark};

pub const NEAR: Duration = Duration::from_millis(5);
pub const FAR: Duration = Duration::from_secs(1_000);

/// A near timer is waited for by moving the clock, a far one for ever.
pub struct ModelPark {
    below: ThreadPark,
    clock: Arc<Clock>,
}

impl Park for ModelPark {
    type Unpark = ThreadUnpark;

    fn unparker(&self) -> ThreadUnpark {
        self.below.unparker()
    }

    fn park(&mut self) {
        self.below.park();
    }

    fn park_timeout(&mut self, timeout: Duration) {
        if NEAR < timeout {
            return self.below.park();
        }
        self.below.park_timeout(Duration::ZERO);
        self.clock.advance(timeout);
    }
}

pub struct Kit {
    pub park: TimePark<ModelPark>,
    pub handle: TimeHandle,
    pub clock: Arc<Clock>,
}

impl Kit {
    pub fn new() -> Kit {
        let clock = Arc::new(Clock::by_hand());
        let below = ModelPark {
            below: ThreadPark::new(),
            clock: Arc::clone(&clock),
        };
        let park = TimePark::with_clock(below, Arc::clone(&clock));
        Kit {
            handle: park.handle().clone(),
            park,
            clock,
        }
    }

    pub fn sleep(&self, duration: Duration) -> Pin<Box<Sleep>> {
        sleep(&self.handle, duration)
    }

    pub fn look(&mut self) {
        self.park.park_timeout(Duration::ZERO);
    }

    pub fn pass(&mut self, duration: Duration) {
        self.clock.advance(duration);
        self.look();
    }
}

pub fn sleep(handle: &TimeHandle, duration: Duration) -> Pin<Box<Sleep>> {
    let deadline = Instant::from_std(handle.clock().now()) + duration;
    Box::pin(Sleep::with_handle(handle.clone(), deadline))
}

/// Counts its wakes.
pub struct Count(AtomicUsize);

impl Count {
    pub fn new() -> (Arc<Count>, Waker) {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        (Arc::clone(&count), Waker::from(count))
    }

    pub fn wakes(&self) -> usize {
        self.0.load(Relaxed)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

pub fn poll(sleep: &mut Pin<Box<Sleep>>, waker: &Waker) -> Poll<()> {
    sleep.as_mut().poll(&mut Context::from_waker(waker))
}
