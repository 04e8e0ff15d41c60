//! exercise: 3.4
//! test: wake_by_val::a_task_that_waits_is_queued_with_the_wakers_reference
//! verdict: wrong
//! message: A handle gives up its own reference, and no other.
//! rule: A handle gives up its own reference, and no other.
//! source: async-task #11: the task was freed while its schedule function was still running
//!
//! This answer queues the task, and then gives up the reference that kept it alive meanwhile. Tokio
//! does so, too. But tokio's transition makes a reference for the ticket. Ours makes the waker's
//! reference the ticket's, and there is none left to give up.

<<<<<<< solution
            // The reference is the ticket's now.
            //
            // SAFETY: the transition has given us the ticket.
            ToNotifiedByVal::Submit => unsafe { self.schedule() },
=======
            ToNotifiedByVal::Submit => {
                // SAFETY: the transition has given us the ticket.
                let ticket = unsafe { RawTask::from_raw(self.as_raw()) };
                // SAFETY: as above.
                unsafe { ticket.schedule() };
                drop(self);
            }
>>>>>>> wrong
