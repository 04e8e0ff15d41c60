//! All tasks of a scheduler, in a list.
//!
//! Only its wakers know a task that waits, and they may never be called. To shut down, a scheduler
//! has to know all of its tasks. A task that is done is taken out of the list without a search,
//! because it brings the links itself.
//!
//! The list has no lock. A scheduler whose tasks all end on one thread can keep it there;
//! [`OwnedTasks`](crate::OwnedTasks) puts a lock around it.
//!
//! # Invariants
//!
//! - **Owner Is For Life**: a task that names a list as its owner is in that list or in none.
//!
//! In tokio: `runtime/task/list.rs`.

use std::fmt;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, offset_of};
use std::ptr::NonNull;

use crate::list::{Link, LinkedList, Links};
use crate::owner::OwnerId;
use crate::raw::{Header, RawTask};
use crate::task::{LocalNotified, Notified, Task};

/// Tasks whose futures are `Send`. It may be moved to another thread, with all of them.
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
/// let mut list = TaskList::new();
/// let mut handles = Vec::new();
/// for _ in 0..3 {
///     let (task, _ticket, handle) = owned(async {}, Nowhere, list.id(), Id::next());
///     list.insert(task);
///     handles.push(handle);
/// }
/// // At the end of its scheduler each task is taken out, the oldest first, and cancelled.
/// while let Some(task) = list.pop() {
///     task.shutdown();
/// }
/// assert!(handles.iter().all(|handle| handle.is_finished()));
/// ```
pub struct TaskList<S: 'static> {
    tasks: LinkedList<ByOwner<S>>,
    id: OwnerId,
}

/// Tasks as elements of the list of their owner.
struct ByOwner<S>(PhantomData<S>);

// SAFETY: a `Task` in raw form is a reference, which keeps the cell alive, and a cell never moves.
// The links are a field of the header, and reached by its offset.
unsafe impl<S: 'static> Link for ByOwner<S> {
    type Handle = Task<S>;
    type Target = Header;

    #[inline]
    fn into_raw(task: Task<S>) -> NonNull<Header> {
        task.into_raw()
    }

    #[inline]
    unsafe fn from_raw(task: NonNull<Header>) -> Task<S> {
        // SAFETY: `into_raw` gave the reference away, and only once is it taken back.
        let raw = unsafe { RawTask::from_raw(task) };
        // SAFETY: it was made of a `Task<S>`.
        unsafe { Task::from_raw(raw) }
    }

    #[inline]
    unsafe fn links(task: NonNull<Header>) -> NonNull<Links<Header>> {
        // SAFETY: the task is alive, and a field of its header is a part of the same cell.
        unsafe { task.byte_add(offset_of!(Header, links)) }.cast()
    }
}

// SAFETY: the tasks come along, and their futures are `Send`: `owned` makes no others, and the list
// inside of a `LocalOwnedTasks` stays where it is.
unsafe impl<S: 'static> Send for TaskList<S> {}

// SAFETY: all that a `&TaskList` can do is to compare ids and pointers.
unsafe impl<S: 'static> Sync for TaskList<S> {}

impl<S: 'static> TaskList<S> {
    /// An empty list, with a name of its own.
    pub fn new() -> TaskList<S> {
        TaskList::with_id(OwnerId::next())
    }

    /// One of several lists with this name.
    pub(crate) fn with_id(id: OwnerId) -> TaskList<S> {
        TaskList {
            tasks: LinkedList::new(),
            id,
        }
    }

    /// The name of the list, to make tasks for it.
    #[inline]
    pub fn id(&self) -> OwnerId {
        self.id
    }

    /// Whether no task is in the list.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Puts a task into the list.
    ///
    /// # Panics
    ///
    /// If the task was made for another list, or is in this one.
    #[inline]
    pub fn insert(&mut self, task: Task<S>) {
        assert!(self.id.is_of(task.owner()), "a task for another list");
        // SAFETY: the task is alive, and in this list or in none (invariant: Owner Is For Life).
        let is_listed = unsafe { self.tasks.contains(task.as_raw()) };
        assert!(!is_listed, "a task is listed twice");
        // SAFETY: it is in no list.
        unsafe { self.tasks.push_front(task) };
    }

    /// Puts the task of a ticket into the list, unless it is there or is complete. For tasks that
    /// were made on a thread that does not have the list.
    ///
    /// # Panics
    ///
    /// If the task was made for another list.
    pub fn adopt(&mut self, notified: &Notified<S>) {
        assert!(self.id.is_of(notified.owner()), "a task for another list");
        // SAFETY: the task is alive, and in this list or in none (invariant: Owner Is For Life).
        if unsafe { self.tasks.contains(notified.as_raw()) } {
            return;
        }
        // SAFETY: the future may be dropped wherever the list is.
        if let Some(task) = unsafe { notified.to_task() } {
            // SAFETY: it is in no list.
            unsafe { self.tasks.push_front(task) };
        }
    }

    /// Takes a task out of the list; `None` if it is not there any more.
    ///
    /// # Panics
    ///
    /// If the task was made for another list.
    #[inline]
    pub fn remove(&mut self, task: &Task<S>) -> Option<Task<S>> {
        assert!(self.id.is_of(task.owner()), "a task for another list");
        // SAFETY: the task is alive, and in this list or in none (invariant: Owner Is For Life).
        unsafe { self.tasks.remove(task.as_raw()) }
    }

    /// Calls `f` with each task, the newest first: to tell what a program does, for example.
    pub fn for_each(&mut self, mut f: impl FnMut(&Task<S>)) {
        self.tasks.for_each(|task| {
            // SAFETY: the list has the reference, and keeps it: the `ManuallyDrop` is not dropped.
            let task = ManuallyDrop::new(unsafe { ByOwner::from_raw(task) });
            f(&task);
        });
    }

    /// Takes the task that has been in the list for longest, to shut it down.
    pub fn pop(&mut self) -> Option<Task<S>> {
        self.tasks.pop_back()
    }

    /// A ticket that can be run here, where the list is.
    ///
    /// # Panics
    ///
    /// If the task was made for another list.
    #[inline]
    pub fn assert_owner(&self, notified: Notified<S>) -> LocalNotified<S> {
        assert!(self.id.is_of(notified.owner()), "a task for another list");
        // SAFETY: the futures of tasks that were made for this list are `Send`, or the list has
        // never left the thread that they must stay on.
        unsafe { notified.into_local() }
    }
}

impl<S: 'static> Default for TaskList<S> {
    fn default() -> TaskList<S> {
        TaskList::new()
    }
}

/// Shuts down what is left.
impl<S: 'static> Drop for TaskList<S> {
    fn drop(&mut self) {
        while let Some(task) = self.pop() {
            task.shutdown();
        }
    }
}

impl<S: 'static> fmt::Debug for TaskList<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskList").field("id", &self.id).finish()
    }
}
