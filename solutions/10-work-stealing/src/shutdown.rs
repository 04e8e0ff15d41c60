//! The end of a pool.
//!
//! As in chapter 4, every future is dropped once, within the runtime, with no lock held; and here no other thread of the pool must run a task by then.
//!
//! 1. The doors are closed: nothing comes in any more, and what is spawned is shut down by the thread that spawns it. All workers are woken.
//! 2. Each worker ends its poll, leaves its loop, and brings its core here. The last one to come goes on, alone.
//! 3. Each task is shut down, those of the list for all and then those of each worker's. One that is being polled by a thread that blocks in place is cancelled, and that thread drops it at the end
//!    of the poll.
//! 4. The driver is shut down, and wakes each waker that still waits for it.
//! 5. What is deferred is woken: it may be a wake of another runtime.
//! 6. The tickets are dropped, those in the queues and those in the inject queue. Their tasks are complete.
//! 7. Whoever waits for the end is told, when the last thread is about to end.
//!
//! In tokio: `shutdown_core` in `runtime/scheduler/multi_thread/worker.rs`.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire};
use std::time::{Duration, Instant};

use current_thread::Park;
use model::loom::sync::atomic::AtomicBool;
use model::loom::sync::{Condvar, Mutex, MutexGuard};

use crate::bed::Driver;
use crate::core::Core;
use crate::shared::Shared;

/// How far the end has come.
pub(crate) struct End {
    is_begun: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Those that have come.
    cores: Vec<Core>,
    /// The threads that are, or may become, workers.
    threads: usize,
    is_done: bool,
}

/// A thread of the pool, until it is dropped.
pub(crate) struct Counted(Arc<End>);

impl End {
    pub(crate) fn new() -> End {
        End {
            is_begun: AtomicBool::new(false),
            state: Mutex::new(State {
                cores: Vec::new(),
                threads: 0,
                is_done: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Whether the pool shuts down.
    #[inline]
    pub(crate) fn is_begun(&self) -> bool {
        // ORDERING: Acquire, with the exchange in `begin`: whoever sees it finds the doors closed.
        self.is_begun.load(Acquire)
    }

    // ANCHOR: begin
    /// Step 1. Returns at once.
    pub(crate) fn begin(shared: &Shared) {
        shared.inject.close();
        if !shared.end.is_begun.swap(true, AcqRel) {
            // A worker that parks meanwhile finds that the end has begun, with its last look: the fence in `announce`, and this one.
            shared.idle.counts_after_push();
            shared.wake_all();
        }
    }
    // ANCHOR_END: begin

    // ANCHOR: arrive
    /// Step 2: a worker brings its core. The last one does all the rest. We are in the runtime's context, without a core.
    pub(crate) fn arrive<P: Park>(&self, shared: &Shared, core: Core, driver: &Driver<P>) {
        let mut cores = {
            let mut state = self.lock();
            state.cores.push(core);
            if state.cores.len() < shared.workers() {
                return;
            }
            std::mem::take(&mut state.cores)
        };
        debug_assert!(shared.inject.is_closed(), "Step 1: the doors are closed");
        // Step 3.
        shared.tasks.close_and_shutdown_all();
        for core in &mut cores {
            // The list is told no more.
            drop(shared.fronts[core.index].left.close());
            // A question that waits for this worker has its answer: it has no task any more.
            drop(shared.fronts[core.index].visits.close());
            while let Some(task) = core.tasks.pop() {
                task.shutdown();
            }
        }
        debug_assert!(shared.tasks.is_empty(), "Step 3: no task is left");
        // Step 4.
        if let Some(mut park) = driver.take() {
            park.shutdown();
        }
        // Step 5.
        for worker in 0..shared.workers() {
            shared.wake_deferred(worker);
        }
        // Step 6.
        drop(cores);
        drop(shared.inject.drain());
        (shared.fronts.iter()).for_each(|front| drop(front.spill.drain()));
        // Step 7.
        self.lock().is_done = true;
        self.changed.notify_all();
    }
    // ANCHOR_END: arrive

    /// Waits until no thread of the pool is left. Returns false if that takes longer than `timeout`.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> bool {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut state = self.lock();
        while !(state.is_done && state.threads == 0) {
            state = match deadline {
                None => (self.changed.wait(state)).expect("nothing panics under this lock"),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    let waited = self.changed.wait_timeout(state, left);
                    waited.expect("nothing panics under this lock").0
                }
            };
        }
        true
    }

    /// Counts a thread that is about to be started.
    pub(crate) fn count_thread(self: &Arc<End>) -> Counted {
        self.lock().threads += 1;
        Counted(Arc::clone(self))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics under this lock")
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.lock().threads -= 1;
        self.0.changed.notify_all();
    }
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("End")
            .field("is_begun", &self.is_begun())
            .finish_non_exhaustive()
    }
}
