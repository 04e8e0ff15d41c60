//! What each transition tells its caller to do next.

/// What a wake that keeps its reference has to do, or an abort.
///
/// # Examples
///
/// ```
/// use harness::state::{State, ToIdle, ToNotifiedByRef, ToRunning};
///
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// assert_eq!(state.transition_to_idle(), ToIdle::Ok);
/// assert_eq!(state.load().ref_count(), 2, "the ticket is used up");
/// // Of two wakes, one has to queue the task.
/// assert_eq!(state.transition_to_notified_by_ref(), ToNotifiedByRef::Submit);
/// assert_eq!(state.transition_to_notified_by_ref(), ToNotifiedByRef::DoNothing);
/// assert_eq!(state.load().ref_count(), 3, "there is a ticket again");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToNotifiedByRef {
    /// The task was idle. The caller has the ticket now, with a new reference, and must queue it.
    Submit,
    /// The holder of the ticket, or the poll, will see this wake; or the task is complete.
    DoNothing,
}

/// What a wake that gives up its reference has to do.
///
/// # Examples
///
/// ```
/// use harness::state::{State, ToIdle, ToNotifiedByVal, ToRunning};
///
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// // The future has cloned its waker twice.
/// state.ref_inc();
/// state.ref_inc();
/// assert_eq!(state.transition_to_idle(), ToIdle::Ok);
/// assert_eq!(state.load().ref_count(), 4);
/// assert_eq!(state.transition_to_notified_by_val(), ToNotifiedByVal::Submit);
/// assert_eq!(state.load().ref_count(), 4, "the reference is the ticket's now");
/// assert_eq!(state.transition_to_notified_by_val(), ToNotifiedByVal::DoNothing);
/// assert_eq!(state.load().ref_count(), 3, "the second waker is gone");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToNotifiedByVal {
    /// The task was idle. The caller's reference is the ticket's now, and the caller must queue it.
    Submit,
    /// As for a wake by reference. The caller's reference is gone.
    DoNothing,
    /// The caller's reference was the last one, and the caller must free the task.
    Dealloc,
}

/// What the holder of the ticket has to do with the task.
///
/// # Examples
///
/// ```
/// use harness::state::{State, ToNotifiedByRef, ToRunning};
///
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
///
/// // This task is aborted before its first poll.
/// let state = State::new(3);
/// assert_eq!(state.transition_to_notified_and_cancel(), ToNotifiedByRef::DoNothing);
/// assert_eq!(state.transition_to_running(), ToRunning::Cancelled);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToRunning {
    /// Poll it. The caller has RUNNING.
    Success,
    /// Drop the future. The caller has RUNNING.
    Cancelled,
    /// Nothing: the scheduler has shut the task down meanwhile. The ticket's reference is gone.
    Failed,
    /// As `Failed`, and the reference was the last one: free the task.
    Dealloc,
}

/// What the end of a poll has to do, if the future is not done.
///
/// # Examples
///
/// ```
/// use harness::state::{State, ToIdle, ToRunning};
///
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// assert_eq!(state.transition_to_idle(), ToIdle::Ok);
/// assert!(state.load().is_idle(), "the task waits for a wake");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToIdle {
    /// Nothing. The ticket is used up, and its reference is gone.
    Ok,
    /// The task was woken while it was polled. The caller still has the ticket and must queue it.
    OkNotified,
    /// The task gave way. The caller still has the ticket and must queue it behind all others. Returned by
    /// [`transition_to_yielded`](super::State::transition_to_yielded) only.
    OkYielded,
    /// As `Ok`, and the reference was the last one: no waker is left, so free the task.
    OkDealloc,
    /// The task was cancelled while it was polled. The caller still has RUNNING and must drop the
    /// future.
    Cancelled,
}

/// What a scheduler that shuts a task down has to do.
///
/// # Examples
///
/// ```
/// use harness::state::{State, ToIdle, ToRunning, ToShutdown};
///
/// // A task that waits: its future can be dropped at once.
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// assert_eq!(state.transition_to_idle(), ToIdle::Ok);
/// assert_eq!(state.transition_to_shutdown(), ToShutdown::Cancel);
/// assert!(state.load().is_running(), "the future is ours to drop");
///
/// // A task that is being polled: the end of the poll will see it.
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// assert_eq!(state.transition_to_shutdown(), ToShutdown::Failed);
/// assert_eq!(state.transition_to_idle(), ToIdle::Cancelled);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToShutdown {
    /// Drop the future. The caller has RUNNING.
    Cancel,
    /// Nothing: the task is complete, or is being polled, and the end of that poll will see that
    /// it is cancelled. The caller's reference is gone.
    Failed,
    /// As `Failed`, and the reference was the last one: free the task.
    Dealloc,
}

/// What is left to do when the output is in place. The caller has RUNNING.
///
/// # Examples
///
/// ```
/// use harness::state::{State, ToComplete, ToRunning};
///
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// // The references of the ticket and of the list are given up.
/// assert_eq!(state.transition_to_complete(2), ToComplete::Done);
/// assert!(state.load().is_complete());
/// assert_eq!(state.load().ref_count(), 1, "the handle can fetch the output");
///
/// // Here the handle was awaited, and has left its waker.
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// assert_eq!(state.set_join_waker(), Ok(()));
/// assert_eq!(state.transition_to_complete(2), ToComplete::WakeJoin);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToComplete {
    /// The task is complete, its output belongs to the `JoinHandle`, and the caller's references
    /// are gone.
    Done,
    /// The task is complete, its output belongs to the `JoinHandle`, and the join waker to the
    /// caller, which must wake it and then give up the references.
    WakeJoin,
    /// Nothing has changed yet, since no handle will ask for the output. The caller must drop it and complete
    /// the task with [`transition_to_complete_detached`](super::State::transition_to_complete_detached).
    Detached,
}

/// What a `JoinHandle` that is dropped has to do.
///
/// # Examples
///
/// ```
/// use harness::state::{State, ToComplete, ToJoinDropped, ToRunning};
///
/// // The task runs on without its handle.
/// let state = State::new(3);
/// assert_eq!(state.transition_to_join_dropped(), ToJoinDropped::Done);
/// assert!(!state.load().is_join_interested());
///
/// // This one is complete, and no other code will fetch its output.
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// assert_eq!(state.transition_to_complete(2), ToComplete::Done);
/// assert_eq!(state.transition_to_join_dropped(), ToJoinDropped::DropOutput);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToJoinDropped {
    /// Nothing. Its reference is gone.
    Done,
    /// Its reference was the last one: free the task.
    Dealloc,
    /// Drop the join waker, which belongs to the handle again, and give up the reference.
    DropWaker,
    /// Drop the output, which belongs to the handle, and give up the reference.
    DropOutput,
}

/// The task is complete, so there is nothing to wait for.
///
/// # Examples
///
/// ```
/// use harness::state::{IsComplete, State, ToComplete, ToRunning};
///
/// let state = State::new(3);
/// assert_eq!(state.transition_to_running(), ToRunning::Success);
/// assert_eq!(state.transition_to_complete(2), ToComplete::Done);
/// // Too late to wait: the output is there, and no wake will come.
/// assert_eq!(state.set_join_waker(), Err(IsComplete));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsComplete;
