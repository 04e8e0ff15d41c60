//! Tells a task that something happened, and nothing else.
//!
//! A task looks at some state, finds nothing to do, and waits. Another changes the state and
//! notifies. If the change comes between the look and the wait, no waiting task is there to be told.
//! So a notification that finds no waiting task stays, as a **permit**, for the next one that comes.
//! There is one permit, however many notifications there were, since one look sees all the changes.
//!
//! ```text
//!       bits 2..                     bit 1      bit 0
//!     ┌─────────────────────────────┬──────────┬────────┐
//!     │ calls of notify_waiters     │ NOTIFIED │ QUEUED │
//!     └─────────────────────────────┴──────────┴────────┘
//!
//!            notify_one                          first waits
//!     ┌────────────────────────── (empty) ──────────────────────────┐
//!     v                            ^   ^                            v
//!   NOTIFIED ── one comes by ──────┘   └── the last one leaves ── QUEUED
//! ```
//!
//! `notify_waiters` is different: it tells all tasks that wait, and leaves no permit. It means every
//! future that [`notified`](Notify::notified) has made by then, polled or not. So it
//! counts its calls, and a future that finds another count than at its making was meant.
//!
//! # Invariants
//!
//! - **Either Permit Or Queue**: NOTIFIED and QUEUED are never both set.
//! - **Frozen While Queued**: QUEUED is set as long as a waiter is in `waiting`; it is set and cleared
//!   under the lock; and while it is set, the word changes only under the lock.
//! - **A Permit Is Not Lost**: what `notify_one` hands over is seen by a future that returns `Ready`, or
//!   it goes to the next.
//!
//! In tokio: `sync/notify.rs`.

mod notified;

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::Waker;

use model::loom::sync::atomic::AtomicU64;
use model::loom::sync::{Mutex, MutexGuard};

use crate::list::{WaitList, hand_to_all, relock};

pub use notified::{Notified, OwnedNotified};

/// Notifies one task, or all that wait.
///
/// # Examples
///
/// ```
/// use locks::Notify;
///
/// timer_future::block_on(async {
///     let notify = Notify::new();
///     notify.notify_one();
///     notify.notify_one();
///     // Both were about one thing: something happened.
///     notify.notified().await;
/// });
/// ```
pub struct Notify {
    /// Two bits and a count; see the module's picture. It never wraps, on machines of 32 bits either:
    /// there are never so many calls. If it did, a waiter could be looked for in the wrong list.
    word: AtomicU64,
    lists: Mutex<Lists>,
}

/// The waiters.
#[derive(Debug)]
struct Lists {
    /// For `notify_one`, or for the next `notify_waiters`.
    waiting: WaitList,
    /// A `notify_waiters` has come for them, and is about to hand it to them. The count of their
    /// making is not the word's any more.
    leaving: WaitList,
}

/// Which of the waiters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    First,
    Last,
}

/// A waiter is in `waiting`.
const QUEUED: u64 = 1;
/// There is a permit.
const NOTIFIED: u64 = 2;
/// One call of `notify_waiters`.
const CALL: u64 = 4;

/// What a waiter's state is: nothing was handed to it,
const NOTHING: usize = 0;
/// `notify_one` chose it,
const BY_ONE: usize = 1;
/// `notify_last` chose it,
const BY_LAST: usize = 2;
/// or `notify_waiters` came for it.
const BY_ALL: usize = 3;

impl Notify {
    /// No task waits, and there is no permit.
    #[cfg(not(loom))]
    pub const fn new() -> Notify {
        Notify {
            word: AtomicU64::new(0),
            lists: Mutex::new(Lists::new()),
        }
    }

    /// As [`new`](Notify::new), for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new() -> Notify {
        Notify::new()
    }

    /// No task waits, and there is no permit. The model checker's types have no `const fn new`.
    #[cfg(loom)]
    pub fn new() -> Notify {
        Notify {
            word: AtomicU64::new(0),
            lists: Mutex::new(Lists::new()),
        }
    }

    /// Waits for a notification. The future means each call of
    /// [`notify_waiters`](Notify::notify_waiters) from now on, though it has not been polled yet.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses its place in the queue. A notification of
    /// [`notify_one`](Notify::notify_one) that was handed to it goes to the next.
    pub fn notified(&self) -> Notified<'_> {
        Notified::new(self)
    }

    /// As [`notified`](Notify::notified), with a future that borrows nothing.
    ///
    /// # Cancellation
    ///
    /// As for [`notified`](Notify::notified).
    pub fn notified_owned(self: Arc<Self>) -> OwnedNotified {
        OwnedNotified::new(self)
    }

    /// Notifies the task that has waited longest; or, if none waits, the next one that comes. There is
    /// at most one notification kept for it.
    pub fn notify_one(&self) {
        self.notify(Which::First);
    }

    /// As [`notify_one`](Notify::notify_one), for the task that came last.
    pub fn notify_last(&self) {
        self.notify(Which::Last);
    }

    /// Notifies all tasks that wait. If none waits, the call leaves no trace.
    pub fn notify_waiters(&self) {
        // ORDERING: Relaxed: the exchange decides, or the lock.
        let mut word = self.word.load(Relaxed);
        while word & QUEUED == 0 {
            // ORDERING: Release, with the Acquire of the futures that find that the count has changed.
            match self
                .word
                .compare_exchange_weak(word, word.wrapping_add(CALL), Release, Relaxed)
            {
                Ok(_) => return,
                Err(present) => word = present,
            }
        }
        self.notify_queued();
    }

    /// Leaves a permit, or hands it to one of the waiters.
    fn notify(&self, which: Which) {
        // ANCHOR: ex-6-3-notify
        // One of those who wait is told, and woken with no lock held; if none waits, there is one
        // permit afterwards, and that takes no lock.
        todo!("6.3 notify")
        // ANCHOR_END: ex-6-3-notify
    }

    /// Under the lock: chooses one of the waiters, or leaves the permit if they are gone. The
    /// waker that is returned must be woken when the lock is released.
    #[must_use = "the one that was chosen has to be woken"]
    fn notify_locked(&self, lists: &mut Lists, which: Which) -> Option<Waker> {
        let waker = match which {
            Which::First => lists.waiting.hand_to_first(BY_ONE),
            Which::Last => lists.waiting.hand_to_last(BY_LAST),
        };
        match waker {
            Some(waker) => {
                self.clear_queued(lists);
                waker
            }
            None => {
                self.leave_permit();
                None
            }
        }
    }

    /// Leaves a permit, though perhaps there is one. QUEUED must not be set, nor get set meanwhile.
    pub(crate) fn leave_permit(&self) {
        // ORDERING: Release, as in `notify`.
        self.word.fetch_or(NOTIFIED, Release);
    }

    /// Under the lock: clears QUEUED if no task waits any more.
    fn clear_queued(&self, lists: &Lists) {
        if lists.waiting.is_empty() {
            // ORDERING: Relaxed: this gives nothing away, and the word's former values stay in the
            // release sequence, since it is one read-modify-write.
            self.word.fetch_and(!QUEUED, Relaxed);
        }
    }

    /// The slow path: a task waits, or did a moment ago.
    fn notify_queued(&self) {
        let mut lists = self.lock();
        // From here on these are not in `waiting`, and newcomers are not meant.
        let Lists { waiting, leaving } = &mut *lists;
        leaving.append(waiting);
        // ORDERING: Release, as above.
        self.word.fetch_add(CALL, Release);
        self.clear_queued(&lists);
        hand_to_all(&self.lists, lists, |lists| &mut lists.leaving, |_| BY_ALL);
    }

    /// How often `notify_waiters` was called.
    fn calls(&self) -> u64 {
        // ORDERING: Acquire, with the Release of `notify_waiters`.
        self.word.load(Acquire) / CALL
    }

    fn lock(&self) -> MutexGuard<'_, Lists> {
        relock(&self.lists)
    }

    /// Whether the lock is held, for tests.
    #[cfg(feature = "steps")]
    pub(crate) fn is_locked(&self) -> bool {
        matches!(
            self.lists.try_lock(),
            Err(std::sync::TryLockError::WouldBlock)
        )
    }
}

impl Default for Notify {
    fn default() -> Notify {
        Notify::new()
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ORDERING: Relaxed: it is for humans.
        let word = self.word.load(Relaxed);
        f.debug_struct("Notify")
            .field("is_queued", &(word & QUEUED != 0))
            .field("is_notified", &(word & NOTIFIED != 0))
            .finish()
    }
}

impl UnwindSafe for Notify {}
impl RefUnwindSafe for Notify {}

impl Lists {
    const fn new() -> Lists {
        Lists {
            waiting: WaitList::new(),
            leaving: WaitList::new(),
        }
    }
}
