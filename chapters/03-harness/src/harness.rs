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
//! All foreign code on the way is called inside of `isolate`: the future's `poll` and `drop`, the
//! `drop` of its output, and the join waker.
//!
//! In tokio: `runtime/task/harness.rs`.

mod end;

use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use crate::cell::{Cell, Header};
use crate::core::Core;
use crate::error::Failure;
use crate::id::Id;
use crate::isolate::{discard, isolate};
use crate::raw::RawTask;
use crate::schedule::Schedule;
use crate::state::{State, ToIdle, ToRunning};
use crate::task::Notified;
use crate::trace;
use crate::trailer::Trailer;
#[cfg(feature = "dump")]
use crate::waker::diary_of;
#[cfg(feature = "tracing")]
use crate::waker::observed_of;
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
    /// It is still ours, and must be queued again, behind all others: the task gave way.
    Yielded,
    /// It is still ours. We have RUNNING, and the outcome is in the stage.
    Complete,
}

/// How the future's part of a poll ended.
enum Polled {
    /// The future is gone, and the outcome is in the stage.
    Ready,
    /// The future waits for a wake.
    Pending,
    /// The future gave way: no wake will come, and the task is due again after all others.
    Yielded,
}

impl<F: Future, S: Schedule> Harness<F, S> {
    /// # Safety
    ///
    /// The task is of these types, and the result is used only while it is alive.
    #[inline]
    pub(crate) unsafe fn new(task: NonNull<Header>) -> Harness<F, S> {
        Harness { cell: task.cast() }
    }

    /// Polls the future once, and acts on the result.
    ///
    /// # Safety
    ///
    /// Takes the ticket and its reference. The caller is where the future may be polled.
    pub(crate) unsafe fn poll(self) {
        match self.poll_inner() {
            PollFuture::Done => {}
            // SAFETY: the ticket is still ours, with its reference.
            PollFuture::Notified => S::yield_now(unsafe { self.into_notified() }),
            // SAFETY: as above.
            PollFuture::Yielded => S::defer(unsafe { self.into_notified() }),
            PollFuture::Complete => {
                let _traced = trace::end(self.header().id);
                #[cfg(feature = "tracing")]
                self.header().observed.close();
                // SAFETY: we have RUNNING and the ticket's reference, and the outcome is in place.
                unsafe { self.complete() };
            }
            // SAFETY: the ticket's reference was the last.
            PollFuture::Dealloc => unsafe { self.dealloc() },
        }
    }

    #[inline]
    fn poll_inner(&self) -> PollFuture {
        // ANCHOR: ex-3-3-poll-inner
        // A task that is neither cancelled nor shut down is polled once, with a waker of its own
        // that costs no reference; a cancelled one is not polled, or not again, and its future is
        // dropped; and the caller learns what became of the ticket.
        todo!("3.3 poll-inner")
        // ANCHOR_END: ex-3-3-poll-inner
    }

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

    /// The task as one of its references, which stays with its holder.
    #[inline]
    fn borrow(&self) -> ManuallyDrop<RawTask> {
        // SAFETY: the task is alive while we are used, so there is a reference, which we borrow:
        // the `ManuallyDrop` keeps us from giving it up.
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

/// Polls the future. If it is done, or has panicked, drops it and puts the outcome in its place.
///
/// # Safety
///
/// The caller has RUNNING, and the future is not done.
#[inline]
unsafe fn poll_future<F: Future, S: Schedule>(
    core: &Core<F, S>,
    id: Id,
    cx: &mut Context<'_>,
) -> Polled {
    let turn = id.enter();
    let mut traced = trace::poll(id);
    // SAFETY: it is the waker of a task, which is alive.
    #[cfg(feature = "tracing")]
    let observed = unsafe { observed_of(cx.waker()) };
    #[cfg(feature = "tracing")]
    let _entered = observed.enter();
    // SAFETY: it is the waker of a task, which is alive.
    #[cfg(feature = "dump")]
    let _entry = unsafe { diary_of(cx.waker()) }.begin_poll();
    // SAFETY: the stage is our caller's (invariant: Running Owns Stage), and the future is not done.
    let polled = match isolate(|| unsafe { core.poll(cx) }) {
        Ok(Poll::Pending) if turn.is_yielding() => {
            traced.yielded();
            #[cfg(feature = "tracing")]
            observed.gave_way();
            return Polled::Yielded;
        }
        Ok(Poll::Pending) => return Polled::Pending,
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
    let has_panicked = outcome.is_err();
    // SAFETY: as above, and the stage is consumed.
    unsafe { core.store(outcome) };
    match has_panicked {
        true => {
            traced.panicked();
            core.scheduler.on_panic(id);
        }
        false => traced.ready(),
    }
    Polled::Ready
}
