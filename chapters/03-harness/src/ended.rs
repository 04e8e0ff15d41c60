//! A task that ended on another thread than the one that has its list.
//!
//! A pool gives each worker a list without a lock, for the tasks that are spawned on it: their home. Most of them end there. One that was stolen
//! ends elsewhere, and that thread must not touch the list. It makes an [`Ended`] of the task, and leaves it with the worker at home, which takes the
//! task out of its list later.
//!
//! In tokio there is none: its lists have locks.

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

use crate::raw::RawTask;
use crate::task::Task;
use crate::task_list::TaskList;

/// A reference to a task whose future is gone. It may be dropped on any thread, as a waker may.
///
/// # Examples
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use harness::{Ended, Id, Notified, Schedule, Task, TaskList, owned};
///
/// /// The list of tasks is with one thread, and tasks may end on another: they are left here.
/// #[derive(Clone, Default)]
/// struct Pool(Arc<Mutex<Vec<Ended<Pool>>>>);
///
/// impl Schedule for Pool {
///     fn schedule(_: Notified<Pool>) {}
///
///     fn release(&self, task: &Task<Pool>) -> Option<Task<Pool>> {
///         self.0.lock().unwrap().push(task.ended());
///         None
///     }
/// }
///
/// let pool = Pool::default();
/// let mut list = TaskList::new();
/// let (task, ticket, _handle) = owned(async {}, pool.clone(), list.id(), Id::next());
/// list.insert(task);
/// list.assert_owner(ticket).run();
/// // The thread with the list comes by, and takes out what has ended.
/// let ended = pool.0.lock().unwrap().pop().expect("the task has ended");
/// assert!(list.remove_ended(&ended).is_some());
/// assert!(list.is_empty());
/// ```
pub struct Ended<S: 'static> {
    raw: RawTask,
    scheduler: PhantomData<fn() -> S>,
}

impl<S: 'static> Task<S> {
    /// A reference for the thread that has the list. To be made when a scheduler is told that a task is
    /// [done](crate::Schedule::release), and not before.
    #[must_use = "the list keeps the task until it is told"]
    pub fn ended(&self) -> Ended<S> {
        Ended {
            raw: self.clone_raw(),
            scheduler: PhantomData,
        }
    }
}

impl<S: 'static> TaskList<S> {
    /// Takes out a task that ended elsewhere; `None` if it is not in the list any more. Dropping the result, or `ended`, may
    /// free the cell: not while the list is borrowed, if that comes back to it.
    pub fn remove_ended(&mut self, ended: &Ended<S>) -> Option<Task<S>> {
        // SAFETY: the reference stays with `ended`, as the `ManuallyDrop` is not dropped.
        let raw = unsafe { RawTask::from_raw(ended.raw.as_raw()) };
        // SAFETY: the task's scheduler is an `S`.
        let task = ManuallyDrop::new(unsafe { Task::from_raw(raw) });
        self.remove(&task)
    }
}

impl<S: 'static> fmt::Debug for Ended<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ended")
            .field("id", &self.raw.header().id)
            .finish()
    }
}
