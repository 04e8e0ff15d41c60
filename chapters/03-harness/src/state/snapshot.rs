//! What the state word says: six bits, and above them the count of references.
//!
//! ```text
//!    63                     6   5        4            3              2         1        0
//!   +------------------------+---------+------------+-------------+----------+----------+---------+
//!   | references             |CANCELLED| JOIN_WAKER |JOIN_INTEREST| COMPLETE | NOTIFIED | RUNNING |
//!   +------------------------+---------+------------+-------------+----------+----------+---------+
//! ```

use std::fmt;

/// What the word said at one moment, or what it is about to say.
///
/// # Examples
///
/// ```
/// use harness::state::{State, ToRunning};
///
/// let state = State::new(3);
/// let before = state.load();
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// assert!(before.is_notified(), "a new task is due");
/// assert!(before.is_join_interested());
/// assert_eq!(before.ref_count(), 3);
/// assert!(!before.is_running(), "a look does not change with the state");
/// assert!(state.load().is_running());
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    pub(super) word: usize,
}

/// A thread is polling the future, or dropping it. The lock around the stage.
pub(super) const RUNNING: usize = 1 << 0;

/// The task has been woken, and no poll has begun since. A ticket for it exists.
pub(super) const NOTIFIED: usize = 1 << 1;

/// The future is gone, and the output is in its place or has been already. Never cleared.
pub(super) const COMPLETE: usize = 1 << 2;

/// There is a `JoinHandle`, and it has not been dropped. Means nothing once COMPLETE is set.
pub(super) const JOIN_INTEREST: usize = 1 << 3;

/// The `JoinHandle` has left a waker, and must not touch it before it has cleared this bit again.
/// Never set without JOIN_INTEREST. Does not change any more once COMPLETE is set.
pub(super) const JOIN_WAKER: usize = 1 << 4;

/// The task was aborted or shut down: its next poll is its last, and does not reach the future.
pub(super) const CANCELLED: usize = 1 << 5;

/// One reference.
pub(super) const REF_ONE: usize = 1 << 6;

/// No program has this many references to one task, except by leaking them in a loop. Aborting
/// here, far from the end, leaves room for every other thread to be past the increment as well.
pub(super) const REFS_MAX: usize = (usize::MAX / REF_ONE) / 2;

/// A new task: the code that spawned it has its first ticket, and its join handle.
pub(super) const NEW: usize = NOTIFIED | JOIN_INTEREST;

impl Snapshot {
    /// A thread is polling the future, or dropping it.
    #[inline]
    pub fn is_running(self) -> bool {
        self.word & RUNNING != 0
    }

    /// The task has been woken, and no poll has begun since.
    #[inline]
    pub fn is_notified(self) -> bool {
        self.word & NOTIFIED != 0
    }

    /// The future is gone.
    #[inline]
    pub fn is_complete(self) -> bool {
        self.word & COMPLETE != 0
    }

    /// The task waits: no thread polls it, and it is in no queue.
    #[inline]
    pub fn is_idle(self) -> bool {
        self.word & (RUNNING | NOTIFIED | COMPLETE) == 0
    }

    /// A handle may still ask for the output.
    #[inline]
    pub fn is_join_interested(self) -> bool {
        self.word & JOIN_INTEREST != 0
    }

    /// The join handle has left a waker.
    #[inline]
    pub fn is_join_waker_set(self) -> bool {
        self.word & JOIN_WAKER != 0
    }

    /// The task was aborted or shut down.
    #[inline]
    pub fn is_cancelled(self) -> bool {
        self.word & CANCELLED != 0
    }

    /// How many references there are.
    #[inline]
    pub fn ref_count(self) -> usize {
        self.word / REF_ONE
    }

    #[inline]
    pub(super) fn with(self, bits: usize) -> Snapshot {
        Snapshot {
            word: self.word | bits,
        }
    }

    #[inline]
    pub(super) fn without(self, bits: usize) -> Snapshot {
        Snapshot {
            word: self.word & !bits,
        }
    }

    #[inline]
    pub(super) fn with_ref(self) -> Snapshot {
        super::check_ref_count(self);
        Snapshot {
            word: self.word + REF_ONE,
        }
    }

    #[inline]
    pub(super) fn without_refs(self, refs: usize) -> Snapshot {
        debug_assert!(
            refs <= self.ref_count(),
            "One Reference Each: {refs} given up of {self:?}"
        );
        Snapshot {
            word: self.word - refs * REF_ONE,
        }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_idle() {
            f.write_str("IDLE|")?;
        }
        for (is_set, name) in [
            (self.is_running(), "RUNNING"),
            (self.is_notified(), "NOTIFIED"),
            (self.is_complete(), "COMPLETE"),
            (self.is_join_interested(), "JOIN_INTEREST"),
            (self.is_join_waker_set(), "JOIN_WAKER"),
            (self.is_cancelled(), "CANCELLED"),
        ] {
            if is_set {
                write!(f, "{name}|")?;
            }
        }
        write!(f, "refs={}", self.ref_count())
    }
}
