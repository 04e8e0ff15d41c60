//! The ways in which a task ends: its future is done, or it is dropped before; its output is taken, or
//! dropped; and at last the cell is freed.
//!
//! In tokio: `complete`, `shutdown`, `cancel_task` and `dealloc` in `runtime/task/harness.rs`.

use std::mem::{self, ManuallyDrop};
use std::task::Waker;

use crate::cell::Cell;
use crate::error::{Failure, JoinError};
use crate::harness::Harness;
use crate::isolate::{discard, isolate};
use crate::schedule::Schedule;
use crate::state::{ToComplete, ToShutdown};
use crate::task::Task;
use crate::trace;

impl<F: Future, S: Schedule> Harness<F, S> {
    // ANCHOR: complete
    /// Ends the task.
    ///
    /// # Safety
    ///
    /// Takes one reference. The caller has RUNNING and has put the outcome into the stage.
    pub(super) unsafe fn complete(self) {
        // ANCHOR: ex-3-6-complete
        // The list's reference is given up together with ours.
        let refs = 1 + self.release();
        let is_last = match self.state().transition_to_complete(refs) {
            ToComplete::Done => false,
            ToComplete::WakeJoin => {
                // SAFETY: the transition has given us the join waker.
                let waker = unsafe { self.trailer().replace_waker(None) };
                wake_join(waker.expect("Join Waker Changes Hands: the bit is set"));
                self.state().ref_dec(refs)
            }
            ToComplete::Detached => {
                // SAFETY: we have RUNNING.
                unsafe { self.drop_output() };
                self.state().transition_to_complete_detached(refs)
            }
        };
        if is_last {
            // SAFETY: we have taken the count to zero.
            unsafe { self.dealloc() };
        }
        // ANCHOR_END: ex-3-6-complete
    }
    // ANCHOR_END: complete

    /// Cancels the task, and drops the future unless a thread is polling it; then the end of that
    /// poll will.
    ///
    /// # Safety
    ///
    /// Takes one reference. The caller is where the future may be dropped.
    pub(crate) unsafe fn shutdown(self) {
        match self.state().transition_to_shutdown() {
            ToShutdown::Cancel => {
                let _traced = trace::end(self.header().id);
                // SAFETY: the transition has given us RUNNING, and the future is not done.
                unsafe { self.cancel() };
                #[cfg(feature = "tracing")]
                self.header().observed.close();
                // SAFETY: we have RUNNING and our caller's reference, and the outcome is in place.
                unsafe { self.complete() };
            }
            ToShutdown::Failed => {}
            // SAFETY: our caller's reference was the last.
            ToShutdown::Dealloc => unsafe { self.dealloc() },
        }
    }

    // ANCHOR: cancel
    /// Drops the future, and says in its place why there is no output.
    ///
    /// # Safety
    ///
    /// The caller has RUNNING, and the future is not done.
    pub(super) unsafe fn cancel(&self) {
        // ANCHOR: ex-3-7-cancel
        let _entered = self.header().id.enter();
        // SAFETY: the stage is our caller's (invariant: Running Owns Stage).
        let failure = match isolate(|| unsafe { self.core().consume() }) {
            Ok(()) => Failure::Cancelled,
            Err(payload) => Failure::Panicked(payload),
        };
        // SAFETY: as above, and the stage is consumed.
        unsafe { self.core().store(Err(failure)) };
        // ANCHOR_END: ex-3-7-cancel
    }
    // ANCHOR_END: cancel

    // ANCHOR: release
    /// Takes the task out of the list it is in. Returns how many references it had from there,
    /// which are ours now.
    #[inline]
    fn release(&self) -> usize {
        if self.header().owner.is_none() {
            return 0;
        }
        // SAFETY: the task's scheduler is an `S`.
        let task =
            ManuallyDrop::new(unsafe { Task::from_raw(ManuallyDrop::into_inner(self.borrow())) });
        let Some(released) = self.core().scheduler.release(&task) else {
            return 0;
        };
        // It is counted as this task's below, so it had better be one.
        assert!(released.as_raw() == task.as_raw(), "released another task");
        mem::forget(released);
        1
    }
    // ANCHOR_END: release

    /// Takes the outcome.
    ///
    /// # Safety
    ///
    /// The task is complete, and the caller is its `JoinHandle`.
    ///
    /// # Panics
    ///
    /// If it has been taken before.
    #[inline]
    pub(crate) unsafe fn take_output(&self) -> Result<F::Output, JoinError> {
        // SAFETY: the stage is the `JoinHandle`'s (invariant: Output Changes Hands).
        let outcome = unsafe { self.core().take() };
        outcome.map_err(|failure| JoinError::new(self.header().id, failure))
    }

    /// Drops the output, unless it has been taken.
    ///
    /// # Safety
    ///
    /// The task is complete, and the caller is its `JoinHandle`.
    #[inline]
    pub(crate) unsafe fn drop_output_left(&self) {
        // SAFETY: the stage is the `JoinHandle`'s (invariant: Output Changes Hands).
        if unsafe { self.core().is_filled() } {
            // SAFETY: as our caller promises.
            unsafe { self.drop_output() };
        }
    }

    // ANCHOR: drop-output
    /// Drops the output. A panic in its `drop` ends here.
    ///
    /// # Safety
    ///
    /// The caller has RUNNING, or the task is complete and the caller is its `JoinHandle`.
    #[inline]
    pub(crate) unsafe fn drop_output(&self) {
        let _entered = self.header().id.enter();
        // SAFETY: the stage is our caller's (invariants: Running Owns Stage, Output Changes Hands).
        if let Err(payload) = isolate(|| unsafe { self.core().consume() }) {
            discard(payload);
        }
    }
    // ANCHOR_END: drop-output

    // ANCHOR: dealloc
    /// Gives the cell to its scheduler, which frees it or keeps it. If the future is still in it,
    /// no waker is left that could wake it, and it is dropped first.
    ///
    /// # Safety
    ///
    /// The caller has taken the count of references to zero.
    #[inline]
    pub(crate) unsafe fn dealloc(self) {
        // SAFETY: no reference to it is left (invariant: One Reference Each).
        S::recycle(unsafe { Cell::vacate(self.cell) });
    }
    // ANCHOR_END: dealloc
}

/// Calls the join waker. A panic in it ends here, because this thread only happened to complete the
/// task. The panic hook has printed it.
fn wake_join(waker: Waker) {
    if let Err(payload) = isolate(|| waker.wake()) {
        discard(payload);
    }
}
