//! One reference to a task.
//!
//! A `JoinHandle<T>` knows the output but not the future, a `Notified<S>` the scheduler but not the
//! future, a waker neither. All of them are the same pointer. Where the types matter they go
//! through a table of functions. `spawn` made it, where the types were known.
//!
//! The count of references counts [`RawTask`]s. Every other handle is a `RawTask` with a type
//! around it that says what else its owner may do:
//!
//! | handle | how many | what it may do |
//! | --- | --- | --- |
//! | `Task<S>` | one, in the list of all tasks | shut the task down |
//! | `Notified<S>` | at most one, the ticket | run the task |
//! | `JoinHandle<T>` | at most one | take the output |
//! | `AbortHandle` | any | abort |
//! | `Waker` | any | wake |
//!
//! In tokio: `runtime/task/raw.rs`.

use std::mem::{self, ManuallyDrop};
use std::ptr::NonNull;

use crate::cell::Cell;
use crate::large::{LargeOutput, is_large};
use crate::origin::Origin;
use crate::owner::OwnerId;
use crate::schedule::Schedule;
use crate::state::{State, ToNotifiedByRef, ToNotifiedByVal};
use crate::trace;
use crate::trailer::Trailer;
use crate::vtable::Vtable;

// What a task is made of, as far as other files name it.
pub(crate) use crate::cell::Header;
pub use crate::join::JoinHandle;
pub use crate::vacant::{Shelf, VacantCell};

/// One reference to a task. Cloning makes another, dropping gives this one up.
#[derive(Debug)]
pub(crate) struct RawTask {
    /// To the whole cell, as far as the compiler is concerned, and not only to its header.
    header: NonNull<Header>,
}

// SAFETY: a waker is cloned on one thread and dropped on another, and if it was the last reference,
// the cell is freed there, with what is left in the stage. That is nothing, or a future that is
// `Send`, or an output whose `JoinHandle` is on that very thread: see `Task` on futures that are
// not `Send`.
unsafe impl Send for RawTask {}

// SAFETY: what two threads can do with a `&RawTask` is atomic: to clone it, to wake, to abort. The
// rest is unsafe, and its callers show that they may.
unsafe impl Sync for RawTask {}

impl RawTask {
    // ANCHOR: new-in
    /// Makes a task in a cell that has its scheduler already, and returns the three references it begins with.
    ///
    /// # Panics
    ///
    /// If the cell was made for a future of another size.
    #[inline]
    pub(crate) fn new_in<F: Future + 'static, S: Schedule>(
        cell: VacantCell<S>,
        future: F,
        owner: Option<OwnerId>,
        origin: Origin,
    ) -> [RawTask; 3] {
        // `JoinHandle::poll` knows by the same question what it will find, and `VacantCell` what is to be in it.
        match is_large::<F::Output>() {
            true => Cell::furnish(cell, LargeOutput::new(future), owner, origin),
            false => Cell::furnish(cell, future, owner, origin),
        }
    }
    // ANCHOR_END: new-in

    /// Makes a reference of a bare pointer.
    ///
    /// # Safety
    ///
    /// `header` came from [`into_raw`](RawTask::into_raw) or [`as_raw`](RawTask::as_raw), or is that
    /// of a new cell, and the caller owns one reference to that task, which the result takes
    /// over. A caller that only borrows must keep the result in a `ManuallyDrop`.
    #[inline]
    pub(crate) unsafe fn from_raw(header: NonNull<Header>) -> RawTask {
        RawTask { header }
    }

    /// Gives the reference away as a bare pointer.
    #[inline]
    pub(crate) fn into_raw(self) -> NonNull<Header> {
        ManuallyDrop::new(self).header
    }

    /// The pointer alone. The reference stays with `self`.
    #[inline]
    pub(crate) fn as_raw(&self) -> NonNull<Header> {
        self.header
    }

    #[inline]
    pub(crate) fn header(&self) -> &Header {
        // SAFETY: `self` is a reference, so the cell has not been freed (invariant: One Reference
        // Each).
        unsafe { self.header.as_ref() }
    }

    #[inline]
    pub(crate) fn state(&self) -> &State {
        &self.header().state
    }

    #[inline]
    pub(crate) fn trailer(&self) -> &Trailer {
        // SAFETY: `self` is a reference, so the cell has not been freed.
        let trailer = unsafe { Vtable::trailer(self.header) };
        // SAFETY: as above. What is written in a trailer is in cells of its own.
        unsafe { trailer.as_ref() }
    }

    /// The scheduler of the task.
    ///
    /// # Safety
    ///
    /// The task was made with a scheduler of this type.
    #[inline]
    pub(crate) unsafe fn scheduler<S>(&self) -> &S {
        // SAFETY: `self` is a reference, so the cell has not been freed.
        let scheduler = unsafe { Vtable::scheduler(self.header) };
        // SAFETY: as our caller promises, this is an `S`. It never changes.
        unsafe { scheduler.cast().as_ref() }
    }

    // ANCHOR: wake
    /// Wakes the task, and uses up the reference.
    #[inline]
    pub(crate) fn wake_by_val(self) {
        // ANCHOR: ex-3-4-wake-by-val
        match self.state().transition_to_notified_by_val() {
            // The reference is the ticket's now.
            //
            // SAFETY: the transition has given us the ticket.
            ToNotifiedByVal::Submit => unsafe { self.schedule() },
            // The transition has given the reference up.
            ToNotifiedByVal::DoNothing => mem::forget(self),
            // SAFETY: the reference that the transition gave up was the last one.
            ToNotifiedByVal::Dealloc => unsafe { ManuallyDrop::new(self).dealloc() },
        }
        // ANCHOR_END: ex-3-4-wake-by-val
    }

    /// Wakes the task.
    #[inline]
    pub(crate) fn wake_by_ref(&self) {
        self.submit(self.state().transition_to_notified_by_ref());
    }

    /// Asks the thread that polls the task next to drop the future: our thread might not be allowed
    /// to.
    pub(crate) fn remote_abort(&self) {
        trace::aborted(self.header().id);
        self.submit(self.state().transition_to_notified_and_cancel());
    }

    fn submit(&self, transition: ToNotifiedByRef) {
        match transition {
            ToNotifiedByRef::Submit => {
                // SAFETY: the transition has made a reference for the ticket, and this is it.
                let ticket = unsafe { RawTask::from_raw(self.header) };
                // SAFETY: the transition has given us the ticket.
                unsafe { ticket.schedule() };
            }
            ToNotifiedByRef::DoNothing => {}
        }
    }
    // ANCHOR_END: wake

    /// Runs the task: polls its future once, or drops it if the task was cancelled.
    ///
    /// # Safety
    ///
    /// `self` is the ticket. The caller is where the future may be polled.
    #[inline]
    pub(crate) unsafe fn run(self) {
        let vtable = self.header().vtable;
        // SAFETY: it is the task's own table, and we give it the ticket with its reference, where the future
        // may be polled.
        unsafe { (vtable.poll)(self.into_raw()) };
    }

    /// Cancels the task: its future is dropped now, or at the end of the poll it is in.
    ///
    /// # Safety
    ///
    /// The caller is where the future may be dropped.
    pub(crate) unsafe fn shutdown(self) {
        let vtable = self.header().vtable;
        // SAFETY: it is the task's own table, and we give it our reference, where the future may be dropped.
        unsafe { (vtable.shutdown)(self.into_raw()) };
    }

    /// Queues the task.
    ///
    /// # Safety
    ///
    /// `self` is the ticket.
    #[inline]
    pub(crate) unsafe fn schedule(self) {
        let vtable = self.header().vtable;
        // SAFETY: it is the task's own table, and we give it the ticket with its reference.
        unsafe { (vtable.schedule)(self.into_raw()) };
    }

    /// Frees the cell.
    ///
    /// # Safety
    ///
    /// The caller has taken the count of references to zero.
    #[inline]
    pub(crate) unsafe fn dealloc(&self) {
        let vtable = self.header().vtable;
        // SAFETY: it is the task's own table, and no reference is left.
        unsafe { (vtable.dealloc)(self.header) };
    }
}

impl Clone for RawTask {
    #[inline]
    fn clone(&self) -> RawTask {
        self.state().ref_inc();
        RawTask {
            header: self.header,
        }
    }
}

// ANCHOR: drop
impl Drop for RawTask {
    #[inline]
    fn drop(&mut self) {
        if self.state().ref_dec(1) {
            // SAFETY: we have taken the count to zero.
            unsafe { self.dealloc() };
        }
    }
}
// ANCHOR_END: drop
