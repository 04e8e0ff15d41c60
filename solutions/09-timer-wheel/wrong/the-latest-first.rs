//! exercise: 9.9
//! test: wheel::first_come_first_served
//! verdict: wrong
//! message: [4, 3, 2, 1, 0]
//! rule: Timers of one tick are handed out in the order in which they came.
//!
//! Each deadline has its list, and whichever end a timer is taken from, it is due now. But two tasks that sleep
//! until the same tick expect to run in the order in which they began to wait. A list that is filled at the
//! front has the first one at the back.

<<<<<<< solution
        let timer = first.get_mut().pop_back();
=======
        let timer = first.get_mut().pop_front();
>>>>>>> wrong
