//! exercise: 8.3
//! test: call::those_that_come_back_are_not_called_again
//! verdict: wrong
//! message: called again
//! rule: A call comes to its end, whatever the tasks do that it calls.
//!
//! After each batch the list is looked at anew, so that no task is forgotten that came meanwhile. Those that
//! came meanwhile are the ones that were woken a moment ago. They found nothing, wait again, are called
//! again, and so on. The driver does not come back from this source.

<<<<<<< solution
            drop(waiters);
            batch.wake();
            waiters = self.waiters();
        }
=======
            drop(waiters);
            batch.wake();
            waiters = self.waiters();
            for waker in waiters.call(ready) {
                batch.push(waker);
            }
        }
>>>>>>> wrong
