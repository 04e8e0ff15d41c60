//! exercise: 9.10
//! test: timeout::ready_at_once_even_if_the_time_is_over
//! verdict: wrong
//! message: no time at all
//! rule: The future is polled before the time is looked at.
//!
//! If the time is over, the future need not be polled: that saves a poll. But the task may have been busy for long, and the
//! answer may have been there all the while. A timeout of no time at all is a question: *is it ready now?* Here its answer
//! is always no.

<<<<<<< solution
        if let Poll::Ready(output) = value.poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let limit = this.limit;
=======
        let limit = this.limit;
>>>>>>> wrong

<<<<<<< solution
        ready!(sleep.as_ref().poll_elapsed(cx));
        if let Poll::Ready(proceed) = coop::poll_proceed(cx) {
=======
        if sleep.as_ref().poll_elapsed(cx).is_pending() {
            return value.poll(cx).map(Ok);
        }
        if let Poll::Ready(proceed) = coop::poll_proceed(cx) {
>>>>>>> wrong
