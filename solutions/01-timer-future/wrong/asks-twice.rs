//! exercise: 1.6
//! test: finished_once::a_finished_future_is_not_polled_again
//! verdict: wrong
//! message: the future returned Ready in poll 1, and was polled again
//! rule: A future is not polled again after it returned Ready.
//! source: mini-tokio of the tokio tutorial: a late wake polls a finished future (tokio-rs/website #740, #813)
//!
//! This asks first whether the future is ready, and then asks for the output. But the first poll has
//! handed the output over already, and it was thrown away with the answer.

<<<<<<< solution
                let Poll::Ready(output) = future.as_mut().poll(cx) else {
                    return Poll::Pending;
=======
                if future.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                let Poll::Ready(output) = future.as_mut().poll(cx) else {
                    unreachable!("the future was ready");
>>>>>>> wrong
