//! exercise: 1.4
//! test: block_on::a_future_that_is_ready_is_polled_once
//! verdict: wrong
//! message: the future returned Ready in poll 1, and was polled again
//! rule: A future is not polled again after it returned Ready.
//! source: mini-tokio of the tokio tutorial: a late wake polls a finished future (tokio-rs/website #740, #813)
//!
//! Wait until the future is no longer pending, then ask for the output. There is no such question:
//! the poll that says Ready is the one that hands the output over. A second poll makes most futures
//! panic.

let mut future = pin!(future);
let thread_waker = Arc::new(ThreadWaker::for_current_thread());
let waker = Waker::from(Arc::clone(&thread_waker));
let mut cx = Context::from_waker(&waker);

while future.as_mut().poll(&mut cx).is_pending() {
    while !thread_waker.take_wake() {
        thread::park();
    }
}
match future.as_mut().poll(&mut cx) {
    Poll::Ready(output) => output,
    Poll::Pending => unreachable!("the future was ready"),
}
