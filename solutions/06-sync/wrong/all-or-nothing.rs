//! exercise: 6.5
//! test: hand_over::a_part_is_handed_over
//! verdict: wrong
//! message: wakes of A: 0, but expected 1
//! rule: Who has all his permits is woken, once; who has not is not.
//!
//! If there are too few permits for the first, he waits on, and the rest is set free. But it cannot be
//! free: while somebody waits, no permit is, and `set_free` trusts in that. The permits are gone, and
//! whoever wants three of them waits for ever, since they never come three at a time.

let mut batch = Batch::new();
while let Some(first) = waiters.first() {
    let missing = first.state();
    if n < missing {
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
self.set_free(&waiters, n);
drop(waiters);
batch.finish();
