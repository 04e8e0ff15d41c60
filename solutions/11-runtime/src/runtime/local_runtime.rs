//! A runtime that stays on its thread, with drivers and a blocking pool.
//!
//! In tokio: `runtime/local_runtime/runtime.rs`.

use std::io;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use current_thread::Config;
use harness::JoinHandle;
use harness::context::EnterGuard;

use super::builder::Builder;
use super::drivers::Drivers;
use super::handle::Handle;
use super::metrics::RuntimeMetrics;
use super::runtime::BlockingEnd;
use super::services::Services;

/// A runtime that never leaves its thread, so its tasks need not be `Send`. Made by
/// [`Builder::build_local`](super::Builder::build_local).
///
/// It ends as a [`Runtime`](super::Runtime) does.
///
/// # Panics
///
/// As a [`Runtime`](super::Runtime), if it is dropped by async code.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
///
/// use reveille::runtime::{Builder, LocalOptions, LocalRuntime};
/// use reveille::task::spawn_local;
///
/// let runtime: LocalRuntime = Builder::new_current_thread().build_local(LocalOptions::default())?;
/// let visits = Rc::new(Cell::new(0));
/// runtime.block_on(async {
///     // An `Rc` stays on its thread, and so does the task.
///     let for_task = Rc::clone(&visits);
///     spawn_local(async move { for_task.set(for_task.get() + 1) }).await
/// })?;
/// assert_eq!(visits.get(), 1);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct LocalRuntime {
    /// Dropped first.
    scheduler: current_thread::LocalRuntime<Drivers>,
    /// Dropped second.
    blocking: BlockingEnd,
    handle: Handle,
}

/// What a [`LocalRuntime`] is to be like. There is nothing to choose yet.
///
/// # Examples
///
/// ```
/// use reveille::runtime::{Builder, LocalOptions};
///
/// let runtime = Builder::new_current_thread().build_local(LocalOptions::default())?;
/// assert_eq!(runtime.block_on(async { 42 }), 42);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LocalOptions {
    /// Neither `Send` nor `Sync`, as in tokio, so that what is chosen one day need not be.
    not_send: PhantomData<*const ()>,
}

impl LocalRuntime {
    pub(super) fn of(drivers: Drivers, services: Arc<Services>, config: Config) -> LocalRuntime {
        let scheduler = current_thread::LocalRuntime::with_config(drivers, config);
        let handle = Handle::of_current_thread(scheduler.handle().clone(), services);
        LocalRuntime {
            scheduler,
            blocking: BlockingEnd::of(handle.clone()),
            handle,
        }
    }

    /// A runtime with all drivers, as a [`Builder`] makes it of which nothing else is said.
    ///
    /// # Errors
    ///
    /// If the system refuses what the runtime needs.
    pub fn new() -> io::Result<LocalRuntime> {
        (Builder::new_current_thread().enable_all()).build_local(LocalOptions::default())
    }

    /// A handle, to spawn futures that are `Send` from anywhere.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// A look into the runtime. See [`metrics`](super::metrics).
    pub fn metrics(&self) -> RuntimeMetrics {
        self.handle.metrics()
    }

    /// Makes this the current runtime of the thread, until the guard is dropped.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Makes a task of `future`, which need not be `Send`, and queues it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::rc::Rc;
    ///
    /// use reveille::runtime::{Builder, LocalOptions};
    ///
    /// let runtime = Builder::new_current_thread().build_local(LocalOptions::default())?;
    /// let shared = Rc::new(42);
    /// let task = runtime.spawn_local({
    ///     let shared = Rc::clone(&shared);
    ///     async move { *shared }
    /// });
    /// assert_eq!(runtime.block_on(task)?, 42);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        self.scheduler.spawn_local(future)
    }

    /// Runs `f` on a thread where it may block. See [`Handle::spawn_blocking`].
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, f: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle.spawn_blocking(f)
    }

    /// Polls `future` on this thread until it is done, and runs tasks and drivers meanwhile.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.scheduler.block_on(future)
    }

    /// See [`Runtime::shutdown_timeout`](super::Runtime::shutdown_timeout).
    ///
    /// # Panics
    ///
    /// If this is called by async code, and `duration` is not zero.
    #[track_caller]
    pub fn shutdown_timeout(mut self, duration: Duration) {
        self.blocking.wait_at_most(duration);
        drop(self);
    }

    /// See [`Runtime::shutdown_background`](super::Runtime::shutdown_background).
    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }
}

/// As for a [`Runtime`](super::Runtime).
impl UnwindSafe for LocalRuntime {}
impl RefUnwindSafe for LocalRuntime {}
