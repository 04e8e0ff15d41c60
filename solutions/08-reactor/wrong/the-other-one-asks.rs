//! exercise: 8.15
//! test: loom_driver::a_turn_against_the_owners_sleep
//! verdict: wrong
//! message: deadlock
//! rule: One thread at a time has the turn, and the owner is told when it is back.
//!
//! The owner finds the turn taken. Another thread asks for events just now, and wakes the tasks that they are for. So the owner
//! can sleep until it is unparked. But that thread asks once. The event that comes a moment later is in the queue, the turn
//! is free, and no thread takes it.

<<<<<<< solution
                state.does_owner_wait = true;
=======
>>>>>>> wrong
