//! exercise: 3.4
//! test: wake_by_val::a_task_that_waits_is_queued_with_the_wakers_reference
//! verdict: wrong
//! message: A wake by value gives its reference up, or gives it to the ticket.
//! rule: A wake by value gives its reference up, or gives it to the ticket.
//!
//! The ticket gets a reference of its own, as in a wake by reference. The waker is used up, so this
//! answer forgets it, with its reference. No handle has that reference now, and the task is never
//! freed.

<<<<<<< solution
            // The reference is the ticket's now.
            //
            // SAFETY: the transition has given us the ticket.
            ToNotifiedByVal::Submit => unsafe { self.schedule() },
=======
            ToNotifiedByVal::Submit => {
                // SAFETY: the transition has given us the ticket.
                unsafe { self.clone().schedule() };
                mem::forget(self);
            }
>>>>>>> wrong
