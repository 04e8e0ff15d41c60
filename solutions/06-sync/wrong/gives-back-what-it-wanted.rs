//! exercise: 6.6
//! test: give_back::who_has_nothing_leaves_nothing
//! verdict: wrong
//! message: free permits
//! rule: No permit is lost, and none is made.
//!
//! What a guard does when it is dropped: release what was acquired. But this is not a guard. It has got
//! only what was handed to it so far, and here that is nothing: each acquire that is dropped early
//! makes permits.

let mut waiters = semaphore.lock();
// SAFETY: the waiter is in this list, or it was handed what it waited for and is in none.
let waker = unsafe { waiters.remove(&self.waiter) };
self.is_queued = false;
semaphore.hand_over(waiters, self.wanted);
drop(waker);
