//! Every interleaving of a model's threads, and the words for the picture of one that fails.

pub(crate) mod lane;
#[cfg(loom)]
mod search;

use crate::words::rule::Rule;

impl Rule {
    /// Runs `f` under loom in every interleaving, when built with `--cfg loom`; otherwise just
    /// calls it once. A failure that loom finds is reported as a break of this rule, with a picture
    /// of the run that failed: a lane for each thread (see [`lane`](crate::lane())), a row for each
    /// step. It is one with as few changes from thread to thread as will do.
    ///
    /// # Panics
    ///
    /// If `f` panics, or loom finds a deadlock, a leak or a race.
    #[track_caller]
    pub fn model(self, f: impl Fn() + Sync + Send + 'static) {
        self.model_with(0, f);
    }

    /// [`model`](Rule::model), for a failure that shows only where threads are interrupted at least
    /// `interruptions` times in all: so many are tried, also where `LOOM_MAX_PREEMPTIONS` says fewer.
    ///
    /// # Panics
    ///
    /// As `model`.
    #[track_caller]
    pub fn model_with(self, interruptions: usize, f: impl Fn() + Sync + Send + 'static) {
        #[cfg(not(loom))]
        {
            let _ = interruptions;
            f();
        }
        #[cfg(loom)]
        search::check(self, interruptions, f);
    }
}
