//! exercise: 6.11
//! test: pass_on::a_notification_goes_to_the_next
//! verdict: wrong
//! message: wakes of A, B and C
//! rule: A notification of `notify_one` that no task saw goes to the next, or is kept.
//!
//! A future that is dropped is out of the queue, and so there seems to be nothing left to do. But it may have
//! been told, and not polled since. The notification was one for all of them, and it went to a task that no
//! longer cares. Every other task sleeps on.

<<<<<<< solution
            // What was for this one goes to the next.
            next = waits.tell(which);
=======
            next = None::<Waker>;
            let _ = which;
>>>>>>> wrong
