//! Which runtime one wants.
//!
//! In tokio: `runtime/builder.rs`.

use std::fmt;
use std::io;
use std::num::NonZero;
use std::sync::Arc;
#[cfg(feature = "steps")]
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::available_parallelism;
use std::time::Duration;

use current_thread::{Config, TaskHook, TaskHooks, TaskMeta};
use timer_wheel::Clock;

use super::drivers::{Drivers, Enabled};
use super::handle::RuntimeFlavor;
use super::local_runtime::{LocalOptions, LocalRuntime};
use super::metrics::HistogramConfiguration;
use super::metrics::histogram::PollTimes;
use super::runtime::Runtime;
use super::services::{ParkHooks, Services};
use crate::blocking::pool::Pool;
use crate::blocking::start::Start;

/// Builds a runtime.
///
/// Nothing is enabled by default. A program that uses a socket without [`enable_io`](Builder::enable_io), or
/// a timer without [`enable_time`](Builder::enable_time), panics and says so.
///
/// # Examples
///
/// ```
/// use reveille::net::UdpSocket;
/// use reveille::runtime::Builder;
///
/// let runtime = Builder::new_current_thread().enable_io().build()?;
/// let address = runtime.block_on(async {
///     UdpSocket::bind("127.0.0.1:0").await?.local_addr()
/// })?;
/// assert!(address.ip().is_loopback());
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until it builds"]
pub struct Builder {
    flavor: RuntimeFlavor,
    /// As many as there are processors if it was not said.
    worker_threads: Option<usize>,
    name: Option<String>,
    enabled: Enabled,
    start_paused: bool,
    start: Start,
    blocking_threads_max: usize,
    keep_alive: Duration,
    on_park: ParkHooks,
    task_hooks: TaskHooks,
    poll_times: Option<HistogramConfiguration>,
    has_poll_times: bool,
    config: Config,
}

/// As many as tokio's. A blocking thread mostly waits, so it costs little but the memory of its stack.
const BLOCKING_THREADS: usize = 512;

/// A program that blocks now and then keeps its threads, and one that did so once gets rid of them.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

impl Builder {
    /// A runtime whose tasks run on the thread that calls [`block_on`](Runtime::block_on).
    pub fn new_current_thread() -> Builder {
        Builder::of(RuntimeFlavor::CurrentThread)
    }

    /// A runtime whose tasks run on several threads of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use reveille::runtime::Builder;
    ///
    /// let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    /// let both = runtime.block_on(async {
    ///     let one = reveille::spawn(async { 1 });
    ///     let two = reveille::spawn(async { 2 });
    ///     one.await.unwrap() + two.await.unwrap()
    /// });
    /// assert_eq!(both, 3);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn new_multi_thread() -> Builder {
        Builder::of(RuntimeFlavor::MultiThread)
    }

    fn of(flavor: RuntimeFlavor) -> Builder {
        Builder {
            flavor,
            worker_threads: None,
            name: None,
            enabled: Enabled::default(),
            start_paused: false,
            start: Start::new(),
            blocking_threads_max: BLOCKING_THREADS,
            keep_alive: KEEP_ALIVE,
            on_park: ParkHooks::default(),
            task_hooks: TaskHooks::default(),
            poll_times: None,
            has_poll_times: false,
            config: Config::default(),
        }
    }

    /// The name of the runtime, for those who look into it: see [`Handle::name`](super::Handle::name).
    ///
    /// # Panics
    ///
    /// If there is nothing in it but spaces.
    #[track_caller]
    pub fn name(&mut self, name: impl Into<String>) -> &mut Builder {
        let name = name.into();
        assert!(!name.trim().is_empty(), "runtime name shouldn't be empty");
        self.name = Some(name);
        self
    }

    /// After how many polls the drivers are asked, although tasks are due. 61 if it is not said. Less is quicker
    /// to see a socket, and slower in all else.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn event_interval(&mut self, polls: u32) -> &mut Builder {
        assert!(0 < polls, "event_interval must be greater than 0");
        self.config.driver_interval = polls;
        self
    }

    /// After how many polls a thread looks for tasks from other threads, although it has some of its own. 31 if
    /// it is not said.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn global_queue_interval(&mut self, polls: u32) -> &mut Builder {
        assert!(0 < polls, "global_queue_interval must be greater than 0");
        self.config.inject_interval = polls;
        self
    }

    /// How many threads run tasks, in a runtime with several. If it is not said, as many as there are
    /// processors.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn worker_threads(&mut self, worker_threads: usize) -> &mut Builder {
        assert!(0 < worker_threads, "Worker threads cannot be set to 0");
        self.worker_threads = Some(worker_threads);
        self
    }

    /// Enables all drivers.
    pub fn enable_all(&mut self) -> &mut Builder {
        self.enable_io().enable_time()
    }

    /// Enables sockets.
    pub fn enable_io(&mut self) -> &mut Builder {
        self.enabled.io = true;
        self
    }

    /// Enables timers.
    pub fn enable_time(&mut self) -> &mut Builder {
        self.enabled.time = true;
        self
    }

    /// Whether the runtime's clock is paused from the beginning, as by [`pause`](crate::time::pause).
    ///
    /// For tests: when all tasks wait, the clock moves to the next timer.
    pub fn start_paused(&mut self, start_paused: bool) -> &mut Builder {
        self.start_paused = start_paused;
        self
    }

    /// How many threads there may be for [blocking jobs](crate::task::spawn_blocking) at once. They are started
    /// when they are needed; jobs beyond them wait. 512 if it is not said.
    ///
    /// # Panics
    ///
    /// If it is 0: a job would wait for ever.
    #[track_caller]
    pub fn max_blocking_threads(&mut self, count: usize) -> &mut Builder {
        assert!(0 < count, "Max blocking threads cannot be set to 0");
        self.blocking_threads_max = count;
        self
    }

    /// How long a blocking thread without a job is kept. Ten seconds if it is not said.
    pub fn thread_keep_alive(&mut self, duration: Duration) -> &mut Builder {
        self.keep_alive = duration;
        self
    }

    /// The name of all threads of the runtime. Without one it is `reveille-rt-worker`.
    pub fn thread_name(&mut self, name: impl Into<String>) -> &mut Builder {
        let name = name.into();
        self.start.name = Arc::new(move || name.clone());
        self
    }

    /// What makes the name of each thread of the runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// use reveille::runtime::Builder;
    ///
    /// static NEXT: AtomicUsize = AtomicUsize::new(0);
    /// let runtime = Builder::new_current_thread()
    ///     .thread_name_fn(|| format!("reader-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
    ///     .build()?;
    /// let name = runtime.spawn_blocking(|| std::thread::current().name().map(str::to_owned));
    /// assert_eq!(runtime.block_on(name)?.as_deref(), Some("reader-0"));
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn thread_name_fn<F>(&mut self, name: F) -> &mut Builder
    where
        F: Fn() -> String + Send + Sync + 'static,
    {
        self.start.name = Arc::new(name);
        self
    }

    /// The size of the stack of each thread of the runtime, in bytes. If it is not said, the standard library
    /// decides: two MiB, most often.
    pub fn thread_stack_size(&mut self, bytes: usize) -> &mut Builder {
        self.start.stack_size = Some(bytes);
        self
    }

    /// Calls `f` on each thread of the runtime, when it begins.
    ///
    /// A thread that calls `block_on` is not one of them.
    pub fn on_thread_start<F: Fn() + Send + Sync + 'static>(&mut self, f: F) -> &mut Builder {
        self.start.on_start = Some(Arc::new(f));
        self
    }

    /// Calls `f` on each thread of the runtime, before it ends.
    pub fn on_thread_stop<F: Fn() + Send + Sync + 'static>(&mut self, f: F) -> &mut Builder {
        self.start.on_stop = Some(Arc::new(f));
        self
    }

    /// Calls `f` each time before a thread sleeps that runs tasks. It may wake or spawn tasks: then the thread
    /// does not sleep.
    pub fn on_thread_park<F: Fn() + Send + Sync + 'static>(&mut self, f: F) -> &mut Builder {
        self.on_park.before = Some(Arc::new(f));
        self
    }

    /// Calls `f` each time when a thread has slept that runs tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use std::time::Duration;
    ///
    /// use reveille::runtime::Builder;
    ///
    /// let sleeps = Arc::new(AtomicU32::new(0));
    /// let count = Arc::clone(&sleeps);
    /// let runtime = Builder::new_current_thread()
    ///     .enable_time()
    ///     .on_thread_unpark(move || { count.fetch_add(1, Ordering::Relaxed); })
    ///     .build()?;
    /// runtime.block_on(async { reveille::time::sleep(Duration::from_millis(1)).await });
    /// assert!(1 <= sleeps.load(Ordering::Relaxed));
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn on_thread_unpark<F: Fn() + Send + Sync + 'static>(&mut self, f: F) -> &mut Builder {
        self.on_park.after = Some(Arc::new(f));
        self
    }

    /// Calls `f` for each task that is about to be made, on the thread that spawns it.
    ///
    /// A second call takes the place of the first. The same holds for the other hooks around tasks: see [`runtime`](super#hooks-around-tasks)
    /// for what all of them may do, and for which tasks they are called.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// use reveille::runtime::Builder;
    ///
    /// let alive = Arc::new(AtomicUsize::new(0));
    /// let (more, fewer) = (Arc::clone(&alive), Arc::clone(&alive));
    /// let runtime = Builder::new_current_thread()
    ///     .on_task_spawn(move |_| { more.fetch_add(1, Ordering::Relaxed); })
    ///     .on_task_terminate(move |_| { fewer.fetch_sub(1, Ordering::Relaxed); })
    ///     .build()?;
    /// let task = runtime.spawn(async {});
    /// assert_eq!(alive.load(Ordering::Relaxed), 1);
    /// runtime.block_on(task)?;
    /// assert_eq!(alive.load(Ordering::Relaxed), 0);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn on_task_spawn<F>(&mut self, f: F) -> &mut Builder
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.task_hooks.spawn = Some(TaskHook::new(f));
        self
    }

    /// Calls `f` for each task that ends, when its future has been dropped, and before its handle is told. So code that has awaited a task
    /// finds that the hook has run.
    ///
    /// A task ends when its future is done or has panicked; when it was aborted, even before its first poll; or with the runtime. It has
    /// one call of this hook in any case, on the thread that polled it last, or that dropped its future.
    pub fn on_task_terminate<F>(&mut self, f: F) -> &mut Builder
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.task_hooks.terminate = Some(TaskHook::new(f));
        self
    }

    /// Calls `f` each time before a task has its turn, on the thread that polls it. The turn of a task that was aborted is one as well,
    /// though its future is dropped and not polled. A task that ends with the runtime has no more turn.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::sync::mpsc;
    /// use std::time::Instant;
    ///
    /// use reveille::runtime::Builder;
    ///
    /// thread_local! {
    ///     static BEGUN: Cell<Option<Instant>> = const { Cell::new(None) };
    /// }
    /// let (sender, long_polls) = mpsc::channel();
    /// let runtime = Builder::new_current_thread()
    ///     .on_before_task_poll(|_| BEGUN.set(Some(Instant::now())))
    ///     .on_after_task_poll(move |meta| {
    ///         // The task may be gone by now. What is told of it is a copy.
    ///         if BEGUN.take().is_some_and(|begun| 10 <= begun.elapsed().as_millis()) {
    ///             let _ = sender.send(meta.id());
    ///         }
    ///     })
    ///     .build()?;
    /// let blocks = runtime.spawn(async { std::thread::sleep(std::time::Duration::from_millis(10)) });
    /// let id = blocks.id();
    /// runtime.block_on(blocks)?;
    /// assert_eq!(long_polls.recv(), Ok(id));
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn on_before_task_poll<F>(&mut self, f: F) -> &mut Builder
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.task_hooks.before_poll = Some(TaskHook::new(f));
        self
    }

    /// Calls `f` each time after a task has had its turn, on the same thread. The call after a task's last turn comes after that of
    /// [`on_task_terminate`](Builder::on_task_terminate); by then the task may be gone.
    pub fn on_after_task_poll<F>(&mut self, f: F) -> &mut Builder
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.task_hooks.after_poll = Some(TaskHook::new(f));
        self
    }

    /// Keeps how long each poll of a task takes: [`RuntimeMetrics`](super::RuntimeMetrics) tells. That reads the clock twice for each
    /// poll, which may take longer than a short poll itself. A poll that [blocks in place](crate::task::block_in_place) is left out, once
    /// another thread is the worker.
    ///
    /// # Examples
    ///
    /// ```
    /// use reveille::runtime::Builder;
    ///
    /// let runtime = Builder::new_current_thread().enable_metrics_poll_time_histogram().build()?;
    /// let metrics = runtime.metrics();
    /// runtime.block_on(async { reveille::spawn(async {}).await })?;
    /// let polls = (0..metrics.poll_time_histogram_num_buckets())
    ///     .map(|bucket| metrics.poll_time_histogram_bucket_count(0, bucket));
    /// assert_eq!(polls.sum::<u64>(), 1);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn enable_metrics_poll_time_histogram(&mut self) -> &mut Builder {
        self.has_poll_times = true;
        self
    }

    /// Into which buckets poll times are put, if they are [kept](Builder::enable_metrics_poll_time_histogram). If it is not said, into ten
    /// buckets of 100 microseconds.
    pub fn metrics_poll_time_histogram_configuration(
        &mut self,
        configuration: HistogramConfiguration,
    ) -> &mut Builder {
        self.poll_times = Some(configuration);
        self
    }

    /// The first threads start, and all that come after `count` of them are refused as by a system that has
    /// none left.
    #[cfg(feature = "steps")]
    pub fn threads_that_start(&mut self, count: usize) -> &mut Builder {
        let left = AtomicUsize::new(count);
        self.start.permit = Some(Arc::new(move || {
            let had = left.try_update(Relaxed, Relaxed, |left| left.checked_sub(1));
            had.map(drop)
                .map_err(|_| io::Error::from(io::ErrorKind::WouldBlock))
        }));
        self
    }

    /// Builds it. The builder can build another, like this one.
    ///
    /// # Errors
    ///
    /// If the system refuses what the runtime needs. A runtime for one thread needs nothing before its
    /// first socket.
    ///
    /// # Panics
    ///
    /// If the clock is to be paused, and timers are not enabled, or several threads run tasks: none of them
    /// knows when all tasks wait.
    #[track_caller]
    pub fn build(&mut self) -> io::Result<Runtime> {
        let (drivers, services) = self.drivers();
        match self.flavor {
            RuntimeFlavor::CurrentThread => {
                Ok(Runtime::current_thread(drivers, services, self.config))
            }
            RuntimeFlavor::MultiThread => {
                let start = self.start.clone();
                let options = work_stealing::Options {
                    workers: self.workers(),
                    start: Box::new(move |main| start.start(main).map(drop)),
                    config: self.config,
                    hooks: self.on_park.of_workers(),
                };
                Runtime::multi_thread(drivers, services, options)
            }
        }
    }

    /// Builds a runtime that stays on this thread. Its tasks need not be `Send`. The builder can build another.
    ///
    /// # Errors
    ///
    /// As [`build`](Builder::build).
    ///
    /// # Panics
    ///
    /// If the builder is for a runtime with several threads; or if the clock is to be paused, and timers are not enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::rc::Rc;
    ///
    /// use reveille::runtime::{Builder, LocalOptions};
    /// use reveille::task::spawn_local;
    ///
    /// let runtime = Builder::new_current_thread().build_local(LocalOptions::default())?;
    /// let name = Rc::new("local");
    /// let length = runtime.block_on(async { spawn_local(async move { name.len() }).await })?;
    /// assert_eq!(length, 5);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn build_local(&mut self, _: LocalOptions) -> io::Result<LocalRuntime> {
        assert!(
            self.flavor == RuntimeFlavor::CurrentThread,
            "multi_thread is not supported for LocalRuntime"
        );
        let (drivers, services) = self.drivers();
        Ok(LocalRuntime::of(drivers, services, self.config))
    }

    /// What every flavor has.
    #[track_caller]
    fn drivers(&self) -> (Drivers, Arc<Services>) {
        assert!(
            !self.start_paused || self.enabled.time,
            "`start_paused` needs timers. Call `enable_time` on the runtime builder to enable timers."
        );
        assert!(
            !self.start_paused || self.flavor == RuntimeFlavor::CurrentThread,
            "`start_paused` needs a runtime for one thread"
        );
        let clock = match (self.flavor, self.start_paused) {
            (RuntimeFlavor::MultiThread, _) => Clock::steady(),
            (RuntimeFlavor::CurrentThread, true) => Clock::paused(),
            (RuntimeFlavor::CurrentThread, false) => Clock::new(),
        };
        let pool = Pool::new(
            self.start.clone(),
            self.blocking_threads_max,
            self.keep_alive,
        );
        // A pool calls the hooks itself: most of its workers do not sleep on the drivers.
        let on_park = match self.flavor {
            RuntimeFlavor::CurrentThread => self.on_park.clone(),
            RuntimeFlavor::MultiThread => ParkHooks::default(),
        };
        let workers = match self.flavor {
            RuntimeFlavor::CurrentThread => 1,
            RuntimeFlavor::MultiThread => self.workers(),
        };
        let poll_times = self.has_poll_times.then(|| {
            let configuration = self.poll_times.clone().unwrap_or_default();
            PollTimes::new(configuration, workers)
        });
        let services = Arc::new(Services::new(
            self.name.clone(),
            pool,
            on_park,
            self.task_hooks.clone(),
            poll_times,
        ));
        let drivers = Drivers::new(self.enabled, clock, Arc::clone(&services));
        (drivers, services)
    }

    fn workers(&self) -> usize {
        (self.worker_threads).unwrap_or_else(|| available_parallelism().map_or(1, NonZero::get))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("name", &self.name)
            .field("enabled", &self.enabled)
            .field("start_paused", &self.start_paused)
            .field("max_blocking_threads", &self.blocking_threads_max)
            .field("thread_keep_alive", &self.keep_alive)
            .finish_non_exhaustive()
    }
}
