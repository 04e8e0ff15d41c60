//! What the two threads share, and whose turn it is.

use std::any::{Any, TypeId};
use std::fmt;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::Waker;

use harness::context::{self, Flavor, Scheduler, enter_worker};
use harness::{Id, JoinHandle, LocalNotified, Notified, OwnedTasks, Schedule, Task, TaskQueue};
use one_thread::Unpark;
use one_thread::defer::{Defer, wake_all};

/// The scheduler.
pub(crate) struct Shared {
    tasks: OwnedTasks<Handle>,
    core: Mutex<Core>,
    /// Signalled when something in the core has changed.
    changed: Condvar,
    unpark: Box<dyn Unpark>,
}

/// A handle, as each task has one.
#[derive(Clone)]
pub(crate) struct Handle(Arc<Shared>);

/// What one of the threads has: the way to the core.
pub(crate) struct Worker(Arc<Shared>);

struct Core {
    queue: TaskQueue<Handle>,
    defer: Defer<Handle>,
    /// How many polls there were since wakes that were deferred had their turn.
    polls: u32,
    turn: Who,
    /// The thread whose turn it is polls at this moment.
    is_polling: bool,
    /// A thread is in `block_on`.
    is_driven: bool,
    is_root_woken: bool,
    /// The first thread sleeps on the driver.
    is_parked: bool,
    is_closed: bool,
}

/// A task that yields waits for so many polls at most, also while others are always due.
const POLLS_MAX: u32 = 61;

/// The thread in `block_on`, or the other one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    First,
    Second,
}

/// What a thread is to do with its turn.
pub(crate) enum Next {
    Root,
    Task(Notified<Handle>),
    Sleep,
    End,
}

/// Ends a `block_on`.
pub(crate) struct Driven<'a>(&'a Shared);

impl Shared {
    pub(crate) fn new(unpark: Box<dyn Unpark>) -> Shared {
        Shared {
            tasks: OwnedTasks::new(),
            core: Mutex::new(Core {
                queue: TaskQueue::new(),
                defer: Defer::new(),
                polls: 0,
                turn: Who::First,
                is_polling: false,
                is_driven: false,
                is_root_woken: false,
                is_parked: false,
                is_closed: false,
            }),
            changed: Condvar::new(),
            unpark,
        }
    }

    pub(crate) fn spawn<F>(shared: &Arc<Shared>, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let handle = Handle(Arc::clone(shared));
        let (join, ticket) = shared.tasks.bind(future, handle, Id::next());
        if let Some(ticket) = ticket {
            Handle::schedule(ticket);
        }
        join
    }

    pub(crate) fn assert_owner(&self, task: Notified<Handle>) -> LocalNotified<Handle> {
        self.tasks.assert_owner(task)
    }

    /// Waits for a turn with something to do in it.
    pub(crate) fn next(&self, me: Who) -> Next {
        let mut core = self.lock();
        loop {
            if core.is_closed && me == Who::Second {
                return Next::End;
            }
            if core.is_driven && core.turn == me && !core.is_polling {
                if me == Who::First && mem::take(&mut core.is_root_woken) {
                    core.is_polling = true;
                    return Next::Root;
                }
                if POLLS_MAX <= core.polls || core.queue.is_empty() && !core.defer.is_empty() {
                    core = self.wake_deferred(core);
                    continue;
                }
                if let Some(task) = core.queue.pop_front() {
                    core.is_polling = true;
                    core.polls += 1;
                    return Next::Task(task);
                }
                if me == Who::First {
                    core.is_polling = true;
                    core.is_parked = true;
                    return Next::Sleep;
                }
                // The first has the root, and the driver to sleep on.
                core.turn = Who::First;
                self.changed.notify_all();
            }
            core = self
                .changed
                .wait(core)
                .expect("nothing panics under this lock");
        }
    }

    /// Ends the turn.
    pub(crate) fn pass(&self, me: Who) {
        let mut core = self.lock();
        core.is_polling = false;
        core.is_parked = false;
        core.turn = match me {
            Who::First => Who::Second,
            Who::Second => Who::First,
        };
        self.changed.notify_all();
    }

    fn wake_deferred<'a>(&'a self, mut core: MutexGuard<'a, Core>) -> MutexGuard<'a, Core> {
        core.polls = 0;
        let mut batch = core.defer.take_batch();
        core.queue.append(&mut batch.tickets);
        // Foreign code, so the lock is not held.
        core.is_polling = true;
        drop(core);
        wake_all(&mut batch.wakers);
        let mut core = self.lock();
        core.is_polling = false;
        core
    }

    /// Begins a `block_on`.
    pub(crate) fn drive(&self) -> Driven<'_> {
        let mut core = self.lock();
        core.is_driven = true;
        core.is_root_woken = true;
        core.turn = Who::First;
        Driven(self)
    }

    pub(crate) fn wake_root(&self) {
        self.change(|core| core.is_root_woken = true);
    }

    pub(crate) fn shut_down(self: &Arc<Shared>) {
        self.change(|core| core.is_closed = true);
        enter_worker(self, &Worker::new(self), || {
            self.tasks.close_and_shutdown_all();
            let (tickets, batch) = {
                let mut core = self.lock();
                (mem::take(&mut core.queue), core.defer.take_batch())
            };
            drop(tickets);
            let mut batch = batch;
            wake_all(&mut batch.wakers);
        });
    }

    fn change(&self, f: impl FnOnce(&mut Core)) {
        let mut core = self.lock();
        f(&mut core);
        let is_parked = mem::take(&mut core.is_parked);
        drop(core);
        self.changed.notify_all();
        if is_parked {
            self.unpark.unpark();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().expect("nothing panics under this lock")
    }
}

impl Worker {
    pub(crate) fn new(shared: &Arc<Shared>) -> Worker {
        Worker(Arc::clone(shared))
    }
}

impl Schedule for Handle {
    fn schedule(task: Notified<Handle>) {
        let shared = Arc::clone(&task.scheduler().0);
        let mut task = Some(task);
        shared.change(|core| {
            if !core.is_closed {
                core.queue
                    .push_back(task.take().expect("it is pushed once"));
            }
        });
    }

    fn defer(task: Notified<Handle>) {
        let shared = Arc::clone(&task.scheduler().0);
        let is_here = context::with(|here| here.worker_of(&shared).is_some());
        assert!(is_here, "a task was polled on a thread that is not ours");
        shared.lock().defer.push_ticket(task);
    }

    fn release(&self, task: &Task<Handle>) -> Option<Task<Handle>> {
        self.0.tasks.remove(task)
    }
}

impl Flavor for Shared {
    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        self.unpark.find(wanted)
    }
}

impl Scheduler for Shared {
    type Worker = Worker;
}

impl context::Worker for Worker {
    fn defer(&self, waker: &Waker) {
        let waker = waker.clone();
        self.0.change(|core| core.defer.push_waker(waker));
    }
}

impl Drop for Driven<'_> {
    fn drop(&mut self) {
        let mut core = self.0.lock();
        // Until the other thread is done with its turn, it may poll.
        core.is_driven = false;
        core.is_polling = false;
        self.0.changed.notify_all();
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
