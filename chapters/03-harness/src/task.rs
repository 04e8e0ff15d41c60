//! The handles that a scheduler has: the task in its list, and the ticket in its queue.
//!
//! # Futures that are not `Send`
//!
//! A ticket goes to any thread that wakes the task, and it may be dropped there, so `Notified` is
//! `Send` for every future. Only the future itself must stay on one thread. Two things make sure of
//! that:
//!
//! - Only a [`LocalNotified`] can be run, and it is not `Send`. A list makes one of a ticket after
//!   it has checked that the task is its own; [`LocalOwnedTasks`](crate::LocalOwnedTasks) is the
//!   only list that takes futures that are not `Send`, and it never leaves its thread.
//! - While such a future is alive, its list has a reference to it. So dropping a ticket, or a waker,
//!   is never dropping the last reference to a future.
//!
//! In tokio: `runtime/task/mod.rs`.

use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::id::Id;
use crate::origin::{Origin, Place};
use crate::owner::OwnerId;
use crate::raw::{Header, JoinHandle, RawTask, VacantCell};
use crate::schedule::Schedule;
use crate::state::Snapshot;

/// A task, as the list of all tasks has it. There is one for each task.
///
/// It stays on its thread, since it can drop the future. To bring it to another thread, move the
/// list.
///
/// # Examples
///
/// ```
/// use harness::{Id, TaskList, owned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let list = TaskList::<Nowhere>::new();
/// let (task, _ticket, handle) = owned(async { 42 }, Nowhere, list.id(), Id::next());
/// assert_eq!(task.id(), handle.id());
/// assert!(task.state().is_notified(), "its first poll is due");
/// // A scheduler that ends shuts down all tasks in its list.
/// task.shutdown();
/// assert!(handle.is_finished());
/// ```
pub struct Task<S: 'static> {
    raw: RawTask,
    scheduler: PhantomData<*const S>,
}

/// The ticket: a task that was woken. There is at most one for each task.
///
/// Dropping it does not drop the future: the wake is lost, and the task will not be polled again,
/// until the list it is in shuts it down.
///
/// # Examples
///
/// ```
/// use std::sync::mpsc;
///
/// use harness::{Id, Notified, Schedule, Task, unowned};
///
/// /// A scheduler is a place for tickets.
/// struct Queue(mpsc::Sender<Notified<Queue>>);
///
/// impl Schedule for Queue {
///     fn schedule(ticket: Notified<Queue>) {
///         let queue = ticket.scheduler().0.clone();
///         queue.send(ticket).unwrap();
///     }
///
///     fn release(&self, _: &Task<Queue>) -> Option<Task<Queue>> {
///         None
///     }
/// }
///
/// let (sender, receiver) = mpsc::channel();
/// let (ticket, handle) = unowned(async { 42 }, Queue(sender), Id::next());
/// Queue::schedule(ticket);
/// // A worker takes the tickets out, and runs each.
/// let ticket = receiver.recv().unwrap();
/// assert_eq!(ticket.id(), handle.id());
/// ticket.assert_unowned().run();
/// assert!(handle.is_finished());
/// ```
pub struct Notified<S: 'static> {
    raw: RawTask,
    scheduler: PhantomData<fn() -> S>,
}

/// A ticket on a thread where the task may be polled.
///
/// # Examples
///
/// ```
/// use harness::{Id, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let (ticket, handle) = unowned(async { 42 }, Nowhere, Id::next());
/// ticket.assert_unowned().run();
/// assert!(handle.is_finished());
///
/// let (ticket, handle) = unowned(async { 42 }, Nowhere, Id::next());
/// ticket.assert_unowned().shut_down();
/// assert!(handle.is_finished(), "cancelled, and not polled");
/// ```
pub struct LocalNotified<S: 'static> {
    notified: Notified<S>,
    not_send: PhantomData<*const ()>,
}

/// Makes a task that is in no list. Its future is dropped when the task cannot be woken any more, and then the
/// handle is not told: a scheduler that will not run the ticket [shuts it down](LocalNotified::shut_down).
pub fn unowned<F, S>(
    future: F,
    scheduler: S,
    origin: impl Into<Origin>,
) -> (Notified<S>, JoinHandle<F::Output>)
where
    F: Future<Output: Send + 'static> + Send + 'static,
    S: Schedule,
{
    // SAFETY: the future is `Send`, and so is its output.
    let (_, notified, join) = unsafe { new_task(future, scheduler, None, origin) };
    (notified, join)
}

/// Makes a task for the list `owner`, which is to take the `Task`.
pub fn owned<F, S>(
    future: F,
    scheduler: S,
    owner: OwnerId,
    origin: impl Into<Origin>,
) -> (Task<S>, Notified<S>, JoinHandle<F::Output>)
where
    F: Future<Output: Send + 'static> + Send + 'static,
    S: Schedule,
{
    // SAFETY: the future is `Send`, and so is its output.
    unsafe { new_task(future, scheduler, Some(owner), origin) }
}

/// [`owned`], in a cell that is there already.
///
/// # Panics
///
/// If the cell was made for a future of another size.
#[inline]
pub fn owned_in<F, S>(
    cell: VacantCell<S>,
    future: F,
    owner: OwnerId,
    origin: impl Into<Origin>,
) -> (Task<S>, Notified<S>, JoinHandle<F::Output>)
where
    F: Future<Output: Send + 'static> + Send + 'static,
    S: Schedule,
{
    // SAFETY: the future is `Send`, and so is its output.
    unsafe { new_task_in(cell, future, Some(owner), origin) }
}

/// Makes a task, and its first three handles. For schedulers whose list stays on its thread, and that
/// do not use [`LocalOwnedTasks`](crate::LocalOwnedTasks); all others have a safe function.
///
/// # Safety
///
/// If the future or its output is not `Send`, then `owner` is a list that does not leave this
/// thread, and the caller puts the task into it or shuts it down.
pub unsafe fn new_task<F, S>(
    future: F,
    scheduler: S,
    owner: Option<OwnerId>,
    origin: impl Into<Origin>,
) -> (Task<S>, Notified<S>, JoinHandle<F::Output>)
where
    F: Future + 'static,
    S: Schedule,
{
    let cell = VacantCell::new::<F>(scheduler);
    // SAFETY: as our caller promises.
    unsafe { new_task_in(cell, future, owner, origin) }
}

/// [`new_task`], in a cell that is there already.
///
/// # Safety
///
/// As for [`new_task`].
///
/// # Panics
///
/// If the cell was made for a future of another size.
#[inline]
pub unsafe fn new_task_in<F, S>(
    cell: VacantCell<S>,
    future: F,
    owner: Option<OwnerId>,
    origin: impl Into<Origin>,
) -> (Task<S>, Notified<S>, JoinHandle<F::Output>)
where
    F: Future + 'static,
    S: Schedule,
{
    let [task, notified, join] = RawTask::new_in(cell, future, owner, origin.into());
    // SAFETY: the task's scheduler is an `S`.
    let task = unsafe { Task::from_raw(task) };
    // SAFETY: as above. The state of a new task is NOTIFIED, and this is the ticket.
    let notified = unsafe { Notified::from_raw(notified) };
    // SAFETY: the state of a new task has JOIN_INTEREST, and this is the handle. The output is that
    // of `F`.
    let join = unsafe { JoinHandle::from_raw(join) };
    (task, notified, join)
}

impl<S: 'static> Task<S> {
    /// # Safety
    ///
    /// The task's scheduler is an `S`.
    #[inline]
    pub(crate) unsafe fn from_raw(raw: RawTask) -> Task<S> {
        Task {
            raw,
            scheduler: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn into_raw(self) -> NonNull<Header> {
        self.raw.into_raw()
    }

    #[inline]
    pub(crate) fn as_raw(&self) -> NonNull<Header> {
        self.raw.as_raw()
    }

    #[inline]
    pub(crate) fn clone_raw(&self) -> RawTask {
        self.raw.clone()
    }

    /// The list that the task was made for.
    #[inline]
    pub(crate) fn owner(&self) -> Option<OwnerId> {
        self.raw.header().owner
    }

    /// The task's name.
    pub fn id(&self) -> Id {
        self.raw.header().id
    }

    /// Where the task was spawned.
    pub fn place(&self) -> Place {
        self.raw.header().place
    }

    /// The state that the task was in a moment ago.
    pub fn state(&self) -> Snapshot {
        self.raw.state().load()
    }

    /// The scheduler of the task.
    #[inline]
    pub fn scheduler(&self) -> &S {
        // SAFETY: a `Task<S>` is made of tasks with such a scheduler.
        unsafe { self.raw.scheduler() }
    }

    /// Cancels the task: its future is dropped now, or at the end of the poll it is in.
    pub fn shutdown(self) {
        // SAFETY: the future may be dropped here: if it is not `Send`, its `Task` has never been on another
        // thread.
        unsafe { self.raw.shutdown() };
    }
}

impl<S: 'static> Notified<S> {
    /// # Safety
    ///
    /// `raw` is the ticket. The task's scheduler is an `S`.
    #[inline]
    pub(crate) unsafe fn from_raw(raw: RawTask) -> Notified<S> {
        Notified {
            raw,
            scheduler: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn into_raw(self) -> NonNull<Header> {
        self.raw.into_raw()
    }

    #[inline]
    pub(crate) fn as_raw(&self) -> NonNull<Header> {
        self.raw.as_raw()
    }

    /// The task's name.
    pub fn id(&self) -> Id {
        self.raw.header().id
    }

    /// The scheduler of the task. It may be gone as soon as the ticket is given away; the borrow
    /// checker knows.
    #[inline]
    pub fn scheduler(&self) -> &S {
        // SAFETY: a `Notified<S>` is made of tasks with such a scheduler.
        unsafe { self.raw.scheduler() }
    }

    /// A ticket that can be run, of a task that is in no list.
    ///
    /// # Panics
    ///
    /// If the task was made for a list: then the list must say that it may be run here.
    #[inline]
    pub fn assert_unowned(self) -> LocalNotified<S> {
        assert!(self.owner().is_none(), "a task was run past its owner");
        // SAFETY: only futures that are `Send` are in no list, and they may be polled anywhere.
        unsafe { self.into_local() }
    }

    /// The list that the task was made for.
    #[inline]
    pub fn owner(&self) -> Option<OwnerId> {
        self.raw.header().owner
    }

    /// Another handle, for a list that has none yet.
    ///
    /// # Safety
    ///
    /// The caller is on a thread where the future may be dropped.
    pub(crate) unsafe fn to_task(&self) -> Option<Task<S>> {
        if self.raw.state().load().is_complete() {
            return None;
        }
        // SAFETY: the task's scheduler is an `S`.
        Some(unsafe { Task::from_raw(self.raw.clone()) })
    }

    /// # Safety
    ///
    /// The caller is on a thread where the future may be polled.
    #[inline]
    pub(crate) unsafe fn into_local(self) -> LocalNotified<S> {
        LocalNotified {
            notified: self,
            not_send: PhantomData,
        }
    }
}

impl<S: 'static> LocalNotified<S> {
    /// Polls the task once, and queues it again if it was woken meanwhile. If the task was
    /// cancelled, its future is dropped instead.
    #[inline]
    pub fn run(self) {
        // SAFETY: this is the ticket, and we are on a thread where the future may be polled.
        unsafe { self.notified.raw.run() };
    }

    /// Cancels the task instead of polling it: its future is dropped now, and its handle says so. A
    /// list shuts its tasks down by itself. This is for a task that is in no list, and has only its
    /// ticket: if that were just dropped, the handle would wait for ever.
    pub fn shut_down(self) {
        // SAFETY: we are on a thread where the future may be polled, and so dropped.
        unsafe { self.notified.raw.shutdown() };
    }

    /// The task's name.
    pub fn id(&self) -> Id {
        self.notified.id()
    }

    /// Where the task was spawned.
    pub fn place(&self) -> Place {
        self.notified.raw.header().place
    }
}

impl<S: 'static> fmt::Debug for Task<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("id", &self.id()).finish()
    }
}

impl<S: 'static> fmt::Debug for Notified<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notified").field("id", &self.id()).finish()
    }
}

impl<S: 'static> fmt::Debug for LocalNotified<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalNotified")
            .field("id", &self.id())
            .finish()
    }
}
