//! A handle on a pool, from anywhere.
//!
//! In tokio: `runtime/scheduler/multi_thread/handle.rs`.

use std::any::{Any, TypeId};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use current_thread::metrics::{SharedMetrics, WorkerMetrics};
use harness::context::{self, EnterGuard, Flavor};
use harness::isolate::discard;
use harness::{JoinHandle, Notified, Origin, OwnerId, Schedule, Task, VacantCell, is_large};

use crate::block_on::block_on;
use crate::shared::Shared;
use crate::visit::Look;

/// A handle on a [`Runtime`](crate::Runtime): spawns tasks from any thread. Cloning it is cheap.
///
/// # Examples
///
/// ```
/// use std::thread;
///
/// use work_stealing::{Handle, Runtime};
///
/// let runtime = Runtime::new(2)?;
/// let handle: Handle = runtime.handle().clone();
/// assert_eq!(handle.workers(), 2);
/// // Another thread spawns, and waits for the output.
/// let other = thread::spawn(move || handle.block_on(handle.spawn(async { 42 })));
/// assert_eq!(other.join().unwrap().unwrap(), 42);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Handle {
    shared: Arc<Shared>,
}

impl Handle {
    pub(crate) fn new(shared: Arc<Shared>) -> Handle {
        Handle { shared }
    }

    #[inline]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The pool that this code runs in, or has [entered](Handle::enter); `None` if there is none, or the runtime is of another flavor.
    pub fn try_current() -> Option<Handle> {
        Some(Handle {
            shared: context::current()?,
        })
    }

    /// Makes this the current runtime of the thread, until the guard is dropped.
    pub fn enter(&self) -> EnterGuard<'_> {
        context::enter(Arc::clone(&self.shared))
    }

    /// Makes a task of `future`, and queues it. It need not be awaited.
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

    fn spawn_here<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        context::with(|here| match here.worker_of(&self.shared) {
            Some(worker) => worker.spawn(future, origin),
            None => self.spawn_remote(future, origin),
        })
    }

    pub(crate) fn spawn_remote<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.note_spawn(&origin);
        self.shared.counts.note_spawn();
        let (join, ticket) = self.shared.tasks.bind(future, self.clone(), origin);
        if let Some(ticket) = ticket {
            self.shared.push(ticket);
        }
        join
    }

    /// Polls `future` on this thread until it is done, while the workers run tasks.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        block_on(self, future)
    }

    /// The name of the pool, which no other runtime of the program has.
    pub fn id(&self) -> OwnerId {
        self.shared.tasks.id()
    }

    /// The tasks that are not done, the state that each is in, and where it was spawned. Each worker tells of those that were spawned on
    /// it, at the end of a poll of its own: so this waits as long as one of them is stuck in a poll. A pool that shuts down has
    /// fewer and fewer.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use work_stealing::{Runtime, spawn};
    ///
    /// let runtime = Runtime::new(2)?;
    /// let handle = runtime.handle().clone();
    /// runtime.block_on(runtime.spawn(async move {
    ///     let waiting = spawn(std::future::pending::<()>());
    ///     let tasks = handle.tasks().await;
    ///     assert!(tasks.iter().any(|(id, ..)| *id == waiting.id()));
    /// })).unwrap();
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub async fn tasks(&self) -> Vec<Look> {
        self.shared.ask_for_tasks().answer().await
    }

    /// What a worker counts of itself.
    ///
    /// # Panics
    ///
    /// If there is no such worker.
    #[track_caller]
    pub fn worker_metrics(&self, worker: usize) -> &WorkerMetrics {
        &self.shared.fronts[worker].metrics
    }

    /// What threads count that are no workers.
    pub fn shared_metrics(&self) -> &SharedMetrics {
        &self.shared.counts
    }

    /// How many tasks were queued by threads that are no workers, and how many of them no worker has taken yet. No worker can take one meanwhile.
    pub fn injected(&self) -> (u64, usize) {
        self.shared.inject.counts()
    }

    /// How many tasks wait in the queue of a worker, and how often that had no room.
    ///
    /// # Panics
    ///
    /// If there is no such worker.
    #[track_caller]
    pub fn queued(&self, worker: usize) -> (usize, u64) {
        let front = &self.shared.fronts[worker];
        (
            front.thief.len() + front.spill.len(),
            front.spill.overflows(),
        )
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.shared.workers()
    }

    /// A clone of the handle of the type `T`, if one of the drivers has such a handle.
    pub fn driver<T: Clone + Any>(&self) -> Option<T> {
        self.shared.find(TypeId::of::<T>())?.downcast_ref().cloned()
    }
}

impl UnwindSafe for Handle {}
impl RefUnwindSafe for Handle {}

impl Schedule for Handle {
    // ANCHOR: schedule
    #[inline]
    fn schedule(task: Notified<Handle>) {
        context::with(|here| match here.worker_of(task.scheduler().shared()) {
            Some(worker) => worker.push(task),
            None => schedule_remote(task),
        });
    }
    // ANCHOR_END: schedule

    #[inline]
    fn defer(task: Notified<Handle>) {
        context::with(|here| match here.worker_of(task.scheduler().shared()) {
            Some(worker) => worker.push_deferred(task),
            None => schedule_remote(task),
        });
    }

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

    #[inline]
    fn release(&self, task: &Task<Handle>) -> Option<Task<Handle>> {
        self.note_end(task);
        let home = self.shared.tasks.home_of(task);
        context::with(|here| match here.worker_of(&self.shared) {
            Some(worker) => worker.release(home, task),
            None => {
                self.shared.counts.note_end();
                self.shared.release(home, task)
            }
        })
    }
}

#[cold]
fn schedule_remote(task: Notified<Handle>) {
    // Once the ticket is in the queue, the task may end, and its handle with it.
    let handle = task.scheduler().clone();
    handle.shared.push(task);
}
