//! What a handle on a scheduler can do, from anywhere.
//!
//! Each task has a handle, to be queued with; and each thread that spawns has one, most often without
//! knowing it.
//!
//! In tokio: `runtime/handle.rs`, and `runtime/scheduler/current_thread/mod.rs` for `Schedule`.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use harness::context::{self, EnterGuard, InPlace};
use harness::isolate::discard;
use harness::state::Snapshot;
use harness::{
    Id, JoinHandle, Notified, Origin, OwnerId, Place, Schedule, Task, VacantCell, is_large, owned,
};

use crate::inject::Closed;
use crate::metrics::{SharedMetrics, WorkerMetrics};
use crate::runtime::{NOT_LOCAL, Root};
use crate::shared::Handle;

/// There is no runtime here.
///
/// # Examples
///
/// ```
/// use current_thread::{Handle, Runtime};
///
/// let error = Handle::try_current().unwrap_err();
/// assert!(error.is_missing_context());
/// let runtime = Runtime::new();
/// assert!(runtime.block_on(async { Handle::try_current().is_ok() }));
/// ```
#[derive(Debug)]
pub struct TryCurrentError(());

const NO_CONTEXT: &str =
    "there is no reactor running, must be called from the context of a Reveille runtime";

impl Handle {
    /// The runtime that this code runs in, or has [entered](Handle::enter).
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn current() -> Handle {
        match Handle::try_current() {
            Ok(handle) => handle,
            Err(error) => panic!("{error}"),
        }
    }

    /// The runtime that this code runs in, or has [entered](Handle::enter).
    pub fn try_current() -> Result<Handle, TryCurrentError> {
        match context::current() {
            Some(shared) => Ok(Handle::new(shared)),
            None => Err(TryCurrentError(())),
        }
    }

    /// Makes this the current runtime of the thread, until the guard is dropped.
    pub fn enter(&self) -> EnterGuard<'_> {
        context::enter(Arc::clone(self.shared()))
    }

    /// Makes a task of `future`, and queues it. The thread that drives the runtime polls it, and it
    /// need not be awaited.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match is_large::<F>() {
            true => self.spawn_here(Box::pin(future), Origin::here()),
            false => self.spawn_here(future, Origin::here()),
        }
    }

    /// [`spawn`](Handle::spawn), for a future that is not large.
    pub(crate) fn spawn_here<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        context::with(|here| match here.worker_of(self.shared()) {
            Some(worker) => worker.spawn(future, origin),
            None => self.spawn_remote(future, origin),
        })
    }

    /// Makes a task of a future that is not `Send`, and queues it.
    ///
    /// # Panics
    ///
    /// Unless this is the handle of a [`LocalRuntime`](crate::LocalRuntime), and on the thread that
    /// drives it, within its `block_on`.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        match is_large::<F>() {
            true => self.spawn_local_here(Box::pin(future)),
            false => self.spawn_local_here(future),
        }
    }

    #[track_caller]
    fn spawn_local_here<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        // The panic comes before the closure, where it would name a line of ours.
        let is_here = context::with(|here| here.worker_of(self.shared()).is_some());
        assert!(is_here && self.shared().is_local(), "{NOT_LOCAL}");
        let origin = Origin::here();
        context::with(|here| match here.worker_of(self.shared()) {
            Some(worker) => worker.spawn_local(future, origin),
            None => unreachable!("it was here a moment ago"),
        })
    }

    /// Polls `future` on this thread until it is done, within the context of the runtime. Tasks are
    /// not run here: another thread has to be in [`Runtime::block_on`](crate::Runtime::block_on). So
    /// none waits for this thread, and the future may block in place.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _blocked = context::begin_block_on(InPlace::Allowed);
        let _entered = self.enter();
        Root::new(self).block_on(future)
    }

    /// The name of the runtime, which no other runtime of the program has.
    pub fn id(&self) -> OwnerId {
        self.shared().owner()
    }

    /// A clone of the handle of the type `T`, if one of the drivers that the runtime sleeps on has such
    /// a handle. Code inside of the runtime asks with [`harness::context::find`].
    pub fn driver<T: Clone + Any>(&self) -> Option<T> {
        self.shared().driver()
    }

    /// The tasks that are not done, the newest first, the state that each is in, and where it was spawned. `None`
    /// unless it is this thread that drives the runtime: no other one has the list.
    pub fn tasks(&self) -> Option<Vec<(Id, Snapshot, Place)>> {
        context::with(|here| {
            let worker = here.worker_of(self.shared())?;
            Some(worker.tasks())
        })
    }

    /// What the thread that drives the runtime counts.
    pub fn worker_metrics(&self) -> &WorkerMetrics {
        &self.shared().worker
    }

    /// What all other threads count.
    pub fn shared_metrics(&self) -> &SharedMetrics {
        &self.shared().counts
    }

    /// How many tasks other threads have queued, and how many of them have not been taken over yet.
    pub fn injected(&self) -> (u64, usize) {
        self.shared().injected()
    }

    /// How many tasks are in the run queue. On a thread that does not drive the runtime: how many there were when the driver was last
    /// asked, or when the thread fell asleep.
    pub fn queued(&self) -> usize {
        context::with(|here| match here.worker_of(self.shared()) {
            Some(worker) => worker.queued(),
            None => self.shared().worker.queued.get() as usize,
        })
    }

    // ANCHOR: spawn-remote
    /// Makes a task on a thread that does not have the core. The thread that has it will put the
    /// task into the list of all tasks, when the task comes out of the inject queue.
    pub(crate) fn spawn_remote<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.note_spawn(&origin);
        self.shared().counts.note_spawn();
        let owner = self.shared().owner();
        let (task, ticket, join) = owned(future, self.clone(), owner, origin);
        self.shared().push_new(task, ticket);
        join
    }
    // ANCHOR_END: spawn-remote
}

/// As for a [`Runtime`](crate::Runtime).
impl UnwindSafe for Handle {}
impl RefUnwindSafe for Handle {}

impl Schedule for Handle {
    // ANCHOR: schedule
    #[inline]
    fn schedule(task: Notified<Handle>) {
        // ANCHOR: ex-4-4-schedule
        context::with(|here| match here.worker_of(task.scheduler().shared()) {
            Some(worker) => worker.push(task),
            None => schedule_remote(task),
        });
        // ANCHOR_END: ex-4-4-schedule
    }
    // ANCHOR_END: schedule

    // ANCHOR: schedule-deferred
    #[inline]
    fn defer(task: Notified<Handle>) {
        context::with(|here| match here.worker_of(task.scheduler().shared()) {
            Some(worker) => worker.push_deferred(task),
            None => schedule_remote(task),
        });
    }
    // ANCHOR_END: schedule-deferred

    #[cfg(feature = "dump")]
    fn runtime(&self) -> Option<OwnerId> {
        Some(self.id())
    }

    #[inline]
    fn recycle(cell: VacantCell<Handle>) {
        context::with(|here| match here.worker_of(cell.scheduler().shared()) {
            Some(worker) => worker.keep(cell),
            None => discard(cell),
        });
    }

    #[inline(always)]
    fn release(&self, task: &Task<Handle>) -> Option<Task<Handle>> {
        self.note_end(task);
        context::with(|here| match here.worker_of(self.shared()) {
            Some(worker) => {
                self.worker_metrics().ended.add(1);
                worker.release(task)
            }
            // It was spawned too late, and is shut down on the thread that spawned it.
            None => {
                self.note_end_elsewhere();
                None
            }
        })
    }
}

// ANCHOR: schedule-remote
/// Queues a task that was woken on another thread.
#[cold]
fn schedule_remote(task: Notified<Handle>) {
    // Once the ticket is in the queue, the task may end, and its handle with it.
    let handle = task.scheduler().clone();
    if let Err(Closed(ticket)) = handle.shared().push(task) {
        // The runtime is gone, and has shut the task down, or is about to.
        drop(ticket);
    }
}
// ANCHOR_END: schedule-remote

impl TryCurrentError {
    /// Always true: there is no other reason.
    pub fn is_missing_context(&self) -> bool {
        true
    }

    /// Never true: what a thread knows of its runtime has no destructor, so it is there until the
    /// thread ends.
    pub fn is_thread_local_destroyed(&self) -> bool {
        false
    }
}

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NO_CONTEXT)
    }
}

impl Error for TryCurrentError {}
