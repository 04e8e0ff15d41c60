// Everything that waits is under a lock or in a plain queue.
//
// The root future and its thread share a mutex and a condition variable. The run queue is a `VecDeque`, and what is
// deferred is another, in the order in which it came. A thread that waits for the core is told with all the others that do,
// and the first that comes gets it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::time::Duration;

use harness::context::{
    self, EnterGuard, InPlace, Scheduler, Worker, begin_block_on, enter_worker,
};
use harness::coop;
use harness::isolate::{Payload, discard, isolate};
use harness::state::Snapshot;
use harness::{
    Id, JoinHandle, LocalNotified, Notified, Origin, OwnerId, Place, Task, TaskList, VacantCell,
    is_large, owned,
};
use model::loom::sync::{Condvar, Mutex, MutexGuard};

use crate::config::Config;
use crate::park::Park;
use crate::shared::{Handle, Shared};
use crate::thread_park::ThreadPark;

/// A scheduler whose tasks run on the thread that calls [`block_on`](Runtime::block_on).
///
/// Dropping it drops the futures of all tasks, within its context.
#[derive(Debug)]
pub struct Runtime<P: Park = ThreadPark> {
    handle: Handle,
    seat: Seat<P>,
}

/// What a thread needs in order to run tasks.
struct Engine<P> {
    context: Context,
    park: P,
}

/// Where the engine is while no thread runs tasks.
struct Seat<P> {
    inner: Mutex<Waiting<P>>,
}

struct Waiting<P> {
    engine: Option<Box<Engine<P>>>,
    /// The threads that want it.
    roots: Vec<Arc<Root>>,
}

impl Runtime {
    /// A runtime that sleeps as a thread sleeps, and has no drivers.
    pub fn new() -> Runtime {
        Runtime::with_park(ThreadPark::new())
    }
}

impl<P: Park> Runtime<P> {
    /// A runtime that sleeps on `park`.
    pub fn with_park(park: P) -> Runtime<P> {
        Runtime::with_config(park, Config::default())
    }

    /// A runtime that sleeps on `park`, and looks beyond its run queue as often as `config` says.
    ///
    /// # Panics
    ///
    /// If one of the intervals is 0.
    #[track_caller]
    pub fn with_config(park: P, config: Config) -> Runtime<P> {
        Runtime::build(park, false, config)
    }

    #[track_caller]
    pub(crate) fn build(park: P, is_local: bool, config: Config) -> Runtime<P> {
        config.check();
        let core = Core::new();
        let shared = Shared::new(Box::new(park.unparker()), core.tasks.id(), is_local);
        let handle = Handle::new(Arc::new(shared));
        let context = Context {
            handle: handle.clone(),
            config,
            core: RefCell::new(core),
            is_root_woken: Cell::new(false),
        };
        Runtime {
            handle,
            seat: Seat {
                inner: Mutex::new(Waiting {
                    engine: Some(Box::new(Engine { context, park })),
                    roots: Vec::new(),
                }),
            },
        }
    }

    /// A handle, to spawn from anywhere.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Makes this the current runtime of the thread, until the guard is dropped.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Makes a task of `future`, and queues it. See [`Handle::spawn`].
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match is_large::<F>() {
            true => (self.handle).spawn_here(Box::pin(future), Origin::here()),
            false => self.handle.spawn_here(future, Origin::here()),
        }
    }

    /// Polls `future` on this thread until it is done, and runs tasks meanwhile, unless another
    /// thread does. Tasks that are not done by then stay, and go on with the next `block_on`.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _blocked = begin_block_on(InPlace::Forbidden);
        let root = Root::new(&self.handle);
        let mut future = pin!(Some(future));
        let mut output = None;
        let engine = match self.seat.take() {
            Some(engine) => Ok(Some(engine)),
            None => self.wait(&root, future.as_mut(), &mut output),
        };
        let ended = match engine {
            Ok(Some(engine)) => {
                root.state().is_driving = true;
                self.drive(engine, &root, future, &mut output)
            }
            Ok(None) => Ok(()),
            Err(payload) => Err(payload),
        };
        resume(ended);
        output.expect("it is there, since nothing has panicked")
    }

    /// Polls the future while another thread drives, until the engine is here or the future is done and dropped.
    fn wait<F: Future>(
        &self,
        root: &Arc<Root>,
        mut future: Pin<&mut Option<F>>,
        output: &mut Option<F::Output>,
    ) -> Result<Option<Box<Engine<P>>>, Payload> {
        let _entered = self.enter();
        let waited = isolate(|| {
            let waker = Waker::from(Arc::clone(root));
            let mut cx = TaskContext::from_waker(&waker);
            loop {
                let polled = root.poll_if_woken(not_done(future.as_mut()), &mut cx);
                if let Some(Poll::Ready(ready)) = polled {
                    *output = Some(ready);
                    return None;
                }
                if let Some(engine) = self.seat.take_or_join(root) {
                    return Some(engine);
                }
                root.sleep();
            }
        });
        self.seat.leave(root);
        let ended = match waited {
            Ok(Some(engine)) => return Ok(Some(engine)),
            Ok(None) => Ok(()),
            Err(payload) => Err(payload),
        };
        root.retire();
        drop_in_place(future, output, ended).map(|()| None)
    }

    /// Runs tasks, and puts the engine back, even if the root future panics.
    fn drive<F: Future>(
        &self,
        mut engine: Box<Engine<P>>,
        root: &Arc<Root>,
        mut future: Pin<&mut Option<F>>,
        output: &mut Option<F::Output>,
    ) -> Result<(), Payload> {
        let Engine { context, park } = &mut *engine;
        let ended = context.enter(|| {
            let pinned = not_done(future.as_mut());
            let ended = isolate(|| *output = Some(run(context, park, root, pinned)));
            let ended = drop_in_place(future, output, ended);
            context.wake_all_deferred();
            ended
        });
        self.seat.put_back(engine);
        ended
    }
}

/// The loop.
fn run<P: Park, F: Future>(
    context: &Context,
    park: &mut P,
    root: &Arc<Root>,
    mut future: Pin<&mut F>,
) -> F::Output {
    let waker = Waker::from(Arc::clone(root));
    let mut cx = TaskContext::from_waker(&waker);
    let interval = context.config.driver_interval;
    let mut polls = 0;
    loop {
        if let Some(polled) = root.poll_if_woken(future.as_mut(), &mut cx) {
            polls += 1;
            if let Poll::Ready(output) = polled {
                root.retire();
                return output;
            }
        }
        while polls < interval {
            let Some(task) = context.next_task() else {
                break;
            };
            polls += 1;
            task.run();
        }
        if context.is_any_deferred() || interval <= polls {
            if park.is_due(mem::take(&mut polls)) {
                park.park_timeout(Duration::ZERO);
            }
            context.wake_deferred();
            continue;
        }
        if root.is_woken() || !context.shared().announce_sleep() {
            continue;
        }
        // A wake from here on ends the sleep; one that came before is seen now.
        if !root.is_woken() {
            park.park();
            polls = 0;
        }
        context.shared().end_sleep();
    }
}

impl<P> Seat<P> {
    fn take(&self) -> Option<Box<Engine<P>>> {
        self.lock().engine.take()
    }

    /// Takes the engine; or makes sure that `root` is told when it is back.
    fn take_or_join(&self, root: &Arc<Root>) -> Option<Box<Engine<P>>> {
        let mut waiting = self.lock();
        let engine = waiting.engine.take();
        if engine.is_none() && !waiting.roots.iter().any(|other| Arc::ptr_eq(other, root)) {
            waiting.roots.push(Arc::clone(root));
        }
        engine
    }

    /// Puts the engine back, and tells all who want it. Those who come too late wait again.
    fn put_back(&self, engine: Box<Engine<P>>) {
        let mut waiting = self.lock();
        waiting.engine = Some(engine);
        let roots = mem::take(&mut waiting.roots);
        drop(waiting);
        for root in roots {
            root.tell();
        }
    }

    fn leave(&self, root: &Arc<Root>) {
        let roots = &mut self.lock().roots;
        roots.retain(|other| !Arc::ptr_eq(other, root));
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<P>> {
        self.inner.lock().expect("nothing panics under this lock")
    }
}

impl<P> fmt::Debug for Seat<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").finish_non_exhaustive()
    }
}

/// A panic of a future leaves no runtime behind in which anything is half done.
impl<P: Park> UnwindSafe for Runtime<P> {}
impl<P: Park> RefUnwindSafe for Runtime<P> {}

impl Default for Runtime {
    fn default() -> Runtime {
        Runtime::new()
    }
}

impl<P: Park> Drop for Runtime<P> {
    fn drop(&mut self) {
        let Some(mut engine) = self.seat.take() else {
            return;
        };
        let Engine { context, park } = &mut *engine;
        context.enter(|| {
            context.core().is_closed = true;
            context.shared().close();
            while context.core().take_injected(&context.handle) {}
            // Nothing is borrowed while a future is dropped.
            while let Some(task) = context.pop_task() {
                task.shutdown();
            }
            park.shutdown();
            context.wake_all_deferred();
            context.drop_tickets();
        });
    }
}

/// The core, as the thread that has it uses it.
#[derive(Debug)]
pub(crate) struct Context {
    handle: Handle,
    config: Config,
    /// Borrowed for single steps, and never while foreign code runs.
    core: RefCell<Core>,
    is_root_woken: Cell<bool>,
}

/// What the thread that runs tasks has, and no other.
#[derive(Debug)]
struct Core {
    tasks: TaskList<Handle>,
    queue: VecDeque<Notified<Handle>>,
    deferred: VecDeque<Deferred>,
    /// How many turns there were since the last look at the inject queue.
    turns: u32,
    is_closed: bool,
}

/// A wake that waits until all others have had a turn.
#[derive(Debug)]
enum Deferred {
    Ticket(Notified<Handle>),
    Waker(Waker),
}

/// Why `spawn_local` panics.
pub(crate) const NOT_LOCAL: &str = "`spawn_local` called from outside of a `task::LocalSet` or \
                                    `runtime::LocalRuntime`";

/// How many tasks are taken out of the inject queue at once.
const BATCH: usize = 64;

/// A waker may defer itself each time it is woken: at the end there is a limit to that.
const LAST_BATCHES: usize = 61;

impl Core {
    fn new() -> Core {
        Core {
            tasks: TaskList::new(),
            queue: VecDeque::new(),
            deferred: VecDeque::new(),
            turns: 0,
            is_closed: false,
        }
    }

    /// Takes in what other threads have pushed. Returns whether there was anything.
    fn take_injected(&mut self, handle: &Handle) -> bool {
        self.turns = 0;
        let mut batch = handle.shared().pop_batch(BATCH);
        let is_any = !batch.is_empty();
        while let Some(ticket) = batch.pop_front() {
            self.tasks.adopt(&ticket);
            self.queue.push_back(ticket);
        }
        is_any
    }
}

impl Context {
    fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        enter_worker(self.handle.shared(), self, f)
    }

    #[track_caller]
    fn core(&self) -> std::cell::RefMut<'_, Core> {
        self.core.borrow_mut()
    }

    #[inline]
    pub(crate) fn shared(&self) -> &Shared {
        self.handle.shared()
    }

    fn next_task(&self) -> Option<LocalNotified<Handle>> {
        let mut core = self.core();
        core.turns += 1;
        if core.queue.is_empty() || self.config.inject_interval <= core.turns {
            core.take_injected(&self.handle);
        }
        let ticket = core.queue.pop_front()?;
        Some(core.tasks.assert_owner(ticket))
    }

    /// Makes a task on the scheduler's own thread: no lock, and no thread to be woken up.
    #[inline]
    pub(crate) fn spawn<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.note_spawn(&origin);
        let (task, ticket, join) = owned(future, self.handle.clone(), self.owner(), origin);
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
        self.note_spawn(&origin);
        let (handle, owner) = (self.handle.clone(), Some(self.owner()));
        // SAFETY: the list is in our core, which is that of a `LocalRuntime`: it never leaves this thread. The
        // task is put into the list below, or shut down.
        let (task, ticket, join) = unsafe { harness::new_task(future, handle, owner, origin) };
        self.take_in(task, ticket);
        join
    }

    fn note_spawn(&self, origin: &Origin) {
        self.handle.note_spawn(origin);
        self.shared().worker.spawned.add(1);
    }

    fn owner(&self) -> OwnerId {
        self.shared().owner()
    }

    fn take_in(&self, task: Task<Handle>, ticket: Notified<Handle>) {
        let mut core = self.core();
        if core.is_closed {
            drop(core);
            drop(ticket);
            task.shutdown();
            return;
        }
        core.tasks.insert(task);
        core.queue.push_back(ticket);
    }

    /// Keeps a cell for another task. If it comes in the middle of a step, it is freed.
    #[inline]
    pub(crate) fn keep(&self, cell: VacantCell<Handle>) {
        discard(cell);
    }

    /// Queues a task that was woken on this thread.
    #[inline]
    pub(crate) fn push(&self, ticket: Notified<Handle>) {
        self.core().queue.push_back(ticket);
    }

    /// Puts a task aside that gave way.
    #[inline]
    pub(crate) fn push_deferred(&self, ticket: Notified<Handle>) {
        self.core().deferred.push_back(Deferred::Ticket(ticket));
    }

    /// The tasks that are not done, the newest first, the state that each is in, and where it was spawned.
    pub(crate) fn tasks(&self) -> Vec<(Id, Snapshot, Place)> {
        let mut tasks = Vec::new();
        let mut core = self.core();
        core.tasks
            .for_each(|task| tasks.push((task.id(), task.state(), task.place())));
        tasks
    }

    /// How many tasks are in the run queue.
    pub(crate) fn queued(&self) -> usize {
        self.core().queue.len()
    }

    /// Takes a task out that is done.
    #[inline]
    pub(crate) fn release(&self, task: &Task<Handle>) -> Option<Task<Handle>> {
        self.core().tasks.remove(task)
    }

    fn pop_task(&self) -> Option<Task<Handle>> {
        self.core().tasks.pop()
    }

    fn is_any_deferred(&self) -> bool {
        !self.core().deferred.is_empty()
    }

    /// Gives what was deferred its turn. What is deferred meanwhile waits for the next call.
    fn wake_deferred(&self) {
        let batch = mem::take(&mut self.core().deferred);
        for deferred in batch {
            match deferred {
                Deferred::Ticket(ticket) => self.push(ticket),
                // Foreign code: nothing is borrowed, and its panic ends here.
                Deferred::Waker(waker) => {
                    if let Err(payload) = isolate(|| waker.wake()) {
                        discard(payload);
                    }
                }
            }
        }
    }

    fn wake_all_deferred(&self) {
        for _ in 0..LAST_BATCHES {
            if !self.is_any_deferred() {
                return;
            }
            self.wake_deferred();
        }
    }

    /// Drops all tickets. They may be the last references to their tasks.
    fn drop_tickets(&self) {
        loop {
            let tickets = mem::take(&mut self.core().queue);
            if tickets.is_empty() {
                return;
            }
            drop(tickets);
        }
    }
}

impl Scheduler for Shared {
    type Worker = Context;
}

impl Worker for Context {
    fn defer(&self, waker: &Waker) {
        let is_last = match self.core().deferred.back() {
            Some(Deferred::Waker(last)) => last.will_wake(waker),
            _ => false,
        };
        if !is_last {
            // Foreign code, so nothing is borrowed.
            let waker = waker.clone();
            self.core().deferred.push_back(Deferred::Waker(waker));
        }
    }

    fn is_task_due(&self) -> bool {
        let core = self.core();
        self.is_root_woken.take() || !core.queue.is_empty() || !core.deferred.is_empty()
    }
}

/// The waker of a root future, and where its thread sleeps while it has no engine.
pub(crate) struct Root {
    state: Mutex<RootState>,
    changed: Condvar,
    handle: Handle,
}

struct RootState {
    is_woken: bool,
    /// The engine was put back, and is there for the first that comes.
    is_told: bool,
    /// The thread has the engine, and sleeps where that sleeps.
    is_driving: bool,
}

impl Root {
    /// A root whose first poll is due, on a thread without the core.
    pub(crate) fn new(handle: &Handle) -> Arc<Root> {
        Arc::new(Root {
            state: Mutex::new(RootState {
                is_woken: true,
                is_told: false,
                is_driving: false,
            }),
            changed: Condvar::new(),
            handle: handle.clone(),
        })
    }

    fn state(&self) -> MutexGuard<'_, RootState> {
        self.state.lock().expect("nothing panics under this lock")
    }

    fn is_woken(&self) -> bool {
        self.state().is_woken
    }

    fn poll_if_woken<F: Future>(
        &self,
        future: Pin<&mut F>,
        cx: &mut TaskContext<'_>,
    ) -> Option<Poll<F::Output>> {
        // Before the poll: a wake during the poll is one more poll.
        let is_woken = mem::take(&mut self.state().is_woken);
        is_woken.then(|| coop::with_budget(|| future.poll(cx)))
    }

    /// Sleeps until the future is woken, or the engine is free.
    fn sleep(&self) {
        let mut state = self.state();
        while !state.is_woken && !state.is_told {
            let slept = self.changed.wait(state);
            state = slept.expect("nothing panics under this lock");
        }
        state.is_told = false;
    }

    fn tell(&self) {
        self.state().is_told = true;
        self.changed.notify_one();
    }

    /// The future is done: wakes that come now have nothing to do.
    fn retire(&self) {
        self.state().is_woken = true;
    }

    /// Polls the future until it is done, without running anything else.
    pub(crate) fn block_on<F: Future>(self: Arc<Root>, future: F) -> F::Output {
        let mut future = pin!(Some(future));
        let mut output = None;
        let waker = Waker::from(Arc::clone(&self));
        let mut cx = TaskContext::from_waker(&waker);
        let ended = isolate(|| {
            while output.is_none() {
                match self.poll_if_woken(not_done(future.as_mut()), &mut cx) {
                    Some(Poll::Ready(ready)) => output = Some(ready),
                    Some(Poll::Pending) => {}
                    None => self.sleep(),
                }
            }
        });
        self.retire();
        resume(drop_in_place(future, &mut output, ended));
        output.expect("it is there, since nothing has panicked")
    }
}

impl Wake for Root {
    fn wake(self: Arc<Root>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Root>) {
        let mut state = self.state();
        if mem::replace(&mut state.is_woken, true) {
            return;
        }
        let is_driving = state.is_driving;
        drop(state);
        if !is_driving {
            self.changed.notify_one();
            return;
        }
        // On the scheduler's own thread: it is awake, and looks at us before it sleeps.
        let is_here = context::with(|here| {
            let worker = here.worker_of(self.handle.shared());
            worker
                .inspect(|worker| worker.is_root_woken.set(true))
                .is_some()
        });
        if !is_here {
            self.handle.shared().wake_up();
        }
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root").finish_non_exhaustive()
    }
}

/// The future of a `block_on` that is not done.
fn not_done<F>(future: Pin<&mut Option<F>>) -> Pin<&mut F> {
    future
        .as_pin_mut()
        .expect("it is dropped after its last poll")
}

/// Drops the future after its last poll, in the runtime still, and on its own: a panic of the poll is not under
/// way. Of two panics the first is returned.
fn drop_in_place<F, T>(
    mut future: Pin<&mut Option<F>>,
    output: &mut Option<T>,
    ended: Result<(), Payload>,
) -> Result<(), Payload> {
    // SAFETY: nothing is moved out: the assignment drops the future where it is.
    let slot = unsafe { future.as_mut().get_unchecked_mut() };
    let dropped = isolate(|| *slot = None);
    if dropped.is_err() {
        discard(output.take());
    }
    match (ended, dropped) {
        (Ok(()), dropped) => dropped,
        (Err(first), second) => {
            discard(second);
            Err(first)
        }
    }
}

fn resume(ended: Result<(), Payload>) {
    if let Err(payload) = ended {
        resume_unwind(payload);
    }
}
