//! exercise: 1.4
//! test: block_on::a_future_that_is_ready_is_polled_once
//! verdict: wrong
//! message: the future returned Ready in poll 1, and was polled again
//! rule: A future is not polled again after it returned Ready.
//! source: mini-tokio of the tokio tutorial: a late wake polls a finished future (tokio-rs/website #740, #813)
//!
//! This waits until the future is no longer pending, and then asks for the output. There is no such
//! question: the poll that says Ready is the one that hands the output over. A second poll makes most
//! futures panic.

<<<<<<< solution
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
=======
    while future.as_mut().poll(&mut cx).is_pending() {
>>>>>>> wrong

<<<<<<< solution
    }
=======
    }
    match future.as_mut().poll(&mut cx) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the future was ready"),
    }
>>>>>>> wrong
