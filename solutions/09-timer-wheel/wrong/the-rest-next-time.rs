//! exercise: 9.4
//! test: same_tick::all_of_a_tick_are_fired_in_order_outside_of_the_lock
//! verdict: wrong
//! message: order:
//! rule: Timers of one tick are fired in the order in which they came.
//!
//! A batch is full; the rest are due in the next turn as well. But the driver is asked once per turn
//! of the scheduler, and when it is idle: then it would fire 32 timers at a time, with all tasks
//! polled in between. A thousand timers of one tick are spread over many turns, and each of them is
//! late.

<<<<<<< solution
                drop(state);
                wake(&mut wakers);
                state = self.lock();
=======
                drop(state);
                wake(&mut wakers);
                return None;
>>>>>>> wrong
