//! What a worker leaves to thieves.
//!
//! A thief that is woken needs some microseconds until it runs, and what it takes has to move to its cache. If the worker would have
//! come to the task sooner, stealing has only cost. So each worker has a door, which the [watcher](crate::watch) moves; a thief shuts it when
//! the tasks that it took were not worth the way:
//!
//! ```text
//!     Shut    its polls are short               thieves take nothing
//!     Ajar    its polls are long                thieves leave one task: the worker is about to come to it. Two tasks that
//!                                               wake each other stay together, since only one of them waits at a time
//!     Open    it is stuck in a single poll      thieves may take the last task, too
//! ```

use std::sync::atomic::Ordering::Relaxed;

use model::loom::sync::atomic::AtomicUsize;

/// How far a worker is open to thieves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Nothing may be taken.
    Shut,
    /// All but one task may be taken.
    Ajar,
    /// All may be taken.
    Open,
}

/// The door of one worker, as all threads see it.
#[derive(Debug)]
pub(crate) struct DoorOf {
    /// Written by the watcher and by thieves; read by the worker with each push, and by thieves.
    door: AtomicUsize,
}

/// So many long polls take less than a millisecond.
const POLLS_AJAR: u32 = 16;

/// A verdict may come a little later or earlier, and hands nothing over: all is Relaxed.
impl DoorOf {
    pub(crate) fn new() -> DoorOf {
        DoorOf {
            door: AtomicUsize::new(Door::Shut as usize),
        }
    }

    #[inline]
    pub(crate) fn get(&self) -> Door {
        const AJAR: usize = Door::Ajar as usize;
        const OPEN: usize = Door::Open as usize;
        match self.door.load(Relaxed) {
            AJAR => Door::Ajar,
            OPEN => Door::Open,
            _ => Door::Shut,
        }
    }

    /// After how many polls to ask the driver, where it is `usual` if they are short.
    #[inline]
    pub(crate) fn polls(&self, usual: u32) -> u32 {
        match self.get() {
            Door::Shut => usual,
            Door::Ajar => usual.min(POLLS_AJAR),
            Door::Open => 1,
        }
    }

    /// Whether it is not shut.
    #[inline]
    pub(crate) fn lets_in(&self) -> bool {
        self.get() != Door::Shut
    }

    pub(crate) fn set(&self, door: Door) {
        // A look first: the line is the worker's own.
        if self.get() != door {
            self.door.store(door as usize, Relaxed);
        }
    }
}

impl Door {
    /// Whether one of so many tasks may be taken.
    #[inline]
    pub(crate) fn has_spare(self, tasks: usize) -> bool {
        match self {
            Door::Shut => false,
            Door::Ajar => 1 < tasks,
            Door::Open => 0 < tasks,
        }
    }
}
