//! exercise: 9.7
//! test: clock::it_does_not_move_while_something_is_to_be_done
//! verdict: wrong
//! message: at, after an unpark: 5ms, but expected 0ns
//! rule: When all tasks wait, a paused clock moves to the next timer.
//!
//! The driver is asked to sleep, so all tasks wait, and the clock may move. But a sleep is also what
//! a scheduler asks for a moment after another thread has woken a task: a real sleep would end at
//! once. Here an hour passes instead, and the task finds that its timeout is over.

<<<<<<< solution
        self.below.park_timeout(Duration::ZERO);
        let shared = &*self.handle.shared;
        if !shared.take_unparked() && !context::is_task_due() {
            shared.clock.advance(timeout);
        }
=======
        let shared = &*self.handle.shared;
        shared.clock.advance(timeout);
>>>>>>> wrong
