//! Which workers are awake, and which one is woken.
//!
//! A worker with nothing to do parks. The thread that brings work then has to wake it, and that costs a system call; waking
//! one more worker than needed costs the same, and then that worker takes a task away from a warm cache. So a push wakes
//! a worker only if it must: *a task that a worker which is awake is going to find is not announced.* All queues can be reached
//! from all workers, so this is about when, and not about whether.
//!
//! ```text
//!               announce                  retract: it has found something after all
//!     awake ───────────────> parked ──────────────────────────────> awake
//!       ^                      │
//!       │ found a task         │ claim, by the thread that wakes it
//!       └── searching <────────┘
//! ```
//!
//! Two words say all of it: a bit for each worker that is parked, and the numbers of those that are awake and of those that search.
//! There is no lock, and so no queue in front of one when many threads push at once.
//!
//! # Why no wake is lost
//!
//! The danger is that a worker looks, finds nothing, and is seen awake a last time by a thread that pushes in between:
//!
//! ```text
//!     the worker                            the pushing thread
//!     announce: not awake any more          push
//!     full fence                            full fence
//!     last look at the queues               anyone awake? if not, wake one
//! ```
//!
//! Both threads write first and read then, with a full fence in between. In every order of the two fences, the thread whose fence
//! is the later one sees what the other one wrote: the worker finds the task, or the pushing thread finds no one awake and
//! wakes a worker. Without the fences each could read before its own write is seen by the other, and both would go on in peace.
//!
//! The same argument, with *searching* for *awake*, holds for a push to the queue of a worker that is open to thieves, and a searcher
//! that gives up (tokio-rs/tokio#1768).
//!
//! # Invariants
//!
//! - **One Wake Each**: a parked worker is woken by the one thread that took its bit away, and that thread counts it as awake.
//! - **Counted Once**: when all threads are out of these functions, the number awake is the number of workers without a bit
//!   (tokio-rs/tokio#8372: a worker that came up outside of the books was counted twice).
//!
//! In tokio: `runtime/scheduler/multi_thread/idle.rs`, where the parked workers are a list under the inject queue's lock.

use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, SeqCst};

use model::loom::sync::atomic::{AtomicBool, AtomicUsize, fence};

/// The books of who is awake.
///
/// # Examples
///
/// ```
/// use work_stealing::idle::{Claimed, Idle, Was};
///
/// let idle = Idle::new(2);
/// // Worker 1 finds nothing, and parks.
/// assert!(idle.try_search());
/// idle.announce(1, Was::Searching);
/// // A thread that has pushed a task sees that no worker searches, and wakes one.
/// assert_eq!(idle.counts_after_push().searching, 0);
/// assert_eq!(idle.claim(), Some(Claimed(1)));
/// assert_eq!(idle.claim(), None, "the other one is awake");
/// assert_eq!(idle.counts().searching, 1);
/// ```
pub struct Idle {
    counts: AtomicUsize,
    /// A bit for each parked worker.
    parked: Box<[AtomicUsize]>,
    /// A parked worker [watches](crate::watch) those that are awake. Set by that worker, and cleared when it stops.
    is_watched: AtomicBool,
}

/// How many workers are what.
///
/// # Examples
///
/// ```
/// use work_stealing::idle::{Counts, Idle, Was};
///
/// let idle = Idle::new(4);
/// assert_eq!(idle.counts(), Counts { awake: 4, searching: 0 });
/// idle.announce(3, Was::Running);
/// assert!(idle.try_search());
/// assert_eq!(idle.counts(), Counts { awake: 3, searching: 1 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Those that are not parked.
    pub awake: usize,
    /// Those of them that have no task, and look for one.
    pub searching: usize,
}

/// A parked worker that has been taken out of the books, and has to be unparked.
///
/// # Examples
///
/// ```
/// use work_stealing::idle::{Claimed, Idle, Was};
///
/// let idle = Idle::new(2);
/// idle.announce(0, Was::Running);
/// let Some(Claimed(worker)) = idle.claim() else {
///     panic!("one is parked");
/// };
/// // The caller has to unpark this thread, and no other caller gets the same.
/// assert_eq!(worker, 0);
/// assert!(!idle.is_parked(0));
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a worker that is claimed and not unparked sleeps for ever"]
pub struct Claimed(pub usize);

/// What a worker was before it announced its sleep.
///
/// # Examples
///
/// ```
/// use work_stealing::idle::{Idle, Was};
///
/// let idle = Idle::new(2);
/// assert!(idle.try_search());
/// idle.announce(0, Was::Searching);
/// // The last look at the queues finds a task: this worker runs again.
/// assert!(idle.retract(0, Was::Running));
/// assert_eq!(idle.counts().searching, 0);
/// assert_eq!(idle.counts().awake, 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Was {
    /// It ran tasks.
    Running,
    /// It looked for tasks.
    Searching,
}

const SEARCHING: usize = 1;
const AWAKE: usize = 1 << (usize::BITS / 2);
const BITS: usize = usize::BITS as usize;

/// The fences carry the argument above. All changes are read-modify-writes, and `AcqRel`, so that whoever sees a worker
/// counted sees its bit.
impl Idle {
    /// All of `workers` are awake, and run.
    pub fn new(workers: usize) -> Idle {
        assert!(workers < AWAKE, "too many workers");
        Idle {
            counts: AtomicUsize::new(workers * AWAKE),
            parked: (0..workers.div_ceil(BITS))
                .map(|_| AtomicUsize::new(0))
                .collect(),
            is_watched: AtomicBool::new(false),
        }
    }

    /// How many were what a moment ago.
    #[inline]
    pub fn counts(&self) -> Counts {
        let counts = self.counts.load(Acquire);
        Counts {
            awake: counts / AWAKE,
            searching: counts % AWAKE,
        }
    }

    // ANCHOR: counts-after-push
    /// How many are what, for a thread that has just pushed. A worker that it finds awake, and that parks later, finds what
    /// was pushed with its last look.
    #[inline]
    pub fn counts_after_push(&self) -> Counts {
        // ORDERING: SeqCst, with the fence in `announce`. Acquire and Release would let our load be done before our push is seen.
        fence(SeqCst);
        self.counts()
    }
    // ANCHOR_END: counts-after-push

    // ANCHOR: announce
    /// Says that a worker is going to sleep. It has to look at all queues once more after this, and
    /// [retract](Idle::retract) if it finds something.
    pub fn announce(&self, worker: usize, was: Was) {
        // The bit first: a thread that finds no one awake has to find a bit to claim.
        let (word, bit) = self.place(worker);
        let before = word.fetch_or(bit, AcqRel);
        debug_assert!(before & bit == 0, "Counted Once: a worker parks twice");
        self.counts.fetch_sub(was.count(), AcqRel);
        // ORDERING: SeqCst, with the fence in `counts_after_push`.
        fence(SeqCst);
    }
    // ANCHOR_END: announce

    /// Says that a worker does not sleep after all, and is what it `becomes`. Returns false if another thread was faster: then the worker is
    /// counted as searching already, and its unpark is on the way.
    pub fn retract(&self, worker: usize, becomes: Was) -> bool {
        let (word, bit) = self.place(worker);
        if word.fetch_and(!bit, AcqRel) & bit == 0 {
            return false;
        }
        self.counts.fetch_add(becomes.count(), AcqRel);
        true
    }

    /// Whether no thread has claimed the worker.
    #[inline]
    pub fn is_parked(&self, worker: usize) -> bool {
        let (word, bit) = self.place(worker);
        // ORDERING: Acquire, with `claim`.
        word.load(Acquire) & bit != 0
    }

    // ANCHOR: claim
    /// Takes a parked worker out of the books, and counts it as searching.
    pub fn claim(&self) -> Option<Claimed> {
        for (i, word) in self.parked.iter().enumerate() {
            let mut parked = word.load(Relaxed);
            while parked != 0 {
                let bit = parked & parked.wrapping_neg();
                // Counted first: a worker that finds its bit gone may end its search at once. If we lose the bit, the worker is
                // awake, or another thread wakes it; so a thread that sees our count meanwhile is not wrong to leave it at that.
                self.counts.fetch_add(AWAKE + SEARCHING, AcqRel);
                // Whoever takes the bit away is the one (invariant: One Wake Each).
                if word.fetch_and(!bit, AcqRel) & bit != 0 {
                    return Some(Claimed(i * BITS + bit.trailing_zeros() as usize));
                }
                self.counts.fetch_sub(AWAKE + SEARCHING, AcqRel);
                parked = word.load(Relaxed);
            }
        }
        None
    }
    // ANCHOR_END: claim

    /// Whether a worker is parked.
    #[inline]
    pub fn is_any_parked(&self) -> bool {
        self.parked.iter().any(|word| word.load(Relaxed) != 0)
    }

    /// A worker that ran begins to look for tasks, unless half of the workers that are awake do already: that many would get in each
    /// other's way.
    pub fn try_search(&self) -> bool {
        let Counts { awake, searching } = self.counts();
        if awake <= 2 * searching {
            return false;
        }
        self.counts.fetch_add(SEARCHING, AcqRel);
        true
    }

    /// A worker has found a task.
    pub fn end_search(&self) {
        let before = self.counts.fetch_sub(SEARCHING, AcqRel);
        debug_assert!(
            !before.is_multiple_of(AWAKE),
            "Counted Once: a search ends twice"
        );
    }

    // ANCHOR: watch
    /// A parked worker takes the watch. Returns whether it has it: not if no worker is awake, or another one watches.
    pub fn try_watch(&self) -> bool {
        // The fence is that of `needs_watcher`: we have announced our sleep, or ended a watch, before we look who is awake.
        0 < self.counts_after_push().awake
            && !self.is_watched.load(Relaxed)
            && !self.is_watched.swap(true, AcqRel)
    }

    /// Gives the watch up. A worker that stays parked tries to take it again after that: another one may have woken up, and have seen
    /// that there was a watcher.
    pub fn end_watch(&self) {
        self.is_watched.swap(false, AcqRel);
    }

    /// Whether a parked worker watched a moment ago.
    #[inline]
    pub fn is_watched(&self) -> bool {
        // ORDERING: Relaxed: a hint. Without a watcher the workers look after each other, and that is no loss beside one.
        self.is_watched.load(Relaxed)
    }

    /// Whether a worker that has just been counted as awake has to wake another one, which will watch: one is parked, none
    /// watches, and none searches, which would watch next.
    pub fn needs_watcher(&self) -> bool {
        let Counts { searching, .. } = self.counts_after_push();
        searching == 0 && !self.is_watched.load(Acquire) && self.is_any_parked()
    }
    // ANCHOR_END: watch

    fn place(&self, worker: usize) -> (&AtomicUsize, usize) {
        (&self.parked[worker / BITS], 1 << (worker % BITS))
    }
}

impl Was {
    fn count(self) -> usize {
        match self {
            Was::Running => AWAKE,
            Was::Searching => AWAKE + SEARCHING,
        }
    }
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counts().fmt(f)
    }
}
