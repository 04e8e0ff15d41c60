//! exercise: 6.5
//! test: hand_over::those_who_wait_are_served_in_order
//! verdict: wrong
//! message: nobody waits any more, and yet
//! rule: When nobody waits any more, QUEUED is cleared: then a release needs no lock.
//!
//! If nothing is left there is nothing to set free. But `set_free` also sees to QUEUED. It is set for ever
//! now, or until something is left by chance, and each release takes the lock for nothing.

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
        drop(waiters);
        batch.wake();
        waiters = self.lock();
    }
}
if 0 < n {
    self.set_free(&waiters, n);
}
drop(waiters);
batch.finish();
