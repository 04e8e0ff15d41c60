//! The whole life of a task in one word.
//!
//! Chapter 2 had two words: a count of references, and a state of three bits. Every wake by value
//! changed both, one after the other. Here they share a word with everything that has to be decided
//! together with them: whether the task is complete, whether a handle waits for its output, whether
//! it was aborted. One step then changes all of it, and no thread ever sees a half.
//!
//! ```text
//!              wake, abort                  poll begins
//!     IDLE ───────────────> NOTIFIED ────────────────────> RUNNING ─────────> COMPLETE
//!      ^   gives a ticket      ^                            │  │ ^
//!      │                       │                wake, abort │  │ │ also from IDLE and NOTIFIED,
//!      │                       │                            v  │ │ by a scheduler that shuts down
//!      │                       └─────────────── RUNNING|NOTIFIED │
//!      │                poll ends, keeps the ticket            │
//!      └───────────────────────────────────────────────────────┘
//!                       poll ends, ticket is used up
//! ```
//!
//! # Invariants
//!
//! - **Look and Change Are One Step**: a transition decides about one word, and writes it only if the
//!   word is still that one.
//! - **One Reference Each**: the count is the number of `Task`, `Notified`, `JoinHandle`,
//!   `AbortHandle` and `Waker` values that point to the task. The thread that takes it to zero
//!   frees the cell.
//! - **One Ticket**: at most one `Notified` exists for a task. It is made by the wake that takes the
//!   task out of IDLE, or by the end of a poll that was woken meanwhile.
//! - **Running Owns Stage**: until the task is complete, the thread that set RUNNING touches the
//!   stage, and no other thread does.
//! - **Output Changes Hands**: when COMPLETE is set, the stage goes to the `JoinHandle` if
//!   JOIN_INTEREST is set in the same word, and stays with the thread that set COMPLETE if not.
//! - **Join Waker Changes Hands**: the join waker belongs to the `JoinHandle` while JOIN_WAKER is
//!   clear, and to no side while it is set: the handle can clear the bit and have the waker back. When
//!   COMPLETE is set beside JOIN_WAKER, the waker goes to the thread that set COMPLETE, for good.
//! - **A Wake Is Answered**: after a wake, a poll begins that sees everything the waking thread did
//!   before it; or the task is complete, or cancelled.
//!
//! In tokio: `runtime/task/state.rs`.

mod outcome;
mod snapshot;

use std::process;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed};

use model::loom::sync::atomic::AtomicUsize;

pub use outcome::{
    IsComplete, ToComplete, ToIdle, ToJoinDropped, ToNotifiedByRef, ToNotifiedByVal, ToRunning,
    ToShutdown,
};
pub use snapshot::Snapshot;
use snapshot::{
    CANCELLED, COMPLETE, JOIN_INTEREST, JOIN_WAKER, NEW, NOTIFIED, REF_ONE, REFS_MAX, RUNNING,
};

/// The state of a task. Each transition says what the caller has to do next.
///
/// # Examples
///
/// ```
/// use harness::state::{State, ToIdle, ToNotifiedByRef, ToRunning};
///
/// // A new task has three references: of its list, its ticket and its handle.
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// // Two wakes during the poll are one: the poll's end queues the task again.
/// assert_eq!(state.transition_to_notified_by_ref(), ToNotifiedByRef::DoNothing);
/// assert_eq!(state.transition_to_notified_by_ref(), ToNotifiedByRef::DoNothing);
/// assert_eq!(state.transition_to_idle(), ToIdle::OkNotified);
/// assert_eq!(state.load().ref_count(), 3, "the ticket is still there");
/// ```
#[derive(Debug)]
pub struct State {
    word: AtomicUsize,
}

// Every transition is one read-modify-write, so all of them are in one order. Where an ordering is
// `AcqRel`, it is because the word hands over what is beside it: Release gives away what the
// caller wrote to the stage, to the join waker or anywhere else before a wake, and Acquire takes
// over what the others gave away.
impl State {
    /// The state of a new task with `refs` references: its first poll is due, and it has a
    /// `JoinHandle`.
    #[inline]
    pub fn new(refs: usize) -> State {
        State {
            word: AtomicUsize::new(NEW + refs * REF_ONE),
        }
    }

    /// Looks at the state. It may have changed by the time the answer is read; only COMPLETE stays.
    #[inline]
    pub fn load(&self) -> Snapshot {
        // ORDERING: Acquire, so that a thread that sees COMPLETE sees the output as well.
        Snapshot {
            word: self.word.load(Acquire),
        }
    }

    /// Begins a poll. The caller holds the ticket and its reference.
    #[inline]
    pub fn transition_to_running(&self) -> ToRunning {
        self.update(AcqRel, |current| {
            debug_assert!(current.is_notified(), "One Ticket: run while {current:?}");
            if current.is_running() || current.is_complete() {
                let next = current.without_refs(1);
                return match next.ref_count() {
                    0 => (ToRunning::Dealloc, Some(next)),
                    _ => (ToRunning::Failed, Some(next)),
                };
            }
            let next = current.without(NOTIFIED).with(RUNNING);
            match next.is_cancelled() {
                true => (ToRunning::Cancelled, Some(next)),
                false => (ToRunning::Success, Some(next)),
            }
        })
    }

    /// Ends a poll that returned `Pending`. The caller has RUNNING and the ticket's reference.
    #[inline]
    pub fn transition_to_idle(&self) -> ToIdle {
        // ANCHOR: ex-3-1-to-idle
        // By what was true at one moment, a cancelled task is still ours; the ticket of a task that
        // was woken meanwhile is kept; any other task waits, without the ticket's reference, and
        // the caller knows whether it was the last. Choose the ordering of that step.
        todo!("3.1 to-idle")
        // ANCHOR_END: ex-3-1-to-idle
    }

    /// Ends a poll in which the task gave way: it is due again, and keeps its ticket. The caller has RUNNING and
    /// the ticket's reference.
    #[inline]
    pub fn transition_to_yielded(&self) -> ToIdle {
        self.update(AcqRel, |current| {
            debug_assert!(current.is_running(), "Running Owns Stage: {current:?}");
            if current.is_cancelled() {
                return (ToIdle::Cancelled, None);
            }
            let next = current.without(RUNNING).with(NOTIFIED);
            (ToIdle::OkYielded, Some(next))
        })
    }

    /// Completes the task, and gives up `refs` references if nothing is left to do with them. The
    /// caller has RUNNING and has put the output in place.
    #[inline]
    pub fn transition_to_complete(&self, refs: usize) -> ToComplete {
        self.update(AcqRel, |current| {
            debug_assert!(current.is_running(), "Running Owns Stage: {current:?}");
            if !current.is_join_interested() {
                return (ToComplete::Detached, None);
            }
            let next = current.without(RUNNING).with(COMPLETE);
            if next.is_join_waker_set() {
                return (ToComplete::WakeJoin, Some(next));
            }
            // The handle has a reference, so ours are not the last.
            (ToComplete::Done, Some(next.without_refs(refs)))
        })
    }

    /// Completes a task whose output is dropped already, and gives up `refs` references. Returns
    /// whether they were the last. The caller has RUNNING, and [`ToComplete::Detached`].
    #[inline]
    pub fn transition_to_complete_detached(&self, refs: usize) -> bool {
        // RUNNING is set and COMPLETE is not, and only we change either. So a subtraction can do
        // what would otherwise need a loop.
        let change = RUNNING + refs * REF_ONE - COMPLETE;
        let before = Snapshot {
            word: self.word.fetch_sub(change, AcqRel),
        };
        debug_assert!(before.is_running(), "Running Owns Stage: {before:?}");
        debug_assert!(!before.is_complete(), "completed twice: {before:?}");
        debug_assert!(!before.is_join_interested(), "not detached: {before:?}");
        before.ref_count() == refs
    }

    /// Wakes the task, and gives up the caller's reference or makes it the ticket's.
    #[inline]
    pub fn transition_to_notified_by_val(&self) -> ToNotifiedByVal {
        self.update(AcqRel, |current| {
            if current.is_idle() {
                return (ToNotifiedByVal::Submit, Some(current.with(NOTIFIED)));
            }
            let next = match current.is_complete() {
                true => current.without_refs(1),
                false => current.with(NOTIFIED).without_refs(1),
            };
            match next.ref_count() {
                0 => (ToNotifiedByVal::Dealloc, Some(next)),
                _ => (ToNotifiedByVal::DoNothing, Some(next)),
            }
        })
    }

    /// Wakes the task. The caller keeps its reference.
    #[inline]
    pub fn transition_to_notified_by_ref(&self) -> ToNotifiedByRef {
        // ANCHOR: ex-3-2-notified-by-ref
        // There is one ticket, with a reference, for all wakes until the next poll begins, and that
        // poll sees what was done before each of them, also if the word did not change; a complete
        // task is left alone. Choose the ordering of that step.
        todo!("3.2 notified-by-ref")
        // ANCHOR_END: ex-3-2-notified-by-ref
    }

    /// Cancels the task and wakes it, so that its next poll drops the future instead. The caller
    /// keeps its reference.
    pub fn transition_to_notified_and_cancel(&self) -> ToNotifiedByRef {
        self.update(AcqRel, |current| {
            if current.is_complete() || current.is_cancelled() {
                return (ToNotifiedByRef::DoNothing, None);
            }
            let next = current.with(CANCELLED | NOTIFIED);
            match current.is_idle() {
                true => (ToNotifiedByRef::Submit, Some(next.with_ref())),
                false => (ToNotifiedByRef::DoNothing, Some(next)),
            }
        })
    }

    /// Cancels the task and takes RUNNING, if no thread has it. The caller has a reference, and
    /// keeps it in that case only.
    pub fn transition_to_shutdown(&self) -> ToShutdown {
        self.update(AcqRel, |current| {
            let next = current.with(CANCELLED);
            if !current.is_running() && !current.is_complete() {
                return (ToShutdown::Cancel, Some(next.with(RUNNING)));
            }
            let next = next.without_refs(1);
            match next.ref_count() {
                0 => (ToShutdown::Dealloc, Some(next)),
                _ => (ToShutdown::Failed, Some(next)),
            }
        })
    }

    /// Leaves a join waker. The caller is the `JoinHandle` and has put the waker in place; if the
    /// task is complete, the waker stays with the caller.
    pub fn set_join_waker(&self) -> Result<(), IsComplete> {
        self.update(AcqRel, |current| {
            debug_assert!(current.is_join_interested(), "no join handle: {current:?}");
            debug_assert!(
                !current.is_join_waker_set(),
                "Join Waker Changes Hands: {current:?}"
            );
            match current.is_complete() {
                true => (Err(IsComplete), None),
                false => (Ok(()), Some(current.with(JOIN_WAKER))),
            }
        })
    }

    /// Takes the join waker back. The caller is the `JoinHandle`.
    pub fn unset_join_waker(&self) -> Result<(), IsComplete> {
        self.update(AcqRel, |current| match current.is_complete() {
            true => (Err(IsComplete), None),
            false => (Ok(()), Some(current.without(JOIN_WAKER))),
        })
    }

    /// Gives up the interest in the output. The caller is the `JoinHandle`, with its reference.
    #[inline]
    pub fn transition_to_join_dropped(&self) -> ToJoinDropped {
        self.update(AcqRel, |current| {
            debug_assert!(current.is_join_interested(), "no join handle: {current:?}");
            if current.is_complete() {
                return (ToJoinDropped::DropOutput, None);
            }
            let next = current.without(JOIN_INTEREST | JOIN_WAKER);
            if current.is_join_waker_set() {
                return (ToJoinDropped::DropWaker, Some(next));
            }
            let next = next.without_refs(1);
            match next.ref_count() {
                0 => (ToJoinDropped::Dealloc, Some(next)),
                _ => (ToJoinDropped::Done, Some(next)),
            }
        })
    }

    /// [`transition_to_join_dropped`](State::transition_to_join_dropped) for a task that is as it
    /// was made: notified, with a handle that has left no waker, and with three references. Most tasks whose
    /// handle is not kept are so. Returns whether the task was so; if not, nothing has changed.
    #[inline]
    pub fn drop_new_join(&self) -> bool {
        let new = Snapshot {
            word: NEW + 3 * REF_ONE,
        };
        let next = new.without(JOIN_INTEREST).without_refs(1);
        // An exchange that fails costs as much as one that does not, so we look first.
        //
        // ORDERING: Relaxed, since the exchange looks again.
        if self.word.load(Relaxed) != new.word {
            return false;
        }
        // ORDERING: AcqRel as for all transitions. Relaxed on failure, after which another one looks.
        let exchanged = self
            .word
            .compare_exchange(new.word, next.word, AcqRel, Relaxed);
        exchanged.is_ok()
    }

    /// Adds a reference.
    #[inline]
    pub fn ref_inc(&self) {
        // ORDERING: Relaxed, since no thread learns anything from the count going up: the new
        // reference is made from one that exists, and travels to another thread by means that bring
        // their own ordering.
        let word = self.word.fetch_add(REF_ONE, Relaxed);
        check_ref_count(Snapshot { word });
    }

    /// Gives up `refs` references. Returns whether they were the last, and the caller must free
    /// the task.
    ///
    /// A new reference is made from one that exists. So if all that are left are the caller's, no other thread has one, and none can come to
    /// one: the word is the caller's alone, and a load and a store are enough.
    #[inline]
    pub fn ref_dec(&self, refs: usize) -> bool {
        let current = self.load();
        if current.ref_count() == refs {
            // ORDERING: Relaxed: no other thread looks. What the others did before they gave their references up, the look's Acquire
            // has taken over.
            self.word.store(current.without_refs(refs).word, Relaxed);
            return true;
        }
        let word = self.word.fetch_sub(refs * REF_ONE, AcqRel);
        let before = Snapshot { word };
        debug_assert!(
            refs <= before.ref_count(),
            "One Reference Each: {refs} given up of {before:?}"
        );
        before.ref_count() == refs
    }

    /// Asks `decide` what the word should become, again and again, until no other thread is faster
    /// between the look and the change. `None` leaves the word alone. The change has the ordering
    /// `order`; the look has Acquire.
    #[inline(always)]
    fn update<A>(
        &self,
        order: Ordering,
        mut decide: impl FnMut(Snapshot) -> (A, Option<Snapshot>),
    ) -> A {
        let mut current = self.load();
        loop {
            let (answer, next) = decide(current);
            let Some(next) = next else {
                return answer;
            };
            // ORDERING: of the change, what the transition says. Acquire on failure because `decide`
            // may leave it at a look, as `load` does.
            match self
                .word
                .compare_exchange_weak(current.word, next.word, order, Acquire)
            {
                Ok(_) => return answer,
                Err(word) => current = Snapshot { word },
            }
        }
    }
}

/// Ends the program before the count can overflow into a freed task.
#[inline]
fn check_ref_count(before: Snapshot) {
    if REFS_MAX < before.ref_count() {
        process::abort();
    }
}
