//! exercise: 6.5
//! test: hand_over::the_list_is_unlocked_during_the_wakes
//! verdict: wrong
//! message: a waker is being woken, and the list of the semaphore is locked
//! rule: A waker is somebody else's code: it is cloned, woken and dropped with no lock held.
//! source: tokio #5429, mended by #5471, #5475, #5578; again by #8529, #8552, #8554, #8558, #8618
//!
//! A batch that is full is woken, and the loop goes on. The lock is released at the end, before the
//! last batch. So it is tested with few waiters, and hangs with many.

let mut batch = Batch::new();
while let Some(first) = waiters.first() {
    let missing = first.state();
    if n < missing {
        first.set_state(missing - n);
        n = 0;
        break;
    }
    n -= missing;
    batch.push(waiters.hand_to_first(0).flatten());
    if !batch.can_push() {
        batch.wake();
    }
}
self.set_free(&waiters, n);
drop(waiters);
batch.finish();
