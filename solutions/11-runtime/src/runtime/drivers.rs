//! What a runtime sleeps on.
//!
//! All drivers stand in one stack, and each is idle until it is used: the poller is made for the first
//! socket, and a wheel without timers costs a look at one word. So there is one type of runtime, whatever
//! was enabled, and one compiled loop. A driver that was not enabled is there and cannot be found, so a
//! program learns at once, and not from a quiet time-out, that it forgot to ask.
//!
//! Around each sleep a program may have something called, and that may wake a task. Such a wake is one on
//! the scheduler's own thread, which does not end a sleep, since the thread is not asleep. So after the call
//! there is one more look (tokio-rs/tokio#7835).
//!
//! In tokio: `runtime/driver.rs`.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use current_thread::{Park, TaskHooks, ThreadPark, Unpark};
use harness::context::{Blocking, Timer, is_task_due};
use reactor::{IoCounts, IoHandle, IoPark};
use timer_wheel::{Clock, TimeHandle, TimePark, TimeUnpark};

use super::services::Services;
use crate::blocking::start::call;

/// Which drivers the code in a runtime can find.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Enabled {
    pub(crate) io: bool,
    pub(crate) time: bool,
}

/// The stack of drivers, as its owner has it.
pub(crate) struct Drivers {
    stack: TimePark<IoPark<ThreadPark>>,
    enabled: Enabled,
    services: Arc<Services>,
}

/// The stack, as all others have it; and what else can be found in a runtime.
pub(crate) struct SharedDrivers {
    stack: TimeUnpark,
    enabled: Enabled,
    services: Arc<Services>,
}

impl Drivers {
    pub(crate) fn new(enabled: Enabled, clock: Clock, services: Arc<Services>) -> Drivers {
        let io = IoPark::new(ThreadPark::new());
        Drivers {
            stack: TimePark::with_clock(io, clock),
            enabled,
            services,
        }
    }

    /// Sleeps between the two hooks, unless the first one gave the thread something to do.
    #[cold]
    fn park_between_hooks(&mut self, timeout: Option<Duration>) {
        call(self.services.on_park.before.as_ref());
        match timeout {
            _ if is_task_due() => self.stack.park_timeout(Duration::ZERO),
            None => self.stack.park(),
            Some(timeout) => self.stack.park_timeout(timeout),
        }
        call(self.services.on_park.after.as_ref());
    }

    fn has_hooks(&self) -> bool {
        let hooks = &self.services.on_park;
        hooks.before.is_some() || hooks.after.is_some()
    }
}

impl Park for Drivers {
    type Unpark = SharedDrivers;

    fn unparker(&self) -> SharedDrivers {
        SharedDrivers {
            stack: self.stack.unparker(),
            enabled: self.enabled,
            services: Arc::clone(&self.services),
        }
    }

    #[inline]
    fn park(&mut self) {
        match self.has_hooks() {
            true => self.park_between_hooks(None),
            false => self.stack.park(),
        }
    }

    #[inline]
    fn park_timeout(&mut self, timeout: Duration) {
        // A look at the drivers is no sleep.
        match self.has_hooks() && !timeout.is_zero() {
            true => self.park_between_hooks(Some(timeout)),
            false => self.stack.park_timeout(timeout),
        }
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
        // The drivers first: each new timer asks for its own.
        let is_enabled = if wanted == TypeId::of::<TimeHandle>() {
            self.enabled.time
        } else if wanted == TypeId::of::<IoHandle>() {
            self.enabled.io
        } else if wanted == TypeId::of::<Arc<dyn Timer>>() {
            self.enabled.time
        } else {
            return self.find_service(wanted);
        };
        match is_enabled {
            true => self.stack.find(wanted),
            false => None,
        }
    }
}

impl SharedDrivers {
    /// What is no driver.
    fn find_service(&self, wanted: TypeId) -> Option<&dyn Any> {
        if wanted == TypeId::of::<Arc<Services>>() {
            Some(&self.services)
        } else if wanted == TypeId::of::<Arc<dyn Blocking>>() {
            Some(&self.services.blocking)
        } else if wanted == TypeId::of::<Arc<IoCounts>>() {
            Some(&self.services.io_counts)
        } else if wanted == TypeId::of::<TaskHooks>() {
            Some(&self.services.task_hooks)
        } else {
            self.stack.find(wanted)
        }
    }
}

impl fmt::Debug for Drivers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drivers")
            .field("stack", &self.stack)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}
