//! One word that decides which thread queues a task and which thread polls it.
//!
//! A task can be woken by any thread at any time: while it waits, while it is in the run queue,
//! while it is being polled, after it has finished. Two threads that wake it at once must not
//! queue it twice, for then two threads could poll it at once. And a wake that comes during a poll
//! must not get lost: the poll may have looked already at what the wake is about.
//!
//! ```text
//!               wake                    poll begins
//!     IDLE ───────────────> NOTIFIED ───────────────> RUNNING ──────────────> COMPLETE
//!      ^    gives a ticket      ^    clears NOTIFIED   │  │ ^   future is done
//!      │                        │                      │  │ │
//!      │                        │                 wake │  │ │
//!      │                        │                      v  │ │
//!      │                        └────────────── RUNNING|NOTIFIED
//!      │                  poll ends, keeps the ticket     │
//!      └──────────────────────────────────────────────────┘
//!                         poll ends, ticket is used up
//! ```
//!
//! # Invariants
//!
//! - **One Ticket**: a [`Notified`](crate::Notified) exists for the task exactly while NOTIFIED or
//!   RUNNING is set (and COMPLETE is not). The wake that finds neither bit makes it. A poll that was
//!   woken meanwhile keeps it, and a poll that was not uses it up.
//! - **A Wake Is Answered**: after a wake, a poll begins that sees everything the waking thread did
//!   before it.
//!
//! In tokio: `runtime/task/state.rs`, where the count of references shares the word.

use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

use model::loom::sync::atomic::AtomicUsize;

/// The state of a task. Each transition is one read-modify-write and says what the caller has to
/// do next.
///
/// # Examples
///
/// ```
/// use raw_waker::state::{State, ToIdle, ToNotified};
///
/// let state = State::new();
/// state.transition_to_running();
/// // Two wakes during the poll are one: the poll's end queues the task again.
/// assert_eq!(state.transition_to_notified(), ToNotified::DoNothing);
/// assert_eq!(state.transition_to_notified(), ToNotified::DoNothing);
/// assert_eq!(state.transition_to_idle(), ToIdle::Notified);
/// ```
#[derive(Debug)]
pub struct State {
    word: AtomicUsize,
}

/// What the word said at one moment.
///
/// # Examples
///
/// ```
/// use raw_waker::state::State;
///
/// let state = State::new();
/// let before = state.load();
/// state.transition_to_running();
/// assert!(before.is_notified(), "a new task is due");
/// assert!(!before.is_running(), "a look does not change with the state");
/// assert!(state.load().is_running());
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Snapshot(usize);

/// What a wake has to do.
///
/// # Examples
///
/// ```
/// use raw_waker::state::{State, ToIdle, ToNotified};
///
/// let state = State::new();
/// state.transition_to_running();
/// assert_eq!(state.transition_to_idle(), ToIdle::Idle);
/// // Of two wakes, one has to queue the task.
/// assert_eq!(state.transition_to_notified(), ToNotified::Submit);
/// assert_eq!(state.transition_to_notified(), ToNotified::DoNothing);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToNotified {
    /// The task was idle. The caller has the ticket now and must queue it.
    Submit,
    /// The task is queued or being polled, and the holder of the ticket will see this wake. Or the
    /// task is complete, and the wake has no effect.
    DoNothing,
}

/// What the end of a poll has to do, if the future is not done.
///
/// # Examples
///
/// ```
/// use raw_waker::state::{State, ToIdle};
///
/// let state = State::new();
/// state.transition_to_running();
/// assert_eq!(state.transition_to_idle(), ToIdle::Idle, "there was no wake");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToIdle {
    /// There was no wake during the poll. The ticket is used up.
    Idle,
    /// The task was woken while it was polled. The caller still has the ticket and must queue it.
    Notified,
}

/// The task has been woken, and no poll has begun since.
const NOTIFIED: usize = 0b001;

/// The task is being polled.
const RUNNING: usize = 0b010;

/// The future is done and gone. Never cleared; a late wake may still set NOTIFIED beside it, which
/// then means nothing.
const COMPLETE: usize = 0b100;

/// Every transition is one read-modify-write, so all of them are in one order, and each sees the
/// one before it. An operation that only wants to look (`load`) decides nothing.
impl State {
    /// The state of a new task: its first poll is due.
    pub fn new() -> State {
        State {
            word: AtomicUsize::new(NOTIFIED),
        }
    }

    /// Looks at the state. It may have changed by the time the answer is read.
    pub fn load(&self) -> Snapshot {
        // ORDERING: Acquire, pairs with the Release of each transition: code that sees COMPLETE
        // sees what the future did.
        Snapshot(self.word.load(Acquire))
    }

    /// Wakes the task.
    pub fn transition_to_notified(&self) -> ToNotified {
        // ANCHOR: ex-2-3-notify
        // Mark the task as notified in one atomic operation, and say whether that has given us the
        // ticket.
        todo!("2.3 notify")
        // ANCHOR_END: ex-2-3-notify
    }

    /// Begins a poll. The caller holds the ticket. From here on a wake sets NOTIFIED again, so that
    /// the end of the poll can see it.
    pub fn transition_to_running(&self) {
        // ORDERING: Acquire, pairs with the Release in `transition_to_notified`, of every wake
        // that this poll answers.
        let before = Snapshot(self.word.swap(RUNNING, Acquire));
        debug_assert!(
            before.is_notified(),
            "One Ticket: a poll begins while {before:?}. NOTIFIED is not set: was the task queued \
             without a wake, or did something overwrite the word?"
        );
        debug_assert!(
            !before.is_running(),
            "One Ticket: a poll begins while {before:?}. RUNNING is set: is another thread polling \
             it, or was the end of the last poll not told to the state?"
        );
        debug_assert!(
            !before.is_complete(),
            "One Ticket: a poll begins while {before:?}. COMPLETE is set: who queued a task whose \
             future is gone?"
        );
    }

    /// Ends a poll that returned `Pending`.
    pub fn transition_to_idle(&self) -> ToIdle {
        // ORDERING: Release, pairs with the Acquire in `transition_to_notified`: the wake that
        // gets the ticket next sees what this poll did to the cell.
        let before = Snapshot(self.word.fetch_and(!RUNNING, Release));
        debug_assert!(
            before.is_running(),
            "One Ticket: a poll ends while {before:?}. RUNNING is not set: was \
             `transition_to_running` called, or did a wake overwrite the word?"
        );
        if before.is_notified() {
            ToIdle::Notified
        } else {
            ToIdle::Idle
        }
    }

    /// Ends the task. The caller holds the ticket and has dropped the future; the ticket is used
    /// up, and no other is ever made.
    pub fn transition_to_complete(&self) {
        // ORDERING: Release, pairs with the Acquire in `load`. No other code acts on COMPLETE: the
        // next to touch the cell is the code that frees it, and the count orders that.
        let before = Snapshot(self.word.swap(COMPLETE, Release));
        debug_assert!(
            !before.is_complete(),
            "One Ticket: a task ends while {before:?}: it has ended before"
        );
        debug_assert!(
            !before.is_idle(),
            "One Ticket: a task ends while {before:?}: the ticket was used up before, by \
             `transition_to_idle`?"
        );
    }
}

impl Default for State {
    fn default() -> State {
        State::new()
    }
}

impl Snapshot {
    /// The task waits, and there is no ticket.
    pub fn is_idle(self) -> bool {
        self.0 & (NOTIFIED | RUNNING | COMPLETE) == 0
    }

    /// The task has been woken, and no poll has begun since.
    pub fn is_notified(self) -> bool {
        self.0 & NOTIFIED != 0
    }

    /// The task is being polled.
    pub fn is_running(self) -> bool {
        self.0 & RUNNING != 0
    }

    /// The future is done and gone.
    pub fn is_complete(self) -> bool {
        self.0 & COMPLETE != 0
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_idle() {
            return f.write_str("IDLE");
        }
        let mut separator = "";
        for (is_set, name) in [
            (self.is_running(), "RUNNING"),
            (self.is_notified(), "NOTIFIED"),
            (self.is_complete(), "COMPLETE"),
        ] {
            if is_set {
                write!(f, "{separator}{name}")?;
                separator = "|";
            }
        }
        Ok(())
    }
}
