//! exercise: 3.3
//! test: poll::a_task_that_gives_way_runs_once_more
//! verdict: wrong
//! message: polls in all
//! rule: A task that gave way is queued when the poll ends, and no other task is.
//!
//! Both kinds of polls have ended without an outcome, and for both there is a transition to idle. But a
//! task that gives way is not woken: it has asked to be queued again by the thread that polls it. If
//! that thread lets the ticket go, no other one will make a new one, and the task waits for ever.

<<<<<<< solution
            Polled::Pending => self.state().transition_to_idle(),
            Polled::Yielded => self.state().transition_to_yielded(),
=======
            Polled::Pending | Polled::Yielded => self.state().transition_to_idle(),
>>>>>>> wrong
