//! exercise: 1.4
//! test: block_on::an_unpark_is_not_a_wake
//! verdict: wrong
//! message: poll 2 came without a wake
//! rule: A future is polled once at first, and after that when woken.
//!
//! An `if` where a `while` belongs. `park` may return without a wake: other code has unparked the
//! thread, and the documentation allows it to return for no reason. The future is polled in vain,
//! and the flag of the wake that then comes is found late, which costs another poll.

let mut future = pin!(future);
let thread_waker = Arc::new(ThreadWaker::for_current_thread());
let waker = Waker::from(Arc::clone(&thread_waker));
let mut cx = Context::from_waker(&waker);

loop {
    if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
        return output;
    }
    if !thread_waker.take_wake() {
        thread::park();
    }
}
