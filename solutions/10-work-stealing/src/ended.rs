//! Tasks that ended away from home.
//!
//! Each worker has a list of the tasks that were spawned on it, without a lock. A task that was stolen ends on another thread, and is left here
//! for the worker that has the list. That worker looks here when it asks the driver, before it sleeps, and when it has no cell for a new task: the cells
//! come home with the tasks.
//!
//! # Invariants
//!
//! - **Bounded**: each [`FULL`] tasks that are left here wake the worker, should it sleep.
//! - **Closed Is For Ever**: once it is closed nothing stays here. The lists are emptied by then, so no list waits to be told.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;

use harness::Ended;
use model::loom::sync::Mutex;
use model::loom::sync::atomic::AtomicUsize;

/// Where other threads leave tasks of one worker.
///
/// # Examples
///
/// ```
/// use harness::{Id, TaskList, owned};
/// use work_stealing::ended::Left;
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// // Worker 1 has a task in its list, and worker 2 has run it to its end.
/// let mut list = TaskList::new();
/// let (task, _ticket, _handle) = owned(async {}, Nowhere, list.id(), Id::next());
/// let ended = task.ended();
/// list.insert(task);
/// let left = Left::new();
/// assert!(!left.leave(ended), "one is not worth a wake");
/// // Worker 1 comes by.
/// for ended in left.take() {
///     assert!(list.remove_ended(&ended).is_some());
/// }
/// assert!(list.is_empty());
/// ```
pub struct Left<S: 'static> {
    /// How many there are. Written with the lock held, and read without it, as a hint: what is seen late is taken out late.
    len: AtomicUsize,
    /// `None` when it is closed.
    tasks: Mutex<Option<Vec<Ended<S>>>>,
}

/// So many dead tasks are worth a wake.
pub const FULL: usize = if cfg!(loom) { 2 } else { 256 };

impl<S: 'static> Left<S> {
    /// Nothing is left here.
    pub fn new() -> Left<S> {
        Left {
            len: AtomicUsize::new(0),
            tasks: Mutex::new(Some(Vec::new())),
        }
    }

    /// Whether nothing was here a moment ago.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len.load(Relaxed) == 0
    }

    /// Whether there is so much that the worker is to come for it.
    #[inline]
    pub fn is_full(&self) -> bool {
        FULL <= self.len.load(Relaxed)
    }

    /// Leaves a task. Returns whether the worker is to be woken for it.
    #[must_use = "a worker that sleeps is to come for what is here"]
    pub fn leave(&self, task: Ended<S>) -> bool {
        let mut tasks = self.lock();
        let Some(tasks) = &mut *tasks else {
            return false;
        };
        tasks.push(task);
        self.len.store(tasks.len(), Relaxed);
        tasks.len() == FULL
    }

    /// Takes all.
    pub fn take(&self) -> Vec<Ended<S>> {
        let mut tasks = self.lock();
        self.len.store(0, Relaxed);
        tasks.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes all, and refuses what comes from now on.
    pub fn close(&self) -> Vec<Ended<S>> {
        let mut tasks = self.lock();
        self.len.store(0, Relaxed);
        tasks.take().unwrap_or_default()
    }

    fn lock(&self) -> model::loom::sync::MutexGuard<'_, Option<Vec<Ended<S>>>> {
        self.tasks.lock().expect("nothing panics under this lock")
    }
}

impl<S: 'static> Default for Left<S> {
    fn default() -> Left<S> {
        Left::new()
    }
}

impl<S: 'static> fmt::Debug for Left<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Left")
            .field("is_empty", &self.is_empty())
            .finish()
    }
}
