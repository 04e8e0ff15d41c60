//! The way from the scheduler to the future, and back.
//!
//! ```text
//!   LocalNotified::run                              RawTask::wake_by_val, wake_by_ref
//!     Harness::poll ──────────────────┐                 │ transition_to_notified
//!       poll_inner                    │ OkNotified      │
//!         transition_to_running       └──> yield_now    └──> schedule
//!         waker_ref ─ Context                 scheduler's run queue
//!         poll_future                               ^             │
//!           Core::poll ─ future ─ cx.waker() ───────┘             └──> LocalNotified::run
//!         transition_to_idle
//!       complete
//! ```
//!
//! Everything foreign that is called on the way is kept inside of `isolate`: the future's `poll`
//! and `drop`, the `drop` of its output, and the waker of whoever waits for it.
//!
//! In tokio: `runtime/task/harness.rs`.

use std::mem::{self, ManuallyDrop};
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker};

use crate::cell::{Cell, Header};
use crate::core::Core;
use crate::error::{Failure, JoinError};
use crate::id::Id;
use crate::isolate::{discard, isolate};
use crate::raw::RawTask;
use crate::schedule::Schedule;
use crate::state::{State, ToComplete, ToIdle, ToRunning, ToShutdown};
use crate::task::{Notified, Task};
use crate::trailer::Trailer;
use crate::waker::waker_ref;

/// A task whose types are known. It owns nothing: each function says which reference it takes.
pub(crate) struct Harness<F: Future, S> {
    cell: NonNull<Cell<F, S>>,
}

/// How a poll ended, and what became of the ticket.
enum PollFuture {
    /// It is used up.
    Done,
    /// It is used up, and its reference was the last one.
    Dealloc,
    /// It is still ours, and must be queued again.
    Notified,
    /// It is still ours. We have RUNNING, and the outcome is in the stage.
    Complete,
}

impl<F: Future, S: Schedule> Harness<F, S> {
    /// # Safety
    ///
    /// The task is of these types, and the result is used only while it is alive.
    #[inline]
    pub(crate) unsafe fn new(task: NonNull<Header>) -> Harness<F, S> {
        Harness { cell: task.cast() }
    }

    // ANCHOR: poll
    /// Polls the future once, and does what is to be done then.
    ///
    /// # Safety
    ///
    /// Takes the ticket and its reference. The caller is where the future may be polled.
    pub(crate) unsafe fn poll(self) {
        match self.poll_inner() {
            PollFuture::Done => {}
            // SAFETY: the ticket is still ours, with its reference.
            PollFuture::Notified => S::yield_now(unsafe { self.into_notified() }),
            // SAFETY: we have RUNNING and the ticket's reference, and the outcome is in place.
            PollFuture::Complete => unsafe { self.complete() },
            // SAFETY: the ticket's reference was the last.
            PollFuture::Dealloc => unsafe { self.dealloc() },
        }
    }

    #[inline]
    fn poll_inner(&self) -> PollFuture {
        // ANCHOR: ex-3-3-poll-inner
        match self.state().transition_to_running() {
            ToRunning::Success => {}
            ToRunning::Cancelled => {
                // SAFETY: the transition has given us RUNNING, and the future is not done.
                unsafe { self.cancel() };
                return PollFuture::Complete;
            }
            ToRunning::Failed => return PollFuture::Done,
            ToRunning::Dealloc => return PollFuture::Dealloc,
        }
        let task = self.borrow();
        let waker = waker_ref(&task);
        let mut cx = Context::from_waker(&waker);
        // SAFETY: the transition has given us RUNNING, and the future is not done.
        if unsafe { poll_future(self.core(), self.header().id, &mut cx) }.is_ready() {
            return PollFuture::Complete;
        }
        match self.state().transition_to_idle() {
            ToIdle::Ok => PollFuture::Done,
            ToIdle::OkNotified => PollFuture::Notified,
            ToIdle::OkDealloc => PollFuture::Dealloc,
            ToIdle::Cancelled => {
                // SAFETY: the transition has left RUNNING to us, and the future is not done.
                unsafe { self.cancel() };
                PollFuture::Complete
            }
        }
        // ANCHOR_END: ex-3-3-poll-inner
    }
    // ANCHOR_END: poll

    // ANCHOR: complete
    /// Ends the task.
    ///
    /// # Safety
    ///
    /// Takes one reference. The caller has RUNNING and has put the outcome into the stage.
    unsafe fn complete(self) {
        // ANCHOR: ex-3-6-complete
        // The list's reference is given up together with ours.
        let refs = 1 + self.release();
        let is_last = match self.state().transition_to_complete(refs) {
            ToComplete::Done => false,
            ToComplete::WakeJoin => {
                // SAFETY: the transition has given us the join waker.
                let waker = unsafe { self.trailer().replace_waker(None) };
                wake_join(waker.expect("Join Waker Changes Hands: the bit is set"));
                self.state().ref_dec(refs)
            }
            ToComplete::Detached => {
                // SAFETY: we have RUNNING.
                unsafe { self.drop_output() };
                self.state().transition_to_complete_detached(refs)
            }
        };
        if is_last {
            // SAFETY: we have taken the count to zero.
            unsafe { self.dealloc() };
        }
        // ANCHOR_END: ex-3-6-complete
    }
    // ANCHOR_END: complete

    /// Cancels the task, and drops the future unless somebody is polling it; then the end of that
    /// poll will.
    ///
    /// # Safety
    ///
    /// Takes one reference. The caller is where the future may be dropped.
    pub(crate) unsafe fn shutdown(self) {
        match self.state().transition_to_shutdown() {
            ToShutdown::Cancel => {
                // SAFETY: the transition has given us RUNNING, and the future is not done.
                unsafe { self.cancel() };
                // SAFETY: we have RUNNING and our caller's reference, and the outcome is in place.
                unsafe { self.complete() };
            }
            ToShutdown::Failed => {}
            // SAFETY: our caller's reference was the last.
            ToShutdown::Dealloc => unsafe { self.dealloc() },
        }
    }

    // ANCHOR: cancel
    /// Drops the future, and says in its place why there is no output.
    ///
    /// # Safety
    ///
    /// The caller has RUNNING, and the future is not done.
    unsafe fn cancel(&self) {
        // ANCHOR: ex-3-7-cancel
        let _entered = self.header().id.enter();
        // SAFETY: the stage is our caller's (invariant: Running Owns Stage).
        let failure = match isolate(|| unsafe { self.core().consume() }) {
            Ok(()) => Failure::Cancelled,
            Err(payload) => Failure::Panicked(payload),
        };
        // SAFETY: as above, and the stage is consumed.
        unsafe { self.core().store(Err(failure)) };
        // ANCHOR_END: ex-3-7-cancel
    }
    // ANCHOR_END: cancel

    /// Takes the task out of the list it is in. Returns how many references it had from there,
    /// which are ours now.
    #[inline]
    fn release(&self) -> usize {
        if self.header().owner.is_none() {
            return 0;
        }
        // SAFETY: the task's scheduler is an `S`.
        let task =
            ManuallyDrop::new(unsafe { Task::from_raw(ManuallyDrop::into_inner(self.borrow())) });
        let Some(released) = self.core().scheduler.release(&task) else {
            return 0;
        };
        // It is counted as this task's below, so it had better be one.
        assert!(released.as_raw() == task.as_raw(), "released another task");
        mem::forget(released);
        1
    }

    /// Takes the outcome.
    ///
    /// # Safety
    ///
    /// The task is complete, and the caller is its `JoinHandle`.
    ///
    /// # Panics
    ///
    /// If it has been taken before.
    #[inline]
    pub(crate) unsafe fn take_output(&self) -> Result<F::Output, JoinError> {
        // SAFETY: the stage is the `JoinHandle`'s (invariant: Output Changes Hands).
        let outcome = unsafe { self.core().take() };
        outcome.map_err(|failure| JoinError::new(self.header().id, failure))
    }

    /// Drops the output, if it has not been taken. A panic in its `drop` ends here.
    ///
    /// # Safety
    ///
    /// The caller has RUNNING, or the task is complete and the caller is its `JoinHandle`.
    pub(crate) unsafe fn drop_output(&self) {
        let _entered = self.header().id.enter();
        // SAFETY: the stage is our caller's (invariants: Running Owns Stage, Output Changes Hands).
        if let Err(payload) = isolate(|| unsafe { self.core().consume() }) {
            discard(payload);
        }
    }

    // ANCHOR: dealloc
    /// Frees the cell. If the future is still in it, nobody can wake it any more, and it goes too.
    ///
    /// # Safety
    ///
    /// The caller has taken the count of references to zero.
    pub(crate) unsafe fn dealloc(self) {
        // SAFETY: `Cell::allocate` made the cell with a `Box`, and nobody else has a reference to
        // it any more (invariant: One Reference Each).
        let cell = unsafe { Box::from_raw(self.cell.as_ptr()) };
        // Whoever gave up the last reference has nothing to do with a panic in the future's `drop`.
        discard(cell);
    }
    // ANCHOR_END: dealloc

    /// The ticket, as a value.
    ///
    /// # Safety
    ///
    /// The caller has the ticket, and gives it away with its reference.
    #[inline]
    pub(crate) unsafe fn into_notified(self) -> Notified<S> {
        // SAFETY: as our caller promises, the reference is ours to give away.
        let ticket = unsafe { RawTask::from_raw(self.cell.cast()) };
        // SAFETY: as our caller promises, this is the ticket; the task's scheduler is an `S`.
        unsafe { Notified::from_raw(ticket) }
    }

    /// The task as one of its references, which stays with whoever has it.
    #[inline]
    fn borrow(&self) -> ManuallyDrop<RawTask> {
        // SAFETY: the task is alive while we are used, so somebody has a reference, which we
        // borrow: the `ManuallyDrop` keeps us from giving it up.
        ManuallyDrop::new(unsafe { RawTask::from_raw(self.cell.cast()) })
    }

    #[inline]
    fn cell(&self) -> &Cell<F, S> {
        // SAFETY: the task is alive while we are used. What is written in a cell that is shared is
        // in an atomic or an `UnsafeCell`.
        unsafe { self.cell.as_ref() }
    }

    #[inline]
    fn header(&self) -> &Header {
        &self.cell().header
    }

    #[inline]
    fn state(&self) -> &State {
        &self.cell().header.state
    }

    #[inline]
    fn core(&self) -> &Core<F, S> {
        &self.cell().core
    }

    #[inline]
    fn trailer(&self) -> &Trailer {
        &self.cell().trailer
    }
}

// ANCHOR: poll-future
/// Polls the future. If it is done, or has panicked, it is dropped and the outcome takes its place.
///
/// # Safety
///
/// The caller has RUNNING, and the future is not done.
#[inline]
unsafe fn poll_future<F: Future, S>(core: &Core<F, S>, id: Id, cx: &mut Context<'_>) -> Poll<()> {
    let _entered = id.enter();
    // SAFETY: the stage is our caller's (invariant: Running Owns Stage), and the future is not done.
    let polled = match isolate(|| unsafe { core.poll(cx) }) {
        Ok(Poll::Pending) => return Poll::Pending,
        Ok(Poll::Ready(output)) => Ok(output),
        Err(payload) => Err(payload),
    };
    // The future is dropped on its own, and not while a panic of its `poll` unwinds: a second panic
    // at that moment would end the program.
    //
    // SAFETY: as above.
    let dropped = isolate(|| unsafe { core.consume() });
    let outcome = match (polled, dropped) {
        (Ok(output), Ok(())) => Ok(output),
        (Ok(output), Err(payload)) => {
            discard(output);
            Err(Failure::Panicked(payload))
        }
        (Err(payload), Ok(())) => Err(Failure::Panicked(payload)),
        (Err(first), Err(second)) => {
            discard(second);
            Err(Failure::Panicked(first))
        }
    };
    // SAFETY: as above, and the stage is consumed.
    unsafe { core.store(outcome) };
    Poll::Ready(())
}
// ANCHOR_END: poll-future

/// Wakes whoever waits for the task. If that panics, it is not for this thread to know, which only
/// happened to complete the task: the panic hook has printed it.
fn wake_join(waker: Waker) {
    if let Err(payload) = isolate(|| waker.wake()) {
        discard(payload);
    }
}
