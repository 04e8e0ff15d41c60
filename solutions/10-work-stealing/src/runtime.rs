//! The owner of a pool.
//!
//! In tokio: `MultiThread` in `runtime/scheduler/multi_thread/mod.rs`.

use std::fmt;
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::{Duration, Instant};

use current_thread::metrics::{SharedMetrics, WorkerMetrics};
use current_thread::{Config, Executor, Park, TaskHooks, ThreadPark};
use harness::context::{self, EnterGuard, InPlace, begin_block_on, may_block};
use harness::{JoinHandle, OwnedTasks, TaskList};
use model::loom::sync::Mutex;
use model::loom::thread;

use crate::bed::{Bed, Driver, SharedDriver};
use crate::core::Core;
use crate::door::DoorOf;
use crate::ended::Left;
use crate::handle::Handle;
use crate::idle::Idle;
use crate::inject::Inject;
use crate::pace::Pace;
use crate::ring::ring;
use crate::shared::{Front, Launch, Shared};
use crate::shutdown::{Counted, End};
use crate::spill::Spill;
use crate::visit::Visits;
use crate::worker;

/// A scheduler whose tasks run on several threads of its own.
///
/// Dropping it drops the futures of all tasks, within its context, and waits for its threads; but not on a thread of its own, in
/// [`block_in_place`](crate::block_in_place()), which would wait for itself.
///
/// # Examples
///
/// ```
/// use work_stealing::{Runtime, spawn};
///
/// let runtime = Runtime::new(2)?;
/// let sum = runtime.block_on(async {
///     let tasks: Vec<_> = (1..=10).map(|i| spawn(async move { i })).collect();
///     let mut sum = 0;
///     for task in tasks {
///         sum += task.await.unwrap();
///     }
///     sum
/// });
/// assert_eq!(sum, 55);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Runtime {
    handle: Handle,
}

/// What a pool is made of.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
/// use std::thread;
///
/// use current_thread::ThreadPark;
/// use work_stealing::{Options, Runtime};
///
/// // Threads with a name, as a debugger shows it.
/// let started = Arc::new(AtomicUsize::new(0));
/// let mut options = Options::new(2);
/// options.start = Box::new({
///     let started = Arc::clone(&started);
///     move |thread_main| {
///         let number = started.fetch_add(1, Relaxed);
///         thread::Builder::new().name(format!("worker {number}")).spawn(thread_main).map(drop)
///     }
/// });
/// let runtime = Runtime::with_park(options, ThreadPark::new())?;
/// let name = runtime.spawn(async { thread::current().name().map(str::to_owned) });
/// let name = runtime.block_on(name).unwrap().expect("each has a name");
/// assert!(name.starts_with("worker "));
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct Options {
    /// How many workers: threads that run tasks at the same time.
    pub workers: usize,
    /// Starts a thread.
    pub start: Start,
    /// How often a worker looks beyond its queue.
    pub config: Config,
    /// What is called around each sleep of a worker.
    pub hooks: SleepHooks,
}

/// What is called on a worker's thread before it sleeps, and when it has slept. They must not panic. The first may wake or spawn tasks:
/// then the worker does not sleep.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
/// use std::thread;
///
/// use current_thread::ThreadPark;
/// use work_stealing::{Options, Runtime, SleepHooks};
///
/// let has_slept = Arc::new(AtomicBool::new(false));
/// let mut options = Options::new(1);
/// options.hooks = SleepHooks {
///     before: Some(Arc::new({
///         let has_slept = Arc::clone(&has_slept);
///         move || has_slept.store(true, Relaxed)
///     })),
///     after: None,
/// };
/// let _runtime = Runtime::with_park(options, ThreadPark::new())?;
/// // There is nothing to do, so the worker goes to sleep.
/// while !has_slept.load(Relaxed) {
///     thread::yield_now();
/// }
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct SleepHooks {
    /// Called before.
    pub before: Option<Hook>,
    /// Called after.
    pub after: Option<Hook>,
}

/// See [`SleepHooks`].
pub type Hook = Arc<dyn Fn() + Send + Sync>;

/// Starts a thread that runs the closure.
pub type Start = Box<dyn Fn(ThreadMain) -> io::Result<()> + Send + Sync>;

/// What a thread of the pool does, from its beginning to its end.
pub type ThreadMain = Box<dyn FnOnce() -> ThreadEnd + Send>;

/// The pool has no work any more for a thread. Its end waits until this is dropped, so that what a program wants to
/// happen when a thread stops has happened by then.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::AtomicUsize;
/// use std::sync::atomic::Ordering::Relaxed;
/// use std::thread;
///
/// use current_thread::ThreadPark;
/// use work_stealing::{Options, Runtime};
///
/// let stopped = Arc::new(AtomicUsize::new(0));
/// let mut options = Options::new(2);
/// options.start = Box::new({
///     let stopped = Arc::clone(&stopped);
///     move |main| {
///         let stopped = Arc::clone(&stopped);
///         let thread = thread::Builder::new().spawn(move || {
///             let end = main();
///             stopped.fetch_add(1, Relaxed);
///             drop(end);
///         });
///         thread.map(drop)
///     }
/// });
/// drop(Runtime::with_park(options, ThreadPark::new())?);
/// assert_eq!(stopped.load(Relaxed), 2);
/// # Ok::<_, std::io::Error>(())
/// ```
#[must_use = "the pool's end waits until it is dropped: do so when the thread has nothing left to do"]
pub struct ThreadEnd {
    _counted: Counted,
}

impl Options {
    /// So many workers, on threads of the standard library.
    pub fn new(workers: usize) -> Options {
        Options {
            workers,
            start: Box::new(start_thread),
            config: Config::default(),
            hooks: SleepHooks::default(),
        }
    }
}

fn start_thread(main: ThreadMain) -> io::Result<()> {
    let thread = thread::Builder::new().name("reveille-worker".to_owned());
    thread.spawn(|| drop(main())).map(drop)
}

impl Runtime {
    /// A pool that sleeps as threads sleep, and has no drivers.
    ///
    /// # Errors
    ///
    /// If the system has no room for so many threads.
    ///
    /// # Panics
    ///
    /// If there are to be no workers.
    pub fn new(workers: usize) -> io::Result<Runtime> {
        Runtime::with_park(Options::new(workers), ThreadPark::new())
    }

    /// A pool of which one worker at a time sleeps on `park`.
    ///
    /// # Errors
    ///
    /// If a thread cannot be started.
    ///
    /// # Panics
    ///
    /// If there are to be no workers, or an interval of the [config](Options::config) is 0.
    #[track_caller]
    pub fn with_park<P: Park + Send + 'static>(options: Options, park: P) -> io::Result<Runtime> {
        assert!(0 < options.workers, "Worker threads cannot be set to 0");
        options.config.check();
        let unpark = SharedDriver::new(Box::new(park.unparker()));
        let driver = Arc::new(Driver::new(park));
        // Shards for the threads outside.
        let (tasks, homes) = OwnedTasks::with_homes(options.workers, options.workers);
        let fronts: Box<[Arc<Front>]> = (homes.into_iter().enumerate())
            .map(|(index, home)| Arc::new(new_front(index, options.config, home)))
            .collect();
        let shared = Arc::new(Shared {
            tasks,
            inject: Inject::new(),
            idle: Idle::new(options.workers),
            fronts,
            counts: SharedMetrics::new(),
            task_hooks: TaskHooks::found_by(|wanted| unpark.find(wanted)),
            driver: unpark,
            hooks: options.hooks,
            launch: launcher(Arc::clone(&driver), options.start),
            end: Arc::new(End::new()),
            epoch: Instant::now(),
        });
        for index in 0..options.workers {
            if let Err(error) = (shared.launch)(&shared, index) {
                End::begin(&shared);
                // Those that have no thread come to the end on this one.
                (index..options.workers).for_each(|index| worker::run(&shared, index, &driver));
                return Err(error);
            }
        }
        Ok(Runtime {
            handle: Handle::new(shared),
        })
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
        self.handle.spawn(future)
    }

    /// Polls `future` on this thread until it is done, while the workers run tasks.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.handle.block_on(future)
    }

    /// Shuts down, and waits for the threads for so long at most. One that is in the middle of a poll, or blocks in place, may go
    /// on after that, until its poll ends.
    pub fn shutdown_timeout(self, timeout: Duration) {
        let shared = Arc::clone(self.handle.shared());
        self.shutdown_background();
        if !is_own_thread(&shared) {
            shared.end.wait(Some(timeout));
        }
    }

    /// Shuts down, and waits for nothing. The futures are dropped by a thread of the pool. May be called in async code.
    pub fn shutdown_background(self) {
        End::begin(self.handle.shared());
        // There is nothing left to do for the drop, which would wait.
        let this = std::mem::ManuallyDrop::new(self);
        // SAFETY: it is not used again, as `this` is not dropped.
        drop(unsafe { std::ptr::read(&this.handle) });
    }
}

fn new_front(index: usize, config: Config, tasks: TaskList<Handle>) -> Front {
    let (owner, thief) = ring();
    let (bed, bell) = Bed::new();
    Front {
        thief,
        spill: Spill::new(),
        left: Left::new(),
        visits: Visits::new(),
        bell,
        pace: Pace::new(),
        metrics: WorkerMetrics::new(),
        door: DoorOf::new(),
        handed: Mutex::new(Some(Box::new(Core::new(index, config, tasks, owner, bed)))),
        deferred: Mutex::new(Vec::new()),
    }
}

// ANCHOR: launcher
/// Makes what starts a thread for a worker: at first, and each time a worker changes its thread.
fn launcher<P: Park + Send + 'static>(driver: Arc<Driver<P>>, start: Start) -> Launch {
    Box::new(move |shared, index| {
        let (shared, driver) = (Arc::clone(shared), Arc::clone(&driver));
        let end = Arc::clone(&shared.end);
        let counted = end.count_thread();
        start(Box::new(move || {
            {
                let _blocked = begin_block_on(InPlace::Allowed);
                worker::run(&shared, index, &driver);
            }
            // The thread that waits for the end must find nothing of the pool left with us.
            drop(driver);
            drop(shared);
            ThreadEnd { _counted: counted }
        }))
    })
}
// ANCHOR_END: launcher

/// Whether this is a thread of the pool, which the end waits for. It may block only if it has given its worker away.
fn is_own_thread(shared: &Arc<Shared>) -> bool {
    context::with(|here| here.worker_of(shared).is_some())
}

impl Executor for Runtime {
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        Runtime::block_on(self, future)
    }
}

/// A panic of a future leaves no runtime behind in which anything is half done.
impl UnwindSafe for Runtime {}
impl RefUnwindSafe for Runtime {}

impl Drop for Runtime {
    /// # Panics
    ///
    /// If the thread must not block: it runs tasks. The pool then shuts down in the background.
    #[track_caller]
    fn drop(&mut self) {
        let shared = self.handle.shared();
        End::begin(shared);
        if may_block() {
            if !is_own_thread(shared) {
                shared.end.wait(None);
            }
        } else if !std::thread::panicking() {
            panic!(
                "Cannot drop a runtime in a context where blocking is not allowed. This happens when a \
                 runtime is dropped from within an asynchronous context."
            );
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("workers", &self.workers)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
