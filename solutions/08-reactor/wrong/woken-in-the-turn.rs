//! exercise: 8.15
//! test: turns::a_waker_takes_the_turn
//! verdict: wrong
//! message: whether the waker had the turn
//! rule: The last wakes of a turn come when the turn is back.
//!
//! The events are passed on, the tasks are woken, and the turn is put back when the function ends. No lock is held, so nothing hangs.
//! But a waker may run its task at once, for as long as it likes, and all that time no thread can ask for events: the turn is
//! in the hand of one that does something else.

<<<<<<< solution
        drop(self);
        batch.finish();
=======
        batch.finish();
>>>>>>> wrong
