//! exercise: 2.7
//! test: poll_a_task::a_poll_costs_no_reference
//! verdict: wrong
//! message: [3, 3, 3], but expected [2, 2, 2]
//! rule: A poll costs no reference.
//!
//! A waker is needed, so one is made of a clone, as with `Arc` and `std::task::Wake`, and dropped
//! after the poll. It is correct. But every poll pays for counting up and counting down on a word
//! that all the wakers share, even if the future does not keep the waker. In most polls it does not.

<<<<<<< solution
            let waker = waker_ref(&task);
=======
            let waker = Task::clone(&task).into_waker();
>>>>>>> wrong
