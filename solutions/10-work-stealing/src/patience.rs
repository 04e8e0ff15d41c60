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
}

/// One success makes up for so many failures.
const LUCK: u32 = 4;

/// When looking does not pay, every so many sleeps it is tried again: when all of these fail, they are spread over many sleeps.
const TRIED_EVERY: u32 = 16;

impl Patience {
    pub(crate) const fn new() -> Patience {
        Patience {
            luck: LUCK,
            skipped: 0,
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
                self.luck = LUCK;
                return true;
            }
            spin_loop();
        }
        self.luck = self.luck.saturating_sub(1);
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
        self.skipped = (self.skipped + 1) % TRIED_EVERY;
        self.skipped == 0
    }
}

/// Whether there is only one processor. Then a thread that looks keeps the one away for which it looks.
fn is_alone() -> bool {
    static IS_ALONE: OnceLock<bool> = OnceLock::new();
    *IS_ALONE.get_or_init(|| {
        std::thread::available_parallelism().is_ok_and(|processors| processors.get() == 1)
    })
}
