// A header without types, a body behind a trait object, and a future in a box.
//
// The harness is written once, for all futures: it knows the header only. What depends on the types is a `dyn Body`, in
// an allocation of its own. No function of the body gives up a reference to the task, so the body is there as long as one
// of them runs; what does give one up, such as the scheduler's `schedule`, is handed out as a plain function. No cell
// is kept for the next task.

use std::fmt;
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker, ready};

use model::loom::cell::UnsafeCell;

use crate::abort::AbortHandle;
use crate::coop;
use crate::error::{Failure, JoinError};
use crate::id::Id;
use crate::isolate::{Payload, discard, isolate};
use crate::list::Links;
use crate::origin::{Origin, Place};
use crate::owner::OwnerId;
use crate::schedule::Schedule;
use crate::state::{
    IsComplete, State, ToComplete, ToIdle, ToJoinDropped, ToNotifiedByRef, ToNotifiedByVal,
    ToRunning, ToShutdown,
};
use crate::task::{Notified, Task};
use crate::waker::waker_ref;

/// Every handle on a task points to this, for every type of future.
pub(crate) struct Header {
    /// Everything that is decided about the task. Every handle writes it.
    pub(crate) state: State,
    /// The next task in a run queue. Written by the queue that holds the ticket.
    pub(crate) next: UnsafeCell<Option<NonNull<Header>>>,
    /// The list that the task was made for, which has all tasks of its scheduler, if there is one.
    /// The field stays when the task leaves the list.
    pub(crate) owner: Option<OwnerId>,
    /// The task's name.
    pub(crate) id: Id,
    /// The task's neighbours in the list of all tasks. Written by that list.
    pub(crate) links: Links<Header>,
    /// Where it was spawned. Without the feature `spawn-places` it has no size.
    pub(crate) place: Place,
    /// The join waker. The handle's while JOIN_WAKER is clear; of the thread that completes the task if it
    /// finds the bit set.
    join_waker: UnsafeCell<Option<Waker>>,
    body: Box<dyn Body>,
}

/// All of a task that depends on types. The caller of each unsafe function has RUNNING, or owns the output.
trait Body {
    /// Polls the future. If it is done, drops it and keeps the outcome.
    unsafe fn poll(&self, id: Id, cx: &mut Context<'_>) -> Polled;

    /// Drops the future, and keeps why there is no output.
    unsafe fn cancel(&self, id: Id);

    /// Moves the outcome into the `Option<Result<T, JoinError>>` at `to`, for the future's output `T`.
    unsafe fn take_output(&self, id: Id, to: NonNull<()>);

    /// Drops the outcome, if it is there.
    unsafe fn drop_output(&self, id: Id);

    /// Takes the task out of its list, and says whether it was there: then the list's reference is the caller's.
    fn release(&self, task: &RawTask) -> bool;

    /// The function that queues a ticket of this task.
    fn queue(&self, place: Queue) -> unsafe fn(RawTask);

    /// Where the scheduler is.
    fn scheduler(&self) -> NonNull<()>;

    /// Drops what is left, and gives the scheduler its handle back.
    fn recycle(self: Box<Self>);
}

enum Polled {
    Ready,
    Pending,
    Yielded,
}

/// Where a ticket goes.
#[derive(Clone, Copy)]
enum Queue {
    Woken,
    WokenWhilePolled,
    GaveWay,
}

struct Typed<F: Future, S> {
    scheduler: S,
    /// Until it is done or cancelled.
    future: UnsafeCell<Option<Pin<Box<F>>>>,
    /// From then on, until it is taken or dropped.
    outcome: UnsafeCell<Option<Result<F::Output, Failure>>>,
}

impl<F: Future, S: Schedule> Typed<F, S> {
    /// Drops the future. The caller has RUNNING.
    unsafe fn drop_future(&self) -> Result<(), Payload> {
        // Taken out first: its drop is foreign code.
        //
        // SAFETY: the future is our caller's.
        let future = self.future.with_mut(|slot| unsafe { (*slot).take() });
        isolate(|| drop(future))
    }

    /// Keeps an outcome. The caller has RUNNING.
    unsafe fn store(&self, outcome: Result<F::Output, Failure>) {
        // SAFETY: the outcome is our caller's.
        let before = self
            .outcome
            .with_mut(|slot| unsafe { (*slot).replace(outcome) });
        debug_assert!(before.is_none());
    }

    /// Takes the outcome. The caller has RUNNING, or owns the output.
    unsafe fn take(&self) -> Option<Result<F::Output, Failure>> {
        // SAFETY: the outcome is our caller's.
        self.outcome.with_mut(|slot| unsafe { (*slot).take() })
    }
}

impl<F: Future, S: Schedule> Body for Typed<F, S> {
    unsafe fn poll(&self, id: Id, cx: &mut Context<'_>) -> Polled {
        let turn = id.enter();
        let polled = isolate(|| {
            self.future.with_mut(|slot| {
                // SAFETY: the future is our caller's.
                let future = unsafe { &mut *slot }.as_mut().expect("it is not done");
                future.as_mut().poll(cx)
            })
        });
        let polled = match polled {
            Ok(Poll::Pending) if turn.is_yielding() => return Polled::Yielded,
            Ok(Poll::Pending) => return Polled::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(payload) => Err(Failure::Panicked(payload)),
        };
        // SAFETY: as our caller promises.
        let dropped = unsafe { self.drop_future() };
        let outcome = match (polled, dropped) {
            (outcome, Ok(())) => outcome,
            (Ok(output), Err(payload)) => {
                discard(output);
                Err(Failure::Panicked(payload))
            }
            (failed, Err(second)) => {
                discard(second);
                failed
            }
        };
        let has_panicked = outcome.is_err();
        // SAFETY: as our caller promises.
        unsafe { self.store(outcome) };
        if has_panicked {
            self.scheduler.on_panic(id);
        }
        Polled::Ready
    }

    unsafe fn cancel(&self, id: Id) {
        let _entered = id.enter();
        // SAFETY: as our caller promises.
        let failure = match unsafe { self.drop_future() } {
            Ok(()) => Failure::Cancelled,
            Err(payload) => Failure::Panicked(payload),
        };
        // SAFETY: as our caller promises.
        unsafe { self.store(Err(failure)) };
    }

    unsafe fn take_output(&self, id: Id, to: NonNull<()>) {
        // SAFETY: as our caller promises.
        let outcome = unsafe { self.take() };
        let outcome = outcome.expect("JoinHandle polled after completion");
        let outcome = outcome.map_err(|failure| JoinError::new(id, failure));
        // SAFETY: as our caller promises.
        unsafe { to.cast().write(Some(outcome)) };
    }

    unsafe fn drop_output(&self, id: Id) {
        let _entered = id.enter();
        // SAFETY: as our caller promises.
        discard(unsafe { self.take() });
    }

    fn release(&self, task: &RawTask) -> bool {
        // SAFETY: the reference stays with `task`, as the `ManuallyDrop` does not give it up.
        let borrowed = unsafe { RawTask::from_raw(task.header) };
        // SAFETY: the task's scheduler is an `S`.
        let borrowed = ManuallyDrop::new(unsafe { Task::<S>::from_raw(borrowed) });
        let Some(released) = self.scheduler.release(&borrowed) else {
            return false;
        };
        assert!(released.as_raw() == task.header, "released another task");
        mem::forget(released);
        true
    }

    fn queue(&self, place: Queue) -> unsafe fn(RawTask) {
        /// # Safety
        ///
        /// It is the ticket, and the task's scheduler is an `S`.
        unsafe fn ticket<S: 'static>(task: RawTask) -> Notified<S> {
            // SAFETY: as our caller promises.
            unsafe { Notified::from_raw(task) }
        }
        match place {
            // SAFETY: the caller gives us the ticket, and has the function from a body with this scheduler.
            Queue::Woken => |task| S::schedule(unsafe { ticket(task) }),
            // SAFETY: as above.
            Queue::WokenWhilePolled => |task| S::yield_now(unsafe { ticket(task) }),
            // SAFETY: as above.
            Queue::GaveWay => |task| S::defer(unsafe { ticket(task) }),
        }
    }

    fn scheduler(&self) -> NonNull<()> {
        NonNull::from(&self.scheduler).cast()
    }

    fn recycle(self: Box<Self>) {
        let Typed {
            scheduler,
            future,
            outcome,
        } = *self;
        discard(future);
        discard(outcome);
        S::recycle(VacantCell { scheduler });
    }
}

/// One reference to a task. Cloning makes another, dropping gives this one up.
#[derive(Debug)]
pub(crate) struct RawTask {
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
    /// Makes a task in a cell that has its scheduler already, and returns the three references it begins with.
    pub(crate) fn new_in<F: Future + 'static, S: Schedule>(
        cell: VacantCell<S>,
        future: F,
        owner: Option<OwnerId>,
        origin: Origin,
    ) -> [RawTask; 3] {
        let body = Typed {
            scheduler: cell.scheduler,
            future: UnsafeCell::new(Some(Box::pin(future))),
            outcome: UnsafeCell::new(None),
        };
        let header = Box::new(Header {
            state: State::new(3),
            next: UnsafeCell::new(None),
            owner,
            id: origin.id,
            links: Links::new(),
            place: origin.place,
            join_waker: UnsafeCell::new(None),
            body: Box::new(body),
        });
        let header = NonNull::from(Box::leak(header));
        [header; 3].map(|header| RawTask { header })
    }

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
        // SAFETY: `self` is a reference, so the task has not been freed.
        unsafe { self.header.as_ref() }
    }

    #[inline]
    pub(crate) fn state(&self) -> &State {
        &self.header().state
    }

    /// The scheduler of the task.
    ///
    /// # Safety
    ///
    /// The task was made with a scheduler of this type.
    #[inline]
    pub(crate) unsafe fn scheduler<S>(&self) -> &S {
        // SAFETY: as our caller promises, this is an `S`. It is there as long as the body is.
        unsafe { self.body().scheduler().cast().as_ref() }
    }

    /// Runs the task: polls its future once, or drops it if the task was cancelled.
    ///
    /// # Safety
    ///
    /// `self` is the ticket. The caller is where the future may be polled.
    pub(crate) unsafe fn run(self) {
        // Each way out says what becomes of the ticket's reference.
        let task = ManuallyDrop::new(self);
        match task.state().transition_to_running() {
            ToRunning::Success => {}
            // SAFETY: the transition has given us RUNNING.
            ToRunning::Cancelled => return unsafe { task.cancel() },
            ToRunning::Failed => return,
            // SAFETY: the reference was the last.
            ToRunning::Dealloc => return unsafe { free(task.header) },
        }
        let waker = waker_ref(&task);
        let mut cx = Context::from_waker(&waker);
        // SAFETY: the transition has given us RUNNING, and the future is not done.
        let ended = match unsafe { task.body().poll(task.header().id, &mut cx) } {
            // SAFETY: we have RUNNING, and the outcome is there.
            Polled::Ready => return unsafe { task.complete() },
            Polled::Pending => task.state().transition_to_idle(),
            Polled::Yielded => task.state().transition_to_yielded(),
        };
        match ended {
            ToIdle::Ok => {}
            // SAFETY: we have the ticket still.
            ToIdle::OkNotified => unsafe { task.give_to(Queue::WokenWhilePolled) },
            // SAFETY: as above.
            ToIdle::OkYielded => unsafe { task.give_to(Queue::GaveWay) },
            // SAFETY: the reference was the last.
            ToIdle::OkDealloc => unsafe { free(task.header) },
            // SAFETY: the transition has left us RUNNING.
            ToIdle::Cancelled => unsafe { task.cancel() },
        }
    }

    /// Cancels the task: its future is dropped now, or at the end of the poll it is in.
    ///
    /// # Safety
    ///
    /// The caller is where the future may be dropped.
    pub(crate) unsafe fn shutdown(self) {
        let task = ManuallyDrop::new(self);
        match task.state().transition_to_shutdown() {
            // SAFETY: the transition has given us RUNNING.
            ToShutdown::Cancel => unsafe { task.cancel() },
            ToShutdown::Failed => {}
            // SAFETY: the reference was the last.
            ToShutdown::Dealloc => unsafe { free(task.header) },
        }
    }

    /// Wakes the task, and uses up the reference.
    #[inline]
    pub(crate) fn wake_by_val(self) {
        let task = ManuallyDrop::new(self);
        match task.state().transition_to_notified_by_val() {
            // SAFETY: the transition has given us the ticket, with the reference.
            ToNotifiedByVal::Submit => unsafe { task.give_to(Queue::Woken) },
            ToNotifiedByVal::DoNothing => {}
            // SAFETY: the reference was the last.
            ToNotifiedByVal::Dealloc => unsafe { free(task.header) },
        }
    }

    /// Wakes the task.
    #[inline]
    pub(crate) fn wake_by_ref(&self) {
        self.submit(self.state().transition_to_notified_by_ref());
    }

    /// Asks the thread that polls the task next to drop the future: our thread might not be allowed
    /// to.
    pub(crate) fn remote_abort(&self) {
        self.submit(self.state().transition_to_notified_and_cancel());
    }

    fn submit(&self, woken: ToNotifiedByRef) {
        if woken == ToNotifiedByRef::Submit {
            // SAFETY: the transition has given us the ticket, with a reference of its own.
            unsafe { self.give_to(Queue::Woken) };
        }
    }

    /// Queues the task. Takes one reference, but not this value.
    ///
    /// # Safety
    ///
    /// The caller has the ticket, and gives it away.
    unsafe fn give_to(&self, place: Queue) {
        let (header, queue) = (self.header, self.body().queue(place));
        // SAFETY: as our caller promises. The function comes from the task's own body.
        unsafe { queue(RawTask { header }) };
    }

    fn body(&self) -> &dyn Body {
        &*self.header().body
    }

    /// Exchanges the join waker.
    ///
    /// # Safety
    ///
    /// The caller owns it.
    unsafe fn replace_join_waker(&self, waker: Option<Waker>) -> Option<Waker> {
        let slot = &self.header().join_waker;
        // SAFETY: as our caller promises.
        slot.with_mut(|slot| unsafe { mem::replace(&mut *slot, waker) })
    }

    /// Drops the future, and ends the task. Takes one reference, but not this value.
    ///
    /// # Safety
    ///
    /// The caller has RUNNING, and the future is not done.
    unsafe fn cancel(&self) {
        // SAFETY: as our caller promises.
        unsafe { self.body().cancel(self.header().id) };
        // SAFETY: as our caller promises, and the outcome is there now.
        unsafe { self.complete() };
    }

    /// Ends the task. Takes one reference, but not this value.
    ///
    /// # Safety
    ///
    /// The caller has RUNNING, and the outcome is there.
    unsafe fn complete(&self) {
        let is_listed = self.header().owner.is_some() && self.body().release(self);
        let refs = 1 + usize::from(is_listed);
        let is_last = match self.state().transition_to_complete(refs) {
            ToComplete::Done => false,
            ToComplete::WakeJoin => {
                // SAFETY: the transition has given us the join waker.
                let waker = unsafe { self.replace_join_waker(None) };
                if let Err(payload) = isolate(|| waker.map(Waker::wake)) {
                    discard(payload);
                }
                self.state().ref_dec(refs)
            }
            ToComplete::Detached => {
                // SAFETY: we have RUNNING.
                unsafe { self.body().drop_output(self.header().id) };
                self.state().transition_to_complete_detached(refs)
            }
        };
        if is_last {
            // SAFETY: the references were the last.
            unsafe { free(self.header) };
        }
    }
}

/// Frees a task.
///
/// # Safety
///
/// No reference to it is left.
unsafe fn free(header: NonNull<Header>) {
    // SAFETY: it came from a box, and no code points to it any more.
    let header = unsafe { Box::from_raw(header.as_ptr()) };
    let Header {
        join_waker, body, ..
    } = *header;
    discard(join_waker);
    body.recycle();
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

impl Drop for RawTask {
    #[inline]
    fn drop(&mut self) {
        if self.state().ref_dec(1) {
            // SAFETY: the reference was the last.
            unsafe { free(self.header) };
        }
    }
}

/// A handle on a scheduler, for a task.
pub struct VacantCell<S: 'static> {
    scheduler: S,
}

impl<S: 'static> VacantCell<S> {
    /// Allocates a cell for a task with such a future.
    #[inline]
    pub fn new<F: Future>(scheduler: S) -> VacantCell<S> {
        VacantCell { scheduler }
    }

    /// The scheduler that the cell's next task will have.
    #[inline]
    pub fn scheduler(&self) -> &S {
        &self.scheduler
    }
}

impl<S: 'static> fmt::Debug for VacantCell<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VacantCell").finish_non_exhaustive()
    }
}

/// Takes no cell: there is nothing in one that is worth keeping.
pub struct Shelf<S: 'static> {
    cells: PhantomData<VacantCell<S>>,
}

impl<S: 'static> Shelf<S> {
    /// An empty shelf, which takes 1 MiB; or nothing, if each cell is to be really freed.
    pub const fn new() -> Shelf<S> {
        Shelf::with_bytes(0)
    }

    /// An empty shelf, which takes so many bytes, even where cells are to be really freed.
    pub const fn with_bytes(_: usize) -> Shelf<S> {
        Shelf { cells: PhantomData }
    }

    /// How many bytes the cells here have.
    pub fn bytes(&self) -> usize {
        0
    }

    /// Keeps a cell.
    ///
    /// # Errors
    ///
    /// The cell, if it is too large or the shelf is full. Dropping it drops a handle on the
    /// scheduler: not under a lock.
    pub fn put(&mut self, cell: VacantCell<S>) -> Result<(), VacantCell<S>> {
        Err(cell)
    }

    /// Takes a cell for a task with such a future; `None` if there is none.
    pub fn take<F: Future>(&mut self) -> Option<VacantCell<S>> {
        None
    }
}

impl<S: 'static> Default for Shelf<S> {
    fn default() -> Shelf<S> {
        Shelf::new()
    }
}

impl<S: 'static> fmt::Debug for Shelf<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").finish_non_exhaustive()
    }
}

/// Waits for a task. Dropping it lets the task run on by itself.
///
/// # Cancellation
///
/// You may stop waiting at any time. That does not stop the task.
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

    /// Leaves a waker, unless the task is complete.
    fn wait(&self, waker: &Waker) -> Result<(), IsComplete> {
        let task = &self.raw;
        let now = task.state().load();
        if now.is_complete() {
            return Err(IsComplete);
        }
        if now.is_join_waker_set() {
            task.state().unset_join_waker()?;
        }
        // Out of its place while foreign code runs: a clone that panics leaves nothing behind.
        //
        // SAFETY: JOIN_WAKER is clear, and only we set it.
        let before = unsafe { task.replace_join_waker(None) };
        let waker = match before {
            Some(before) if before.will_wake(waker) => before,
            before => {
                drop(before);
                waker.clone()
            }
        };
        // SAFETY: as above.
        unsafe { task.replace_join_waker(Some(waker)) };
        let left = task.state().set_join_waker();
        if left.is_err() {
            // SAFETY: the thread that completed the task saw no waker.
            drop(unsafe { task.replace_join_waker(None) });
        }
        left
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    ///
    /// If the output has been returned before.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let proceed = ready!(coop::poll_proceed(cx));
        if self.wait(cx.waker()).is_ok() {
            return Poll::Pending;
        }
        proceed.made_progress();
        let mut output: Option<Self::Output> = None;
        let to = NonNull::from(&mut output).cast();
        // SAFETY: the task is complete, we are its handle, and its future returns a `T`.
        unsafe { self.raw.body().take_output(self.id(), to) };
        Poll::Ready(output.expect("`take_output` has put one there"))
    }
}

impl<T> Drop for JoinHandle<T> {
    #[inline]
    fn drop(&mut self) {
        let task = &self.raw;
        match task.state().transition_to_join_dropped() {
            ToJoinDropped::Done => return,
            // SAFETY: the reference was the last.
            ToJoinDropped::Dealloc => return unsafe { free(task.header) },
            ToJoinDropped::DropWaker => {
                // SAFETY: the transition has given us the join waker.
                let waker = unsafe { task.replace_join_waker(None) };
                // SAFETY: our reference has not been given up, and this is the only time.
                drop(unsafe { ManuallyDrop::take(&mut self.raw) });
                // Foreign code, and so it comes last.
                return drop(waker);
            }
            // SAFETY: the task is complete, and we are its handle.
            ToJoinDropped::DropOutput => unsafe { task.body().drop_output(self.id()) },
        }
        // SAFETY: our reference has not been given up, and this is the only time.
        drop(unsafe { ManuallyDrop::take(&mut self.raw) });
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("id", &self.id())
            .finish()
    }
}
