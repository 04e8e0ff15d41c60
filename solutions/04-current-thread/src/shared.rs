//! The part of a scheduler that all threads may touch.
//!
//! A thread that wakes a task from outside puts it into the inject queue. Then the scheduler must
//! look there, and it may be asleep. The danger is the moment between its last look and its sleep:
//!
//! ```text
//!     the scheduler                         another thread
//!     inject queue empty? yes
//!                                           push a task
//!                                           asleep? no, so nothing more to do
//!     park: sleeps beside a task that is due
//! ```
//!
//! So the last look and the announcement of the sleep are one step, under the lock that every push
//! takes. A push comes before that step, and is seen by the look; or after it, and sees the
//! announcement.
//!
//! # Invariants
//!
//! - **Announced Sleep**: the scheduler parks only after it set `is_parked` with the inject queue
//!   empty. The thread that takes `is_parked` away unparks it.
//!
//! In tokio: `Shared` in `runtime/scheduler/current_thread/mod.rs`, where each push unparks.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;
use std::thread::{self, ThreadId};

use harness::context::Flavor;
use harness::{Notified, OwnerId, Task, TaskQueue};
use model::loom::sync::{Mutex, MutexGuard};

use crate::hooks::TaskHooks;
use crate::inject::{Closed, Inject, Synced};
use crate::lock::Lock;
use crate::metrics::{Counter, SharedMetrics, WorkerMetrics};
use crate::park::Unpark;

// ANCHOR: shared
/// A scheduler, as its handles and its tasks have it.
pub(crate) struct Shared {
    /// The layer of the inject queue that needs no lock.
    inject: Inject<Handle>,
    /// The layer under the lock.
    remote: Mutex<Remote>,
    /// Ends the scheduler's sleep.
    unpark: Box<dyn Unpark>,
    /// The name of the list that all of its tasks are made for.
    owner: OwnerId,
    /// The thread that the core never leaves, so that it may have tasks that must not; `None` if it may leave.
    home: Option<ThreadId>,
    /// What the program has called around tasks: see `hooks`.
    pub(crate) hooks: TaskHooks,
    /// What the thread with the core counts.
    pub(crate) worker: WorkerMetrics,
    /// What other threads count.
    pub(crate) counts: SharedMetrics,
    /// Tasks that other threads have pushed. Written under the lock.
    remote_schedules: Counter,
}

/// What is under the lock.
struct Remote {
    inject: Synced<Handle>,
    /// The scheduler sleeps, or is about to, and needs an unpark to see what is pushed.
    is_parked: bool,
}
// ANCHOR_END: shared

/// A handle on a runtime: spawns tasks from any thread. Cloning it is cheap.
///
/// It is here because it and `Shared` name each other: the scheduler has a queue of tasks that have handles.
///
/// # Examples
///
/// ```
/// use std::thread;
///
/// use current_thread::{Handle, Runtime};
///
/// let runtime = Runtime::new();
/// let handle: Handle = runtime.handle().clone();
/// // Another thread spawns. The task runs here.
/// let task = thread::spawn(move || handle.spawn(async { thread::current().id() })).join().unwrap();
/// assert_eq!(runtime.block_on(task).unwrap(), thread::current().id());
/// ```
#[derive(Clone, Debug)]
pub struct Handle {
    shared: Arc<Shared>,
}

/// The lock, held, as the inject queue wants it.
pub(crate) struct RemoteGuard<'a>(MutexGuard<'a, Remote>);

impl Handle {
    pub(crate) fn new(shared: Arc<Shared>) -> Handle {
        Handle { shared }
    }

    #[inline]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Shared {
    pub(crate) fn new(unpark: Box<dyn Unpark>, owner: OwnerId, is_local: bool) -> Shared {
        let hooks = TaskHooks::found_by(|wanted| unpark.find(wanted));
        Shared {
            inject: Inject::new(),
            remote: Mutex::new(Remote {
                inject: Synced::new(),
                is_parked: false,
            }),
            unpark,
            owner,
            home: is_local.then(|| thread::current().id()),
            hooks,
            worker: WorkerMetrics::new(),
            counts: SharedMetrics::new(),
            remote_schedules: Counter::new(),
        }
    }

    #[inline]
    pub(crate) fn owner(&self) -> OwnerId {
        self.owner
    }

    #[inline]
    pub(crate) fn is_local(&self) -> bool {
        self.home.is_some()
    }

    /// Whether the core never leaves the thread that asks.
    pub(crate) fn is_home(&self) -> bool {
        self.home == Some(thread::current().id())
    }

    /// A clone of the handle of this type, if a driver has one.
    pub(crate) fn driver<T: Clone + Any>(&self) -> Option<T> {
        self.find(TypeId::of::<T>())?.downcast_ref().cloned()
    }

    // ANCHOR: push
    /// Queues a task from another thread, and makes sure that the scheduler looks.
    pub(crate) fn push(&self, task: Notified<Handle>) -> Result<(), Closed<Notified<Handle>>> {
        let mut remote = self.inject.push(self, task)?;
        self.remote_schedules.add(1);
        let is_parked = remote.take_parked();
        drop(remote);
        if is_parked {
            self.unpark.unpark();
        }
        Ok(())
    }
    // ANCHOR_END: push

    /// Queues a new task from a thread that does not have the core. If it is too late for that, the task is shut
    /// down.
    pub(crate) fn push_new(&self, task: Task<Handle>, ticket: Notified<Handle>) {
        if let Err(Closed(ticket)) = self.push(ticket) {
            drop(ticket);
            task.shutdown();
        }
    }

    /// Takes tasks that other threads have pushed.
    #[inline]
    pub(crate) fn pop_batch(&self, max: usize) -> TaskQueue<Handle> {
        self.inject.pop_batch(self, max)
    }

    /// How many tasks other threads have pushed, and how many of them are still in the inject queue.
    pub(crate) fn injected(&self) -> (u64, usize) {
        (self.remote_schedules.get(), self.inject.len())
    }

    /// Refuses tasks from other threads from now on.
    pub(crate) fn close(&self) {
        self.inject.close(self);
    }

    /// Ends the scheduler's sleep, if it sleeps.
    pub(crate) fn wake_up(&self) {
        let is_parked = self.lock().take_parked();
        if is_parked {
            self.unpark.unpark();
        }
    }

    // ANCHOR: announce-sleep
    /// Says that the scheduler is going to sleep, unless it has something to do (Announced Sleep).
    #[must_use = "who does not sleep has something to do"]
    pub(crate) fn announce_sleep(&self) -> bool {
        // ANCHOR: ex-4-2-announce-sleep
        let mut remote = self.lock();
        remote.0.is_parked = remote.0.inject.is_empty();
        remote.0.is_parked
        // ANCHOR_END: ex-4-2-announce-sleep
    }
    // ANCHOR_END: announce-sleep

    /// Says that the scheduler is up again, for any reason.
    pub(crate) fn end_sleep(&self) {
        self.lock().take_parked();
    }
}

impl Flavor for Shared {
    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        self.unpark.find(wanted)
    }

    #[cfg(feature = "dump")]
    fn runtime(&self) -> Option<OwnerId> {
        Some(self.owner)
    }

    fn note_forced_yield(&self) {
        self.counts.note_forced_yield();
    }
}

impl RemoteGuard<'_> {
    /// A caller that is told that the scheduler is parked has to unpark it, outside of the lock.
    fn take_parked(&mut self) -> bool {
        std::mem::take(&mut self.0.is_parked)
    }
}

impl AsMut<Synced<Handle>> for RemoteGuard<'_> {
    fn as_mut(&mut self) -> &mut Synced<Handle> {
        &mut self.0.inject
    }
}

impl<'a> Lock<Synced<Handle>> for &'a Shared {
    type Guard = RemoteGuard<'a>;

    fn lock(self) -> RemoteGuard<'a> {
        RemoteGuard(self.remote.lock().expect("nothing panics under this lock"))
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("inject", &self.inject)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}
