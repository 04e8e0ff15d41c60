//! The four functions behind a waker, and the waker that is only lent.
//!
//! As in chapter 2, with one difference: the table is the same for all tasks, of all types.
//! A waker knows the header; what needs the types is behind the header's own table.
//!
//! # Invariants
//!
//! - **One Table**: every waker of every task has the address of the same `static`, so that
//!   `Waker::will_wake` holds for any two wakers of a task.
//!
//! In tokio: `runtime/task/waker.rs`.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;
use std::task::{RawWaker, RawWakerVTable, Waker};

#[cfg(feature = "dump")]
use crate::diary::Diary;
use crate::id;
#[cfg(feature = "tracing")]
use crate::observed::{Observed, WakerOp};
use crate::raw::{Header, RawTask};
use crate::trace;

/// A waker without a reference of its own: it borrows one.
pub(crate) struct WakerRef<'a> {
    /// Never dropped: dropping a `Waker` gives up a reference, and this one has none.
    waker: ManuallyDrop<Waker>,
    /// The reference we use, and which must therefore outlive us.
    task: PhantomData<&'a RawTask>,
}

static VTABLE: RawWakerVTable =
    RawWakerVTable::new(clone_waker, wake_by_val, wake_by_ref, drop_waker);

/// Lends `task` as a waker.
#[inline]
pub(crate) fn waker_ref(task: &RawTask) -> WakerRef<'_> {
    let raw = RawWaker::new(task.as_raw().as_ptr().cast_const().cast(), &VTABLE);
    // SAFETY: `VTABLE` upholds the contract of `RawWaker`: its functions may be called from any
    // thread, since `RawTask` is `Send` and `Sync`. They expect that a waker has a reference; `task`
    // has it, and the `ManuallyDrop` keeps us from giving it up.
    let waker = unsafe { Waker::from_raw(raw) };
    WakerRef {
        waker: ManuallyDrop::new(waker),
        task: PhantomData,
    }
}

/// Whether `waker` would wake the task that is being polled on this thread.
///
/// Then the task has RUNNING, and to wake it is one bit: its ticket is made at the end of the poll,
/// of the reference that the poll has anyway.
#[inline]
pub fn is_current(waker: &Waker) -> bool {
    if !std::ptr::eq(waker.vtable(), &VTABLE) {
        return false;
    }
    // SAFETY: a waker with `VTABLE` has a reference to the task, and we borrow it.
    let task = unsafe { task_of(waker.data()) };
    id::try_id() == Some(task.header().id)
}

/// The diary of the task that `waker` wakes.
///
/// # Safety
///
/// It is the waker of a task, which has not been freed while the result is used.
#[cfg(feature = "dump")]
pub(crate) unsafe fn diary_of(waker: &Waker) -> &Diary {
    let header: *const Header = waker.data().cast();
    // SAFETY: as our caller promises, and the data pointer of a task's waker is that of its header.
    unsafe { &(*header).diary }
}

/// What is told of the task that `waker` wakes.
///
/// # Safety
///
/// It is the waker of a task, which has not been freed while the result is used.
#[cfg(feature = "tracing")]
pub(crate) unsafe fn observed_of(waker: &Waker) -> &Observed {
    let header: *const Header = waker.data().cast();
    // SAFETY: as our caller promises, and the data pointer of a task's waker is that of its header.
    unsafe { &(*header).observed }
}

impl Deref for WakerRef<'_> {
    type Target = Waker;

    #[inline]
    fn deref(&self) -> &Waker {
        &self.waker
    }
}

/// The reference of a waker. Whether we may give it up depends on the caller.
///
/// # Safety
///
/// `data` is the data pointer of a waker with `VTABLE`, and the waker has not been dropped.
unsafe fn task_of(data: *const ()) -> ManuallyDrop<RawTask> {
    // SAFETY: the data pointer of a waker is that of a header.
    let header = unsafe { NonNull::new_unchecked(data.cast_mut().cast::<Header>()) };
    // SAFETY: the waker has a reference.
    ManuallyDrop::new(unsafe { RawTask::from_raw(header) })
}

/// # Safety
///
/// `data` is the data pointer of a waker with `VTABLE`, which keeps its reference.
unsafe fn clone_waker(data: *const ()) -> RawWaker {
    // SAFETY: as our caller promises.
    let task = unsafe { task_of(data) };
    #[cfg(feature = "tracing")]
    task.header().observed.waker(WakerOp::Clone);
    let clone = RawTask::clone(&task);
    RawWaker::new(clone.into_raw().as_ptr().cast_const().cast(), &VTABLE)
}

/// # Safety
///
/// `data` is the data pointer of a waker with `VTABLE`, which gives up its reference.
unsafe fn wake_by_val(data: *const ()) {
    // SAFETY: as our caller promises.
    let task = unsafe { task_of(data) };
    #[cfg(feature = "dump")]
    task.header().diary.count_wake();
    trace::woken(task.header().id);
    #[cfg(feature = "tracing")]
    task.header().observed.waker(WakerOp::Wake);
    ManuallyDrop::into_inner(task).wake_by_val();
}

/// # Safety
///
/// `data` is the data pointer of a waker with `VTABLE`, which keeps its reference.
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: as our caller promises.
    let task = unsafe { task_of(data) };
    #[cfg(feature = "dump")]
    task.header().diary.count_wake();
    trace::woken(task.header().id);
    #[cfg(feature = "tracing")]
    task.header().observed.waker(WakerOp::WakeByRef);
    task.wake_by_ref();
}

/// # Safety
///
/// `data` is the data pointer of a waker with `VTABLE`, which gives up its reference.
unsafe fn drop_waker(data: *const ()) {
    // SAFETY: as our caller promises.
    let task = unsafe { task_of(data) };
    #[cfg(feature = "tracing")]
    task.header().observed.waker(WakerOp::Drop);
    drop(ManuallyDrop::into_inner(task));
}
