//! exercise: 4.5
//! test: rest::a_task_was_pushed_since_the_last_look
//! verdict: wrong
//! message: polls counted, after a sleep that was refused: Some(0), but expected Some(1)
//! rule: Polls are counted since the driver was last asked.
//!
//! A look and a sleep both ask the driver, so the count begins anew before either. But a sleep may
//! be refused: another thread has pushed a task, and the scheduler does not park. A thread that
//! pushes each time at just that moment keeps the count below 61, and the driver is never asked.

<<<<<<< solution
        } else if !root.is_woken() {
=======
        } else if !root.is_woken() {
            self.polls = 0;
>>>>>>> wrong
