//! The real wakers behind those that a [`probe`](crate::probe()) hands out.
//!
//! # Invariants
//!
//! **One For One**: for each of our wakers in foreign hands there is exactly one real one, so the
//! code that polls the probe sees the same clones, wakes and drops as without the probe.

use std::ptr;
use std::sync::Arc;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Waker;

use crate::words::lock::Lock;
use crate::words::own::uncounted;

/// The real wakers that the wakers of one cell stand for. They all wake the same task.
#[derive(Default)]
pub(crate) struct Forward {
    /// Shared, so that one can be called with the lock released.
    wakers: Lock<Vec<Arc<Waker>>>,
    /// The waker of the poll in progress, which the poll's own waker borrows; null between polls.
    borrowed: AtomicPtr<Waker>,
}

impl Forward {
    /// Whether our wakers in foreign hands, if any, already stand for `waker`.
    pub(crate) fn is_for(&self, waker: &Waker) -> bool {
        let last = self.wakers.lock().last().cloned();
        last.is_none_or(|last| last.will_wake(waker))
    }

    /// Lends `waker` to the poll's own waker, until [`Forward::end_poll`].
    pub(crate) fn begin_poll(&self, waker: &Waker) {
        // ORDERING: Relaxed, here and below: the poll's own waker is a borrow that its thread got
        // from us, and any other thread from that one.
        self.borrowed
            .store(ptr::from_ref(waker).cast_mut(), Relaxed);
    }

    pub(crate) fn end_poll(&self) {
        self.borrowed.store(ptr::null_mut(), Relaxed);
    }

    pub(crate) fn wake_by_ref(&self) {
        self.with(Waker::wake_by_ref);
    }

    pub(crate) fn clone_one(&self) {
        if let Some(waker) = self.with(Waker::clone) {
            uncounted(|| self.wakers.lock().push(Arc::new(waker)));
        }
    }

    pub(crate) fn wake_one(&self) {
        let waker = self.wakers.lock().pop();
        match waker.map(Arc::try_unwrap) {
            Some(Ok(waker)) => waker.wake(),
            // Someone is just calling it by reference, and will drop it after.
            Some(Err(shared)) => shared.wake_by_ref(),
            None => {}
        }
    }

    pub(crate) fn drop_one(&self) {
        let waker = self.wakers.lock().pop();
        drop(waker);
    }

    /// Calls `f` with the real waker, if there still is one.
    fn with<R>(&self, f: impl FnOnce(&Waker) -> R) -> Option<R> {
        let last = self.wakers.lock().last().cloned();
        if let Some(waker) = last {
            return Some(f(&waker));
        }
        let borrowed = self.borrowed.load(Relaxed);
        if borrowed.is_null() {
            return None;
        }
        // SAFETY: not null, so a poll is in progress, and its caller lent us the waker until it
        // ends. We were reached by the poll's own waker, a borrow that ends before the poll does.
        Some(f(unsafe { &*borrowed }))
    }
}
