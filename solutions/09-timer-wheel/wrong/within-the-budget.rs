//! exercise: 9.10
//! test: timeout::a_busy_future_is_stopped
//! verdict: hangs
//! message: a timeout around a future that is never done
//! rule: A future that has used the budget up does not stop the time.
//!
//! A sleep is a future, so it is polled like one. But each poll of a sleep asks the budget first, and a busy future has used
//! it up: the sleep says `Pending` without having looked at the time. The task gives way, comes back with a new budget, and
//! the future uses that up as well. The time is over, and the timeout never finds out.

<<<<<<< solution
        ready!(sleep.as_ref().poll_elapsed(cx));
=======
        ready!(sleep.as_mut().poll(cx));
>>>>>>> wrong
