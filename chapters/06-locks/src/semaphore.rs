//! A number of permits, and a queue of the tasks that wait for some.
//!
//! Most of this chapter is made of it. For example, a mutex is a semaphore of one permit, a bounded
//! channel has one for each free seat, a reader-writer lock has many, of which a writer takes all.
//!
//! One word decides everything, so that no task needs the lock when no task waits:
//!
//! ```text
//!      bits 2..              bit 1     bit 0
//!    ┌──────────────────────┬────────┬────────┐     acquire   one compare-and-exchange
//!    │ free permits         │ QUEUED │ CLOSED │     release   one compare-and-exchange,
//!    └──────────────────────┴────────┴────────┘               or, if QUEUED, the lock
//! ```
//!
//! It is fair: tasks are served in the order in which they came, even if the first wants many permits,
//! and the tasks behind it want few. That takes no rule of its own, since a newcomer finds nothing to
//! take. A waiter takes what there is and waits for the rest. A permit that is released while a task
//! waits is handed to the first waiter and never becomes free.
//!
//! ```text
//!    free 2      A wants 3: takes 2, waits for 1       free 0, QUEUED    A:1
//!                B wants 1: waits                      free 0, QUEUED    A:1  B:1
//!                release 3: A gets 1, B gets 1         free 1            woken: A, B
//! ```
//!
//! # Invariants
//!
//! - **Queue Takes All**: while a task waits, no permit is free.
//! - **Frozen While Queued**: QUEUED is set as long as a task waits (until the semaphore is closed,
//!   when all waiters are sent away). It is set and cleared under the lock; and while it is set,
//!   the word changes only under the lock.
//! - **Permits Are Conserved**: each permit is free, or with one holder, or with one waiter, or in the
//!   hands of a thread that is just handing it over.
//!
//! In tokio: `sync/semaphore.rs`, `sync/batch_semaphore.rs`.

mod acquire;
mod error;
mod permit;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire as Acquires, Relaxed, Release};

use atomic_waker::blocking::block_on;
use harness::coop;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Mutex, MutexGuard};

use crate::list::{Batch, WaitList, hand_to_all, relock};

pub use acquire::{Acquire, Place};
pub use error::{AcquireError, TryAcquireError};
pub use permit::{OwnedSemaphorePermit, SemaphorePermit};

/// A number of permits that tasks share.
///
/// # Examples
///
/// ```
/// use locks::Semaphore;
///
/// timer_future::block_on(async {
///     let desks = Semaphore::new(2);
///     let _mine = desks.acquire().await.unwrap();
///     let yours = desks.acquire().await.unwrap();
///     assert!(desks.try_acquire().is_err());
///     drop(yours);
///     assert!(desks.try_acquire().is_ok());
/// });
/// ```
pub struct Semaphore {
    /// The free permits, and two bits; see the module's picture.
    word: AtomicUsize,
    /// The waiters.
    waiters: Mutex<WaitList>,
}

/// No permit will be handed out any more.
const CLOSED: usize = 1;
/// A task waits.
const QUEUED: usize = 2;
/// One permit.
const PERMIT: usize = 4;

/// A waiter's state is the number of permits that it still waits for, perhaps with this bit beside it.
/// The bit is no part of a number: no task waits for so many permits.
const REFUSED: usize = 1 << (usize::BITS - 1);

/// How [`Semaphore::take_or_queue`] went.
enum Taken {
    /// There were enough.
    All,
    /// There were too few. Those were taken, so many are missing, and QUEUED is set.
    Missing(usize),
    /// It is closed.
    Refused,
}

impl Semaphore {
    /// As many permits as there can be.
    pub const MAX_PERMITS: usize = usize::MAX >> 3;

    /// A semaphore with so many free permits.
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_PERMITS`](Semaphore::MAX_PERMITS).
    #[cfg(not(loom))]
    #[track_caller]
    pub const fn new(permits: usize) -> Semaphore {
        assert!(
            permits <= Semaphore::MAX_PERMITS,
            "a semaphore may not have more than MAX_PERMITS permits"
        );
        Semaphore {
            word: AtomicUsize::new(permits * PERMIT),
            waiters: Mutex::new(WaitList::new()),
        }
    }

    /// As [`new`](Semaphore::new), for a `static`.
    #[cfg(not(loom))]
    #[track_caller]
    pub const fn const_new(permits: usize) -> Semaphore {
        Semaphore::new(permits)
    }

    /// A semaphore with so many free permits. The model checker's types have no `const fn new`.
    #[cfg(loom)]
    pub fn new(permits: usize) -> Semaphore {
        Semaphore {
            word: AtomicUsize::new(permits * PERMIT),
            waiters: Mutex::new(WaitList::new()),
        }
    }

    /// The number of permits that are free.
    pub fn available_permits(&self) -> usize {
        // ORDERING: Acquire, so that a thread that sees a permit free sees what its last holder did.
        self.word.load(Acquires) / PERMIT
    }

    /// Adds `n` permits. Tasks that wait get them first.
    ///
    /// # Panics
    ///
    /// If there would be more than [`MAX_PERMITS`](Semaphore::MAX_PERMITS).
    pub fn add_permits(&self, n: usize) {
        self.release(n);
    }

    /// Takes up to `n` of the free permits away for good, and returns how many those were.
    pub fn forget_permits(&self, n: usize) -> usize {
        // ORDERING: Relaxed first: the exchange decides.
        let mut word = self.word.load(Relaxed);
        loop {
            let taken = n.min(word / PERMIT);
            if taken == 0 {
                return 0;
            }
            let less = word - taken * PERMIT;
            // ORDERING: Acquire, for a caller that goes on with what the permits guarded.
            match self
                .word
                .compare_exchange_weak(word, less, Acquires, Relaxed)
            {
                Ok(_) => return taken,
                Err(present) => word = present,
            }
        }
    }

    /// Waits for a permit.
    ///
    /// # Errors
    ///
    /// If the semaphore is or gets closed.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses its place in the queue, and nothing else: what was handed to it goes
    /// to the next.
    #[harness::leaf("Semaphore::acquire")]
    pub async fn acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.acquire_many(1).await
    }

    /// Waits for `n` permits at once.
    ///
    /// # Errors
    ///
    /// If the semaphore is or gets closed.
    ///
    /// # Cancellation
    ///
    /// As for [`acquire`](Semaphore::acquire).
    #[harness::leaf("Semaphore::acquire_many")]
    pub async fn acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        if !coop::try_spending(|| self.try_take(n as usize).is_ok()) {
            self.take(n as usize).await?;
        }
        Ok(SemaphorePermit::new(self, n as usize))
    }

    /// Takes a permit if there is one.
    ///
    /// # Errors
    ///
    /// If there is none, or if the semaphore is closed.
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.try_acquire_many(1)
    }

    /// Takes `n` permits if there are so many.
    ///
    /// # Errors
    ///
    /// If there are fewer, or if the semaphore is closed.
    pub fn try_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.try_take(n as usize)?;
        Ok(SemaphorePermit::new(self, n as usize))
    }

    /// As [`acquire`](Semaphore::acquire), with a permit that borrows nothing.
    ///
    /// # Errors
    ///
    /// If the semaphore is or gets closed.
    ///
    /// # Cancellation
    ///
    /// As for [`acquire`](Semaphore::acquire).
    #[harness::leaf("Semaphore::acquire_owned")]
    pub async fn acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.acquire_many_owned(1).await
    }

    /// As [`acquire_many`](Semaphore::acquire_many), with permits that borrow nothing.
    ///
    /// # Errors
    ///
    /// If the semaphore is or gets closed.
    ///
    /// # Cancellation
    ///
    /// As for [`acquire`](Semaphore::acquire).
    #[harness::leaf("Semaphore::acquire_many_owned")]
    pub async fn acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        if !coop::try_spending(|| self.try_take(n as usize).is_ok()) {
            self.take(n as usize).await?;
        }
        Ok(OwnedSemaphorePermit::new(self, n as usize))
    }

    /// As [`try_acquire`](Semaphore::try_acquire), with a permit that borrows nothing.
    ///
    /// # Errors
    ///
    /// If there is none, or if the semaphore is closed.
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.try_acquire_many_owned(1)
    }

    /// As [`try_acquire_many`](Semaphore::try_acquire_many), with permits that borrow nothing.
    ///
    /// # Errors
    ///
    /// If there are fewer, or if the semaphore is closed.
    pub fn try_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.try_take(n as usize)?;
        Ok(OwnedSemaphorePermit::new(self, n as usize))
    }

    /// Blocks the thread until it has a permit. This is for threads that run no tasks.
    ///
    /// # Errors
    ///
    /// If the semaphore is or gets closed.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        block_on(self.acquire())
    }

    /// As [`blocking_acquire`](Semaphore::blocking_acquire), for `n` permits at once.
    ///
    /// # Errors
    ///
    /// If the semaphore is or gets closed.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        block_on(self.acquire_many(n))
    }

    /// As [`blocking_acquire`](Semaphore::blocking_acquire), with a permit that borrows nothing.
    ///
    /// # Errors
    ///
    /// If the semaphore is or gets closed.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        block_on(self.acquire_owned())
    }

    /// As [`blocking_acquire_many`](Semaphore::blocking_acquire_many), with permits that borrow
    /// nothing.
    ///
    /// # Errors
    ///
    /// If the semaphore is or gets closed.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        block_on(self.acquire_many_owned(n))
    }

    /// Ends the handing out of permits, and sends away all tasks that wait. Permits that are held
    /// stay good.
    pub fn close(&self) {
        let guard = self.lock();
        // ORDERING: Release, with the Acquire of `try_take`: a refused task sees what was done before.
        self.word.fetch_or(CLOSED, Release);
        self.send_away(guard);
    }

    /// Whether [`close`](Semaphore::close) was called.
    pub fn is_closed(&self) -> bool {
        // ORDERING: Acquire, with `close`.
        self.word.load(Acquires) & CLOSED != 0
    }

    /// A semaphore that is closed from the start.
    pub(crate) fn new_closed() -> Semaphore {
        let semaphore = Semaphore::new(0);
        semaphore.close();
        semaphore
    }

    /// Takes `n` permits if there are so many. It is one compare-and-exchange.
    #[inline]
    pub fn try_take(&self, n: usize) -> Result<(), TryAcquireError> {
        // ORDERING: Acquire, with `close`, for a caller that is refused.
        let mut word = self.word.load(Acquires);
        loop {
            if word & CLOSED != 0 {
                return Err(TryAcquireError::Closed);
            }
            if word / PERMIT < n {
                return Err(TryAcquireError::NoPermits);
            }
            // ORDERING: Acquire, with `release`: we see what the earlier holders of the permits did.
            match self
                .word
                .compare_exchange_weak(word, word - n * PERMIT, Acquires, Acquires)
            {
                Ok(_) => return Ok(()),
                Err(present) => word = present,
            }
        }
    }

    /// Waits for `n` permits. They are the caller's to give back, with
    /// [`add_permits`](Semaphore::add_permits).
    ///
    /// # Cancellation
    ///
    /// As for [`acquire`](Semaphore::acquire).
    pub fn take(&self, n: usize) -> Acquire<'_> {
        Acquire::new(self, n)
    }

    /// Takes the permit if exactly one is free, as in a mutex that is not locked. There is no look
    /// first. It would mostly find just this, and the exchange would have to wait for it.
    #[inline]
    pub(crate) fn try_take_only(&self) -> bool {
        // ORDERING: as in `try_take`. A failure decides nothing.
        self.word
            .compare_exchange(PERMIT, 0, Acquires, Relaxed)
            .is_ok()
    }

    /// Gives the permit back if none is free, and no task waits: the other half of
    /// [`try_take_only`](Semaphore::try_take_only).
    #[inline]
    pub(crate) fn try_release_only(&self) -> bool {
        // ORDERING: as in `release`.
        self.word
            .compare_exchange(0, PERMIT, Release, Relaxed)
            .is_ok()
    }

    /// Gives `n` permits back: to the waiters, and what these leave becomes free. It calls wakers,
    /// so it is not to be called under a lock.
    #[inline]
    pub(crate) fn release(&self, n: usize) {
        if n == 0 {
            return;
        }
        // ORDERING: Relaxed: the exchange decides, or the lock.
        let mut word = self.word.load(Relaxed);
        while word & QUEUED == 0 {
            let more = with_added(word, n);
            // ORDERING: Release, with the Acquire of `try_take`. While permits go from hand to hand,
            // each exchange goes on with the releases before it.
            match self
                .word
                .compare_exchange_weak(word, more, Release, Relaxed)
            {
                Ok(_) => return,
                Err(present) => word = present,
            }
        }
        // Before any waiter is served: a panic in the middle would leave served waiters asleep.
        with_added(0, n);
        self.hand_over(self.lock(), n);
    }

    fn lock(&self) -> MutexGuard<'_, WaitList> {
        relock(&self.waiters)
    }

    /// Whether the lock is held, for tests.
    #[cfg(feature = "steps")]
    pub(crate) fn is_locked(&self) -> bool {
        matches!(
            self.waiters.try_lock(),
            Err(std::sync::TryLockError::WouldBlock)
        )
    }

    /// Hands `n` permits to the waiters, in the order in which they came, and wakes each one that has
    /// got all that it wanted. What is left when no task waits becomes free.
    #[inline(never)]
    fn hand_over<'a>(&'a self, mut waiters: MutexGuard<'a, WaitList>, mut n: usize) {
        // ANCHOR: ex-6-5-hand-over
        // All `n` permits are with those who wait, in the order in which they came, or free if none
        // waits; a task that has all of its permits is woken with no lock held.
        todo!("6.5 hand-over")
        // ANCHOR_END: ex-6-5-hand-over
    }

    /// Makes `n` permits free, and clears QUEUED if no task waits. With a waiter in the list, `n` is 0
    /// (invariant: Queue Takes All).
    fn set_free(&self, waiters: &MutexGuard<'_, WaitList>, n: usize) {
        let is_queued = !waiters.is_empty();
        debug_assert!(
            n == 0 || !is_queued,
            "Queue Takes All: free, and waited for"
        );
        if is_queued {
            return;
        }
        // ORDERING: Relaxed: the exchange decides.
        let mut word = self.word.load(Relaxed);
        loop {
            let more = with_added(word, n) & !QUEUED;
            // ORDERING: Release, as in `release`. Only we may clear QUEUED, but where it is not
            // set other threads come and go.
            match self
                .word
                .compare_exchange_weak(word, more, Release, Relaxed)
            {
                Ok(_) => return,
                Err(present) => word = present,
            }
        }
    }

    /// Takes `n` permits, or what there is and a place in the queue: the caller has the lock, and
    /// puts its waiter into the list before it gives it back.
    fn take_or_queue(&self, _waiters: &MutexGuard<'_, WaitList>, n: usize) -> Taken {
        // ORDERING: as in `try_take`.
        let mut word = self.word.load(Acquires);
        loop {
            if word & CLOSED != 0 {
                return Taken::Refused;
            }
            let free = word / PERMIT;
            let (less, taken) = if n <= free {
                (word - n * PERMIT, Taken::All)
            } else {
                (QUEUED, Taken::Missing(n - free))
            };
            if less == word {
                // Others wait already, and so it stays (invariant: Frozen While Queued).
                return taken;
            }
            match self
                .word
                .compare_exchange_weak(word, less, Acquires, Acquires)
            {
                Ok(_) => return taken,
                Err(present) => word = present,
            }
        }
    }

    /// Refuses all waiters. CLOSED is set, so that no task comes after them.
    fn send_away<'a>(&'a self, waiters: MutexGuard<'a, WaitList>) {
        // They leave the list before they are woken, and so QUEUED goes first.
        if !waiters.is_empty() {
            // ORDERING: Relaxed: a thread that depends on it has the lock.
            self.word.fetch_and(!QUEUED, Relaxed);
        }
        hand_to_all(
            &self.waiters,
            waiters,
            |waiters| waiters,
            |missing| missing | REFUSED,
        );
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore")
            .field("permits", &self.available_permits())
            .field("is_queued", &(self.word.load(Relaxed) & QUEUED != 0))
            .field("is_closed", &self.is_closed())
            .finish()
    }
}

/// The word with `n` more free permits.
#[inline]
#[track_caller]
fn with_added(word: usize, n: usize) -> usize {
    let most = Semaphore::MAX_PERMITS;
    assert!(
        n <= most && word / PERMIT <= most - n,
        "number of added permits ({n}) would overflow MAX_PERMITS ({most})"
    );
    word + n * PERMIT
}
