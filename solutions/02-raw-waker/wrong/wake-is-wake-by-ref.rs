//! exercise: 2.5
//! test: wake_by_val::the_reference_goes_into_the_queue
//! verdict: wrong
//! message: references after it: ours, the queue's: 3, but expected 2
//! rule: `wake` uses the waker up: its reference goes into the queue, or is given up.
//!
//! Waking is waking, so one function calls the other. But `wake_by_ref` leaves the waker's
//! reference where it is, and after `wake` no waker is left that could give it up: `Waker::wake`
//! forgets itself, since the function in the table is to take over. Every wake leaks one reference.

<<<<<<< solution
    // SAFETY: the waker owned a reference and is used up by this call, so the reference is ours.
    ⋮
    }
=======
    // SAFETY: the same pointer, and the same contract.
    unsafe { wake_by_ref(data) };
>>>>>>> wrong
