//! What a runtime counts, and how to ask.
//!
//! Any thread may ask at any time, also when the runtime has ended. No answer stops a thread that runs tasks, but for the two that say so. Numbers
//! that are read one after another are of different moments, so they may not add up while tasks run.
//!
//! # When a number changes
//!
//! | number | changes |
//! | --- | --- |
//! | tasks spawned and alive, schedules, steals, overflows, forced yields, all of the blocking pool and of the I/O driver | at once |
//! | parks and no-ops | when a worker falls asleep, and when it wakes up |
//! | polls; on a runtime for one thread also local schedules and, seen from other threads, its queue | each [61 polls](super::Builder::event_interval) when the driver is asked, when the worker falls asleep, and when it is done |
//! | busy time | always: it goes on while the worker is awake |
//! | mean poll time | when a worker falls asleep or is done, and each 4096 polls |
//! | poll times | after each poll, if they are [enabled](super::Builder::enable_metrics_poll_time_histogram) |
//!
//! # What it costs
//!
//! One instruction for a task that is spawned, and one for a task that ends; on a pool one more when a task is queued. Two reads of the clock for each sleep of
//! a thread, which on a pool the watcher of slow workers uses as well; and two for each `block_on` of a runtime for one thread whose future is not ready at
//! its first poll. All else is counted where work is done in any case, or computed when it is asked for. So all of it is
//! always there, but for the poll times, which read the clock twice for each poll.
//!
//! # As in tokio, and not
//!
//! The names are tokio's, those included that are unstable there; names that are deprecated there are not here. A task is counted as ended before its handle
//! is told. `worker_mean_poll_time` knows runtimes for one thread as well. A worker that looks after the others while it has nothing to do is
//! counted as parked. And a queue of a worker that has no room gives half of its tasks to a list of the same worker, not to the global queue; they count
//! as a part of its local queue.
//!
//! In tokio: `runtime/metrics/runtime.rs`.

pub(crate) mod histogram;
mod log_histogram;

use std::ops::Range;
use std::thread::ThreadId;
use std::time::Duration;

use current_thread::metrics::WorkerMetrics;

use super::handle::{Flavor, Handle};

pub use histogram::HistogramConfiguration;
pub use log_histogram::{InvalidHistogramConfiguration, LogHistogram, LogHistogramBuilder};

/// A look into a runtime: see [`metrics`](self). Made by [`Handle::metrics`].
///
/// # Examples
///
/// ```
/// use reveille::runtime::Builder;
/// use reveille::task::yield_now;
///
/// let runtime = Builder::new_current_thread().build()?;
/// let metrics = runtime.metrics();
/// runtime.block_on(async {
///     let task = reveille::spawn(yield_now());
///     assert_eq!(metrics.num_alive_tasks(), 1);
///     task.await
/// })?;
/// assert_eq!(metrics.num_alive_tasks(), 0);
/// assert_eq!(metrics.spawned_tasks_count(), 1);
/// assert_eq!(metrics.worker_poll_count(0), 2);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RuntimeMetrics {
    handle: Handle,
}

impl Handle {
    /// A look into the runtime.
    pub fn metrics(&self) -> RuntimeMetrics {
        RuntimeMetrics {
            handle: self.clone(),
        }
    }
}

/// Of all workers together.
impl RuntimeMetrics {
    /// How many workers there are. A runtime for one thread has one: the thread that is in `block_on`.
    pub fn num_workers(&self) -> usize {
        match &self.handle.flavor {
            Flavor::CurrentThread(_) => 1,
            Flavor::MultiThread(handle) => handle.workers(),
        }
    }

    /// How many tasks were spawned and have not ended. A task has ended before its handle is told.
    pub fn num_alive_tasks(&self) -> usize {
        // The ends first: each was spawned before, and so it is among those that are read next.
        let ended = self.sum(|worker| worker.ended.get()) + self.shared().ended();
        self.spawned_tasks_count().saturating_sub(ended) as usize
    }

    /// How many tasks were ever spawned. A task that came too late, after the end of the runtime, is among them.
    pub fn spawned_tasks_count(&self) -> u64 {
        self.sum(|worker| worker.spawned.get()) + self.shared().spawned()
    }

    /// How many tasks that other threads have spawned or woken wait for a worker to take them over.
    ///
    /// On a pool this takes a lock that the workers want, and a step for each task there.
    pub fn global_queue_depth(&self) -> usize {
        self.injected().1
    }

    /// How many tasks were ever queued by a thread that is no worker: it has spawned or woken them.
    ///
    /// On a pool it costs as much as [`global_queue_depth`](RuntimeMetrics::global_queue_depth).
    pub fn remote_schedule_count(&self) -> u64 {
        self.injected().0
    }

    /// How many polls have used up their [budget](crate::task::coop), and were made to give way. The polls of a future of `block_on` count as well.
    pub fn budget_forced_yield_count(&self) -> u64 {
        self.shared().forced_yields()
    }
}

/// Of one worker.
///
/// # Panics
///
/// Each of them, if there is no such worker. The first one is 0.
impl RuntimeMetrics {
    /// How often the worker fell asleep, for want of something to do.
    #[track_caller]
    pub fn worker_park_count(&self, worker: usize) -> u64 {
        self.worker_park_unpark_count(worker).div_ceil(2)
    }

    /// How often the worker fell asleep or woke up. It is odd while the worker sleeps.
    #[track_caller]
    pub fn worker_park_unpark_count(&self, worker: usize) -> u64 {
        self.worker(worker).parks_and_unparks.get()
    }

    /// How often the worker fell asleep without having polled a task since it woke up, or since it began.
    #[track_caller]
    pub fn worker_noop_count(&self, worker: usize) -> u64 {
        self.worker(worker).noops.get()
    }

    /// How many tasks the worker has taken from other workers.
    #[track_caller]
    pub fn worker_steal_count(&self, worker: usize) -> u64 {
        self.worker(worker).steals.get()
    }

    /// How often the worker has taken tasks from another worker, one or more.
    #[track_caller]
    pub fn worker_steal_operations(&self, worker: usize) -> u64 {
        self.worker(worker).steal_operations.get()
    }

    /// How many polls of tasks the worker has done. The turn of a task that was aborted counts; the polls of a future of `block_on` do not.
    #[track_caller]
    pub fn worker_poll_count(&self, worker: usize) -> u64 {
        self.worker(worker).polls.get()
    }

    /// How long the worker has been awake, in all.
    ///
    /// A worker of a pool is awake from its start to its end, except while it sleeps. Looks of the pool's watcher between two sleeps are a
    /// part of its sleep. The worker of a runtime for one thread is awake within `block_on`, except while it sleeps, from the end of the first
    /// poll of the future on. So a `block_on` whose future is ready at its first poll does not count. No task is polled then, either.
    ///
    /// It goes on during a poll. So two looks at it tell how busy the worker was in between.
    #[track_caller]
    pub fn worker_total_busy_duration(&self, worker: usize) -> Duration {
        self.worker(worker).busy()
    }

    /// How long a poll of a task takes on this worker, with the scheduler's own work. The latest polls count most. Zero before there was
    /// one.
    #[track_caller]
    pub fn worker_mean_poll_time(&self, worker: usize) -> Duration {
        self.worker(worker).mean_poll()
    }

    /// How often the worker has put a task into its own queue: it was spawned or woken there, or gave way.
    #[track_caller]
    pub fn worker_local_schedule_count(&self, worker: usize) -> u64 {
        self.worker(worker).local_schedules.get()
    }

    /// How often the worker's own queue had no room, so that half of it went to a list of the same worker. Always 0 on a runtime
    /// for one thread, whose queue has room for all.
    #[track_caller]
    pub fn worker_overflow_count(&self, worker: usize) -> u64 {
        self.queued(worker).1
    }

    /// How many tasks wait in the worker's own queue.
    ///
    /// A runtime for one thread knows it at once only on that thread; other threads see how many there were when it last asked its driver.
    #[track_caller]
    pub fn worker_local_queue_depth(&self, worker: usize) -> usize {
        self.queued(worker).0
    }

    /// The thread that is the worker. It changes when a task [blocks in place](crate::task::block_in_place). Of a runtime for one thread, the
    /// thread that was in `block_on` last; `None` before the first.
    #[track_caller]
    pub fn worker_thread_id(&self, worker: usize) -> Option<ThreadId> {
        self.worker(worker).thread()
    }
}

/// Of the blocking pool.
impl RuntimeMetrics {
    /// How many threads there are for [blocking jobs](crate::task::spawn_blocking), those included that are just being started. Workers are not
    /// among them.
    pub fn num_blocking_threads(&self) -> usize {
        self.handle.services().pool.threads().0
    }

    /// How many of these threads wait for a job. The one that looks whether the others are late, while jobs are queued, is not among them.
    pub fn num_idle_blocking_threads(&self) -> usize {
        self.handle.services().pool.threads().1
    }

    /// How many blocking jobs wait for a thread.
    pub fn blocking_queue_depth(&self) -> usize {
        self.handle.services().pool.queued()
    }
}

/// Of the I/O driver. All is 0 without [`enable_io`](super::Builder::enable_io).
impl RuntimeMetrics {
    /// How many sockets, and other sources of events, were ever registered.
    pub fn io_driver_fd_registered_count(&self) -> u64 {
        self.handle.services().io_counts.registered()
    }

    /// How many of them are registered no more.
    pub fn io_driver_fd_deregistered_count(&self) -> u64 {
        self.handle.services().io_counts.deregistered()
    }

    /// How many events the system had for them. One event may tell of several things, and wake several tasks or none.
    pub fn io_driver_ready_count(&self) -> u64 {
        self.handle.services().io_counts.events()
    }
}

/// How long polls take. All is empty unless it was [enabled](super::Builder::enable_metrics_poll_time_histogram).
impl RuntimeMetrics {
    /// Whether poll times are kept.
    pub fn poll_time_histogram_enabled(&self) -> bool {
        self.handle.services().poll_times.is_some()
    }

    /// In how many buckets poll times are put.
    pub fn poll_time_histogram_num_buckets(&self) -> usize {
        let times = self.handle.services().poll_times.as_ref();
        times.map_or(0, |times| times.configuration().buckets())
    }

    /// The times that belong into a bucket. The last one has no end but that of the type.
    ///
    /// # Panics
    ///
    /// If there is no such bucket.
    #[track_caller]
    pub fn poll_time_histogram_bucket_range(&self, bucket: usize) -> Range<Duration> {
        match &self.handle.services().poll_times {
            Some(times) => times.configuration().range(bucket),
            None => Range::default(),
        }
    }

    /// How many polls of a worker took so long.
    ///
    /// # Panics
    ///
    /// If there is no such worker, or no such bucket.
    #[track_caller]
    pub fn poll_time_histogram_bucket_count(&self, worker: usize, bucket: usize) -> u64 {
        match &self.handle.services().poll_times {
            Some(times) => times.count(worker, bucket),
            None => 0,
        }
    }
}

impl RuntimeMetrics {
    #[track_caller]
    fn worker(&self, worker: usize) -> &WorkerMetrics {
        assert!(worker < self.num_workers(), "there is no worker {worker}");
        match &self.handle.flavor {
            Flavor::CurrentThread(handle) => handle.worker_metrics(),
            Flavor::MultiThread(handle) => handle.worker_metrics(worker),
        }
    }

    fn sum(&self, count: impl Fn(&WorkerMetrics) -> u64) -> u64 {
        (0..self.num_workers())
            .map(|worker| count(self.worker(worker)))
            .sum()
    }

    fn shared(&self) -> &current_thread::metrics::SharedMetrics {
        match &self.handle.flavor {
            Flavor::CurrentThread(handle) => handle.shared_metrics(),
            Flavor::MultiThread(handle) => handle.shared_metrics(),
        }
    }

    fn injected(&self) -> (u64, usize) {
        match &self.handle.flavor {
            Flavor::CurrentThread(handle) => handle.injected(),
            Flavor::MultiThread(handle) => handle.injected(),
        }
    }

    #[track_caller]
    fn queued(&self, worker: usize) -> (usize, u64) {
        assert!(worker < self.num_workers(), "there is no worker {worker}");
        match &self.handle.flavor {
            Flavor::CurrentThread(handle) => (handle.queued(), 0),
            Flavor::MultiThread(handle) => handle.queued(worker),
        }
    }
}
