//! exercise: 6.5
//! test: hand_over::the_next_gets_a_part_between_two_batches
//! verdict: wrong
//! message: , but expected 2
//! rule: No permit is lost, and none is made.
//!
//! The batch is full, so it is woken before the next is served. What the next misses was read before
//! that, and while the list was unlocked others could hand it permits, or it could leave. Then it is
//! handed more than it misses, and what is too much is lost.

let mut batch = Batch::new();
while let Some(first) = waiters.first() {
    let missing = first.state();
    if n < missing {
        first.set_state(missing - n);
        n = 0;
        break;
    }
    n -= missing;
    if !batch.can_push() {
        drop(waiters);
        batch.wake();
        waiters = self.lock();
    }
    batch.push(waiters.hand_to_first(0).flatten());
}
self.set_free(&waiters, n);
drop(waiters);
batch.finish();
