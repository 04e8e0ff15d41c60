//! Tasks whose futures are not `Send`.
//!
//! Such a future must be polled and dropped on the thread it was spawned on, even if another thread
//! wakes it or drops its handle. There are two places for it:
//!
//! - a [`LocalRuntime`], which is a runtime that never leaves its thread. Its tasks are tasks like
//!   any others, in the same list and the same run queue;
//! - a [`LocalSet`](crate::LocalSet), which is a small scheduler inside of a future, on a thread of any
//!   runtime.
//!
//! In tokio: `runtime/local_runtime/runtime.rs`, `task/local.rs`.

use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};

use harness::context::{self, EnterGuard};
use harness::{JoinHandle, Origin, is_large};

use crate::config::Config;
use crate::local_set;
use crate::park::Park;
use crate::runtime::{NOT_LOCAL, Runtime};
use crate::shared::{Handle, Shared};
use crate::thread_park::ThreadPark;

/// A [`Runtime`] that stays on its thread, and may have tasks that must.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
///
/// use current_thread::{LocalRuntime, spawn_local};
///
/// let visits = Rc::new(Cell::new(0));
/// let runtime = LocalRuntime::new();
/// runtime.block_on(async {
///     // An `Rc` stays on its thread, and so do the tasks here.
///     let for_task = Rc::clone(&visits);
///     spawn_local(async move { for_task.set(for_task.get() + 1) }).await.unwrap();
/// });
/// assert_eq!(visits.get(), 1);
/// ```
#[derive(Debug)]
pub struct LocalRuntime<P: Park = ThreadPark> {
    runtime: Runtime<P>,
    /// Nor may it be shared: `block_on` moves the core to the thread that calls it.
    not_send: PhantomData<*const ()>,
}

impl LocalRuntime {
    /// A runtime that sleeps as a thread sleeps, and has no drivers.
    pub fn new() -> LocalRuntime {
        LocalRuntime::with_park(ThreadPark::new())
    }
}

impl<P: Park> LocalRuntime<P> {
    /// A runtime that sleeps on `park`.
    pub fn with_park(park: P) -> LocalRuntime<P> {
        LocalRuntime::with_config(park, Config::default())
    }

    /// See [`Runtime::with_config`].
    pub fn with_config(park: P, config: Config) -> LocalRuntime<P> {
        LocalRuntime {
            runtime: Runtime::build(park, true, config),
            not_send: PhantomData,
        }
    }

    /// A handle, to spawn futures that are `Send` from anywhere.
    pub fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Makes this the current runtime of the thread, until the guard is dropped.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// See [`Runtime::block_on`].
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Makes a task of `future`, which need not be `Send`, and queues it.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        match is_large::<F>() {
            true => self.spawn_here(Box::pin(future), Origin::here()),
            false => self.spawn_here(future, Origin::here()),
        }
    }

    fn spawn_here<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        let handle = self.handle();
        context::with(|here| match here.worker_of(handle.shared()) {
            Some(worker) => worker.spawn_local(future, origin),
            // SAFETY: we are not `Send`, and the core is ours: it never leaves this thread.
            None => unsafe { spawn_idle(handle, future, origin) },
        })
    }
}

/// Makes a task of `future`, which need not be `Send`, and queues it on the current
/// [`LocalSet`](crate::LocalSet), or else on the current [`LocalRuntime`]. In tokio the runtime is asked before
/// the set.
///
/// # Panics
///
/// If there is neither, or if the runtime belongs to another thread.
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    match is_large::<F>() {
        true => spawn_local_here(Box::pin(future)),
        false => spawn_local_here(future),
    }
}

#[track_caller]
fn spawn_local_here<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    let origin = Origin::here();
    if local_set::is_entered() {
        return local_set::spawn_entered(future, origin);
    }
    let driven = context::with(|here| {
        here.worker_of_current::<Shared>()
            .map(|worker| worker.shared().is_local())
    });
    // The panics come before the closure, where they would name a line of ours.
    let Some(is_local) = driven else {
        let entered = context::current::<Shared>().filter(|shared| shared.is_local());
        let Some(shared) = entered else {
            panic!("{NOT_LOCAL}")
        };
        assert!(shared.is_home(), "{NOT_HOME}");
        // SAFETY: the core never leaves its home, and that is this thread, as was checked.
        return unsafe { spawn_idle(&Handle::new(shared), future, origin) };
    };
    assert!(is_local, "{NOT_LOCAL}");
    context::with(|here| match here.worker_of_current::<Shared>() {
        Some(worker) => worker.spawn_local(future, origin),
        None => unreachable!("it was here a moment ago"),
    })
}

/// What is said to a thread that is in a [`LocalRuntime`] of another thread.
const NOT_HOME: &str = "Local tasks can only be spawned on a LocalRuntime from the thread the \
    runtime was created on";

/// Spawns while no thread drives. The core is not at hand, so the task goes the way of tasks from other threads,
/// but is taken out on this thread. If the runtime has ended, the future is dropped at once.
///
/// # Safety
///
/// This is the thread that the core never leaves.
unsafe fn spawn_idle<F>(handle: &Handle, future: F, origin: Origin) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    handle.note_spawn(&origin);
    handle.shared().counts.note_spawn();
    let owner = Some(handle.shared().owner());
    // SAFETY: the core takes the task over with its ticket, and it never leaves this thread, as our caller
    // promises. Or the task is shut down below, on this thread.
    let (task, ticket, join) = unsafe { harness::new_task(future, handle.clone(), owner, origin) };
    handle.shared().push_new(task, ticket);
    join
}

/// As for a [`Runtime`].
impl<P: Park> UnwindSafe for LocalRuntime<P> {}
impl<P: Park> RefUnwindSafe for LocalRuntime<P> {}

impl Default for LocalRuntime {
    fn default() -> LocalRuntime {
        LocalRuntime::new()
    }
}
