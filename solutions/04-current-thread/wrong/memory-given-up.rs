//! exercise: 4.6
//! test: deferred::no_turn_allocates_but_the_first
//! verdict: wrong
//! message: allocations in ten turns: 10, but expected 0
//! rule: The memory of a batch is given back: yielding does not allocate.
//!
//! The wakers were taken, and are woken, and no waker is left out. The vector that they were in is
//! dropped, and the one that was left in its place is empty and has no memory. So each turn with a
//! waker in it begins with an allocation, and ends with freeing it.

<<<<<<< solution
        self.core().defer.recycle(batch.wakers);
=======
>>>>>>> wrong
