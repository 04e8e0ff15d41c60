//! exercise: 3.4
//! test: wake_by_val::a_task_that_waits_is_queued_with_the_wakers_reference
//! verdict: wrong
//! message: A wake by value gives its reference up, or gives it to the ticket.
//! rule: A wake by value gives its reference up, or gives it to the ticket.
//!
//! The ticket gets a reference of its own, as in a wake by reference; and the waker is used up, so
//! its own is not to be dropped. It is nobody's now. The task is freed never.

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
