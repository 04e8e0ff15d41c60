//! What a thread does while it has nothing to do.
//!
//! A test of results cannot tell an executor that sleeps from one that asks again and again. The
//! system can: it knows what each thread is waiting for, and how long each has run.

use std::thread;
use std::time::Duration;

use crate::words::threads::{self, Glance};

/// A thread that another one looks at.
#[derive(Clone, Copy, Debug)]
pub struct WatchedThread {
    id: Option<u32>,
}

/// How a thread passes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// It sleeps until another thread wakes it.
    Asleep,
    /// It runs, and has used a lot of processor time since it was first looked at.
    Busy,
    /// It sleeps for a certain time, and then looks again.
    Naps,
    /// The system does not say: only Linux does, and neither Miri nor every sandbox.
    Unknown,
}

/// Between two looks.
const LOOK: Duration = Duration::from_millis(1);

/// In so many looks one after the other it has to be in the same sleep: a thread may also sleep
/// for a moment because it waits for a lock.
const SAME_SLEEPS: usize = 10;

/// Processor time and no other, so that a loaded machine makes nobody busy. To go to sleep takes
/// a thousandth of it.
const BUSY: Duration = Duration::from_millis(200);

/// It may be seen in so many short sleeps.
const NAPS: usize = 20;

impl WatchedThread {
    /// The calling thread, to be looked at by another.
    pub fn this() -> WatchedThread {
        WatchedThread {
            id: threads::own_id(),
        }
    }

    /// Looks at the thread until it is certain how it passes its time.
    pub fn rest(self) -> Rest {
        let Some(id) = self.id else {
            return Rest::Unknown;
        };
        let Some(first) = Glance::at(id) else {
            return Rest::Unknown;
        };
        let busy = first.processor + BUSY;
        let mut last = first.sleeper;
        let mut same_sleeps = 0;
        let mut naps = 0;
        loop {
            thread::sleep(LOOK);
            let Some(glance) = Glance::at(id) else {
                return Rest::Unknown;
            };
            let is_same = glance.sleeper.is_some() && glance.sleeper == last;
            same_sleeps = if is_same { same_sleeps + 1 } else { 0 };
            naps += usize::from(!glance.runs && glance.sleeper.is_none());
            last = glance.sleeper;
            if SAME_SLEEPS <= same_sleeps {
                return Rest::Asleep;
            }
            if busy <= glance.processor {
                return Rest::Busy;
            }
            if NAPS <= naps {
                return Rest::Naps;
            }
        }
    }
}
