//! What runs on this thread at this moment.

use std::any::TypeId;
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::Arc;
use std::task::Waker;

use super::flavor::{Scheduler, Worker};
use super::record::Record;
use crate::waker::is_current;

/// A look at what runs tasks on this thread. It was taken by [`with`], and is good until that returns.
///
/// # Examples
///
/// ```
/// use std::any::{Any, TypeId};
/// use std::sync::Arc;
/// use std::task::Waker;
///
/// use harness::context::{self, Flavor, Scheduler, Worker};
///
/// struct Pool;
///
/// impl Flavor for Pool {
///     fn find(&self, _: TypeId) -> Option<&dyn Any> {
///         None
///     }
/// }
///
/// /// One of the pool's threads.
/// struct Lane(usize);
///
/// impl Worker for Lane {
///     fn defer(&self, waker: &Waker) {
///         waker.wake_by_ref();
///     }
/// }
///
/// impl Scheduler for Pool {
///     type Worker = Lane;
/// }
///
/// let (pool, other_pool) = (Arc::new(Pool), Arc::new(Pool));
/// context::enter_worker(&pool, &Lane(3), || {
///     // Code of the scheduler asks whether it is on one of its own threads.
///     context::with(|here| {
///         assert_eq!(here.worker_of(&pool).map(|lane| lane.0), Some(3));
///         assert!(here.worker_of(&other_pool).is_none());
///     });
/// });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// The address of the scheduler, as in the record.
    scheduler: *const (),
    worker: Option<NonNull<()>>,
    /// The address and the type of the runtime that `spawn` means.
    entered: Option<(*const (), TypeId)>,
    scope: PhantomData<&'a ()>,
}

/// Calls `f` with a look at what runs tasks on this thread.
#[inline(always)]
pub fn with<R>(f: impl for<'a> FnOnce(Here<'a>) -> R) -> R {
    f(Record::with(|record| Here {
        scheduler: record.scheduler.get(),
        worker: record.worker.get().map(NonNull::cast),
        entered: (record.entered.get())
            .map(|it| (it.flavor.as_ptr().cast_const().cast(), it.type_id)),
        scope: PhantomData,
    }))
}

impl<'a> Here<'a> {
    /// The worker on this thread, if it is one of this scheduler.
    #[inline]
    pub fn worker_of<S: Scheduler>(self, scheduler: &Arc<S>) -> Option<&'a S::Worker> {
        if self.scheduler != Arc::as_ptr(scheduler).cast() {
            return None;
        }
        // SAFETY: the address was set by `enter_worker`, from an `Arc` that is alive until it returns.
        // Two `Arc`s that are alive have the same address only if they share one value, so that was
        // an `Arc<S>` too, and came with a worker of the type `S::Worker`.
        unsafe { self.worker() }
    }

    /// The worker on this thread, if it is one of the runtime that `spawn` means, and if that is of this
    /// flavor.
    #[inline]
    pub fn worker_of_current<S: Scheduler>(self) -> Option<&'a S::Worker> {
        if self.entered != Some((self.scheduler, TypeId::of::<S>())) {
            return None;
        }
        // SAFETY: both addresses are those of `Arc`s that are alive (invariant: Pointers Are Reset).
        // They are the same, and so is the type behind them, which is `S`. Its worker is an
        // `S::Worker`.
        unsafe { self.worker() }
    }

    /// # Safety
    ///
    /// The worker, if there is one, is a `W`.
    #[inline]
    unsafe fn worker<W: Worker>(self) -> Option<&'a W> {
        // SAFETY: it was there when `with` was called, so its `enter_worker` is further down on the stack
        // than that, and keeps the worker borrowed until `'a` is over. The type is right, as our
        // caller promises.
        self.worker.map(|worker| unsafe { worker.cast().as_ref() })
    }
}

/// Wakes `waker` when all tasks that are due on this thread have had a turn, and the driver has been
/// asked. Where no scheduler runs, that is now.
#[inline]
pub fn defer(waker: &Waker) {
    if is_current(waker) {
        // The running task's own. It need not be woken: the poll has the ticket, and at its end the
        // harness gives the ticket to the scheduler, to be put aside. No clone, no wake.
        Record::with(|record| record.is_yielding.set(true));
        return;
    }
    match Record::with(|record| record.worker.get()) {
        // SAFETY: the worker's `enter_worker` is further down on our stack, and keeps it borrowed
        // (invariant: Pointers Are Reset).
        Some(worker) => unsafe { worker.as_ref() }.defer(waker),
        None => waker.wake_by_ref(),
    }
}

/// Whether a task is due on this thread, as far as the worker here knows.
pub fn is_task_due() -> bool {
    let worker = Record::with(|record| record.worker.get());
    // SAFETY: the worker's `enter_worker` is further down on our stack, and keeps it borrowed (invariant:
    // Pointers Are Reset).
    worker.is_some_and(|worker| unsafe { worker.as_ref() }.is_task_due())
}
