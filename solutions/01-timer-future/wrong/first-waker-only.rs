//! exercise: 1.1
//! test: poll_contract::the_waker_of_the_latest_poll_is_kept
//! verdict: wrong
//! message: it did not keep B's waker
//! rule: A future that returns Pending keeps the waker of its latest poll.
//! source: futures-intrusive #18, #19
//!
//! The waker is already there, so why clone it again? Because a future may move. Polled by task A,
//! then sent to task B and polled there, it wakes A, which has nothing to do with it any more, and
//! B sleeps for ever.

let mut state = self.shared.lock().unwrap();
if state.completed {
    return Poll::Ready(());
}
if state.waker.is_none() {
    state.waker = Some(cx.waker().clone());
}
Poll::Pending
