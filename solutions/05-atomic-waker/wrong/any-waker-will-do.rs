//! exercise: 5.9
//! test: receive::the_waker_of_the_latest_poll_is_kept
//! verdict: wrong
//! message: wakers held of the latest poll
//! rule: The task that polled last is woken.
//!
//! A waker is there, and a clone costs something, so the second poll leaves it as it is. But a receiver can
//! be polled by one task and then by another, for example when a `select` is moved to a task of its own. The
//! value then wakes a task that does not wait, and the one that does sleeps for ever.

<<<<<<< solution
        if lock(shared).rx_waker.as_ref().is_some_and(is_kept) {
=======
        if lock(shared).rx_waker.is_some() {
>>>>>>> wrong
