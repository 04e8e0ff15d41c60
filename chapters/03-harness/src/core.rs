//! The part of a task that is polled: the scheduler, and the stage.
//!
//! The stage is the future first and its output later, in the same place. This file does not ask
//! which thread may touch it. The state word decides that, and each caller says why it may.
//!
//! In tokio: `Core` and `Stage` in `runtime/task/core.rs`.

use std::pin::Pin;
use std::task::{Context, Poll};

use model::loom::cell::UnsafeCell;

use crate::error::Failure;

/// The lines that poll the future of a task are in here: a dump does not show them.
#[cfg(feature = "dump")]
pub(crate) const FILE: &str = file!();

/// What only code that knows the future's type can touch.
#[repr(C)]
pub(crate) struct Core<F: Future, S> {
    /// Where the task is queued when it is woken. Never changes.
    pub(crate) scheduler: S,
    /// The future, or its output.
    pub(crate) stage: UnsafeCell<Stage<F>>,
}

/// How far the task has come.
///
/// `repr(C)` gives it a tag of its own. Left alone, the compiler may keep the tag in a byte of the
/// future that has values to spare, and then asking for the stage reads a byte of the future while
/// other code has a pointer into it.
#[repr(C)]
pub(crate) enum Stage<F: Future> {
    /// The future is not done.
    Running(F),
    /// The future returned this.
    Finished(F::Output),
    /// There is no output, and this is why.
    Failed(Failure),
    /// The future or the output has been dropped or taken.
    Consumed,
}

impl<F: Future, S> Core<F, S> {
    /// Polls the future.
    ///
    /// # Safety
    ///
    /// The caller may touch the stage, and the future is not done. The cell is never moved, so the
    /// future is pinned by being in it.
    #[inline]
    pub(crate) unsafe fn poll(&self, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.stage.with_mut(|stage| {
            // SAFETY: no other code touches the stage now, as our caller promises.
            let Stage::Running(future) = (unsafe { &mut *stage }) else {
                unreachable!("a future is polled while it is in its stage");
            };
            // SAFETY: the cell is on the heap, and the future is dropped in place.
            let future = unsafe { Pin::new_unchecked(future) };
            future.poll(cx)
        })
    }

    /// Whether there is anything in the stage.
    ///
    /// # Safety
    ///
    /// The caller may touch the stage.
    #[inline]
    pub(crate) unsafe fn is_filled(&self) -> bool {
        self.stage.with(|stage| {
            // SAFETY: no other code touches the stage now, as our caller promises.
            !matches!(unsafe { &*stage }, Stage::Consumed)
        })
    }

    /// Drops the future or the output, in place. Foreign code: it may panic, and even then the
    /// stage is consumed, and nothing in it is dropped again.
    ///
    /// # Safety
    ///
    /// The caller may touch the stage.
    #[inline]
    pub(crate) unsafe fn consume(&self) {
        self.stage.with_mut(|stage| {
            // An assignment drops the old value in place, and then puts the new one there, even if
            // that drop panics.
            //
            // SAFETY: no other code touches the stage now, as our caller promises.
            unsafe { *stage = Stage::Consumed };
        });
    }

    /// Puts the outcome where the future was.
    ///
    /// # Safety
    ///
    /// The caller may touch the stage, and has consumed it.
    #[inline]
    pub(crate) unsafe fn store(&self, outcome: Result<F::Output, Failure>) {
        let finished = match outcome {
            Ok(output) => Stage::Finished(output),
            Err(failure) => Stage::Failed(failure),
        };
        self.stage.with_mut(|stage| {
            // Nothing is dropped: what was here is consumed.
            //
            // SAFETY: no other code touches the stage now, as our caller promises.
            unsafe { stage.write(finished) };
        });
    }

    /// Takes the outcome.
    ///
    /// # Safety
    ///
    /// The caller may touch the stage, and the task is complete.
    ///
    /// # Panics
    ///
    /// If it has been taken before.
    #[inline]
    pub(crate) unsafe fn take(&self) -> Result<F::Output, Failure> {
        let finished = self.stage.with_mut(|stage| {
            // An output is not pinned as the future was, and may be moved out.
            //
            // SAFETY: no other code touches the stage now, as our caller promises.
            unsafe { stage.replace(Stage::Consumed) }
        });
        match finished {
            Stage::Finished(output) => Ok(output),
            Stage::Failed(failure) => Err(failure),
            Stage::Consumed => panic!("JoinHandle polled after completion"),
            Stage::Running(_) => unreachable!("a task that is complete has no future"),
        }
    }
}
