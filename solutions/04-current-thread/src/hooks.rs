//! Hooks: what a program wants to be called at the great moments of each task.
//!
//! A program that counts its tasks, or measures how long they take, cannot change the code that spawns them: it is spread over
//! libraries. So it leaves four functions with the runtime. A scheduler finds them where it finds a driver's handle, by their
//! type, once, when it is made:
//!
//! ```text
//!     spawn ── ( before a poll ── poll ── after it )* ── before the last poll ── poll ── terminate ── after it
//! ```
//!
//! A scheduler without hooks pays one look for them when a task begins and when it ends, and one for some dozens of polls.
//!
//! They come with what the scheduler sleeps on, as the handles of drivers do. A task of a [`LocalRuntime`](crate::LocalRuntime) has hooks
//! like any other; one of a [`LocalSet`](crate::LocalSet) has none, since the set is a scheduler of its own, and may be polled by any runtime.
//!
//! # Invariants
//!
//! - **Spawned And Terminated**: each task has one call of `spawn`, and later one of `terminate`, even if the runtime ends, or refuses the task.
//! - **Nothing Held**: a hook is foreign code. It is called within the runtime, with no lock held and nothing borrowed.
//! - **Ends In The Hook**: a panic in a hook is caught there, as the panic hook has shown it by then. What the hook was called for goes on.
//!
//! In tokio: `runtime/task_hooks.rs`, with the compiler flag `tokio_unstable`.

use std::any::{Any, TypeId};
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
// Not the `loom` module's: a hook may be any closure, and loom's `Arc` cannot be of an unsized type.
use std::sync::Arc;
use std::time::{Duration, Instant};

use harness::isolate::{discard, isolate};
use harness::{Id, LocalNotified, Origin, Place, Task};

use crate::shared::Handle;

/// What a hook is told of a task. It is a copy, and so it is right even when the task is gone.
///
/// # Examples
///
/// ```
/// use current_thread::{Id, TaskMeta};
/// use harness::Origin;
///
/// let id = Id::next();
/// let meta = TaskMeta::from(&Origin::from(id));
/// assert_eq!(meta.id(), id);
/// ```
pub struct TaskMeta<'a> {
    id: Id,
    place: Place,
    /// A hook cannot keep it, so that it may borrow from the task one day.
    task: PhantomData<&'a ()>,
}

// ANCHOR: hooks
/// One function that a program has left. Cloning it is cheap.
///
/// # Examples
///
/// ```
/// use std::sync::mpsc;
///
/// use current_thread::{Id, TaskHook, TaskMeta};
/// use harness::Origin;
///
/// let (sender, ids) = mpsc::channel();
/// let hook = TaskHook::new(move |meta| sender.send(meta.id()).unwrap());
/// let id = Id::next();
/// hook.call(&TaskMeta::from(&Origin::from(id)));
/// assert_eq!(ids.recv(), Ok(id));
/// ```
#[derive(Clone)]
pub struct TaskHook(Arc<dyn Fn(&TaskMeta<'_>) + Send + Sync>);

/// Learns how long the polls of a worker take. A runtime that keeps such times leaves one with its scheduler.
///
/// # Examples
///
/// ```
/// use std::sync::mpsc;
/// use std::time::Duration;
///
/// use current_thread::{PollTimeHook, TaskHooks};
///
/// let (sender, times) = mpsc::channel();
/// let hook = PollTimeHook::new(move |worker, took| sender.send((worker, took)).unwrap());
/// let hooks = TaskHooks { poll_time: Some(hook), ..TaskHooks::default() };
/// hooks.note_poll_time(3, Duration::from_micros(7));
/// assert_eq!(times.recv(), Ok((3, Duration::from_micros(7))));
/// ```
#[derive(Clone)]
pub struct PollTimeHook(Arc<dyn Fn(usize, Duration) + Send + Sync>);

/// All that a program has left. A runtime that has them offers them as it offers a driver's handle, under this type.
///
/// # Examples
///
/// ```
/// use current_thread::{TaskHook, TaskHooks};
///
/// let hooks = TaskHooks {
///     spawn: Some(TaskHook::new(|meta| println!("task {} begins", meta.id()))),
///     ..TaskHooks::default()
/// };
/// assert!(!hooks.has_any_of_polls(), "a poll costs what it did before");
/// ```
#[derive(Clone, Debug, Default)]
pub struct TaskHooks {
    /// A task is about to be made. Called on the thread that spawns it.
    pub spawn: Option<TaskHook>,
    /// The future of a task has been dropped, and its handle is about to be told. Called on the thread that polled it last, or that shut
    /// it down.
    pub terminate: Option<TaskHook>,
    /// A task has its turn. Called on the thread that polls it.
    pub before_poll: Option<TaskHook>,
    /// The turn is over. Called on the same thread.
    pub after_poll: Option<TaskHook>,
    /// A poll has taken so long on a worker. Not foreign code: it must not panic.
    pub poll_time: Option<PollTimeHook>,
}
// ANCHOR_END: hooks

impl TaskMeta<'_> {
    /// The name of the task. [`try_id`](harness::try_id) tells another one: that of the task whose code calls the hook, if a task does.
    pub fn id(&self) -> Id {
        self.id
    }

    /// The place in the program that spawned the task, if the crate `harness` keeps places: with its feature `spawn-places`. Without it
    /// this is a line of this crate.
    pub fn spawned_at(&self) -> &'static Location<'static> {
        const UNKNOWN: &Location<'static> = Location::caller();
        self.place.location().unwrap_or(UNKNOWN)
    }
}

impl TaskHook {
    /// A hook that calls `f`.
    pub fn new(f: impl Fn(&TaskMeta<'_>) + Send + Sync + 'static) -> TaskHook {
        TaskHook(Arc::new(f))
    }

    /// Calls it. A panic in it ends here.
    pub fn call(&self, meta: &TaskMeta<'_>) {
        if let Err(payload) = isolate(|| (self.0)(meta)) {
            discard(payload);
        }
    }
}

impl PollTimeHook {
    /// A hook that calls `f` with the number of the worker.
    pub fn new(f: impl Fn(usize, Duration) + Send + Sync + 'static) -> PollTimeHook {
        PollTimeHook(Arc::new(f))
    }
}

impl TaskHooks {
    /// The hooks that a runtime offers: `find` is that of its [`Flavor`](harness::context::Flavor), or of what it sleeps on.
    pub fn found_by<'a>(find: impl FnOnce(TypeId) -> Option<&'a dyn Any>) -> TaskHooks {
        let found = find(TypeId::of::<TaskHooks>()).and_then(<dyn Any>::downcast_ref::<TaskHooks>);
        found.cloned().unwrap_or_default()
    }

    /// Whether there is something to be called around each poll.
    #[inline]
    pub fn has_any_of_polls(&self) -> bool {
        self.before_poll.is_some() || self.after_poll.is_some() || self.poll_time.is_some()
    }

    // ANCHOR: around
    /// Runs a task between its two hooks. A turn of a task that was aborted is one as well, though its future is dropped and not polled.
    /// Returns how long it took, if that is to be [noted](TaskHooks::note_poll_time).
    pub fn run_between<S>(&self, task: LocalNotified<S>) -> Option<Duration> {
        // The task may be gone after its turn.
        let meta = TaskMeta::new(task.id(), task.place());
        if let Some(hook) = &self.before_poll {
            hook.call(&meta);
        }
        let begun = self.poll_time.as_ref().map(|_| Instant::now());
        task.run();
        let took = begun.map(|begun| begun.elapsed());
        if let Some(hook) = &self.after_poll {
            hook.call(&meta);
        }
        took
    }
    // ANCHOR_END: around

    /// A worker has run a task for so long. Called by the thread that is the worker.
    pub fn note_poll_time(&self, worker: usize, took: Duration) {
        if let Some(PollTimeHook(note)) = &self.poll_time {
            note(worker, took);
        }
    }
}

impl TaskMeta<'_> {
    #[inline]
    fn new(id: Id, place: Place) -> TaskMeta<'static> {
        TaskMeta {
            id,
            place,
            task: PhantomData,
        }
    }
}

/// Of a task that is about to be made.
impl From<&Origin> for TaskMeta<'_> {
    #[inline]
    fn from(origin: &Origin) -> Self {
        TaskMeta::new(origin.id(), origin.place())
    }
}

/// Of a task that is there.
impl<S> From<&Task<S>> for TaskMeta<'_> {
    #[inline]
    fn from(task: &Task<S>) -> Self {
        TaskMeta::new(task.id(), task.place())
    }
}

impl fmt::Debug for TaskMeta<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskMeta")
            .field("id", &self.id)
            .field("place", &self.place)
            .finish()
    }
}

impl fmt::Debug for PollTimeHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollTimeHook").finish_non_exhaustive()
    }
}

impl fmt::Debug for TaskHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHook").finish_non_exhaustive()
    }
}

// Where this scheduler calls them.
impl Handle {
    /// A task is about to be made.
    #[inline]
    pub(crate) fn note_spawn(&self, origin: &Origin) {
        if self.shared().hooks.spawn.is_some() {
            self.call_spawn(TaskMeta::from(origin));
        }
    }

    /// The future of a task has been dropped. Its handle is told next.
    #[inline]
    pub(crate) fn note_end(&self, task: &Task<Handle>) {
        if self.shared().hooks.terminate.is_some() {
            self.call_terminate(TaskMeta::from(task));
        }
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn note_end_elsewhere(&self) {
        self.shared().counts.note_end();
    }

    #[cold]
    #[inline(never)]
    fn call_spawn(&self, meta: TaskMeta<'_>) {
        self.call(self.shared().hooks.spawn.as_ref(), meta);
    }

    #[cold]
    #[inline(never)]
    fn call_terminate(&self, meta: TaskMeta<'_>) {
        self.call(self.shared().hooks.terminate.as_ref(), meta);
    }

    /// Within the runtime, wherever we are: any thread may spawn.
    fn call(&self, hook: Option<&TaskHook>, meta: TaskMeta<'_>) {
        let _entered = self.enter();
        if let Some(hook) = hook {
            hook.call(&meta);
        }
    }
}
