//! exercise: 6.6
//! test: give_back::a_part_becomes_free
//! verdict: wrong
//! message: free permits after A is dropped
//! rule: What an acquire had got when it is dropped goes to the next, or is free.
//!
//! It waits, so it has nothing; it leaves, and there is nothing to give back. That is so for all who want
//! one permit, which is nearly everybody. Whoever wants three may have two of them, and nobody will
//! ever see those again.

let mut waiters = semaphore.lock();
// SAFETY: the waiter is in this list, or it was handed what it waited for and is in none.
let waker = unsafe { waiters.remove(&self.waiter) };
self.is_queued = false;
let is_served = self.waiter.state() == 0;
semaphore.hand_over(waiters, if is_served { self.wanted } else { 0 });
drop(waker);
