//! exercise: 4.9
//! test: fairness::a_yielding_task_lets_the_driver_have_its_say
//! verdict: wrong
//! message: polls for 10 events
//! rule: A task that yields waits until the driver has been asked.
//!
//! The task gives way, so it goes to the end of the queue: all that are in the queue go first. But a task that waits for a socket is not in the
//! queue. The driver is asked when the queue is empty, and with a task that yields it never is. A sleep of a millisecond then takes as long as
//! sixty polls of the yielding task.

<<<<<<< solution
        self.core().deferred.push_back(Deferred::Ticket(ticket));
=======
        self.core().queue.push_back(ticket);
>>>>>>> wrong
