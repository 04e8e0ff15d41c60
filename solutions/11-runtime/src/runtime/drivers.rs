//! What a runtime sleeps on.
//!
//! All drivers stand in one stack, and each is idle until it is used: the poller is made for the first
//! socket, and a wheel without timers costs a look at one word. So there is one type of runtime, whatever
//! was enabled, and one compiled loop. A driver that was not enabled is there and cannot be found, so a
//! program learns at once, and not from a quiet time-out, that it forgot to ask.
//!
//! In tokio: `runtime/driver.rs`.

use std::any::{Any, TypeId};
use std::sync::Arc;
use std::time::Duration;

use current_thread::{Park, ThreadPark, Unpark};
use harness::context::Timer;
use reactor::{IoHandle, IoPark};
use timer_wheel::{Clock, TimeHandle, TimePark, TimeUnpark};

/// Which drivers the code in a runtime can find.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Enabled {
    pub(crate) io: bool,
    pub(crate) time: bool,
}

/// The stack of drivers, as its owner has it.
#[derive(Debug)]
pub(crate) struct Drivers {
    stack: TimePark<IoPark<ThreadPark>>,
    enabled: Enabled,
}

/// The stack, as all others have it.
pub(crate) struct SharedDrivers {
    stack: TimeUnpark,
    enabled: Enabled,
}

impl Drivers {
    pub(crate) fn new(enabled: Enabled, clock: Clock) -> Drivers {
        let io = IoPark::new(ThreadPark::new());
        Drivers {
            stack: TimePark::with_clock(io, clock),
            enabled,
        }
    }
}

impl Park for Drivers {
    type Unpark = SharedDrivers;

    fn unparker(&self) -> SharedDrivers {
        SharedDrivers {
            stack: self.stack.unparker(),
            enabled: self.enabled,
        }
    }

    #[inline]
    fn park(&mut self) {
        self.stack.park();
    }

    #[inline]
    fn park_timeout(&mut self, timeout: Duration) {
        self.stack.park_timeout(timeout);
    }

    #[inline]
    fn is_due(&mut self, polls: u32) -> bool {
        self.stack.is_due(polls)
    }

    fn shutdown(&mut self) {
        self.stack.shutdown();
    }
}

impl Unpark for SharedDrivers {
    #[inline]
    fn unpark(&self) {
        self.stack.unpark();
    }

    fn turn(&self) -> bool {
        self.stack.turn()
    }

    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        let is_of = |types: &[TypeId]| types.contains(&wanted);
        let time = [TypeId::of::<TimeHandle>(), TypeId::of::<Arc<dyn Timer>>()];
        if is_of(&time) && !self.enabled.time
            || is_of(&[TypeId::of::<IoHandle>()]) && !self.enabled.io
        {
            return None;
        }
        self.stack.find(wanted)
    }
}
