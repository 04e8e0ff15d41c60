//! What code that does not know a task's types can do to it.
//!
//! In tokio: `Vtable` in `runtime/task/raw.rs`.

use std::marker::PhantomData;
use std::mem::offset_of;
use std::ptr::NonNull;

use crate::cell::{Cell, Header};
use crate::harness::Harness;
use crate::schedule::Schedule;
use crate::trailer::Trailer;

/// What needs to know the types of the future and of the scheduler. Each function is called with
/// the task that has this table, and for each the comment says what else its caller must have.
pub(crate) struct Vtable {
    /// Runs the task. Takes the ticket with its reference, where the future may be polled.
    pub(crate) poll: unsafe fn(NonNull<Header>),
    /// Queues the task. Takes the ticket with its reference.
    pub(crate) schedule: unsafe fn(NonNull<Header>),
    /// Cancels the task, and drops the future unless a thread is polling it. Takes a reference,
    /// where the future may be dropped.
    pub(crate) shutdown: unsafe fn(NonNull<Header>),
    /// Moves the outcome to where the pointer points, which is an `Option<Result<T, JoinError>>`
    /// for the future's output `T`. The task is complete, and the caller is the `JoinHandle`.
    pub(crate) take_output: unsafe fn(NonNull<Header>, NonNull<()>),
    /// Drops the output, if it has not been taken. The caller as for `take_output`.
    pub(crate) drop_output: unsafe fn(NonNull<Header>),
    /// Frees the cell. The caller has taken the count of references to zero.
    pub(crate) dealloc: unsafe fn(NonNull<Header>),
    /// Where the scheduler is, in bytes from the start of the cell.
    scheduler_offset: usize,
    /// Where the trailer is.
    trailer_offset: usize,
}

/// The table for a pair of types. A constant, so that each task can point to it.
struct Table<F, S>(PhantomData<(F, S)>);

impl<F: Future, S: Schedule> Table<F, S> {
    const VTABLE: Vtable = Vtable {
        poll: poll::<F, S>,
        schedule: schedule::<F, S>,
        shutdown: shutdown::<F, S>,
        take_output: take_output::<F, S>,
        drop_output: drop_output::<F, S>,
        dealloc: dealloc::<F, S>,
        scheduler_offset: offset_of!(Cell<F, S>, core.scheduler),
        trailer_offset: offset_of!(Cell<F, S>, trailer),
    };
}

impl Vtable {
    /// The table for a future `F` on a scheduler `S`.
    pub(crate) const fn of<F: Future, S: Schedule>() -> &'static Vtable {
        &Table::<F, S>::VTABLE
    }

    /// Where the trailer of this task is.
    ///
    /// # Safety
    ///
    /// The task is alive.
    #[inline]
    pub(crate) unsafe fn trailer(task: NonNull<Header>) -> NonNull<Trailer> {
        // SAFETY: the task is alive.
        let offset = unsafe { task.as_ref() }.vtable.trailer_offset;
        // SAFETY: a pointer to a header is one to the whole cell, and this is a field of it.
        unsafe { task.byte_add(offset).cast() }
    }

    /// Where the scheduler of this task is.
    ///
    /// # Safety
    ///
    /// The task is alive.
    #[inline]
    pub(crate) unsafe fn scheduler(task: NonNull<Header>) -> NonNull<()> {
        // SAFETY: the task is alive.
        let offset = unsafe { task.as_ref() }.vtable.scheduler_offset;
        // SAFETY: a pointer to a header is one to the whole cell, and this is a field of it.
        unsafe { task.byte_add(offset).cast() }
    }
}

// The functions behind the table. What their callers must have is said there; and the task is of
// the types `F` and `S`, since it is its own table that they are called through.

unsafe fn poll<F: Future, S: Schedule>(task: NonNull<Header>) {
    // SAFETY: the task is of these types.
    let harness = unsafe { Harness::<F, S>::new(task) };
    // SAFETY: as for `Vtable::poll`, which is how we are called.
    unsafe { harness.poll() };
}

unsafe fn schedule<F: Future, S: Schedule>(task: NonNull<Header>) {
    // SAFETY: the task is of these types.
    let harness = unsafe { Harness::<F, S>::new(task) };
    // SAFETY: as for `Vtable::schedule`, which is how we are called.
    S::schedule(unsafe { harness.into_notified() });
}

unsafe fn shutdown<F: Future, S: Schedule>(task: NonNull<Header>) {
    // SAFETY: the task is of these types.
    let harness = unsafe { Harness::<F, S>::new(task) };
    // SAFETY: as for `Vtable::shutdown`, which is how we are called.
    unsafe { harness.shutdown() };
}

unsafe fn take_output<F: Future, S: Schedule>(task: NonNull<Header>, to: NonNull<()>) {
    // SAFETY: the task is of these types.
    let harness = unsafe { Harness::<F, S>::new(task) };
    // SAFETY: as for `Vtable::take_output`, which is how we are called.
    let output = unsafe { harness.take_output() };
    // SAFETY: `to` points to such an option, and `F::Output` is what our caller calls `T`.
    unsafe { to.cast().write(Some(output)) };
}

unsafe fn drop_output<F: Future, S: Schedule>(task: NonNull<Header>) {
    // SAFETY: the task is of these types.
    let harness = unsafe { Harness::<F, S>::new(task) };
    // SAFETY: as for `Vtable::drop_output`, which is how we are called.
    unsafe { harness.drop_output_left() };
}

unsafe fn dealloc<F: Future, S: Schedule>(task: NonNull<Header>) {
    // SAFETY: the task is of these types.
    let harness = unsafe { Harness::<F, S>::new(task) };
    // SAFETY: as for `Vtable::dealloc`, which is how we are called.
    unsafe { harness.dealloc() };
}
