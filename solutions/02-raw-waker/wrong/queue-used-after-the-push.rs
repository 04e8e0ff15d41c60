//! exercise: 2.5
//! test: loom_wake_by_val::everything_may_be_gone_before_the_push_returns
//! verdict: wrong
//! message: loom found an interleaving that fails
//! rule: After the push the task may be gone, and nothing that belonged to it may be used.
//! source: async-task #11 (2019); async-executor #163 (1.14.0, 2026), from an optimization that saved atomic operations
//!
//! `schedule` clones the queue's handle, pushes, and drops the clone. That looks like two atomic
//! operations for nothing, since the task has a handle already. So the push goes through that one. But
//! the push gives the task away. Before it returns, another thread may have run the task to its end and
//! freed it, with its handle and the queue behind it.

<<<<<<< solution
    // SAFETY: the waker owned a reference and is used up by this call, so the reference is ours.
    let task = unsafe { Task::from_raw(data) };
=======
    // SAFETY: the waker owned a reference, and it is ours now. It goes into the queue.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
>>>>>>> wrong

<<<<<<< solution
            // SAFETY: the transition has just given us the ticket.
            let notified = unsafe { Notified::new(task) };
            notified.schedule();
        }
        ToNotified::DoNothing => drop(task),
=======
            // SAFETY: the transition has just given us the ticket.
            let queue = unsafe { task.queue() };
            // SAFETY: the waker's reference, which no other code has taken.
            let reference = unsafe { Task::from_raw(data) };
            // SAFETY: the transition has just given us the ticket.
            queue.push(unsafe { Notified::new(reference) });
        }
        ToNotified::DoNothing => drop(ManuallyDrop::into_inner(task)),
>>>>>>> wrong
