//! Locks, and waiting for what they guard.

use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};
use std::time::Duration;

use crate::loom::threads::{self, Thread};
use crate::record;
use crate::run::{Attempt, Object, Of, What};

/// See `loom::sync::Mutex`.
#[derive(Debug)]
pub struct Mutex<T> {
    mutex: ::loom::sync::Mutex<T>,
    object: Object,
}

/// See `loom::sync::MutexGuard`.
#[derive(Debug)]
pub struct MutexGuard<'a, T> {
    /// `None` only while it is dropped, or a condition variable has it.
    guard: Option<::loom::sync::MutexGuard<'a, T>>,
    mutex: &'a Mutex<T>,
}

/// See `loom::sync::Condvar`.
///
/// It is built anew of loom's other parts: of loom's own, nobody can say when in the run a thread
/// began to wait.
#[derive(Debug)]
pub struct Condvar {
    /// Written by each use, so that loom tries all orders of two of them.
    turn: ::loom::sync::atomic::AtomicUsize,
    waiting: std::sync::Mutex<VecDeque<Thread>>,
    object: Object,
}

impl<T> Mutex<T> {
    /// A lock around `value`.
    #[track_caller]
    pub fn new(value: T) -> Mutex<T> {
        Mutex {
            mutex: ::loom::sync::Mutex::new(value),
            object: record::made(Of::Nothing, 0, Location::caller()),
        }
    }

    /// What it guards.
    ///
    /// # Errors
    ///
    /// Never: loom's locks are not poisoned.
    pub fn into_inner(self) -> LockResult<T> {
        record::ended(self.object);
        let this = ManuallyDrop::new(self);
        // SAFETY: the pointer is to a whole lock, and `this` is neither used again nor dropped. So
        // the lock is moved out of it once.
        let mutex = unsafe { ptr::read(&this.mutex) };
        mutex.into_inner()
    }

    /// What it guards.
    ///
    /// # Errors
    ///
    /// Never: loom's locks are not poisoned.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.mutex.get_mut()
    }

    /// Waits for the lock.
    ///
    /// # Errors
    ///
    /// Never: loom's locks are not poisoned.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let telling = record::attempt(Attempt::Lock, self.object, Some(Location::caller()));
        let guard = self.mutex.lock();
        telling.done(What::Locks);
        Ok(self.guard(guard.expect("loom's locks are not poisoned")))
    }

    /// Takes the lock if nobody has it.
    ///
    /// # Errors
    ///
    /// If somebody has it.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let telling = record::attempt(Attempt::Access, self.object, Some(Location::caller()));
        match self.mutex.try_lock() {
            Ok(guard) => {
                telling.done(What::Locks);
                Ok(self.guard(guard))
            }
            Err(_) => {
                telling.done(What::FindsLocked);
                Err(TryLockError::WouldBlock)
            }
        }
    }

    fn guard<'a>(&'a self, guard: ::loom::sync::MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        MutexGuard {
            guard: Some(guard),
            mutex: self,
        }
    }
}

impl<T> Drop for Mutex<T> {
    fn drop(&mut self) {
        record::ended(self.object);
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Mutex<T> {
        Mutex::new(T::default())
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.guard.as_ref().expect("it is not being dropped")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.guard.as_mut().expect("it is not being dropped")
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if let Some(guard) = self.guard.take() {
            drop(guard);
            record::step(What::Unlocks, self.mutex.object, None);
        }
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Condvar {
        Condvar::new()
    }
}

impl Condvar {
    /// Nobody waits yet.
    #[track_caller]
    pub fn new() -> Condvar {
        Condvar {
            turn: ::loom::sync::atomic::AtomicUsize::new(0),
            waiting: std::sync::Mutex::default(),
            object: record::made(Of::Nothing, 0, Location::caller()),
        }
    }

    /// Those that wait. A panic elsewhere leaves the list as it was.
    fn waiting(&self) -> std::sync::MutexGuard<'_, VecDeque<Thread>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives up the lock and sleeps until it is notified, then takes the lock again.
    ///
    /// # Errors
    ///
    /// Never: loom's locks are not poisoned.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let place = Some(Location::caller());
        let mutex = guard.mutex;
        let telling = record::attempt(Attempt::Wait, self.object, place);
        // ORDERING: Relaxed; it is here for the orders that loom tries, and orders nothing itself.
        self.turn.fetch_add(1, Relaxed);
        // From here to the sleep loom does not switch.
        self.waiting().push_back(threads::current());
        telling.step(What::WaitBegins);
        drop_unrecorded(guard);
        ::loom::thread::park();
        telling.done(What::WaitEnds);
        let telling = record::attempt(Attempt::Lock, mutex.object, place);
        let guard = mutex.mutex.lock().expect("loom's locks are not poisoned");
        telling.done(What::Locks);
        Ok(mutex.guard(guard))
    }

    /// Waits while `condition` holds.
    ///
    /// # Errors
    ///
    /// Never: loom's locks are not poisoned.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Waits as [`wait`](Self::wait) does: no time passes in a model.
    ///
    /// # Errors
    ///
    /// Never: loom's locks are not poisoned.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _limit: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let guard = self.wait(guard).expect("loom's locks are not poisoned");
        Ok((guard, WaitTimeoutResult(())))
    }

    /// Wakes one of those that wait.
    #[track_caller]
    pub fn notify_one(&self) {
        let telling = record::attempt(Attempt::Access, self.object, Some(Location::caller()));
        // ORDERING: Relaxed; see `wait`.
        self.turn.fetch_add(1, Relaxed);
        let first = self.waiting().pop_front();
        let woke = first.as_ref().and_then(Thread::lane);
        telling.done(What::NotifyOne { woke });
        if let Some(first) = first {
            first.unpark_unrecorded();
        }
    }

    /// Wakes all of those that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        let telling = record::attempt(Attempt::Access, self.object, Some(Location::caller()));
        // ORDERING: Relaxed; see `wait`.
        self.turn.fetch_add(1, Relaxed);
        let all = std::mem::take(&mut *self.waiting());
        telling.done(What::NotifyAll { woke: all.len() });
        for thread in all {
            thread.unpark_unrecorded();
        }
    }
}

/// Whether a wait has timed out, which none does under loom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(());

impl WaitTimeoutResult {
    /// Never.
    pub fn timed_out(&self) -> bool {
        false
    }
}

/// Gives the lock up as a part of something else.
fn drop_unrecorded<T>(mut guard: MutexGuard<'_, T>) {
    drop(guard.guard.take());
}
