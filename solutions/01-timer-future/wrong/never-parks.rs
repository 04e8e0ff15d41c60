//! exercise: 1.4
//! test: block_on::no_poll_without_a_wake
//! verdict: wrong
//! message: came without a wake
//! rule: A future is polled once at first, and after that when woken.
//! source: tokio #1296, smol #122: an idle runtime that used a whole core
//!
//! Nothing can be lost if we ask all the time, and giving the rest of our time slice away looks
//! polite. The output is right, and one core is busy until it is there.

let mut future = pin!(future);
let waker = Waker::from(Arc::new(ThreadWaker::for_current_thread()));
let mut cx = Context::from_waker(&waker);

loop {
    if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
        return output;
    }
    thread::yield_now();
}
