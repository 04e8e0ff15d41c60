//! Where the core is while no thread runs tasks, and which threads wait for it.
//!
//! Any number of threads may call `block_on` of the same runtime. The first one finds the core here
//! and drives; the others poll their own futures only, and each of them leaves its [`Root`] here,
//! to be told when the core comes back. If no thread were told, the tasks would stand still as soon
//! as the first thread is done, and the futures of the other threads may wait for just those tasks.
//!
//! # Invariants
//!
//! - **Someone Is Told**: when the core is put back and a thread waits for it, one is unparked; and one
//!   that leaves without taking the core passes the message on.
//!
//! In tokio: `CurrentThread::core`, `notify` in `runtime/scheduler/current_thread/mod.rs`.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use model::loom::sync::{Mutex, MutexGuard};

use crate::context::Context;
use crate::root::Root;

/// The core, in its context, and what it sleeps on: a thread needs no more to drive. In a box, so
/// that it is quickly moved.
#[derive(Debug)]
pub(crate) struct Engine<P> {
    pub(crate) context: Context,
    pub(crate) park: P,
    /// The root of the last `block_on`, kept for the next one: see [`Root::driving_again`].
    pub(crate) last_root: Option<Arc<Root>>,
}

/// The engine, while it has no work.
pub(crate) struct Slot<P> {
    seat: Mutex<Seat<P>>,
}

struct Seat<P> {
    engine: Option<Box<Engine<P>>>,
    /// The threads that wait for it, in the order of their coming.
    waiters: VecDeque<Arc<Root>>,
}

impl<P> Slot<P> {
    pub(crate) fn new(engine: Box<Engine<P>>) -> Slot<P> {
        Slot {
            seat: Mutex::new(Seat {
                engine: Some(engine),
                waiters: VecDeque::new(),
            }),
        }
    }

    /// Takes the engine, if it is here.
    pub(crate) fn take(&self) -> Option<Box<Engine<P>>> {
        self.lock().engine.take()
    }

    /// Takes the engine; or makes sure that `root` will be told when it is back.
    pub(crate) fn take_or_wait(&self, root: &Arc<Root>) -> Option<Box<Engine<P>>> {
        let mut seat = self.lock();
        if let Some(engine) = seat.engine.take() {
            seat.forget(root);
            return Some(engine);
        }
        if !seat.waiters.iter().any(|waiter| Arc::ptr_eq(waiter, root)) {
            seat.waiters.push_back(Arc::clone(root));
        }
        None
    }

    /// Puts the engine back, and tells a thread that waits for it.
    pub(crate) fn put_back(&self, engine: Box<Engine<P>>) {
        let mut seat = self.lock();
        debug_assert!(seat.engine.is_none(), "One Core: there are two");
        seat.engine = Some(engine);
        seat.tell_next();
    }

    /// Ends the wait of `root`. It may have been told of the engine and never have come for it.
    pub(crate) fn leave(&self, root: &Arc<Root>) {
        let mut seat = self.lock();
        seat.forget(root);
        if seat.engine.is_some() {
            seat.tell_next();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seat<P>> {
        self.seat.lock().expect("nothing panics under this lock")
    }
}

impl<P> Seat<P> {
    fn forget(&mut self, root: &Arc<Root>) {
        self.waiters.retain(|waiter| !Arc::ptr_eq(waiter, root));
    }

    fn tell_next(&mut self) {
        if let Some(next) = self.waiters.pop_front() {
            next.unpark();
        }
    }
}

impl<P> fmt::Debug for Slot<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}
