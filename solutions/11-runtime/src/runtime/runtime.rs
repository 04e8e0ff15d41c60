//! The owner of a runtime.
//!
//! In tokio: `runtime/runtime.rs`.

use harness::JoinHandle;
use harness::context::EnterGuard;

use super::drivers::Drivers;
use super::handle::Handle;

/// A runtime: it runs tasks, and its drivers wake those that wait for sockets and for the clock.
///
/// Dropping it drops the futures of all tasks, within its context.
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
    scheduler: current_thread::Runtime<Drivers>,
    handle: Handle,
}

impl Runtime {
    pub(crate) fn new(drivers: Drivers) -> Runtime {
        let scheduler = current_thread::Runtime::with_park(drivers);
        Runtime {
            handle: Handle::of_current_thread(scheduler.handle().clone()),
            scheduler,
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
        self.scheduler.spawn(future)
    }

    /// Polls `future` on this thread until it is done, and runs tasks and drivers meanwhile, unless another
    /// thread does. Tasks that are not done by then stay, and go on with the next `block_on`.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.scheduler.block_on(future)
    }
}
