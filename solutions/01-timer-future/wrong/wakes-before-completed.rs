//! exercise: 1.2
//! test: fire::the_time_is_over_before_the_wake
//! verdict: wrong
//! message: was told Pending
//! rule: The wake comes after the news: a task that is woken finds it ready.
//!
//! Wake, then set the flag: on most runs the woken thread takes so long to start that the flag is
//! set before it looks. When it is faster, it is told Pending and goes back to sleep. The waker was
//! used up, so nobody will wake it a second time.

let Some(shared) = shared.upgrade() else {
    return;
};
let waker = shared.lock().unwrap().waker.take();
if let Some(waker) = waker {
    waker.wake();
}
shared.lock().unwrap().completed = true;
