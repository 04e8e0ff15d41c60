//! exercise: 9.7
//! test: clock::it_does_not_move_while_something_below_has_woken_a_task
//! verdict: wrong
//! message: when the task ran: 5ms, but expected 0ns
//! rule: When all tasks wait, a paused clock moves to the next timer.
//!
//! Whatever is to be done ends the sleep by an unpark. That holds for other threads. The driver below
//! runs on this one: it finds a socket ready in the look that we asked for, wakes the task, and has
//! no reason to unpark the thread that it is on.

<<<<<<< solution
        if !shared.take_unparked() && !context::is_task_due() {
=======
        if !shared.take_unparked() {
>>>>>>> wrong
