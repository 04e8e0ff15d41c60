//! exercise: 6.6
//! test: give_back::the_only_one_leaves
//! verdict: wrong
//! message: nobody waits any more, and yet
//! rule: When nobody waits any more, QUEUED is cleared: then a release needs no lock.
//!
//! What it has is given back by the function that is there for giving back. But who has nothing
//! releases nothing, and that returns at once: nobody sees that the list may be empty now, and QUEUED
//! stays set.

let mut waiters = semaphore.lock();
// SAFETY: the waiter is in this list, or it was handed what it waited for and is in none.
let waker = unsafe { waiters.remove(&self.waiter) };
self.is_queued = false;
let missing = self.waiter.state() & !REFUSED;
drop(waiters);
semaphore.release(self.wanted - missing);
drop(waker);
