//! The four functions behind a waker, and the waker that is only lent.
//!
//! `Waker` is the standard library's, and cannot know our task. It keeps a pointer that it never looks
//! behind, and calls one of four functions with it. Each function treats the count and the queue in
//! its own way:
//!
//! | function | called for | the waker's reference | if the task was idle |
//! | --- | --- | --- | --- |
//! | `clone` | `waker.clone()` | stays; the clone gets its own | |
//! | `wake` | `waker.wake()` | is used up | goes into the run queue |
//! | `wake_by_ref` | `waker.wake_by_ref()` | stays | a new one goes into the run queue |
//! | `drop` | `drop(waker)` | is used up | |
//!
//! # Invariants
//!
//! - **One Table**: every waker of every task has the address of the same `static`. Two wakers
//!   that would wake the same task are then equal in both words, which is what
//!   `Waker::will_wake` compares.
//!
//! # Left out
//!
//! Tokio can trace each of the four operations with the task's id; chapter 11 adds that.
//!
//! In tokio: `runtime/task/waker.rs`.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::task::{RawWaker, RawWakerVTable, Waker};

use crate::notified::Notified;
use crate::state::ToNotified;
use crate::task::Task;

/// A waker that was not paid for: it borrows its reference from a [`Task`].
///
/// A future gets it for the length of one poll. If the future wants to keep it, it clones it, and
/// the clone has a reference of its own. Otherwise the poll has cost nothing.
///
/// # Examples
///
/// ```
/// use raw_waker::queue::run_queue;
/// use raw_waker::task::{new_task, waker_ref};
///
/// let (sender, _receiver) = run_queue();
/// let ticket = new_task(async {}, sender);
/// let task = ticket.task();
/// let lent = waker_ref(task);
/// assert_eq!(task.ref_count(), 1, "a waker that is lent costs nothing");
/// let kept = lent.clone();
/// assert_eq!(task.ref_count(), 2, "a clone has a reference of its own");
/// assert!(kept.will_wake(&lent));
/// ```
#[derive(Debug)]
pub struct WakerRef<'a> {
    /// Never dropped: dropping a `Waker` gives up a reference, and this one has none.
    waker: ManuallyDrop<Waker>,
    /// The task whose reference we use, and which must therefore outlive us.
    task: PhantomData<&'a Task>,
}

/// The one table. A `static` and not a `const`: a `const` has no address of its own, and each use
/// of it may get another.
static VTABLE: RawWakerVTable = RawWakerVTable::new(clone_waker, wake, wake_by_ref, drop_waker);

/// Lends `task` as a waker.
pub fn waker_ref(task: &Task) -> WakerRef<'_> {
    // ANCHOR: ex-2-6-waker-ref
    // Make a waker of the task without counting a reference, with the same table as any other, that
    // is never dropped.
    todo!("2.6 waker-ref")
    // ANCHOR_END: ex-2-6-waker-ref
}

impl Deref for WakerRef<'_> {
    type Target = Waker;

    fn deref(&self) -> &Waker {
        &self.waker
    }
}

impl Task {
    /// Makes an owned waker of this reference.
    pub fn into_waker(self) -> Waker {
        let raw = RawWaker::new(self.into_raw(), &VTABLE);
        // SAFETY: `VTABLE` upholds the contract of `RawWaker`: its functions may be called from any
        // thread, since `Task` is `Send` and `Sync`, and they treat the pointer as one reference,
        // which `into_raw` has just given us.
        unsafe { Waker::from_raw(raw) }
    }
}

/// `waker.clone()`.
///
/// # Safety
///
/// `data` is the data pointer of a waker with `VTABLE`, which keeps its reference.
unsafe fn clone_waker(data: *const ()) -> RawWaker {
    // ANCHOR: ex-2-2-waker-clone
    // Make a second waker of the same task, with a reference of its own, and leave the first
    // waker's reference where it is.
    todo!("2.2 waker-clone")
    // ANCHOR_END: ex-2-2-waker-clone
}

/// `drop(waker)`.
///
/// # Safety
///
/// `data` is the data pointer of a waker with `VTABLE`, which gives up its reference.
unsafe fn drop_waker(data: *const ()) {
    // SAFETY: the waker owned a reference and is being dropped, so the reference is ours.
    let task = unsafe { Task::from_raw(data) };
    drop(task);
}

/// `waker.wake_by_ref()`.
///
/// # Safety
///
/// `data` is the data pointer of a waker with `VTABLE`, which keeps its reference.
unsafe fn wake_by_ref(data: *const ()) {
    // ANCHOR: ex-2-4-wake-by-ref
    // Mark the task as notified, and if that has given us the ticket, put it into the queue with a
    // reference of its own.
    todo!("2.4 wake-by-ref")
    // ANCHOR_END: ex-2-4-wake-by-ref
}

/// `waker.wake()`.
///
/// # Safety
///
/// `data` is the data pointer of a waker with `VTABLE`, which gives up its reference.
unsafe fn wake(data: *const ()) {
    // ANCHOR: ex-2-5-wake-by-val
    // Mark the task as notified, and let the waker's own reference go: into the queue if that has
    // given us the ticket, otherwise for good.
    todo!("2.5 wake-by-val")
    // ANCHOR_END: ex-2-5-wake-by-val
}
