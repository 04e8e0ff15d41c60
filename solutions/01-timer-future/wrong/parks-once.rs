//! exercise: 1.4
//! test: block_on::an_unpark_is_not_a_wake
//! verdict: wrong
//! message: poll 2 came without a wake
//! rule: A future is polled once at first, and after that when woken.
//!
//! An `if` where a `while` belongs. `park` may return without a wake. For example, other code may have
//! unparked the thread; the documentation even allows it to return for no reason. Then the future is polled in vain.
//! The flag of the wake that comes later is found late, which costs another poll.

<<<<<<< solution
        // A wake that came since the poll began is in the flag, and then we do not park. An unpark
        // that is not a wake leaves the flag unset, and then we park again.
        while !thread_waker.take_wake() {
=======
        if !thread_waker.take_wake() {
>>>>>>> wrong
