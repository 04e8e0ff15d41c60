//! exercise: 9.7
//! test: clock::it_does_not_move_while_something_below_has_woken_a_task
//! verdict: wrong
//! message: when the task ran: 5ms, but expected 0ns
//! rule: When all tasks wait, a paused clock moves to the next timer.
//!
//! The look below has to be made in any case, and after the clock has moved it finds more. It finds
//! the same: what was ready before the time passed. But the time has passed, and the task that was
//! woken by a socket reads a clock that is five milliseconds ahead of what happened.

<<<<<<< solution
        self.below.park_timeout(Duration::ZERO);
=======
>>>>>>> wrong

<<<<<<< solution
            shared.clock.advance(timeout);
        }
=======
            shared.clock.advance(timeout);
        }
        self.below.park_timeout(Duration::ZERO);
>>>>>>> wrong
