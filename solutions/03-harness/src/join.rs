//! Waiting for a task, and having its output.
//!
//! The `JoinHandle` is a future like any other: polled too early, it leaves its waker; woken, it
//! finds the output. Other futures would need a lock for the waker. This one shares the one word
//! that the task has anyway (invariants Join Waker Changes Hands and Output Changes Hands, in
//! [`state`](crate::state)).
//!
//! ```text
//!     JOIN_WAKER   COMPLETE
//!       clear       clear     the waker is the handle's: write it, then set JOIN_WAKER
//!        set        clear     no side owns the waker: to change it, clear JOIN_WAKER first
//!       clear        set      there is no waker; the output is the handle's
//!        set         set      the waker belongs to the thread that completed the task; the
//!                             output is the handle's
//! ```
//!
//! # Left out
//!
//! Tokio lets the handle look at its waker while JOIN_WAKER is set, so that a second poll with the
//! same waker costs no atomic operation. In return the task may only wake by reference, must clear
//! the bit afterwards, and has to ask again to know which side is the last to drop the waker. Here
//! a second poll costs two, and every completion is three cheaper.
//!
//! In tokio: `runtime/task/join.rs`, and `can_read_output` in `runtime/task/harness.rs`.

use std::fmt;
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker, ready};

// So the attribute `leaf` calls this crate.
#[cfg(feature = "dump")]
use crate as harness;
use crate::abort::AbortHandle;
use crate::coop;
use crate::error::JoinError;
use crate::id::Id;
use crate::large::is_large;
use crate::raw::RawTask;
use crate::state::{IsComplete, ToJoinDropped};

/// Waits for a task. Dropping it lets the task run on by itself.
///
/// # Cancellation
///
/// You may stop waiting at any time. That does not stop the task.
///
/// # Examples
///
/// ```
/// use std::pin::pin;
/// use std::task::{Context, Poll, Waker};
///
/// use harness::{Id, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let (ticket, handle) = unowned(async { 42 }, Nowhere, Id::next());
/// let mut handle = pin!(handle);
/// let mut cx = Context::from_waker(Waker::noop());
/// assert!(handle.as_mut().poll(&mut cx).is_pending());
/// ticket.assert_unowned().run();
/// let Poll::Ready(Ok(output)) = handle.poll(&mut cx) else {
///     panic!("the task is complete");
/// };
/// assert_eq!(output, 42);
/// ```
pub struct JoinHandle<T> {
    /// Given up by `drop`, which may do so in the same step as other things.
    raw: ManuallyDrop<RawTask>,
    output: PhantomData<T>,
}

// SAFETY: a handle that goes to another thread takes the output there, so `T` must be `Send`.
unsafe impl<T: Send> Send for JoinHandle<T> {}

// SAFETY: a `&JoinHandle` can abort the task and ask whether it is finished, and never comes near
// the output.
unsafe impl<T: Send> Sync for JoinHandle<T> {}

impl<T> UnwindSafe for JoinHandle<T> {}
impl<T> RefUnwindSafe for JoinHandle<T> {}
impl<T> Unpin for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    /// # Safety
    ///
    /// `raw` is a new task whose future returns a `T`, and this is its only `JoinHandle`.
    #[inline]
    pub(crate) unsafe fn from_raw(raw: RawTask) -> JoinHandle<T> {
        JoinHandle {
            raw: ManuallyDrop::new(raw),
            output: PhantomData,
        }
    }

    /// Cancels the task: its scheduler drops the future the next time it would have polled it, and
    /// the handle returns an error that [is cancelled](JoinError::is_cancelled). A task that is
    /// complete is left alone.
    pub fn abort(&self) {
        self.raw.remote_abort();
    }

    /// Whether the output, or the reason why there is none, is there.
    pub fn is_finished(&self) -> bool {
        self.raw.state().load().is_complete()
    }

    /// A handle that can abort the task, and nothing else.
    #[must_use = "abort handles do nothing unless `.abort` is called"]
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle::new(RawTask::clone(&self.raw))
    }

    /// The task's name.
    pub fn id(&self) -> Id {
        self.raw.header().id
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    ///
    /// If the output has been returned before.
    #[crate::leaf("JoinHandle", self.id())]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let proceed = ready!(coop::poll_proceed(cx));
        if leave_waker(&self.raw, cx.waker()).is_ok() {
            return Poll::Pending;
        }
        proceed.made_progress();
        // SAFETY: the task is complete, we are its `JoinHandle`, and `T` is the type of its output, as
        // the type of the handle says.
        Poll::Ready(unsafe { take_output(&self.raw) })
    }
}

/// Takes the outcome out of the task.
///
/// # Safety
///
/// The task is complete, the caller is its `JoinHandle`, and the type of its output is `T`.
#[inline]
unsafe fn take_output<T>(task: &RawTask) -> Result<T, JoinError> {
    if is_large::<T>() {
        // SAFETY: as our caller promises, and the task has such an output in a box.
        let output = unsafe { take_stored::<Box<T>>(task) };
        return output.map(|output| *output);
    }
    // SAFETY: as our caller promises, and the task has such an output as it is.
    unsafe { take_stored::<T>(task) }
}

/// Takes the outcome out of the task, as it is there.
///
/// # Safety
///
/// The task is complete, the caller is its `JoinHandle`, and its future returns a `T`.
#[inline]
unsafe fn take_stored<T>(task: &RawTask) -> Result<T, JoinError> {
    let mut output: Option<Result<T, JoinError>> = None;
    let vtable = task.header().vtable;
    // SAFETY: it is the task's own table; the rest is as our caller promises.
    unsafe { (vtable.take_output)(task.as_raw(), NonNull::from(&mut output).cast()) };
    output.expect("`take_output` has put one there")
}

// ANCHOR: leave-waker
/// Leaves `waker` with the task, unless the task is complete. The caller is the `JoinHandle`.
#[inline]
fn leave_waker(task: &RawTask, waker: &Waker) -> Result<(), IsComplete> {
    // ANCHOR: ex-3-5-leave-waker
    let state = task.state().load();
    if state.is_complete() {
        return Err(IsComplete);
    }
    if state.is_join_waker_set() {
        task.state().unset_join_waker()?;
    }
    // SAFETY: JOIN_WAKER is clear, and only we set it: the waker is ours.
    let is_same = unsafe { task.trailer().will_wake(waker) };
    if !is_same {
        // Foreign code, both the drop and the clone. If one of them panics, the bit is clear, and
        // then no waker may be left in its place: no thread would know of it.
        //
        // SAFETY: as above.
        drop(unsafe { task.trailer().replace_waker(None) });
        let waker = Some(waker.clone());
        // SAFETY: as above.
        let stale = unsafe { task.trailer().replace_waker(waker) };
        debug_assert!(stale.is_none(), "Join Waker Changes Hands: taken out");
    }
    let left = task.state().set_join_waker();
    if left.is_err() {
        // Completed meanwhile, by a thread that saw no waker: it is still ours.
        //
        // SAFETY: JOIN_WAKER is clear, and COMPLETE is set, so it stays clear.
        drop(unsafe { task.trailer().replace_waker(None) });
    }
    left
    // ANCHOR_END: ex-3-5-leave-waker
}
// ANCHOR_END: leave-waker

// ANCHOR: drop
impl<T> Drop for JoinHandle<T> {
    #[inline]
    fn drop(&mut self) {
        // The exchange has given the reference up.
        if !self.raw.state().drop_new_join() {
            self.drop_later();
        }
    }
}

impl<T> JoinHandle<T> {
    /// Drops the handle of a task that is no longer as it was made. Not inlined: most handles that are not kept
    /// are dropped before that.
    #[inline(never)]
    fn drop_later(&mut self) {
        // SAFETY: it is `drop` that calls us, once, and so `self.raw` is not used again.
        let task = unsafe { ManuallyDrop::take(&mut self.raw) };
        match task.state().transition_to_join_dropped() {
            // The transition has given the reference up.
            ToJoinDropped::Done => mem::forget(task),
            // SAFETY: the reference that the transition gave up was the last one.
            ToJoinDropped::Dealloc => unsafe { ManuallyDrop::new(task).dealloc() },
            ToJoinDropped::DropWaker => {
                // SAFETY: the transition has given us the join waker.
                let waker = unsafe { task.trailer().replace_waker(None) };
                drop(task);
                // Foreign code, and so it comes last.
                drop(waker);
            }
            ToJoinDropped::DropOutput => {
                let vtable = task.header().vtable;
                // SAFETY: it is the task's own table. The task is complete, and we are its
                // `JoinHandle`.
                unsafe { (vtable.drop_output)(task.as_raw()) };
            }
        }
    }
}
// ANCHOR_END: drop

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("id", &self.id())
            .finish()
    }
}
