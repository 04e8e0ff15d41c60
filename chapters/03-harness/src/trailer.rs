//! The part of a task that is used seldom: by the code that waits for it.
//!
//! In tokio: `Trailer` in `runtime/task/core.rs`.

use std::task::Waker;

use model::loom::cell::UnsafeCell;

/// What a task has besides its future, at the end of the cell.
pub(crate) struct Trailer {
    /// The waker to call when the task is complete. The `JoinHandle` writes it, the thread that
    /// completes the task takes it.
    waker: UnsafeCell<Option<Waker>>,
}

/// In each of these the caller owns the join waker, by the invariant Join Waker Changes Hands.
impl Trailer {
    #[inline]
    pub(crate) fn new() -> Trailer {
        Trailer {
            waker: UnsafeCell::new(None),
        }
    }

    /// Whether there is a waker here.
    ///
    /// # Safety
    ///
    /// The caller owns the join waker.
    #[inline]
    pub(crate) unsafe fn has_waker(&self) -> bool {
        // SAFETY: no other code writes while the caller owns the join waker.
        self.waker.with(|slot| unsafe { &*slot }.is_some())
    }

    /// Whether the waker here would wake the same task as `waker`.
    ///
    /// # Safety
    ///
    /// The caller owns the join waker.
    pub(crate) unsafe fn will_wake(&self, waker: &Waker) -> bool {
        self.waker.with(|slot| {
            // SAFETY: no other code writes while the caller owns the join waker.
            let slot = unsafe { &*slot };
            slot.as_ref()
                .is_some_and(|present| present.will_wake(waker))
        })
    }

    /// Exchanges the waker, without running foreign code: what was here is the caller's to wake or
    /// to drop.
    ///
    /// # Safety
    ///
    /// The caller owns the join waker.
    #[must_use = "dropping a waker is foreign code: say when"]
    pub(crate) unsafe fn replace_waker(&self, waker: Option<Waker>) -> Option<Waker> {
        self.waker.with_mut(|slot| {
            // SAFETY: no other code touches the waker while the caller owns it.
            unsafe { slot.replace(waker) }
        })
    }
}
