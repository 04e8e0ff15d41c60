//! Whether to look for a while before going to sleep.
//!
//! A thread that sleeps is woken by a system call, and runs again after 3 to 25 microseconds. If the next task comes within that time, it
//! is cheaper for both sides to look for it a little longer: the thread that brings the task finds this one awake, and calls nobody.
//! If no task comes, the time was wasted. What the next pause will be like is not known; but a program that has just
//! exchanged its tasks quickly is likely to do so again. So a thread looks for as long as that pays, and after some failures in a row it
//! tries only now and then.
//!
//! In tokio a worker that searches tries to steal once, and then parks.

use std::sync::OnceLock;

use model::loom::hint::spin_loop;

/// What a thread has learnt about its pauses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// How many failures it still takes until looking does not pay.
    luck: u32,
    /// How many sleeps went by without a look.
    skipped: u32,
    /// When looking does not pay, it is tried again after so many sleeps.
    pause: u32,
}

/// One success makes up for so many failures.
const LUCK: u32 = 4;

/// The first time that looking does not pay, so many sleeps go by before it is tried again; twice as many with each failure.
const PAUSE_MIN: u32 = 16;

/// So many go by at most. A worker that waits for sockets alone never finds a task by looking, and this makes what it spends on looking
/// some thousandths of what it does; and a program that changes its ways is noticed after some milliseconds.
const PAUSE_MAX: u32 = 256;

impl Patience {
    pub(crate) const fn new() -> Patience {
        Patience {
            luck: LUCK,
            skipped: 0,
            pause: PAUSE_MIN,
        }
    }

    // ANCHOR: look-for
    /// Looks so many times whether something `is_due`, if that is likely to pay. Returns whether something is.
    pub(crate) fn look_for(&mut self, looks: u32, mut is_due: impl FnMut() -> bool) -> bool {
        if !self.has_any() {
            return false;
        }
        for _ in 0..looks {
            if is_due() {
                *self = Patience::new();
                return true;
            }
            spin_loop();
        }
        match self.luck {
            0 => self.pause = (self.pause * 2).min(PAUSE_MAX),
            _ => self.luck -= 1,
        }
        false
    }
    // ANCHOR_END: look-for

    fn has_any(&mut self) -> bool {
        if cfg!(loom) || is_alone() {
            return false;
        }
        if 0 < self.luck {
            return true;
        }
        self.skipped = (self.skipped + 1) % self.pause;
        self.skipped == 0
    }
}

/// Whether there is only one processor. Then a thread that looks keeps the one away for which it looks. The system is asked once: it
/// may have to read files for the answer.
pub fn is_alone() -> bool {
    static IS_ALONE: OnceLock<bool> = OnceLock::new();
    *IS_ALONE.get_or_init(|| {
        std::thread::available_parallelism().is_ok_and(|processors| processors.get() == 1)
    })
}
