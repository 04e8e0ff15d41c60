//! What all threads may touch of a pool.
//!
//! In tokio: `Shared` in `runtime/scheduler/multi_thread/worker.rs`.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use current_thread::TaskHooks;
use current_thread::defer::wake_all;
use current_thread::metrics::{SharedMetrics, WorkerMetrics};
#[cfg(feature = "dump")]
use harness::OwnerId;
use harness::context::{Flavor, Scheduler};
use harness::{Notified, OwnedTasks, Task};
use model::loom::sync::Mutex;

use crate::bed::{Bell, SharedDriver};
use crate::core::Core;
use crate::door::{Door, DoorOf};
use crate::ended::Left;
use crate::handle::Handle;
use crate::idle::{Claimed, Counts, Idle};
use crate::inbox::Closed;
use crate::inject::Inject;
use crate::pace::Pace;
use crate::ring::Thief;
use crate::runtime::SleepHooks;
use crate::shutdown::End;
use crate::spill::Spill;
use crate::visit::{Look, Question, Visits};
use crate::worker::Worker;

// ANCHOR: shared
/// A pool, as its handles and its tasks have it.
pub(crate) struct Shared {
    /// All tasks that were spawned on other threads; and the names of the workers' lists, where the others are.
    pub(crate) tasks: OwnedTasks<Handle>,
    /// Tasks from other threads.
    pub(crate) inject: Inject<Handle>,
    /// Who is awake.
    pub(crate) idle: Idle,
    /// What each worker shows to all others.
    pub(crate) fronts: Box<[Arc<Front>]>,
    pub(crate) driver: SharedDriver,
    pub(crate) hooks: SleepHooks,
    /// What the program has called around tasks: see [`hooks`](crate::hooks).
    pub(crate) task_hooks: TaskHooks,
    /// What threads count that have no core.
    pub(crate) counts: SharedMetrics,
    /// Starts a thread that runs the worker whose core has been [handed](Front::handed).
    pub(crate) launch: Launch,
    pub(crate) end: Arc<End>,
    /// What times are counted from.
    pub(crate) epoch: Instant,
}

/// What a worker shows. Each has cache lines of its own.
#[repr(align(128))]
pub(crate) struct Front {
    pub(crate) thief: Thief<Notified<Handle>>,
    /// What its ring has no room for. It is the worker's own as the ring is: a thief takes of it what it would take of the ring.
    pub(crate) spill: Spill<Handle>,
    /// Tasks of this worker that ended elsewhere.
    pub(crate) left: Left<Handle>,
    /// Questions to this worker about its tasks.
    pub(crate) visits: Visits,
    pub(crate) bell: Bell,
    pub(crate) pace: Pace,
    /// What the worker counts of itself.
    pub(crate) metrics: WorkerMetrics,
    /// What others may take of what waits here.
    pub(crate) door: DoorOf,
    /// The core, while it is on its way to another thread.
    pub(crate) handed: Mutex<Option<Box<Core>>>,
    /// Wakers that do not belong to a yielding task, and wait for their turn. Few tasks have such wakers, so a lock will do; the
    /// watcher wakes them if the worker is stuck.
    pub(crate) deferred: Mutex<Vec<std::task::Waker>>,
}
// ANCHOR_END: shared

/// See [`Shared::launch`].
pub(crate) type Launch = Box<dyn Fn(&Arc<Shared>, usize) -> std::io::Result<()> + Send + Sync>;

impl Shared {
    pub(crate) fn workers(&self) -> usize {
        self.fronts.len()
    }

    /// The time, as the workers' paces have it.
    pub(crate) fn now(&self) -> Duration {
        self.since_epoch(Instant::now())
    }

    pub(crate) fn since_epoch(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.epoch)
    }

    // ANCHOR: push
    /// Queues a task for any worker.
    pub(crate) fn push(&self, ticket: Notified<Handle>) {
        match self.inject.push(ticket) {
            Ok(()) => self.announce_injected(),
            // The pool has shut the task down, or is about to.
            Err(Closed(ticket)) => drop(ticket),
        }
    }

    /// Wakes a worker if none is going to look: all are parked; or those that are awake are busy with long polls, and none
    /// searches.
    pub(crate) fn announce_injected(&self) {
        let Counts { awake, searching } = self.idle.counts_after_push();
        if awake == 0 || searching == 0 && awake < self.workers() && self.is_any_open() {
            self.wake_one();
        }
    }
    // ANCHOR_END: push

    // ANCHOR: announce-local
    /// A worker that is open to thieves has queued a task: another one is to come for it, unless one searches already.
    #[cold]
    pub(crate) fn announce_local(&self) {
        let Counts { awake, searching } = self.idle.counts_after_push();
        if searching == 0 && awake < self.workers() {
            self.wake_one();
        }
    }
    // ANCHOR_END: announce-local

    // ANCHOR: see-to-watcher
    /// A worker is about to run tasks: it sees to it that one that is parked watches. It wakes one, which finds nothing to do,
    /// and parks as the watcher.
    pub(crate) fn see_to_watcher(&self) {
        if 1 < self.workers() && self.idle.needs_watcher() {
            self.wake_one();
        }
    }
    // ANCHOR_END: see-to-watcher

    fn wake_one(&self) {
        if let Some(Claimed(worker)) = self.idle.claim() {
            self.fronts[worker].bell.ring(&self.driver);
        }
    }

    /// Wakes all workers, awake or not: there is something that all of them must see.
    pub(crate) fn wake_all(&self) {
        while let Some(Claimed(worker)) = self.idle.claim() {
            self.fronts[worker].bell.ring(&self.driver);
        }
    }

    /// A task has ended on a thread that does not have its list. The worker that has it takes it out later.
    pub(crate) fn release(&self, home: Option<usize>, task: &Task<Handle>) -> Option<Task<Handle>> {
        let Some(home) = home else {
            // It was spawned on a thread that is no worker.
            return self.tasks.remove(task);
        };
        let front = &self.fronts[home];
        if front.left.leave(task.ended()) {
            front.bell.ring(&self.driver);
        }
        None
    }

    /// The tasks that are not done, when all workers have answered.
    pub(crate) fn ask_for_tasks(&self) -> Question {
        let mut tasks: Vec<Look> = Vec::new();
        (self.tasks).for_each(|task| tasks.push((task.id(), task.state(), task.place())));
        let question = Question::new(tasks);
        for front in &self.fronts {
            front.visits.leave(question.share());
            front.bell.ring(&self.driver);
        }
        question
    }

    /// A worker was called, and found nothing: those that are open came to their tasks themselves. So none of them calls again until
    /// the watcher's next look. A watcher that is called each time would have no time for one.
    pub(crate) fn shut_doors(&self) {
        self.fronts
            .iter()
            .for_each(|front| front.door.set(Door::Shut));
    }

    /// Whether the polls of some worker are long.
    fn is_any_open(&self) -> bool {
        self.fronts.iter().any(|front| front.door.lets_in())
    }

    /// Wakes what has been deferred on a worker. We may be another one.
    pub(crate) fn wake_deferred(&self, worker: usize) {
        let mut wakers = std::mem::take(&mut *self.fronts[worker].lock_deferred());
        // Foreign code, so the lock is not held.
        wake_all(&mut wakers);
    }
}

impl Front {
    /// Whether there is something that a thief could take.
    pub(crate) fn has_tasks(&self) -> bool {
        !self.thief.is_empty() || !self.spill.is_empty()
    }

    /// Whether thieves may take something.
    pub(crate) fn has_spare(&self) -> bool {
        match self.door.get() {
            Door::Shut => false,
            // Only a full ring spills.
            _ if !self.spill.is_empty() => true,
            door => door.has_spare(self.thief.len()),
        }
    }

    /// Takes the core, if it is on its way.
    pub(crate) fn take_handed(&self) -> Option<Box<Core>> {
        (self.handed.lock())
            .expect("nothing panics under this lock")
            .take()
    }

    pub(crate) fn hand(&self, core: Box<Core>) {
        let mut handed = self.handed.lock().expect("nothing panics under this lock");
        debug_assert!(handed.is_none(), "a worker has two cores");
        *handed = Some(core);
    }

    pub(crate) fn lock_deferred(&self) -> model::loom::sync::MutexGuard<'_, Vec<std::task::Waker>> {
        self.deferred
            .lock()
            .expect("nothing panics under this lock")
    }
}

impl Flavor for Shared {
    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        self.driver.find(wanted)
    }

    #[cfg(feature = "dump")]
    fn runtime(&self) -> Option<OwnerId> {
        Some(self.tasks.id())
    }

    fn note_forced_yield(&self) {
        self.counts.note_forced_yield();
    }
}

impl Scheduler for Shared {
    type Worker = Worker;
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (f.debug_struct("Front"))
            .field("thief", &self.thief)
            .field("door", &self.door)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("workers", &self.workers())
            .field("idle", &self.idle)
            .finish_non_exhaustive()
    }
}
