//! The owner of a scheduler.
//!
//! Tasks run while a thread is in [`Runtime::block_on`], and on that thread. If several threads are,
//! one of them drives, and another takes over when it is done.
//!
//! # Left out
//!
//! Nothing is run while nobody blocks: this runtime has no thread of its own. Chapter 10 has.
//!
//! In tokio: `runtime/runtime.rs`, `CurrentThread` in `runtime/scheduler/current_thread/mod.rs`.

use std::panic::resume_unwind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use harness::context::{EnterGuard, InPlace, begin_block_on};
use harness::isolate::isolate;
use harness::{JoinHandle, is_large};
use model::loom::thread;

use crate::context::Context;
use crate::core::Core;
use crate::drive::Driver;
use crate::handle::Handle;
use crate::park::Park;
use crate::root::Root;
use crate::shared::Shared;
use crate::shutdown::shut_down;
use crate::slot::{Slot, Worker};
use crate::thread_park::ThreadPark;

/// A scheduler whose tasks run on the thread that calls [`block_on`](Runtime::block_on).
///
/// Dropping it drops the futures of all tasks, within its context.
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
        Runtime::build(park, false)
    }

    pub(crate) fn build(park: P, is_local: bool) -> Runtime<P> {
        let (core, owner) = Core::new();
        let shared = Shared::new(Box::new(park.unparker()), owner, is_local);
        let handle = Handle::new(Arc::new(shared));
        let context = Context::new(handle.clone(), core);
        Runtime {
            handle,
            slot: Slot::new(Box::new(Worker {
                context,
                park,
                last_root: None,
            })),
        }
    }

    /// The worker, to be driven by hand.
    #[cfg(feature = "steps")]
    pub(crate) fn into_worker(self) -> Box<Worker<P>> {
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
            true => self.handle.spawn_here(Box::pin(future)),
            false => self.handle.spawn_here(future),
        }
    }

    /// Polls `future` on this thread until it is done, and runs tasks meanwhile, unless another
    /// thread does. Tasks that are not done by then stay, and go on with the next `block_on`.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _blocked = begin_block_on(InPlace::Forbidden);
        let mut future = pin!(future);
        if let Some(mut worker) = self.slot.take() {
            let root = Root::driving_again(&self.handle, worker.last_root.take());
            return self.drive(worker, root, future);
        }
        let root = Root::new(&self.handle);
        match self.wait(&root, future.as_mut()) {
            Waited::Done(output) => output,
            Waited::MayDrive(worker) => self.drive(worker, root, future),
        }
    }

    /// Runs tasks with the worker, and puts it back, also if the root future panics.
    fn drive<F: Future>(
        &self,
        mut worker: Box<Worker<P>>,
        root: Arc<Root>,
        future: Pin<&mut F>,
    ) -> F::Output {
        let Worker { context, park, .. } = &mut *worker;
        let output = context.enter(|| {
            let output = isolate(|| Driver::new(context, park).run(&root, future));
            // Nobody may drive for a long time, and a deferred wake may be somebody else's.
            context.wake_deferred();
            output
        });
        worker.last_root = Some(root);
        self.slot.put_back(worker);
        output.unwrap_or_else(|payload| resume_unwind(payload))
    }

    /// Polls the future while another thread drives.
    fn wait<F: Future>(&self, root: &Arc<Root>, mut future: Pin<&mut F>) -> Waited<P, F::Output> {
        let _entered = self.enter();
        let _leave = Leave {
            slot: &self.slot,
            root,
        };
        let waker = root.lend();
        let mut cx = TaskContext::from_waker(&waker);
        loop {
            match root.poll_if_woken(future.as_mut(), &mut cx) {
                Some(Poll::Ready(output)) => {
                    root.retire();
                    return Waited::Done(output);
                }
                Some(Poll::Pending) => {}
                None => thread::park(),
            }
            if let Some(worker) = self.slot.take_or_wait(root) {
                root.start_driving();
                return Waited::MayDrive(worker);
            }
        }
    }
}

/// How the wait for the worker ended.
enum Waited<P, T> {
    Done(T),
    MayDrive(Box<Worker<P>>),
}

/// Ends the wait, by a panic of the future as well.
struct Leave<'a, P> {
    slot: &'a Slot<P>,
    root: &'a Arc<Root>,
}

impl<P> Drop for Leave<'_, P> {
    fn drop(&mut self) {
        self.slot.leave(self.root);
    }
}

impl Default for Runtime {
    fn default() -> Runtime {
        Runtime::new()
    }
}

impl<P: Park> Drop for Runtime<P> {
    fn drop(&mut self) {
        // It is there: nobody is in `block_on`, which borrows us.
        if let Some(mut worker) = self.slot.take() {
            shut_down(&mut worker);
        }
    }
}
