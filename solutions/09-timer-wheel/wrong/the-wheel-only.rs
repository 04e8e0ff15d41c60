//! exercise: 9.5
//! test: cancel::a_timer_that_is_dropped_is_not_fired
//! verdict: wrong
//! message: Place Follows From When
//! rule: A timer that was dropped is not fired, and its waker is given back.
//!
//! The wheel finds a timer by its deadline, in no time. But a timer of this turn is in no wheel yet:
//! it is in the list of the fresh ones, and is sorted when the turn ends. Most timers are dropped
//! before that.

<<<<<<< solution
            unsafe { state.take_out(self.pointer()) };
=======
            unsafe { state.wheel.remove(self.pointer()) };
>>>>>>> wrong
