//! A scheduler at work on a thread: the core, where wakes and spawns on this thread find it.
//!
//! The [`Core`] is in a [`Context`], and the thread that drives the scheduler has the context in a
//! thread-local. So a task that is woken by another task goes straight to the run queue, without a
//! lock and without an atomic operation; from any other thread it goes through the inject queue.
//!
//! # Who may touch what
//!
//! The core is in a `RefCell`, and it is borrowed for single steps. It is never borrowed while
//! foreign code runs, since any foreign code may come back to here: a task that is polled spawns, a
//! future that is dropped wakes, a driver that is asked wakes the tasks that waited for it, a waker
//! that is cloned may do anything.
//!
//! In tokio: `Context` in `runtime/scheduler/current_thread/mod.rs`.

use std::cell::{Cell, RefCell, RefMut};
use std::task::Waker;

use harness::context::{Scheduler, Worker, enter_worker};
use harness::isolate::discard;
use harness::state::Snapshot;
use harness::{Id, JoinHandle, LocalNotified, Notified, Origin, Place, Task, VacantCell, owned_in};

use crate::config::Config;
use crate::core::Core;
use crate::defer::wake_all;
use crate::shared::{Handle, Shared};

// ANCHOR: context
/// The core, as the thread that has it uses it.
#[derive(Debug)]
pub(crate) struct Context {
    handle: Handle,
    config: Config,
    /// Borrowed for single steps only.
    core: RefCell<Core>,
    /// The root future was woken on this thread since a driver last asked.
    is_root_woken: Cell<bool>,
    /// How many polls there were since the counts that others see were brought up to date.
    polls: Cell<u32>,
}
// ANCHOR_END: context

/// How many batches are woken at the end of a `block_on` or of the runtime. A deferred wake waits
/// for the wakes before it, and no program has a chain of so many wakes that each defer the next.
const LAST_BATCHES: usize = 61;

/// Why `spawn_local` panics.
pub(crate) const NOT_LOCAL: &str = "`spawn_local` called from outside of a `task::LocalSet` or \
                                    `runtime::LocalRuntime`";

impl Context {
    /// Made once, with the core.
    pub(crate) fn new(handle: Handle, config: Config, core: Core) -> Context {
        Context {
            handle,
            config,
            core: RefCell::new(core),
            is_root_woken: Cell::new(false),
            polls: Cell::new(0),
        }
    }

    /// Makes this the thread's context while `f` runs, and its runtime the current one.
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let _at_work = self.shared().worker.at_work();
        let done = enter_worker(self.handle.shared(), self, f);
        self.publish();
        done
    }

    #[cfg(feature = "steps")]
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    #[inline]
    pub(crate) fn shared(&self) -> &Shared {
        self.handle.shared()
    }

    /// The core, for a single step.
    ///
    /// # Panics
    ///
    /// If it is borrowed already: a step has called foreign code before its end.
    #[inline]
    #[track_caller]
    pub(crate) fn core(&self) -> RefMut<'_, Core> {
        self.core.borrow_mut()
    }

    /// The task to be polled next. It is polled with nothing borrowed.
    #[inline]
    pub(crate) fn next_task(&self) -> Option<LocalNotified<Handle>> {
        self.core().next_task(self.shared())
    }

    /// Makes a task on the scheduler's own thread: no lock, and no thread to be woken up.
    #[inline]
    pub(crate) fn spawn<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.handle.note_spawn(&origin);
        self.shared().worker.spawned.add(1);
        let owner = self.shared().owner();
        let (task, ticket, join) = owned_in(self.cell::<F>(), future, owner, origin);
        self.take_in(task, ticket);
        join
    }

    /// Makes a task of a future that must stay on this thread.
    ///
    /// # Panics
    ///
    /// If the core may leave this thread. Callers check it first, to name their line.
    pub(crate) fn spawn_local<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        assert!(self.shared().is_local(), "{NOT_LOCAL}");
        self.handle.note_spawn(&origin);
        self.shared().worker.spawned.add(1);
        let owner = Some(self.shared().owner());
        // SAFETY: the list is in our core, and that is the core of a `LocalRuntime`, as was checked:
        // it never leaves this thread. The task is put into the list below, or shut down.
        let (task, ticket, join) =
            unsafe { harness::new_task_in(self.cell::<F>(), future, owner, origin) };
        self.take_in(task, ticket);
        join
    }

    /// A cell for a new task.
    #[inline]
    fn cell<F: Future>(&self) -> VacantCell<Handle> {
        let kept = self.core().shelf.take::<F>();
        kept.unwrap_or_else(|| VacantCell::new::<F>(self.handle.clone()))
    }

    /// Keeps a cell for another task. If it comes in the middle of a step, it is freed.
    #[inline]
    pub(crate) fn keep(&self, cell: VacantCell<Handle>) {
        let kept = match self.core.try_borrow_mut() {
            Ok(mut core) => core.shelf.put(cell),
            Err(_) => Err(cell),
        };
        if let Err(cell) = kept {
            // With nothing borrowed: the handle in it may be the last one.
            discard(cell);
        }
    }

    /// The tasks that are not done, the newest first, the state that each is in, and where it was spawned.
    pub(crate) fn tasks(&self) -> Vec<(Id, Snapshot, Place)> {
        let mut tasks = Vec::new();
        let mut core = self.core();
        core.tasks
            .for_each(|task| tasks.push((task.id(), task.state(), task.place())));
        tasks
    }

    /// So many polls have come to their end.
    #[inline]
    pub(crate) fn note_polls(&self, polls: u32) {
        self.polls.set(self.polls.get() + polls);
    }

    /// Brings up to date what others see of our counts. What was put into the run queue need not be counted: it is there, or it was
    /// polled; the rest of what was polled came from the inject queue.
    pub(crate) fn publish(&self) {
        let core = (self.core.try_borrow_mut())
            .expect("the core is borrowed when its owner stops running tasks");
        let worker = &self.shared().worker;
        worker.note_polls(u64::from(self.polls.take()));
        if core.is_closed {
            // What is left was not polled, and will not be.
            return worker.queued.set(0);
        }
        let queued = core.queue.len() as u64;
        worker.queued.set(queued);
        (worker.local_schedules).set((worker.polls.get() + queued).saturating_sub(core.injected));
    }

    /// How many tasks are in the run queue.
    pub(crate) fn queued(&self) -> usize {
        self.core().queue.len()
    }

    /// Takes a task out of the list that is done.
    #[inline(always)]
    pub(crate) fn release(&self, task: &Task<Handle>) -> Option<Task<Handle>> {
        self.core().tasks.remove(task)
    }

    /// Puts a new task into the list and into the queue. If it is too late for that, the task is shut down.
    #[inline]
    fn take_in(&self, task: Task<Handle>, ticket: Notified<Handle>) {
        // The borrow ends before the future is dropped.
        let admitted = self.core().admit(task, ticket);
        if let Err(refused) = admitted {
            refused.shut_down();
        }
    }

    // ANCHOR: wake-deferred
    /// Gives the tasks that gave way their turn.
    #[inline]
    pub(crate) fn wake_deferred(&self) {
        if self.core().defer.is_empty() {
            return;
        }
        // ANCHOR: ex-4-6-wake-deferred
        let mut batch = {
            let mut core = self.core();
            let mut batch = core.defer.take_batch();
            core.queue.append(&mut batch.tickets);
            batch
        };
        // Foreign code, so nothing is borrowed. What it defers waits for the next batch.
        wake_all(&mut batch.wakers);
        self.core().defer.recycle(batch.wakers);
        // ANCHOR_END: ex-4-6-wake-deferred
    }
    // ANCHOR_END: wake-deferred

    /// The root future is due.
    #[inline]
    pub(crate) fn note_root_woken(&self) {
        self.is_root_woken.set(true);
    }

    /// As [`wake_deferred`](Context::wake_deferred), for the end: it also wakes what its wakers
    /// defer, but not for ever. A waker may defer itself each time.
    pub(crate) fn wake_all_deferred(&self) {
        for _ in 0..LAST_BATCHES {
            self.wake_deferred();
            if self.core().defer.is_empty() {
                return;
            }
        }
    }

    /// Queues a task that was woken on this thread.
    #[inline]
    pub(crate) fn push(&self, ticket: Notified<Handle>) {
        self.core().queue.push_back(ticket);
    }

    /// Puts a task aside that gave way.
    #[inline]
    pub(crate) fn push_deferred(&self, ticket: Notified<Handle>) {
        self.core().defer.push_ticket(ticket);
    }
}

impl Scheduler for Shared {
    type Worker = Context;
}

impl Worker for Context {
    // ANCHOR: defer
    /// Wakes `waker` later, when all tasks that are due have had their turn. It is not the running
    /// task's own: that task's ticket is put aside, which costs neither a clone nor a second wake.
    fn defer(&self, waker: &Waker) {
        if self.core().defer.is_last(waker) {
            return;
        }
        // Foreign code, so nothing is borrowed.
        let waker = waker.clone();
        self.core().defer.push_waker(waker);
    }
    // ANCHOR_END: defer

    /// A wake of the root may be seen once too often: the loop then goes round once more.
    fn is_task_due(&self) -> bool {
        if self.is_root_woken.take() {
            return true;
        }
        let core = self.core();
        !core.queue.is_empty() || !core.defer.is_empty()
    }
}
