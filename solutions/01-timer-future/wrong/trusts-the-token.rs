//! exercise: 1.4
//! test: block_on::a_wake_is_kept_when_its_token_is_taken
//! verdict: hangs
//! message: the wake got lost
//! rule: A wake that comes before the park is not lost.
//!
//! Park once after each poll: the token remembers a wake that came early. So it does, until
//! something else parks on this thread in between. The token is taken, and the wake is gone with
//! it. Half of the `block_on`s on the web look like this.

let mut future = pin!(future);
let thread_waker = Arc::new(ThreadWaker::for_current_thread());
let waker = Waker::from(thread_waker);
let mut cx = Context::from_waker(&waker);

loop {
    if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
        return output;
    }
    thread::park();
}
