//! What each transition tells its caller to do next.

/// What a wake that keeps its reference has to do, or an abort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum ToNotifiedByRef {
    /// The task was idle. The caller has the ticket now, with a new reference, and must queue it.
    Submit,
    /// The holder of the ticket, or the poll, will see this wake; or the task is complete.
    DoNothing,
}

/// What a wake that gives up its reference has to do.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsComplete;
