//! exercise: 6.5
//! test: hand_over::what_is_left_is_free
//! verdict: wrong
//! message: free permits, of five
//! rule: No permit is lost, and none is made.
//!
//! The permits go to those who wait, and when nobody waits any more the work is done. Is it? There may be
//! permits left; and QUEUED is still set, so that each release from now on takes the lock for nothing.

let mut batch = Batch::new();
while let Some(first) = waiters.first() {
    let missing = first.state();
    if n < missing {
        first.set_state(missing - n);
        break;
    }
    n -= missing;
    batch.push(waiters.hand_to_first(0).flatten());
    if !batch.can_push() {
        drop(waiters);
        batch.wake();
        waiters = self.lock();
    }
}
drop(waiters);
batch.finish();
