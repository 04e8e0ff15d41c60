//! The owner of a runtime.
//!
//! # The end
//!
//! 1. The scheduler ends: it drops the futures of all tasks, within its context, and shuts the drivers down.
//!    What a blocking job waits for may be just such a task, so this comes first.
//! 2. The blocking pool is [closed](crate::blocking::pool): jobs that no thread has been called for are
//!    cancelled.
//! 3. The thread waits for the jobs that have begun. Only this may block. A thread that runs tasks must not do
//!    it, and panics; by then all is closed, and nothing is leaked.
//!
//! In tokio: `runtime/runtime.rs`.

use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use current_thread::{Config, Executor};
use harness::JoinHandle;
use harness::context::EnterGuard;

use super::builder::Builder;
use super::drivers::Drivers;
use super::handle::Handle;
use super::metrics::RuntimeMetrics;
use super::services::Services;

/// A runtime: it runs tasks, and its drivers wake those that wait for sockets and for the clock.
///
/// Dropping it drops the futures of all tasks, within its context, and waits for the blocking jobs that have
/// begun, or that a thread is on its way for. Those that are still queued are cancelled.
/// [`shutdown_timeout`](Runtime::shutdown_timeout) waits for some time only, and
/// [`shutdown_background`](Runtime::shutdown_background) not at all.
///
/// # Panics
///
/// If it is dropped by async code: the thread must not wait there. Use `shutdown_background`, or drop it in
/// [`spawn_blocking`](crate::task::spawn_blocking).
///
/// # Examples
///
/// ```
/// use reveille::runtime::Builder;
/// use reveille::sync::mpsc;
///
/// let runtime = Builder::new_current_thread().build()?;
/// let (sender, mut receiver) = mpsc::channel(4);
/// runtime.spawn(async move { sender.send("from a task").await });
/// assert_eq!(runtime.block_on(receiver.recv()), Some("from a task"));
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Runtime {
    /// Dropped first.
    scheduler: Scheduler,
    /// Dropped second.
    blocking: BlockingEnd,
    handle: Handle,
}

/// What runs the tasks. Each call is one look at which it is, and static from there on.
#[derive(Debug)]
enum Scheduler {
    CurrentThread(current_thread::Runtime<Drivers>),
    /// `None` when it has ended, before the blocking pool.
    MultiThread(Option<work_stealing::Runtime>),
}

/// Ends the blocking pool when it is dropped.
#[derive(Debug)]
pub(super) struct BlockingEnd {
    handle: Handle,
    /// How long to wait for the jobs that have begun; `None` is for ever.
    timeout: Option<Duration>,
}

impl Runtime {
    pub(crate) fn current_thread(
        drivers: Drivers,
        services: Arc<Services>,
        config: Config,
    ) -> Runtime {
        let scheduler = current_thread::Runtime::with_config(drivers, config);
        let handle = Handle::of_current_thread(scheduler.handle().clone(), services);
        Runtime::of(Scheduler::CurrentThread(scheduler), handle)
    }

    pub(crate) fn multi_thread(
        drivers: Drivers,
        services: Arc<Services>,
        options: work_stealing::Options,
    ) -> io::Result<Runtime> {
        let scheduler = work_stealing::Runtime::with_park(options, drivers)?;
        let handle = Handle::of_multi_thread(scheduler.handle().clone(), services);
        Ok(Runtime::of(Scheduler::MultiThread(Some(scheduler)), handle))
    }

    /// A runtime with several threads and all drivers, as a [`Builder`] makes it of which nothing else is said.
    ///
    /// # Errors
    ///
    /// If the system refuses what the runtime needs.
    ///
    /// # Examples
    ///
    /// ```
    /// use reveille::runtime::Runtime;
    ///
    /// let runtime = Runtime::new()?;
    /// assert_eq!(runtime.block_on(async { 42 }), 42);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn new() -> io::Result<Runtime> {
        Builder::new_multi_thread().enable_all().build()
    }

    fn of(scheduler: Scheduler, handle: Handle) -> Runtime {
        Runtime {
            scheduler,
            blocking: BlockingEnd::of(handle.clone()),
            handle,
        }
    }

    /// A handle, to spawn from anywhere.
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

    /// Makes a task of `future`, and queues it. See [`Handle::spawn`].
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match &self.scheduler {
            Scheduler::CurrentThread(scheduler) => scheduler.spawn(future),
            Scheduler::MultiThread(_) => self.handle.spawn(future),
        }
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

    /// Polls `future` on this thread until it is done. A runtime for one thread runs tasks and drivers
    /// meanwhile, unless another thread does; one for several has threads of its own for that. Tasks that are not done by then stay, and go on with the next `block_on`.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.scheduler {
            Scheduler::CurrentThread(scheduler) => scheduler.block_on(future),
            Scheduler::MultiThread(_) => self.handle.block_on(future),
        }
    }

    /// Ends the runtime, and waits for the blocking jobs that have begun, but not longer than `duration`. Those
    /// that are not done by then go on, on threads that belong to no runtime.
    ///
    /// # Panics
    ///
    /// If this is called by async code, and `duration` is not zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use reveille::runtime::Builder;
    ///
    /// let runtime = Builder::new_current_thread().build()?;
    /// let (stop, wait) = std::sync::mpsc::channel::<()>();
    /// runtime.spawn_blocking(move || wait.recv());
    /// runtime.shutdown_timeout(Duration::from_millis(10));
    /// drop(stop);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn shutdown_timeout(mut self, duration: Duration) {
        self.blocking.wait_at_most(duration);
        if let Scheduler::MultiThread(scheduler) = &mut self.scheduler
            && let Some(scheduler) = scheduler.take()
        {
            match duration.is_zero() {
                true => scheduler.shutdown_background(),
                false => scheduler.shutdown_timeout(duration),
            }
        }
        drop(self);
    }

    /// Ends the runtime, and waits for nothing. It is how a runtime can be dropped by async code.
    ///
    /// # Examples
    ///
    /// ```
    /// use reveille::runtime::Builder;
    ///
    /// let outer = Builder::new_current_thread().build()?;
    /// outer.block_on(async {
    ///     let inner = Builder::new_current_thread().build()?;
    ///     inner.shutdown_background();
    ///     Ok::<_, std::io::Error>(())
    /// })?;
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }
}

impl BlockingEnd {
    pub(super) fn of(handle: Handle) -> BlockingEnd {
        BlockingEnd {
            handle,
            timeout: None,
        }
    }

    pub(super) fn wait_at_most(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }
}

impl Drop for BlockingEnd {
    fn drop(&mut self) {
        let pool = &self.handle.services().pool;
        pool.close(&self.handle);
        pool.wait(self.timeout);
    }
}

/// So that [`LocalSet::block_on`](crate::task::LocalSet::block_on) takes it.
impl Executor for Runtime {
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        Runtime::block_on(self, future)
    }
}

/// A panic of a future leaves no runtime behind in which anything is half done.
impl UnwindSafe for Runtime {}
impl RefUnwindSafe for Runtime {}
impl UnwindSafe for Handle {}
impl RefUnwindSafe for Handle {}
