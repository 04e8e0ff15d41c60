//! A handle on a runtime of any flavor.
//!
//! In tokio: `runtime/handle.rs`.

use harness::JoinHandle;
use harness::context::EnterGuard;

use super::TryCurrentError;

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
#[derive(Clone, Debug)]
pub struct Handle {
    flavor: Flavor,
}

/// The handle of the scheduler. Each call is one look at which it is, and static from there on.
#[derive(Clone, Debug)]
enum Flavor {
    CurrentThread(current_thread::Handle),
}

/// How a runtime runs tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuntimeFlavor {
    /// On the thread that is in `block_on`.
    CurrentThread,
}

impl Handle {
    pub(crate) fn of_current_thread(handle: current_thread::Handle) -> Handle {
        Handle {
            flavor: Flavor::CurrentThread(handle),
        }
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
        current_thread::Handle::try_current().map(Handle::of_current_thread)
    }

    /// Makes this the current runtime of the thread, until the guard is dropped. Guards must be dropped in
    /// the reverse order of their making.
    pub fn enter(&self) -> EnterGuard<'_> {
        match &self.flavor {
            Flavor::CurrentThread(handle) => handle.enter(),
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
        }
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
        }
    }

    /// How the runtime runs tasks.
    pub fn runtime_flavor(&self) -> RuntimeFlavor {
        match &self.flavor {
            Flavor::CurrentThread(_) => RuntimeFlavor::CurrentThread,
        }
    }
}
