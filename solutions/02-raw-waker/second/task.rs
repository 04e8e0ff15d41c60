// The standard library counts, and a lock guards the future.
//
// A task is an `Arc`, and so is a ticket. A waker's pointer is what `Arc::into_raw` gives, so its reference is one of
// the `Arc`'s. Only the four functions of the table are unsafe. The lock is never waited for: only the holder
// of the ticket takes it.

use std::fmt;
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use model::loom::sync::{self, Mutex, MutexGuard};

use crate::isolate::{Panicked, isolate};
use crate::queue;
use crate::state::{State, ToIdle, ToNotified};

/// One reference to a task. Cloning makes another, dropping gives this one up.
///
/// Public for the tests of this chapter; a program sees tasks only through its wakers.
#[derive(Clone, Debug)]
pub struct Task {
    shared: sync::Arc<Shared>,
}

/// What a waker's data pointer points to.
struct Shared {
    state: State,
    /// None once it is done.
    work: Mutex<Option<Work>>,
}

/// An unfinished future, and what it keeps alive.
struct Work {
    /// First, so that it is dropped while the queue is still open.
    future: Pin<Box<dyn Future<Output = ()> + Send>>,
    queue: Arc<queue::Sender>,
}

/// Puts `future` on the heap and returns the ticket for its first poll, which holds the only
/// reference.
pub fn new_task(
    future: impl Future<Output = ()> + Send + 'static,
    queue: Arc<queue::Sender>,
) -> Notified {
    let work = Work {
        future: Box::pin(future),
        queue,
    };
    let shared = Shared {
        state: State::new(),
        work: Mutex::new(Some(work)),
    };
    let task = Task {
        shared: sync::Arc::new(shared),
    };
    Notified { task: Some(task) }
}

impl Task {
    /// How many references there are, this one included. Other threads may change the count at any
    /// time; it is for tests and examples.
    pub fn ref_count(&self) -> usize {
        sync::Arc::strong_count(&self.shared)
    }

    /// The word that says which thread may queue the task and which may poll it.
    pub fn state(&self) -> &State {
        &self.shared.state
    }

    /// Makes an owned waker of this reference.
    pub fn into_waker(self) -> Waker {
        let raw = RawWaker::new(sync::Arc::into_raw(self.shared).cast(), &VTABLE);
        // SAFETY: `VTABLE` upholds the contract of `RawWaker`: its functions may be called from any thread, as
        // `Shared` is `Send` and `Sync`, and they treat the pointer as one reference, which it is.
        unsafe { Waker::from_raw(raw) }
    }

    /// # Safety
    ///
    /// `data` is the pointer of a waker with `VTABLE`. The result takes the waker's reference over.
    unsafe fn of_waker(data: *const ()) -> Task {
        Task {
            // SAFETY: the pointer came from `Arc::into_raw`, and its reference is given to us.
            shared: unsafe { sync::Arc::from_raw(data.cast()) },
        }
    }
}

impl Shared {
    fn work(&self) -> MutexGuard<'_, Option<Work>> {
        // A poll that panics does so under this lock. The future is then dropped, and never polled again.
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops the future and the task's hold on the queue, with the lock released.
    fn drop_work(&self) -> Result<(), Panicked> {
        let work = self.work().take();
        isolate(|| drop(work))
    }
}

/// A task that can never be woken again: its future goes with it.
impl Drop for Shared {
    fn drop(&mut self) {
        // The thread that dropped the last waker has nothing to do with a panic in the future's `drop`.
        let _ = self.drop_work();
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.fmt(f)
    }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone_waker, wake, wake_by_ref, drop_waker);

/// # Safety
///
/// `data` is the pointer of a waker with `VTABLE`, which keeps its reference.
unsafe fn clone_waker(data: *const ()) -> RawWaker {
    // SAFETY: the reference is only lent to us, and the `ManuallyDrop` does not give it up.
    let task = ManuallyDrop::new(unsafe { Task::of_waker(data) });
    let clone = sync::Arc::clone(&task.shared);
    RawWaker::new(sync::Arc::into_raw(clone).cast(), &VTABLE)
}

/// # Safety
///
/// `data` is the pointer of a waker with `VTABLE`, which gives up its reference.
unsafe fn drop_waker(data: *const ()) {
    // SAFETY: the reference is ours.
    drop(unsafe { Task::of_waker(data) });
}

/// # Safety
///
/// As for `clone_waker`.
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: the reference is only lent to us, and the `ManuallyDrop` does not give it up.
    let task = ManuallyDrop::new(unsafe { Task::of_waker(data) });
    if task.state().transition_to_notified() == ToNotified::Submit {
        let task = Some(Task::clone(&task));
        Notified { task }.schedule();
    }
}

/// # Safety
///
/// As for `drop_waker`.
unsafe fn wake(data: *const ()) {
    // SAFETY: the reference is ours.
    let task = unsafe { Task::of_waker(data) };
    if task.state().transition_to_notified() == ToNotified::Submit {
        Notified { task: Some(task) }.schedule();
    }
}

/// A waker that was not paid for: it borrows its reference from a [`Task`].
///
/// A future gets it for the length of one poll. If the future wants to keep it, it clones it, and
/// the clone has a reference of its own. Otherwise the poll has cost nothing.
#[derive(Debug)]
pub struct WakerRef<'a> {
    waker: ManuallyDrop<Waker>,
    task: PhantomData<&'a Task>,
}

/// Lends `task` as a waker.
pub fn waker_ref(task: &Task) -> WakerRef<'_> {
    let raw = RawWaker::new(sync::Arc::as_ptr(&task.shared).cast(), &VTABLE);
    // SAFETY: `VTABLE` upholds the contract of `RawWaker`. `task` has a reference for as long as the result is there,
    // and the `ManuallyDrop` does not give it up.
    let waker = unsafe { Waker::from_raw(raw) };
    WakerRef {
        waker: ManuallyDrop::new(waker),
        task: PhantomData,
    }
}

impl Deref for WakerRef<'_> {
    type Target = Waker;

    fn deref(&self) -> &Waker {
        &self.waker
    }
}

/// The right to poll one task. There is never more than one for a task.
///
/// Public for the tests of this chapter, which stand in for the executor.
#[derive(Debug)]
pub struct Notified {
    /// None once the ticket is used up.
    task: Option<Task>,
}

/// How a run of a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Ran {
    /// It waits, or it is in the run queue again.
    Pending,
    /// Its future returned `Ready` and has been dropped.
    Complete,
    /// Its future panicked, in `poll` or in `drop`, and has been dropped.
    Panicked,
}

impl Notified {
    /// The task that may be polled.
    pub fn task(&self) -> &Task {
        self.task.as_ref().expect("the ticket is not used up")
    }

    /// Puts the task into its run queue.
    pub fn schedule(self) {
        // A handle of our own: another thread may finish the task before `push` returns.
        let work = self.task().shared.work();
        let queue = work.as_ref().map(|work| Arc::clone(&work.queue));
        drop(work);
        queue
            .expect("a task that has a ticket is not finished")
            .push(self);
    }

    /// Polls the task once.
    pub fn run(self) -> Ran {
        let task = self.into_task();
        task.state().transition_to_running();
        let polled = isolate(|| {
            let waker = waker_ref(&task);
            let mut work = task.shared.work();
            let work = work
                .as_mut()
                .expect("a task that has a ticket is not finished");
            work.future.as_mut().poll(&mut Context::from_waker(&waker))
        });
        if let Ok(Poll::Pending) = polled {
            if task.state().transition_to_idle() == ToIdle::Notified {
                Notified { task: Some(task) }.schedule();
            }
            return Ran::Pending;
        }
        let dropped = task.shared.drop_work();
        task.state().transition_to_complete();
        match polled.and(dropped) {
            Ok(()) => Ran::Complete,
            Err(Panicked) => Ran::Panicked,
        }
    }

    /// Takes the reference out of the ticket. The caller holds the ticket now, without the value.
    /// If the caller does not make another value of it, the task is never polled again.
    pub fn into_task(mut self) -> Task {
        let task = mem::take(&mut self.task);
        task.expect("the ticket is not used up")
    }
}

/// A ticket that will not be run: the future goes with it.
impl Drop for Notified {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            let _ = task.shared.drop_work();
            task.state().transition_to_complete();
        }
    }
}
