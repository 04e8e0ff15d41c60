//! exercise: 9.4
//! test: same_tick::all_of_a_tick_are_fired_in_order_outside_of_the_lock
//! verdict: hangs
//! message: stuck inside the poll of other
//! rule: Foreign Code Unlocked: no waker is called while the driver is locked.
//! source: tokio #5429 and seven more
//!
//! The list of wakers looks like a detour, since each waker is in our hands already. Most wakers only
//! put a task into a queue. This one makes another timer, as a task does that is polled at once: it
//! waits for the lock that its own thread has.

<<<<<<< solution
                wakers.push(waker);
=======
                waker.wake();
>>>>>>> wrong
