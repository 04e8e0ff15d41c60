//! A task: a future on the heap that counts the references to it.
//!
//! Chapter 1 kept the target of a waker in an `Arc` and let `std::task::Wake` do the rest. But an
//! `Arc` counts values of the type `Arc`, and a `Waker` contains none: it carries a bare `*const ()`,
//! is cloned and dropped on any thread, and knows nothing of the type behind the pointer. So the
//! count moves into the task, where code that has only the pointer can reach it.
//!
//! ```text
//!   Task  ───────┐
//!   Waker ───────┤     Header
//!   Waker ───────┼──> ┌─────────────────────────┐
//!   Notified ────┘    │ refs   4                │   one for each arrow
//!                     │ state  NOTIFIED         │   who may queue, who may poll
//!                     │ work   future ──────────┼──> Pin<Box<dyn Future>>
//!                     │        queue  ──────────┼──> the run queue
//!                     └─────────────────────────┘
//! ```
//!
//! # Invariants
//!
//! - **One Reference Each**: `refs` is the number of [`Task`]s and owned wakers that exist. Each
//!   of them gives up its reference exactly once, and the one that takes `refs` to zero frees the header.
//! - **One Ticket**: at most one [`Notified`] exists for a task, and it is the right to touch
//!   `work`. `state` decides which thread gets it.
//!
//! # Who may touch what
//!
//! | field | may be touched by | when |
//! | --- | --- | --- |
//! | `refs`, `state` | everyone with a reference | always, atomically |
//! | `work` | the holder of the ticket | from getting the ticket to giving it up |
//! | `work` | the thread that took `refs` to zero | once, before freeing |
//!
//! # Left out
//!
//! The future has an allocation of its own, so that `Header` needs no type parameter; chapter 3
//! puts both into one. A task whose future holds the only waker of that task keeps itself alive
//! and is never freed; chapter 4 keeps a list of all tasks and can cut that knot. A task's output
//! cannot be asked for, and the task cannot be aborted; that is chapter 3 as well.
//!
//! In tokio: `runtime/task/core.rs`, `runtime/task/raw.rs`, `runtime/task/state.rs` (`ref_inc`,
//! `ref_dec`).

use std::pin::Pin;
use std::process;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::{Context, Poll};

use model::loom::cell::UnsafeCell;
use model::loom::sync::atomic::{AtomicUsize, fence};

use crate::isolate::{Panicked, isolate};
use crate::queue;
use crate::state::State;

pub use crate::notified::{Notified, Ran};
pub use crate::waker::{WakerRef, waker_ref};

/// One reference to a task. Cloning makes another, dropping gives this one up.
///
/// Public for the tests of this chapter; a program sees tasks only through its wakers.
///
/// # Examples
///
/// ```
/// use raw_waker::queue::run_queue;
/// use raw_waker::task::{Ran, new_task};
///
/// let (sender, _receiver) = run_queue();
/// let ticket = new_task(async {}, sender);
/// let waker = ticket.task().clone().into_waker();
/// assert_eq!(ticket.task().ref_count(), 2, "the ticket, and the waker");
/// assert_eq!(ticket.run(), Ran::Complete);
/// // The waker is the last reference now. With it the task is freed.
/// drop(waker);
/// ```
#[derive(Debug)]
pub struct Task {
    header: NonNull<Header>,
}

/// What a waker's data pointer points to.
struct Header {
    /// How many [`Task`]s and owned wakers point here. The last to go frees the header.
    refs: AtomicUsize,
    /// Written by every wake and every poll; decides which thread holds the ticket.
    state: State,
    /// What is left to do, and `None` once it is done. Touched by the holder of the ticket only.
    work: UnsafeCell<Option<Work>>,
}

/// An unfinished future, and what it keeps alive.
struct Work {
    /// First, so that it is dropped first: a future may wake or spawn other tasks as it is
    /// dropped, and for that the queue must still be open.
    future: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Where to be queued. The executor runs for as long as one of these is left, so it goes with
    /// the future and not with the header: a finished task may live on in a forgotten waker.
    queue: Arc<queue::Sender>,
}

/// No program has this many references to one thing, except by leaking them in a loop. Aborting
/// here, far from the end, leaves room for every other thread to be past the increment as well.
const REFS_MAX: usize = isize::MAX as usize;

// SAFETY: a waker is cloned on the executor's thread and dropped on a timer's, and if it was the
// last reference, the future is dropped there: `Work` must be `Send`. It is, since the future is
// by its bound and `queue::Sender` is. The rest of the header is atomic.
unsafe impl Send for Task {}

// SAFETY: two threads with a `&Task` can clone it and change its state, both atomically. `work` is
// reached only through the ticket, which is not shared (invariant: One Ticket), so the future
// need not be `Sync`.
unsafe impl Sync for Task {}

/// Puts `future` on the heap and returns the ticket for its first poll, which holds the only
/// reference.
pub fn new_task(
    future: impl Future<Output = ()> + Send + 'static,
    queue: Arc<queue::Sender>,
) -> Notified {
    let header = Box::new(Header {
        refs: AtomicUsize::new(1),
        state: State::new(),
        work: UnsafeCell::new(Some(Work {
            future: Box::pin(future),
            queue,
        })),
    });
    let task = Task {
        header: NonNull::from(Box::leak(header)),
    };
    // SAFETY: the task is new and `State::new` is NOTIFIED, so its first ticket is due and does not
    // exist yet (invariant: One Ticket).
    unsafe { Notified::new(task) }
}

impl Task {
    /// How many references there are, this one included. Other threads may change the count at any
    /// time; it is for tests and examples.
    pub fn ref_count(&self) -> usize {
        // ORDERING: Relaxed, since nothing is done on the strength of the answer.
        self.header().refs.load(Relaxed)
    }

    /// The word that says which thread may queue the task and which may poll it.
    pub fn state(&self) -> &State {
        &self.header().state
    }

    /// Gives the reference away as a bare pointer. The caller of [`Task::from_raw`] takes it over
    /// with the pointer; if there is no such call, the reference is leaked.
    pub(crate) fn into_raw(self) -> *const () {
        let data = self.as_raw();
        std::mem::forget(self);
        data
    }

    /// The pointer alone. The reference stays with `self`.
    pub(crate) fn as_raw(&self) -> *const () {
        self.header.as_ptr().cast_const().cast()
    }

    /// Makes a reference of a bare pointer.
    ///
    /// # Safety
    ///
    /// `data` came from [`Task::into_raw`] or [`Task::as_raw`], and the caller owns one reference
    /// to that task, which the returned `Task` takes over: when that is dropped, the reference is
    /// gone. A caller that only borrows must keep the result in a `ManuallyDrop`.
    pub(crate) unsafe fn from_raw(data: *const ()) -> Task {
        // SAFETY: `data` points to a header, which is never at address zero; the header is
        // alive because the caller owns or borrows one reference to it.
        let header = unsafe { NonNull::new_unchecked(data.cast_mut().cast()) };
        Task { header }
    }

    /// Polls the future.
    ///
    /// # Safety
    ///
    /// The caller holds the ticket, and has not polled this future to its end before.
    pub(crate) unsafe fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.header().work.with_mut(|work| {
            // SAFETY: only the holder of the ticket touches `work` (invariant: One Ticket), and
            // that is our caller; so no other reference into the cell exists.
            let work = unsafe { &mut *work };
            let work = work.as_mut().expect("a finished future is not polled");
            work.future.as_mut().poll(cx)
        })
    }

    /// The run queue, for as long as the caller has the ticket. To use it for longer, clone it.
    ///
    /// # Safety
    ///
    /// The caller holds the ticket, and the future is not finished.
    pub(crate) unsafe fn queue(&self) -> &Arc<queue::Sender> {
        self.header().work.with(|work| {
            // SAFETY: only the holder of the ticket touches `work` (invariant: One Ticket), and
            // that is our caller, which does not give it up while the result is in use.
            let work = unsafe { &*work };
            let work = work.as_ref().expect("a finished task is not queued");
            &work.queue
        })
    }

    /// Drops the future, which is finished or never will be, and the task's hold on the run
    /// queue. A panic in the future's `drop` ends here.
    ///
    /// # Safety
    ///
    /// The caller holds the ticket.
    pub(crate) unsafe fn drop_work(&self) -> Result<(), Panicked> {
        // SAFETY: only the holder of the ticket touches `work` (invariant: One Ticket), and that
        // is our caller. The reference ends with this line, before foreign code runs.
        let work = self
            .header()
            .work
            .with_mut(|work| unsafe { (*work).take() });
        isolate(|| drop(work))
    }

    fn header(&self) -> &Header {
        // SAFETY: `self` is one of the references that `refs` counts, so the header has not been
        // freed (invariant: One Reference Each).
        unsafe { self.header.as_ref() }
    }

    /// Frees the header, and with it a future that can never run again.
    ///
    /// # Safety
    ///
    /// The caller has taken `refs` to zero, and has seen everything that was done through the
    /// other references.
    unsafe fn dealloc(header: NonNull<Header>) {
        // SAFETY: `new_task` made the header with `Box::leak`, and no other reference to it is left,
        // as our caller promises.
        let header = unsafe { Box::from_raw(header.as_ptr()) };
        // SAFETY: we own the header, so there is no ticket that could be touching the cell.
        let work = header.work.with_mut(|work| unsafe { (*work).take() });
        drop(header);
        // The thread that dropped the last waker has nothing to do with a panic in the future's `drop`.
        let _ = isolate(|| drop(work));
    }
}

impl Clone for Task {
    fn clone(&self) -> Task {
        // ORDERING: Relaxed, since no thread learns anything from the count going up: the new
        // reference is made from one that exists, and travels to another thread by means that
        // bring their own ordering.
        let before = self.header().refs.fetch_add(1, Relaxed);
        if REFS_MAX < before {
            process::abort();
        }
        Task {
            header: self.header,
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        // ANCHOR: ex-2-1-drop-reference
        // Count one reference down; if it was the last, see what the others did, and free the task.
        todo!("2.1 drop-reference")
        // ANCHOR_END: ex-2-1-drop-reference
    }
}
