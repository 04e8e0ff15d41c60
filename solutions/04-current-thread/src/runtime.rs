//! The owner of a scheduler.
//!
//! Tasks run while a thread is in [`Runtime::block_on`], and on that thread. If several threads are,
//! one of them drives, and another takes over when it is done.
//!
//! # Left out
//!
//! No task runs while no thread blocks: this runtime has no thread of its own. Chapter 10 has.
//!
//! In tokio: `runtime/runtime.rs`, `CurrentThread` in `runtime/scheduler/current_thread/mod.rs`.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use harness::context::{EnterGuard, InPlace, begin_block_on};
use harness::isolate::{Payload, isolate};
use harness::{JoinHandle, Origin, is_large};

use crate::config::Config;
use crate::core::Core;
use crate::drive::Driver;
use crate::park::Park;
use crate::root::{drop_in_place, not_done, park, resume};
use crate::shared::{Handle, Shared};
use crate::shutdown::shut_down;
use crate::slot::{Engine, Slot};
use crate::thread_park::ThreadPark;

pub(crate) use crate::context::{Context, NOT_LOCAL};
pub(crate) use crate::root::Root;

/// A scheduler whose tasks run on the thread that calls [`block_on`](Runtime::block_on).
///
/// Dropping it drops the futures of all tasks, within its context.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, spawn, yield_now};
///
/// let answer = Runtime::new().block_on(async {
///     let task = spawn(async {
///         yield_now().await;
///         42
///     });
///     task.await.unwrap()
/// });
/// assert_eq!(answer, 42);
/// ```
#[derive(Debug)]
pub struct Runtime<P: Park = ThreadPark> {
    handle: Handle,
    slot: Slot<P>,
}

impl Runtime {
    /// A runtime that sleeps as a thread sleeps, and has no drivers.
    pub fn new() -> Runtime {
        Runtime::with_park(ThreadPark::new())
    }
}

impl<P: Park> Runtime<P> {
    /// A runtime that sleeps on `park`.
    pub fn with_park(park: P) -> Runtime<P> {
        Runtime::with_config(park, Config::default())
    }

    /// A runtime that sleeps on `park`, and looks beyond its run queue as often as `config` says.
    ///
    /// # Panics
    ///
    /// If one of the intervals is 0.
    #[track_caller]
    pub fn with_config(park: P, config: Config) -> Runtime<P> {
        Runtime::build(park, false, config)
    }

    #[track_caller]
    pub(crate) fn build(park: P, is_local: bool, config: Config) -> Runtime<P> {
        config.check();
        let (core, owner) = Core::new(&config);
        let shared = Shared::new(Box::new(park.unparker()), owner, is_local);
        let handle = Handle::new(Arc::new(shared));
        let context = Context::new(handle.clone(), config, core);
        Runtime {
            handle,
            slot: Slot::new(Box::new(Engine {
                context,
                park,
                last_root: None,
            })),
        }
    }

    /// The engine, to be driven by hand.
    #[cfg(feature = "steps")]
    pub(crate) fn into_engine(self) -> Box<Engine<P>> {
        self.slot.take().expect("nobody is in `block_on`")
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
        match is_large::<F>() {
            true => (self.handle).spawn_here(Box::pin(future), Origin::here()),
            false => self.handle.spawn_here(future, Origin::here()),
        }
    }

    // ANCHOR: block-on
    /// Polls `future` on this thread until it is done, and runs tasks meanwhile, unless another
    /// thread does. Tasks that are not done by then stay, and go on with the next `block_on`.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _blocked = begin_block_on(InPlace::Forbidden);
        let mut future = pin!(Some(future));
        let mut output = None;
        let ended = match self.slot.take() {
            Some(mut engine) => {
                let root = Root::driving_again(&self.handle, engine.last_root.take());
                self.drive(engine, root, future, &mut output)
            }
            None => {
                let root = Root::new(&self.handle);
                match self.wait(&root, future.as_mut(), &mut output) {
                    Waited::Ended(ended) => ended,
                    Waited::MayDrive(engine) => self.drive(engine, root, future, &mut output),
                }
            }
        };
        resume(ended);
        output.expect("it is there, since nothing has panicked")
    }

    /// Runs tasks with the engine, and puts it back, even if the root future panics. The future is
    /// done then, and dropped.
    fn drive<F: Future>(
        &self,
        mut engine: Box<Engine<P>>,
        root: Arc<Root>,
        mut future: Pin<&mut Option<F>>,
        output: &mut Option<F::Output>,
    ) -> Result<(), Payload> {
        let Engine { context, park, .. } = &mut *engine;
        let ended = context.enter(|| {
            let pinned = not_done(future.as_mut());
            let ended = isolate(|| *output = Some(Driver::new(context, park).run(&root, pinned)));
            let ended = drop_in_place(future, output, ended);
            // It may be long until a thread drives again, and a deferred wake may be that of another runtime.
            context.wake_all_deferred();
            ended
        });
        engine.last_root = Some(root);
        self.slot.put_back(engine);
        ended
    }
    // ANCHOR_END: block-on

    /// Polls the future while another thread drives.
    fn wait<F: Future>(
        &self,
        root: &Arc<Root>,
        mut future: Pin<&mut Option<F>>,
        output: &mut Option<F::Output>,
    ) -> Waited<P> {
        let _entered = self.enter();
        let waited = isolate(|| self.poll_until_core(root, not_done(future.as_mut()), output));
        // It may have been told of the core and never have come for it.
        self.slot.leave(root);
        let ended = match waited {
            Ok(Some(engine)) => return Waited::MayDrive(engine),
            Ok(None) => Ok(()),
            Err(payload) => Err(payload),
        };
        root.retire();
        Waited::Ended(drop_in_place(future, output, ended))
    }

    /// Polls the future until the engine is here, or else until there is an output.
    fn poll_until_core<F: Future>(
        &self,
        root: &Arc<Root>,
        mut future: Pin<&mut F>,
        output: &mut Option<F::Output>,
    ) -> Option<Box<Engine<P>>> {
        let waker = root.lend();
        let mut cx = TaskContext::from_waker(&waker);
        loop {
            match root.poll_if_woken(future.as_mut(), &mut cx) {
                Some(Poll::Ready(ready)) => {
                    *output = Some(ready);
                    return None;
                }
                Some(Poll::Pending) => {}
                None => park(),
            }
            if let Some(engine) = self.slot.take_or_wait(root) {
                root.start_driving();
                return Some(engine);
            }
        }
    }
}

/// How the wait for the engine ended.
enum Waited<P> {
    /// There is an output, or a panic; and the future is dropped.
    Ended(Result<(), Payload>),
    MayDrive(Box<Engine<P>>),
}

/// A panic of a future leaves no runtime behind in which anything is half done.
impl<P: Park> UnwindSafe for Runtime<P> {}
impl<P: Park> RefUnwindSafe for Runtime<P> {}

impl Default for Runtime {
    fn default() -> Runtime {
        Runtime::new()
    }
}

impl<P: Park> Drop for Runtime<P> {
    fn drop(&mut self) {
        // It is there: no thread is in `block_on`, which borrows us.
        if let Some(mut engine) = self.slot.take() {
            shut_down(&mut engine);
        }
    }
}
