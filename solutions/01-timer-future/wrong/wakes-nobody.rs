//! exercise: 1.4
//! test: block_on::the_waker_unparks_the_thread_of_block_on
//! verdict: wrong
//! message: was not unparked
//! rule: The waker that `block_on` polls with unparks the thread it waits on.
//!
//! A poll needs a waker, this loop never parks, and the standard library has a waker that does
//! nothing. But the future does not know about the loop. It may keep the waker, hand it to a thread
//! that has just this waker to reach it by, or wait for its own wake, and nothing ever comes. And
//! one core is busy until the output is there.

let mut future = pin!(future);
let mut cx = Context::from_waker(Waker::noop());

loop {
    if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
        return output;
    }
    thread::yield_now();
}
