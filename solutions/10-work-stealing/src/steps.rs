//! What tests see and do inside of a pool. Not for programs.

use crate::door::Door;
use crate::handle::Handle;

#[doc(hidden)]
impl Handle {
    /// Whether no worker is awake, and no task waits for one.
    pub fn is_at_rest(&self) -> bool {
        self.shared().idle.counts_after_push().awake == 0 && self.shared().inject.is_empty()
    }

    /// Whether a worker sleeps, or is about to.
    pub fn is_parked(&self, worker: usize) -> bool {
        self.shared().idle.is_parked(worker)
    }

    /// How many sleeps of a worker are over.
    pub fn sleeps(&self, worker: usize) -> u64 {
        let shared = self.shared();
        shared.fronts[worker].pace.look(shared.now()).sleeps()
    }

    /// Opens a worker to thieves, as if the watcher had found it stuck.
    pub fn open(&self, worker: usize) {
        self.shared().fronts[worker].door.set(Door::Open);
    }
}
