//! A handle on a runtime of any flavor.
//!
//! In tokio: `runtime/handle.rs`.

use std::fmt;
use std::sync::Arc;

use harness::context::{self, EnterGuard};
use harness::{JoinHandle, OwnerId};

use super::TryCurrentError;
use super::dump::Dump;
use super::services::Services;
use crate::blocking::job::{Job, Mandatory};

/// A handle on a runtime: spawns tasks from any thread. Cloning it is cheap.
///
/// # Examples
///
/// ```
/// use reveille::runtime::{Builder, Handle};
///
/// let runtime = Builder::new_current_thread().build()?;
/// let sum = runtime.block_on(async {
///     let handle = Handle::current();
///     let one = handle.spawn(async { 1 });
///     let two = handle.spawn(async { 2 });
///     one.await.unwrap() + two.await.unwrap()
/// });
/// assert_eq!(sum, 3);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct Handle {
    pub(super) flavor: Flavor,
    services: Arc<Services>,
}

/// The handle of the scheduler. Each call is one look at which it is, and static from there on.
#[derive(Clone, Debug)]
pub(super) enum Flavor {
    CurrentThread(current_thread::Handle),
    MultiThread(work_stealing::Handle),
}

/// How a runtime runs tasks.
///
/// # Examples
///
/// ```
/// use reveille::runtime::{Builder, RuntimeFlavor};
///
/// let one = Builder::new_current_thread().build()?;
/// let many = Builder::new_multi_thread().worker_threads(2).build()?;
/// // A library asks, and chooses what it does about code that blocks.
/// assert_eq!(one.handle().runtime_flavor(), RuntimeFlavor::CurrentThread);
/// assert_eq!(many.handle().runtime_flavor(), RuntimeFlavor::MultiThread);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuntimeFlavor {
    /// On the thread that is in `block_on`.
    CurrentThread,
    /// On threads of its own.
    MultiThread,
}

/// The name of a runtime, which no other runtime has that is there at the same time.
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
///
/// use reveille::runtime::{Builder, Handle};
///
/// let web = Builder::new_current_thread().build()?;
/// let jobs = Builder::new_current_thread().build()?;
/// let names = HashMap::from([(web.handle().id(), "web"), (jobs.handle().id(), "jobs")]);
/// let name = web.block_on(async { names.get(&Handle::current().id()).copied() });
/// assert_eq!(name, Some("web"));
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub struct Id(OwnerId);

impl Handle {
    pub(crate) fn of_current_thread(
        handle: current_thread::Handle,
        services: Arc<Services>,
    ) -> Handle {
        Handle {
            flavor: Flavor::CurrentThread(handle),
            services,
        }
    }

    pub(crate) fn of_multi_thread(
        handle: work_stealing::Handle,
        services: Arc<Services>,
    ) -> Handle {
        Handle {
            flavor: Flavor::MultiThread(handle),
            services,
        }
    }

    pub(crate) fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// The runtime that this code runs in, or has [entered](Handle::enter).
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn current() -> Handle {
        match Handle::try_current() {
            Ok(handle) => handle,
            Err(error) => panic!("{error}"),
        }
    }

    /// The runtime that this code runs in, or has [entered](Handle::enter).
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn try_current() -> Result<Handle, TryCurrentError> {
        let flavor = match work_stealing::Handle::try_current() {
            Some(handle) => Flavor::MultiThread(handle),
            None => Flavor::CurrentThread(current_thread::Handle::try_current()?),
        };
        let services = context::find().expect("a runtime of ours has its services");
        Ok(Handle { flavor, services })
    }

    /// Makes this the current runtime of the thread, until the guard is dropped. Guards must be dropped in
    /// the reverse order of their making.
    pub fn enter(&self) -> EnterGuard<'_> {
        match &self.flavor {
            Flavor::CurrentThread(handle) => handle.enter(),
            Flavor::MultiThread(handle) => handle.enter(),
        }
    }

    /// Makes a task of `future`, and queues it. It runs whether or not its handle is awaited.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match &self.flavor {
            Flavor::CurrentThread(handle) => handle.spawn(future),
            Flavor::MultiThread(handle) => handle.spawn(future),
        }
    }

    /// Runs `f` on a thread of the blocking pool, where it may block.
    ///
    /// It runs whether or not its handle is awaited. When the runtime has ended, or when the system has no
    /// thread to give, the handle says that the job was *cancelled*.
    ///
    /// # Cancellation
    ///
    /// A job that has begun cannot be stopped. `abort` works before that.
    ///
    /// # Examples
    ///
    /// ```
    /// use reveille::runtime::Builder;
    ///
    /// let runtime = Builder::new_current_thread().build()?;
    /// let sum = runtime.handle().spawn_blocking(|| (1..=1000u64).sum::<u64>());
    /// assert_eq!(runtime.block_on(sum)?, 500_500);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, f: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.submit_job(f, Mandatory::No).0
    }

    /// Runs `f` on a thread of the blocking pool. Returns too whether it was queued, and not refused by a
    /// runtime that has ended.
    pub(crate) fn submit_job<F, R>(&self, f: F, mandatory: Mandatory) -> (JoinHandle<R>, bool)
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let _entered = self.enter();
        let (job, join) = Job::new(f, mandatory);
        let submitted = self.services.pool.submit(self, job);
        let is_queued = submitted.is_ok();
        if let Err(job) = submitted {
            job.shut_down();
        }
        (join, is_queued)
    }

    /// Polls `future` on this thread until it is done, within the context of the runtime.
    ///
    /// On a runtime for one thread this runs no tasks and no drivers: another thread has to be in
    /// [`Runtime::block_on`](super::Runtime::block_on) meanwhile.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.flavor {
            Flavor::CurrentThread(handle) => handle.block_on(future),
            Flavor::MultiThread(handle) => handle.block_on(future),
        }
    }

    /// The name of the runtime, which no other runtime has that is there at the same time.
    pub fn id(&self) -> Id {
        match &self.flavor {
            Flavor::CurrentThread(handle) => Id(handle.id()),
            Flavor::MultiThread(handle) => Id(handle.id()),
        }
    }

    /// The name that the [builder](super::Builder::name) gave the runtime.
    pub fn name(&self) -> Option<&str> {
        self.services.name.as_deref()
    }

    /// Looks at all tasks that are not done: what each of them does, where it was spawned and, with the feature `dump`, which leaf it
    /// waits for, and in which line. See [`dump`](super::dump).
    ///
    /// With the feature `dump` this waits for nothing: any thread may ask, even if all others are stuck. A runtime that
    /// hangs is best asked from a thread of its own.
    ///
    /// Without the feature the threads that run tasks are asked, each at the end of a poll. So this waits while a task is stuck in a poll; and
    /// in a runtime for one thread it waits until a thread is in `block_on`. A task that another thread has just spawned may be
    /// missing. A runtime that has ended has no task.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::thread;
    /// use std::time::Duration;
    ///
    /// use reveille::runtime::Builder;
    ///
    /// let runtime = Builder::new_multi_thread().worker_threads(2).build()?;
    /// let stuck = runtime.spawn(std::future::pending::<()>());
    ///
    /// // A real program asks when a signal comes, or when no request was answered for a minute.
    /// let handle = runtime.handle().clone();
    /// let asks = thread::spawn(move || handle.block_on(handle.dump()));
    /// let dump = asks.join().unwrap();
    ///
    /// assert!(dump.tasks().iter().any(|task| task.id() == stuck.id()));
    /// eprintln!("{dump}");
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub async fn dump(&self) -> Dump {
        self.look().await
    }

    /// Reads the diaries.
    #[cfg(feature = "dump")]
    async fn look(&self) -> Dump {
        let _entered = self.enter();
        Dump::new(self.id().0)
    }

    /// Asks the threads that run tasks.
    #[cfg(not(feature = "dump"))]
    async fn look(&self) -> Dump {
        let handle = match &self.flavor {
            Flavor::CurrentThread(handle) => handle.clone(),
            Flavor::MultiThread(handle) => return Dump::new(handle.tasks().await, None),
        };
        if let Some(tasks) = handle.tasks() {
            return Dump::new(tasks, None);
        }
        // Another thread drives, or none. A task that looks around comes to the thread that has the list.
        let there = handle.clone();
        let probe = handle.spawn(async move { there.tasks() });
        let id = probe.id();
        let tasks = probe.await.ok().flatten().unwrap_or_default();
        Dump::new(tasks, Some(id))
    }

    /// How the runtime runs tasks.
    pub fn runtime_flavor(&self) -> RuntimeFlavor {
        match &self.flavor {
            Flavor::CurrentThread(_) => RuntimeFlavor::CurrentThread,
            Flavor::MultiThread(_) => RuntimeFlavor::MultiThread,
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("flavor", &self.flavor)
            .field("name", &self.services.name)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
