//! Lists of tasks that can be closed: one with a lock, one that stays on its thread.
//!
//! A scheduler shuts down by closing its list. That cancels every task in it, and drops its future
//! then and there, with no lock held, because a future's `drop` may wake other tasks, for example,
//! or spawn some. A task that is bound after that is cancelled at once.
//!
//! In tokio: `OwnedTasks` and `LocalOwnedTasks` in `runtime/task/list.rs`.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;

use model::loom::sync::{Mutex, MutexGuard};

use crate::id::Id;
use crate::origin::Origin;
use crate::owner::OwnerId;
use crate::raw::{JoinHandle, VacantCell};
use crate::schedule::Schedule;
use crate::task::{self, LocalNotified, Notified, Task};
use crate::task_list::TaskList;

/// All tasks of a scheduler, to be reached from any thread.
///
/// It may be made of several [shards](OwnedTasks::with_shards), each with a lock of its own, so that threads that
/// spawn at the same time do not wait for each other. The task's number says in which shard it is.
///
/// # Examples
///
/// ```
/// use harness::{Id, OwnedTasks};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let tasks = OwnedTasks::new();
/// let (handle, ticket) = tasks.bind(async { 42 }, Nowhere, Id::next());
/// assert!(ticket.is_some());
/// assert!(!tasks.is_empty());
/// // The scheduler ends: all tasks are cancelled, and no other comes in.
/// tasks.close_and_shutdown_all();
/// assert!(handle.is_finished());
/// assert!(tasks.is_empty());
/// let (late, ticket) = tasks.bind(async { 42 }, Nowhere, Id::next());
/// assert!(ticket.is_none());
/// assert!(late.is_finished());
/// ```
pub struct OwnedTasks<S: 'static> {
    shards: Box<[Shard<S>]>,
    /// Beside the lists, to be read without a lock.
    id: OwnerId,
    /// So many names after this one are those of its [homes](OwnedTasks::with_homes).
    homes: u64,
}

/// Aligned to a pair of cache lines, so that two shards share none.
#[repr(align(128))]
struct Shard<S: 'static> {
    inner: Mutex<Inner<S>>,
}

/// All tasks of a scheduler that stays on one thread. Their futures need not be `Send`.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
///
/// use harness::{Id, LocalOwnedTasks};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let tasks = LocalOwnedTasks::new();
/// // The future cannot be sent to another thread. Here it need not.
/// let shared = Rc::new(42);
/// let for_task = Rc::clone(&shared);
/// let (handle, ticket) = tasks.bind(async move { *for_task }, Nowhere, Id::next());
/// let ticket = ticket.expect("the list is open");
/// tasks.assert_owner(ticket).run();
/// assert!(handle.is_finished());
/// assert_eq!(Rc::strong_count(&shared), 1, "the future is gone");
/// # tasks.close_and_shutdown_all();
/// ```
pub struct LocalOwnedTasks<S: 'static> {
    /// Never borrowed while foreign code runs.
    inner: RefCell<Inner<S>>,
    not_send: PhantomData<*const ()>,
}

struct Inner<S: 'static> {
    tasks: TaskList<S>,
    /// Nothing may be put into the list any more.
    is_closed: bool,
}

impl<S: Schedule> OwnedTasks<S> {
    /// An empty list.
    pub fn new() -> OwnedTasks<S> {
        OwnedTasks::with_shards(1)
    }

    /// An empty list in so many shards, rounded up to a power of two.
    pub fn with_shards(shards: usize) -> OwnedTasks<S> {
        OwnedTasks::with_homes(shards, 0).0
    }

    /// An empty list in so many shards; and beside it so many lists without a lock, for the workers of a pool. The tasks of all of
    /// them may be run by any worker.
    pub fn with_homes(shards: usize, homes: usize) -> (OwnedTasks<S>, Vec<TaskList<S>>) {
        let homes = homes as u64;
        let id = OwnerId::next_block(1 + homes);
        let shard = |_| Shard {
            inner: Mutex::new(Inner::with_id(id)),
        };
        let tasks = OwnedTasks {
            shards: (0..shards.next_power_of_two()).map(shard).collect(),
            id,
            homes,
        };
        let home = |place| TaskList::with_id(id.plus(1 + place));
        (tasks, (0..homes).map(home).collect())
    }

    /// Which of the homes the task was made for; `None` if it was made for this list.
    ///
    /// # Panics
    ///
    /// If it was made for another list.
    #[inline]
    pub fn home_of(&self, task: &Task<S>) -> Option<usize> {
        let place = (task.owner()).map_or(u64::MAX, |owner| owner.since(self.id));
        assert!(place <= self.homes, "a task for another list");
        (place as usize).checked_sub(1)
    }

    /// The name of the list.
    pub fn id(&self) -> OwnerId {
        self.id
    }

    /// Makes a task and puts it into the list. There is no ticket if the list is closed: then the
    /// task is cancelled already.
    pub fn bind<F>(
        &self,
        future: F,
        scheduler: S,
        origin: impl Into<Origin>,
    ) -> (JoinHandle<F::Output>, Option<Notified<S>>)
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let origin = origin.into();
        let (task, notified, join) = task::owned(future, scheduler, self.id, origin);
        let refused = self.shard_of(origin.id).lock().insert(task);
        (join, settle(refused, notified))
    }

    /// [`bind`](OwnedTasks::bind), in a cell that is there already.
    ///
    /// # Panics
    ///
    /// If the cell was made for a future of another size.
    pub fn bind_in<F>(
        &self,
        cell: VacantCell<S>,
        future: F,
        origin: impl Into<Origin>,
    ) -> (JoinHandle<F::Output>, Option<Notified<S>>)
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let origin = origin.into();
        let (task, notified, join) = task::owned_in(cell, future, self.id, origin);
        let refused = self.shard_of(origin.id).lock().insert(task);
        (join, settle(refused, notified))
    }

    /// Takes a task out of the list; `None` if it is not there any more.
    #[inline]
    pub fn remove(&self, task: &Task<S>) -> Option<Task<S>> {
        self.shard_of(task.id()).lock().tasks.remove(task)
    }

    /// A ticket that can be run. Its future is `Send`, so it can be run anywhere.
    ///
    /// # Panics
    ///
    /// If the task was made for another list.
    #[inline]
    pub fn assert_owner(&self, notified: Notified<S>) -> LocalNotified<S> {
        let place = (notified.owner()).map_or(u64::MAX, |owner| owner.since(self.id));
        assert!(place <= self.homes, "a task for another list");
        // SAFETY: tasks for this list and its homes are made by `task::owned`, with futures that are `Send`.
        unsafe { notified.into_local() }
    }

    /// Closes the list, and shuts all tasks down.
    pub fn close_and_shutdown_all(&self) {
        // All doors first: a future that is dropped may spawn, and its task must not go where we have been.
        for shard in &self.shards {
            shard.lock().is_closed = true;
        }
        for shard in &self.shards {
            // The lock is released before the task is shut down.
            while let Some(task) = shard.pop() {
                task.shutdown();
            }
        }
    }

    /// Whether no task is left.
    pub fn is_empty(&self) -> bool {
        (self.shards.iter()).all(|shard| shard.lock().tasks.is_empty())
    }

    /// Calls `f` with each task: to tell what a program does, for example. `f` may not come back to the list, which
    /// is locked meanwhile, one shard at a time.
    pub fn for_each(&self, mut f: impl FnMut(&Task<S>)) {
        for shard in &self.shards {
            shard.lock().tasks.for_each(&mut f);
        }
    }

    /// Numbers are handed out in blocks, one for each thread, so a thread finds its last tasks in one shard.
    #[inline]
    fn shard_of(&self, id: Id) -> &Shard<S> {
        &self.shards[id.block() & (self.shards.len() - 1)]
    }
}

impl<S: 'static> Shard<S> {
    #[inline]
    fn lock(&self) -> MutexGuard<'_, Inner<S>> {
        self.inner.lock().expect("nothing panics under this lock")
    }

    fn pop(&self) -> Option<Task<S>> {
        self.lock().tasks.pop()
    }
}

impl<S: Schedule> LocalOwnedTasks<S> {
    /// The name of the list.
    pub fn id(&self) -> OwnerId {
        self.inner.borrow().tasks.id()
    }

    /// An empty list, for this thread.
    pub fn new() -> LocalOwnedTasks<S> {
        LocalOwnedTasks {
            inner: RefCell::new(Inner::new()),
            not_send: PhantomData,
        }
    }

    /// Makes a task and puts it into the list. There is no ticket if the list is closed: then the
    /// task is cancelled already.
    pub fn bind<F>(
        &self,
        future: F,
        scheduler: S,
        origin: impl Into<Origin>,
    ) -> (JoinHandle<F::Output>, Option<Notified<S>>)
    where
        F: Future<Output: 'static> + 'static,
    {
        let owner = self.inner.borrow().tasks.id();
        // SAFETY: the list stays on this thread, and takes the task or shuts it down.
        let (task, notified, join) =
            unsafe { task::new_task(future, scheduler, Some(owner), origin) };
        let refused = self.inner.borrow_mut().insert(task);
        (join, settle(refused, notified))
    }

    /// Takes a task out of the list; `None` if it is not there any more.
    pub fn remove(&self, task: &Task<S>) -> Option<Task<S>> {
        self.inner.borrow_mut().tasks.remove(task)
    }

    /// A ticket that can be run: the list is on this thread, so its tasks are as well.
    ///
    /// # Panics
    ///
    /// If the task was made for another list.
    #[inline]
    pub fn assert_owner(&self, notified: Notified<S>) -> LocalNotified<S> {
        self.inner.borrow().tasks.assert_owner(notified)
    }

    /// Closes the list, and shuts all tasks down.
    pub fn close_and_shutdown_all(&self) {
        self.inner.borrow_mut().is_closed = true;
        loop {
            // The borrow ends before the task is shut down.
            let task = self.inner.borrow_mut().tasks.pop();
            match task {
                Some(task) => task.shutdown(),
                None => return,
            }
        }
    }

    /// Whether no task is left.
    pub fn is_empty(&self) -> bool {
        self.inner.borrow().tasks.is_empty()
    }

    /// Calls `f` with each task, the newest first: to tell what a program does, for example. `f` may not come back
    /// to the list, which is borrowed meanwhile.
    pub fn for_each(&self, f: impl FnMut(&Task<S>)) {
        self.inner.borrow_mut().tasks.for_each(f);
    }
}

impl<S: 'static> Inner<S> {
    fn new() -> Inner<S> {
        Inner::with_id(OwnerId::next())
    }

    fn with_id(id: OwnerId) -> Inner<S> {
        Inner {
            tasks: TaskList::with_id(id),
            is_closed: false,
        }
    }

    /// Takes the task in, or gives it back if the list is closed.
    #[must_use = "a task that is refused must be shut down, outside of the lock"]
    fn insert(&mut self, task: Task<S>) -> Option<Task<S>> {
        if self.is_closed {
            return Some(task);
        }
        self.tasks.insert(task);
        None
    }
}

/// Shuts down the task that was refused, if it was.
fn settle<S: Schedule>(refused: Option<Task<S>>, notified: Notified<S>) -> Option<Notified<S>> {
    match refused {
        Some(task) => {
            task.shutdown();
            None
        }
        None => Some(notified),
    }
}

impl<S: Schedule> Default for OwnedTasks<S> {
    fn default() -> OwnedTasks<S> {
        OwnedTasks::new()
    }
}

impl<S: Schedule> Default for LocalOwnedTasks<S> {
    fn default() -> LocalOwnedTasks<S> {
        LocalOwnedTasks::new()
    }
}

impl<S: 'static> fmt::Debug for OwnedTasks<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedTasks").field("id", &self.id).finish()
    }
}

impl<S: 'static> fmt::Debug for LocalOwnedTasks<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalOwnedTasks").finish_non_exhaustive()
    }
}
