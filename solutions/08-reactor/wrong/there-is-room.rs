//! exercise: 8.3
//! test: call::the_latest_tasks_find_a_full_batch
//! verdict: wrong
//! message: the batch was full when the latest tasks came
//! rule: A report wakes each task that waits for it, once, and no other.
//!
//! Two more wakers will fit: the batch has 32 places. It is also the caller's, with the wakers of the
//! sources before this one, and the list may have filled it to the last place.

<<<<<<< solution
        for waker in latest {
            if !batch.can_push() {
                batch.wake();
            }
            batch.push(waker);
        }
=======
        for waker in latest {
            batch.push(waker);
        }
>>>>>>> wrong
