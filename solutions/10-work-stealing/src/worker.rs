//! A worker: the loop of chapter 4, once for each thread of the pool.
//!
//! ```text
//!          ┌──> a task: its own, or one of the inject queue ── run it ──┐
//!          │        │ none                                              │ every 61 polls, or after a yield:
//!          │    search: steal from a worker that is open                │ ask the driver
//!          │        │ none                                              │
//!          │    announce, look once more, sleep                         │
//!          └────────┴──────────────────────────────────────────────────┘
//! ```
//!
//! The core is in a `RefCell`, as in chapter 4, and is borrowed for single steps only. It may also be gone: a task that blocks in place
//! gives it to another thread, and this thread then ends when the task's poll does.
//!
//! # Yields
//!
//! A task that yields is to run after all that is due, and after what the driver has ready. It must not wait in a place that only
//! this thread reaches: the next poll may be a long one. So its ticket goes to the end of the run queue like any other, where it can be
//! stolen, and the core remembers the place. When the queue has come to it, the driver is asked first.
//!
//! In tokio: `runtime/scheduler/multi_thread/worker.rs`.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use current_thread::Park;
use harness::context::{self, enter_worker};
use harness::isolate::discard;
use harness::{JoinHandle, LocalNotified, Notified, Origin, Task, VacantCell, owned_in};

use crate::bed::{Bed, Driver, Until};
use crate::core::Core;
use crate::door::Door;
use crate::handle::Handle;
use crate::idle::Was;
use crate::shared::{Front, Shared};
use crate::watch::Watch;

// ANCHOR: worker
/// A thread of the pool, where wakes and spawns on it find the core.
#[derive(Debug)]
pub(crate) struct Worker {
    handle: Handle,
    index: usize,
    /// What the worker shows to all others.
    front: Arc<Front>,
    /// Borrowed for single steps only. `None` if it has been given away.
    core: RefCell<Option<Box<Core>>>,
    /// Wakers have been deferred since they were last woken.
    has_deferred: Cell<bool>,
}
// ANCHOR_END: worker

/// How often a worker looks for tasks before it sleeps: some microseconds in all, which is less than a sleep and a wake cost.
const LOOKS: u32 = 200;

/// What a worker does next.
enum Next {
    Run(LocalNotified<Handle>),
    AskDriver,
    Rest,
    Leave,
}

/// Runs the worker whose core has been handed over, on this thread, until the pool shuts down or the core is given away.
pub(crate) fn run<P: Park>(shared: &Arc<Shared>, index: usize, driver: &Driver<P>) {
    let Some(core) = shared.fronts[index].take_handed() else {
        // Its owner has taken it back.
        return;
    };
    let worker = Worker {
        handle: Handle::new(Arc::clone(shared)),
        index,
        front: Arc::clone(&shared.fronts[index]),
        core: RefCell::new(Some(core)),
        has_deferred: Cell::new(false),
    };
    let at_work = worker.front.metrics.at_work();
    worker.front.metrics.begin_busy();
    enter_worker(shared, &worker, || {
        worker.run(driver);
        let Some(core) = worker.core.take() else {
            // Another thread is the worker now, and goes on counting.
            return std::mem::forget(at_work);
        };
        worker.front.metrics.note_polls(u64::from(core.polls));
        drop(at_work);
        shared.end.arrive(shared, *core, driver);
    });
}

impl Worker {
    pub(crate) fn shared(&self) -> &Shared {
        self.handle.shared()
    }

    // ANCHOR: run
    fn run<P: Park>(&self, driver: &Driver<P>) {
        let has_hooks = self.shared().task_hooks.has_any_of_polls();
        let run = |task: LocalNotified<Handle>| match has_hooks {
            false => task.run(),
            true => self.run_between(task),
        };
        loop {
            match self.next() {
                Next::Run(task) => run(task),
                Next::AskDriver => self.ask(driver),
                Next::Rest => match self.search() {
                    Some(task) => run(task),
                    None => self.park(driver),
                },
                Next::Leave => return,
            }
        }
    }

    #[inline]
    fn next(&self) -> Next {
        let shared = self.shared();
        let mut core = self.core.borrow_mut();
        let Some(core) = core.as_deref_mut() else {
            return Next::Leave;
        };
        let is_driver_due =
            core.polls != 0 && self.front.door.polls(core.config.driver_interval) <= core.polls;
        if is_driver_due || core.yielded.is_some_and(|mark| core.ring.has_reached(mark)) {
            return match shared.end.is_begun() {
                true => Next::Leave,
                false => Next::AskDriver,
            };
        }
        let Some(task) = core.next_task(shared) else {
            return match shared.end.is_begun() {
                true => Next::Leave,
                false => Next::Rest,
            };
        };
        self.begin_poll(core);
        Next::Run(task)
    }
    // ANCHOR_END: run

    #[inline]
    fn begin_poll(&self, core: &mut Core) {
        core.polls += 1;
        self.front.pace.count_poll();
        if core.is_searching {
            self.end_search(core);
        }
    }

    /// The worker has found a task, so it runs tasks now. If there are more of them, the next worker that searches will say so.
    #[cold]
    fn end_search(&self, core: &mut Core) {
        core.is_searching = false;
        self.shared().idle.end_search();
        self.shared().see_to_watcher();
    }

    /// Asks what the driver has ready, and then gives those who gave way their turn.
    fn ask<P: Park>(&self, driver: &Driver<P>) {
        let polls = {
            let mut core = self.core.borrow_mut();
            let core = core.as_deref_mut().expect("it asks that has the core");
            core.yielded = None;
            std::mem::take(&mut core.polls)
        };
        self.front.metrics.note_polls(u64::from(polls));
        self.take_in_ended();
        self.answer_visits();
        self.look_after_others();
        // Foreign code: nothing is borrowed.
        driver.ask(polls);
        self.wake_deferred();
    }

    /// Takes what waits behind a worker that is stuck, while no parked worker watches.
    #[inline]
    fn look_after_others(&self) {
        let shared = self.shared();
        if Watch::IS_POSSIBLE && 1 < shared.workers() && !shared.idle.is_watched() {
            self.relieve_others();
        }
    }

    #[cold]
    fn relieve_others(&self) {
        let shared = self.shared();
        let mut watch = match self.core.borrow_mut().as_deref_mut() {
            Some(core) => core.watch.take(),
            // A drop has given the core away.
            None => return,
        }
        .unwrap_or_else(|| Box::new(Watch::new(shared, self.index)));
        // Foreign code: nothing is borrowed.
        let stuck = watch.find_stuck(shared);
        if let Some(core) = self.core.borrow_mut().as_deref_mut() {
            core.watch = Some(watch);
            if let Some(stuck) = stuck {
                core.relieve(shared, stuck);
            }
        }
    }

    fn wake_deferred(&self) {
        if self.has_deferred.take() {
            self.shared().wake_deferred(self.index);
        }
    }

    /// Looks for a task that another worker has.
    fn search(&self) -> Option<LocalNotified<Handle>> {
        let shared = self.shared();
        let mut core = self.core.borrow_mut();
        let core = core.as_deref_mut()?;
        let was_called = core.is_searching;
        if !was_called {
            core.is_searching = shared.idle.try_search();
        }
        if !core.is_searching {
            return None;
        }
        let found = core.steal(shared).or_else(|| {
            let is_due = || self.is_anything_due();
            if !core.patience.look_for(LOOKS, is_due) {
                return None;
            }
            core.next_task(shared).or_else(|| core.steal(shared))
        });
        let Some(task) = found else {
            if was_called {
                shared.shut_doors();
            }
            return None;
        };
        self.begin_poll(core);
        Some(task)
    }

    // ANCHOR: park
    /// Sleeps until there is something to do. See [`idle`](crate::idle) for why the last look is late enough.
    fn park<P: Park>(&self, driver: &Driver<P>) {
        self.take_in_ended();
        self.answer_visits();
        let shared = self.shared();
        let (was, mut bed) = {
            let mut core = self.core.borrow_mut();
            let core = core.as_deref_mut().expect("it parks that has the core");
            let was = match std::mem::take(&mut core.is_searching) {
                true => Was::Searching,
                false => Was::Running,
            };
            let polls = std::mem::take(&mut core.polls);
            self.front.metrics.note_polls(u64::from(polls));
            (was, core.bed.take().expect("it sleeps once at a time"))
        };
        shared.idle.announce(self.index, was);
        let mut watch = None;
        let mut is_up = self.is_anything_due();
        let sleeps = !is_up;
        if sleeps && let Some(hook) = &shared.hooks.before {
            // Foreign code: nothing is borrowed. What it queues is found with one look more (tokio-rs/tokio#7835).
            hook();
            is_up = self.is_anything_due();
        }
        if !is_up {
            let sleep = |begin| ((), self.sleep(&mut bed, driver, &mut watch, begin));
            self.front.metrics.asleep_from(Instant::now(), sleep);
        }
        let is_claimed = !shared.idle.retract(self.index, Was::Running);
        if watch.is_some() {
            shared.idle.end_watch();
        }
        self.front.pace.count_sleep();
        {
            let mut core = self.core.borrow_mut();
            let core = core.as_deref_mut().expect("it has slept here");
            core.bed = Some(bed);
            core.is_searching = is_claimed;
        }
        if !is_claimed {
            shared.see_to_watcher();
        }
        if sleeps && let Some(hook) = &shared.hooks.after {
            hook();
        }
    }
    // ANCHOR_END: park

    /// Sleeps from `begin` on, and looks at the others in between if this worker is the watcher; that counts as sleep. Returns when it woke up.
    fn sleep<P: Park>(
        &self,
        bed: &mut Bed,
        driver: &Driver<P>,
        watch: &mut Option<Watch>,
        begin: Instant,
    ) -> Instant {
        let shared = self.shared();
        let mut now = begin;
        let mut is_up = false;
        while !is_up {
            let until = self.watch_on(watch);
            now = self.sleep_once(bed, driver, until, now);
            // It may have been claimed; and what the driver woke is in our queue. What is in the inject queue by now was announced, or
            // is left to those that are awake.
            is_up = !shared.idle.is_parked(self.index)
                || self.is_own_due()
                || shared.end.is_begun()
                || self.front.left.is_full()
                || self.front.visits.has_any()
                || watch.as_mut().is_some_and(|watch| watch.look(shared, now));
        }
        now
    }

    /// Sleeps from `begin` on, and says so to the watcher. Returns when it woke up.
    fn sleep_once<P: Park>(
        &self,
        bed: &mut Bed,
        driver: &Driver<P>,
        until: Until,
        begin: Instant,
    ) -> Instant {
        let (shared, front) = (self.shared(), &self.front);
        if !Watch::IS_POSSIBLE {
            bed.sleep(&front.bell, driver, until);
            return begin;
        }
        front.pace.fall_asleep(shared.since_epoch(begin));
        bed.sleep(&front.bell, driver, until);
        let end = Instant::now();
        front.pace.wake_up(shared.since_epoch(end));
        end
    }

    /// Whether this worker would find something to do.
    fn is_anything_due(&self) -> bool {
        let shared = self.shared();
        self.is_own_due()
            || !shared.inject.is_empty()
            || shared.end.is_begun()
            || shared.is_any_to_steal(self.index)
    }

    /// Whether there is a task in this worker's own queue.
    fn is_own_due(&self) -> bool {
        self.front.has_tasks()
    }

    /// Begins, goes on with, or ends the watch over those that are busy. Returns how long to sleep.
    fn watch_on(&self, watch: &mut Option<Watch>) -> Until {
        let shared = self.shared();
        if watch.as_ref().is_some_and(Watch::is_quiet) {
            *watch = None;
            shared.idle.end_watch();
            // A worker that wakes up now finds no watcher, or is found awake below.
        }
        if watch.is_none() && Watch::IS_POSSIBLE && 1 < shared.workers() && shared.idle.try_watch()
        {
            *watch = Some(Watch::new(shared, self.index));
        }
        match watch {
            Some(watch) => Until::Timeout(watch.interval()),
            None => Until::Woken,
        }
    }

    /// Makes a task on a thread of the pool.
    #[inline]
    pub(crate) fn spawn<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.handle.note_spawn(&origin);
        let cell = self.cell::<F>();
        let mut borrowed = self.core.borrow_mut();
        let Some(core) = borrowed.as_deref_mut() else {
            drop(borrowed);
            // Given away, and so this thread is like any other. The pool may have shut down.
            let tasks = &self.shared().tasks;
            self.shared().counts.note_spawn();
            let (join, ticket) = tasks.bind_in(cell, future, origin);
            if let Some(ticket) = ticket {
                self.shared().push(ticket);
            }
            return join;
        };
        let (task, ticket, join) = owned_in(cell, future, core.tasks.id(), origin);
        core.tasks.insert(task);
        self.front.metrics.spawned.add(1);
        self.push_on(core, ticket);
        join
    }

    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// Whether the core has not been given away.
    #[inline]
    pub(crate) fn has_core(&self) -> bool {
        self.core.borrow().is_some()
    }

    /// Counts the end of a task, and takes it out of its list if that is here.
    #[inline]
    pub(crate) fn release(&self, home: Option<usize>, task: &Task<Handle>) -> Option<Task<Handle>> {
        if let Some(core) = self.core.borrow_mut().as_deref_mut() {
            self.front.metrics.ended.add(1);
            if home == Some(self.index) {
                return core.tasks.remove(task);
            }
        } else {
            // Given away, and the numbers with it.
            self.shared().counts.note_end();
        }
        self.shared().release(home, task)
    }

    /// Takes those tasks out of the list that ended elsewhere.
    fn take_in_ended(&self) {
        let left = &self.front.left;
        if left.is_empty() || self.core.borrow().is_none() {
            return;
        }
        for ended in left.take() {
            let task = match self.core.borrow_mut().as_deref_mut() {
                Some(core) => core.tasks.remove_ended(&ended),
                None => {
                    // A drop below has given the core away. Whoever has it now is awake.
                    let _ = left.leave(ended);
                    continue;
                }
            };
            // With nothing borrowed: the cell may come free, and to us.
            drop(task);
        }
    }

    /// Tells those who ask which tasks are in the list.
    fn answer_visits(&self) {
        let visits = &self.front.visits;
        if !visits.has_any() || self.core.borrow().is_none() {
            return;
        }
        for share in visits.take() {
            let mut tasks = Vec::new();
            match self.core.borrow_mut().as_deref_mut() {
                Some(core) => core
                    .tasks
                    .for_each(|task| tasks.push((task.id(), task.state(), task.place()))),
                None => {
                    // A waker below has given the core away. The thread that has it now is awake.
                    visits.leave(share);
                    continue;
                }
            }
            share.add(tasks);
            // With nothing borrowed: it may wake a task.
            drop(share);
        }
    }

    /// A cell for a new task.
    #[inline]
    fn cell<F: Future>(&self) -> VacantCell<Handle> {
        let kept = self.kept_cell::<F>().or_else(|| {
            self.take_in_ended();
            self.kept_cell::<F>()
        });
        kept.unwrap_or_else(|| VacantCell::new::<F>(self.handle.clone()))
    }

    #[inline]
    fn kept_cell<F: Future>(&self) -> Option<VacantCell<Handle>> {
        let mut core = self.core.borrow_mut();
        core.as_deref_mut()?.shelf.take::<F>()
    }

    /// Keeps a cell for another task. If it comes in the middle of a step, it is freed.
    #[inline]
    pub(crate) fn keep(&self, cell: VacantCell<Handle>) {
        let kept = match self.core.try_borrow_mut().as_deref_mut() {
            Ok(Some(core)) => core.shelf.put(cell),
            _ => Err(cell),
        };
        if let Err(cell) = kept {
            // With nothing borrowed: the handle in it may be the last one.
            discard(cell);
        }
    }

    // ANCHOR: push
    /// Queues a task that was woken on this thread. No other worker is told, unless our polls are long.
    #[inline]
    pub(crate) fn push(&self, ticket: Notified<Handle>) {
        let mut borrowed = self.core.borrow_mut();
        let Some(core) = borrowed.as_deref_mut() else {
            drop(borrowed);
            // Given away, and so this thread is like any other.
            return self.shared().push(ticket);
        };
        self.push_on(core, ticket);
    }
    // ANCHOR_END: push

    #[inline]
    fn push_on(&self, core: &mut Core, ticket: Notified<Handle>) {
        core.ring.push(ticket, &self.front.spill);
        self.front.metrics.local_schedules.add(1);
        let door = self.front.door.get();
        if door != Door::Shut && door.has_spare(core.ring.len()) {
            self.shared().announce_local();
        }
    }

    /// Queues a task that gave way.
    #[inline]
    pub(crate) fn push_deferred(&self, ticket: Notified<Handle>) {
        let mut borrowed = self.core.borrow_mut();
        let Some(core) = borrowed.as_deref_mut() else {
            drop(borrowed);
            return self.shared().push(ticket);
        };
        core.mark_yield();
        self.push_on(core, ticket);
    }

    /// Gives the core away, to be run by another thread. Returns whether there was one.
    pub(crate) fn hand_over(&self) -> bool {
        // What is deferred must not wait until this worker next has something deferred.
        self.wake_deferred();
        let shared = self.handle.shared();
        let Some(core) = self.core.take() else {
            return false;
        };
        self.front.hand(core);
        if (shared.launch)(shared, self.index).is_err() {
            // The system has no thread to spare. The tasks wait here, and the watcher takes what it can reach.
            self.take_back();
        }
        true
    }

    /// Takes the core back, if no other thread has it yet.
    pub(crate) fn take_back(&self) {
        if self.core.borrow().is_none() {
            let core = self.front.take_handed();
            self.core.replace(core);
        }
    }
}

impl context::Worker for Worker {
    fn defer(&self, waker: &Waker) {
        // Foreign code, so nothing is borrowed and no lock is held.
        let waker = waker.clone();
        if let Some(core) = self.core.borrow_mut().as_deref_mut() {
            core.mark_yield();
        } else {
            return waker.wake();
        }
        self.has_deferred.set(true);
        self.front.lock_deferred().push(waker);
    }

    fn is_task_due(&self) -> bool {
        self.is_anything_due()
    }
}
