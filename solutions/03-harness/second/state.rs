// The flags at the top of the word, the count below them, and a wake in two steps.
//
// A wake sets one bit whatever else is true, so it is a `fetch_or`: no loop, and it cannot lose. It learns from what
// was there before whether it has the ticket, and counts the ticket's reference afterwards. Until then the waker's own
// reference keeps the task alive. Only transitions that write different things in different cases are a loop around
// `compare_exchange`.

mod outcome;

use std::fmt;
use std::process;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use model::loom::sync::atomic::AtomicUsize;

pub use outcome::{
    IsComplete, ToComplete, ToIdle, ToJoinDropped, ToNotifiedByRef, ToNotifiedByVal, ToRunning,
    ToShutdown,
};

const TOP: u32 = usize::BITS - 1;

/// A thread may touch the stage.
const OWNED: usize = 1 << TOP;
/// A poll is due.
const DUE: usize = 1 << (TOP - 1);
/// The outcome is in its place.
const DONE: usize = 1 << (TOP - 2);
/// There is a handle.
const WANTED: usize = 1 << (TOP - 3);
/// The handle has left a waker.
const WATCHED: usize = 1 << (TOP - 4);
/// The future is not to be polled again.
const STOPPED: usize = 1 << (TOP - 5);
/// All bits below are the count.
const COUNT: usize = STOPPED - 1;

/// The state of a task. Each transition says what the caller has to do next.
#[derive(Debug)]
pub struct State {
    word: AtomicUsize,
}

/// What the word said at one moment, or what it is about to say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    word: usize,
}

/// What is not said otherwise is AcqRel: the stage, the join waker or the ticket changes hands, and the thread that writes
/// the word may be the one that gives or the one that takes.
impl State {
    /// The state of a new task with `refs` references: its first poll is due, and it has a
    /// `JoinHandle`.
    #[inline]
    pub fn new(refs: usize) -> State {
        State {
            word: AtomicUsize::new(DUE | WANTED | refs),
        }
    }

    /// Looks at the state. It may have changed by the time the answer is read; only COMPLETE stays.
    #[inline]
    pub fn load(&self) -> Snapshot {
        // ORDERING: Acquire, with the end of the task: a thread that sees DONE sees the output.
        Snapshot {
            word: self.word.load(Acquire),
        }
    }

    /// Begins a poll. The caller holds the ticket and its reference.
    #[inline]
    pub fn transition_to_running(&self) -> ToRunning {
        let begun = self.change(|now| match now.has(OWNED | DONE) {
            true => None,
            false => Some(now.word & !DUE | OWNED),
        });
        match begun {
            Ok(before) if before.is_cancelled() => ToRunning::Cancelled,
            Ok(_) => ToRunning::Success,
            // Neither goes away while we hold the ticket: a thread that owns the stage now is ending the task.
            Err(_) if self.ref_dec(1) => ToRunning::Dealloc,
            Err(_) => ToRunning::Failed,
        }
    }

    /// Ends a poll that returned `Pending`. The caller has RUNNING and the ticket's reference.
    #[inline]
    pub fn transition_to_idle(&self) -> ToIdle {
        let ended = self.change(|now| match now {
            _ if now.is_cancelled() => None,
            _ if now.is_notified() => Some(now.word & !OWNED),
            _ => Some((now.word & !OWNED) - 1),
        });
        match ended {
            Err(_) => ToIdle::Cancelled,
            Ok(before) if before.is_notified() => ToIdle::OkNotified,
            Ok(before) if before.ref_count() == 1 => ToIdle::OkDealloc,
            Ok(_) => ToIdle::Ok,
        }
    }

    /// Ends a poll in which the task gave way: it is due again, and keeps its ticket. The caller has RUNNING and
    /// the ticket's reference.
    #[inline]
    pub fn transition_to_yielded(&self) -> ToIdle {
        let ended = self.change(|now| match now.is_cancelled() {
            true => None,
            false => Some(now.word & !OWNED | DUE),
        });
        match ended {
            Ok(_) => ToIdle::OkYielded,
            Err(_) => ToIdle::Cancelled,
        }
    }

    /// Completes the task, and gives up `refs` references if nothing is left to do with them. The
    /// caller has RUNNING and has put the output in place.
    #[inline]
    pub fn transition_to_complete(&self, refs: usize) -> ToComplete {
        let completed = self.change(|now| {
            let done = now.word & !OWNED | DONE;
            match now {
                _ if !now.is_join_interested() => None,
                _ if now.is_join_waker_set() => Some(done),
                _ => Some(done - refs),
            }
        });
        match completed {
            Err(_) => ToComplete::Detached,
            Ok(before) if before.is_join_waker_set() => ToComplete::WakeJoin,
            Ok(_) => ToComplete::Done,
        }
    }

    /// Completes a task whose output is dropped already, and gives up `refs` references. Returns
    /// whether they were the last. The caller has RUNNING, and [`ToComplete::Detached`].
    #[inline]
    pub fn transition_to_complete_detached(&self, refs: usize) -> bool {
        // ORDERING: Release, with `load`: what is done is seen by a thread that sees DONE. Our references are still
        // there, so the task is.
        self.word.fetch_xor(OWNED | DONE, Release);
        self.ref_dec(refs)
    }

    /// Wakes the task, and gives up the caller's reference or makes it the ticket's.
    #[inline]
    pub fn transition_to_notified_by_val(&self) -> ToNotifiedByVal {
        match () {
            () if self.mark(DUE) => ToNotifiedByVal::Submit,
            () if self.ref_dec(1) => ToNotifiedByVal::Dealloc,
            () => ToNotifiedByVal::DoNothing,
        }
    }

    /// Wakes the task. The caller keeps its reference.
    #[inline]
    pub fn transition_to_notified_by_ref(&self) -> ToNotifiedByRef {
        self.submit(self.mark(DUE))
    }

    /// Cancels the task and wakes it, so that its next poll drops the future instead. The caller
    /// keeps its reference.
    pub fn transition_to_notified_and_cancel(&self) -> ToNotifiedByRef {
        self.submit(self.mark(DUE | STOPPED))
    }

    /// Cancels the task and takes RUNNING, if no thread has it. The caller has a reference, and
    /// keeps it in that case only.
    pub fn transition_to_shutdown(&self) -> ToShutdown {
        let stopped = self.change(|now| match now.is_complete() {
            true => None,
            false => Some(now.word | OWNED | STOPPED),
        });
        match stopped {
            Ok(before) if !before.is_running() => ToShutdown::Cancel,
            _ if self.ref_dec(1) => ToShutdown::Dealloc,
            _ => ToShutdown::Failed,
        }
    }

    /// Leaves a join waker. The caller is the `JoinHandle` and has put the waker in place; if the
    /// task is complete, the waker stays with the caller.
    pub fn set_join_waker(&self) -> Result<(), IsComplete> {
        self.unless_done(|now| now.word | WATCHED)
    }

    /// Takes the join waker back. The caller is the `JoinHandle`.
    pub fn unset_join_waker(&self) -> Result<(), IsComplete> {
        self.unless_done(|now| now.word & !WATCHED)
    }

    /// Gives up the interest in the output. The caller is the `JoinHandle`, with its reference.
    #[inline]
    pub fn transition_to_join_dropped(&self) -> ToJoinDropped {
        let dropped = self.change(|now| match now.is_complete() {
            true => None,
            false => Some(now.word & !(WANTED | WATCHED)),
        });
        match dropped {
            Err(_) => ToJoinDropped::DropOutput,
            Ok(before) if before.is_join_waker_set() => ToJoinDropped::DropWaker,
            Ok(_) if self.ref_dec(1) => ToJoinDropped::Dealloc,
            Ok(_) => ToJoinDropped::Done,
        }
    }

    /// [`transition_to_join_dropped`](State::transition_to_join_dropped) for a task that is as it
    /// was made: notified, with a handle that has left no waker, and with three references. Most tasks whose
    /// handle is not kept are so. Returns whether the task was so; if not, nothing has changed.
    #[inline]
    pub fn drop_new_join(&self) -> bool {
        let (new, next) = (DUE | WANTED | 3, DUE | 2);
        // ORDERING: Relaxed on failure: another transition looks then.
        let exchanged = self.word.compare_exchange(new, next, AcqRel, Relaxed);
        exchanged.is_ok()
    }

    /// Adds a reference.
    #[inline]
    pub fn ref_inc(&self) {
        // ORDERING: Relaxed: the new reference is made of one that exists.
        let before = self.word.fetch_add(1, Relaxed);
        // Far from the end of the count, so that other threads may be past their increments, too.
        if COUNT / 2 < before & COUNT {
            process::abort();
        }
    }

    /// Gives up `refs` references. Returns whether they were the last, and the caller must free
    /// the task.
    #[inline]
    pub fn ref_dec(&self, refs: usize) -> bool {
        // ORDERING: Release for what we did through the references, Acquire for what the others did, if ours are the last.
        let before = self.word.fetch_sub(refs, AcqRel) & COUNT;
        debug_assert!(refs <= before, "{refs} given up of {before}");
        before == refs
    }

    /// Sets bits that a wake sets, unless the task is done. Returns whether the task waited: then there is no
    /// ticket, and the caller makes it.
    #[inline]
    fn mark(&self, bits: usize) -> bool {
        // A look saves the write. If the task is done right after it, the bits mean nothing.
        if self.load().is_complete() {
            return false;
        }
        // ORDERING: Release, for the poll that answers: it sees what we did before. Acquire, for the ticket: what its last
        // holder wrote in the task is before what we write. It is a write even if the bits are there.
        let before = Snapshot {
            word: self.word.fetch_or(bits, AcqRel),
        };
        before.is_idle()
    }

    /// Counts the ticket that a wake makes.
    #[inline]
    fn submit(&self, is_new: bool) -> ToNotifiedByRef {
        if !is_new {
            return ToNotifiedByRef::DoNothing;
        }
        self.ref_inc();
        ToNotifiedByRef::Submit
    }

    fn unless_done(&self, next: impl Fn(Snapshot) -> usize) -> Result<(), IsComplete> {
        let changed = self.change(|now| match now.is_complete() {
            true => None,
            false => Some(next(now)),
        });
        changed.map(drop).map_err(|_| IsComplete)
    }

    /// Writes what `next` makes of the word, and returns what was there; or, if it makes nothing of it, what is there.
    #[inline]
    fn change(&self, next: impl Fn(Snapshot) -> Option<usize>) -> Result<Snapshot, Snapshot> {
        // ORDERING: Acquire on failure, too: it is a look.
        let changed = self
            .word
            .fetch_update(AcqRel, Acquire, |word| next(Snapshot { word }));
        match changed {
            Ok(word) => Ok(Snapshot { word }),
            Err(word) => Err(Snapshot { word }),
        }
    }
}

impl Snapshot {
    #[inline]
    fn has(self, bits: usize) -> bool {
        self.word & bits != 0
    }

    /// A thread is polling the future, or dropping it.
    #[inline]
    pub fn is_running(self) -> bool {
        self.has(OWNED)
    }

    /// The task has been woken, and no poll has begun since.
    #[inline]
    pub fn is_notified(self) -> bool {
        self.has(DUE)
    }

    /// The future is gone.
    #[inline]
    pub fn is_complete(self) -> bool {
        self.has(DONE)
    }

    /// The task waits: no thread polls it, and it is in no queue.
    #[inline]
    pub fn is_idle(self) -> bool {
        !self.has(OWNED | DUE | DONE)
    }

    /// A handle may still ask for the output.
    #[inline]
    pub fn is_join_interested(self) -> bool {
        self.has(WANTED)
    }

    /// The join handle has left a waker.
    #[inline]
    pub fn is_join_waker_set(self) -> bool {
        self.has(WATCHED)
    }

    /// The task was aborted or shut down.
    #[inline]
    pub fn is_cancelled(self) -> bool {
        self.has(STOPPED)
    }

    /// How many references there are.
    #[inline]
    pub fn ref_count(self) -> usize {
        self.word & COUNT
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (is_set, name) in [
            (self.is_idle(), "IDLE"),
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
