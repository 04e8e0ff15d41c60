//! The loop, one step at a time, for tests.
//!
//! `block_on` takes all steps in one go, so it shows only their joint result, and only when all of
//! them are written. Here each can be taken alone.

use std::fmt;
use std::future::pending;
use std::mem::ManuallyDrop;
use std::pin::pin;
use std::task::{Context as TaskContext, Waker};

use crate::context::Context;
use crate::drive::Driver;
use crate::park::Park;
use crate::root::Root;
use crate::runtime::Runtime;
use crate::shared::Handle;
use crate::shutdown::shut_down;
use crate::slot::Engine;

/// A scheduler that is driven by hand, on any thread. Unless it is shut down by hand as well, it is
/// leaked, with all that it has.
pub struct Steps<P: Park> {
    engine: ManuallyDrop<Box<Engine<P>>>,
}

impl<P: Park> Steps<P> {
    /// Without tasks.
    pub fn new(park: P) -> Steps<P> {
        let engine = Runtime::with_park(park).into_engine();
        Steps {
            engine: ManuallyDrop::new(engine),
        }
    }

    /// A handle, to spawn from anywhere.
    pub fn handle(&self) -> &Handle {
        self.context().handle()
    }

    /// Calls `f` as code that this scheduler runs.
    pub fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        self.context().enter(f)
    }

    /// Polls the task whose turn it is. Returns whether there was one.
    pub fn poll_next(&self) -> bool {
        self.enter(|| match self.context().next_task() {
            Some(task) => {
                task.run();
                true
            }
            None => false,
        })
    }

    /// Says that the scheduler is going to sleep, unless it has something to do.
    pub fn announce_sleep(&self) -> bool {
        self.context().shared().announce_sleep()
    }

    /// Says that the scheduler is up again.
    pub fn end_sleep(&self) {
        self.context().shared().end_sleep();
    }

    /// Rests as the loop does after so many polls, beside a root that has been woken or not. Returns
    /// how many polls are counted then.
    pub fn rest(&mut self, polls: u32, is_root_woken: bool) -> u32 {
        let Engine { context, park, .. } = &mut **self.engine;
        let root = Root::driving(context.handle());
        if !is_root_woken {
            // A poll uses up the wake that it was made with.
            let mut cx = TaskContext::from_waker(Waker::noop());
            let _ = root.poll_if_woken(pin!(pending::<()>()), &mut cx);
        }
        context.enter(|| Driver::new(context, park).rest_after(polls, &root))
    }

    /// Gives the tasks that gave way their turn.
    pub fn wake_deferred(&self) {
        self.enter(|| self.context().wake_deferred());
    }

    /// Shuts down, as the drop of a runtime does. Returns how many wakes are left, which will never
    /// be answered: tickets in the run queue, and deferred wakes.
    pub fn shut_down(self) -> usize {
        let mut engine = ManuallyDrop::into_inner(self.engine);
        shut_down(&mut engine);
        let mut core = engine.context.core();
        let deferred = core.defer.take_batch();
        core.queue.len() + deferred.tickets.len() + deferred.wakers.len()
    }

    fn context(&self) -> &Context {
        &self.engine.context
    }
}

impl<P: Park> fmt::Debug for Steps<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Steps").finish_non_exhaustive()
    }
}
