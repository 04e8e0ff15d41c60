//! exercise: 2.9
//! test: poll_a_task::a_task_is_complete_when_its_future_is_gone
//! verdict: wrong
//! message: the task is complete: [true], but expected [false]
//! rule: The future is dropped by the holder of the ticket, and the task is complete after that.
//!
//! The future has returned `Ready`, so the task is complete, and what is left is to clear away. But COMPLETE says
//! that the ticket is used up and the future is gone. While the drop of the future runs, which is foreign code and may take
//! long, neither is true.

<<<<<<< solution
        let dropped = task.shared.drop_work();
        task.state().transition_to_complete();
=======
        task.state().transition_to_complete();
        let dropped = task.shared.drop_work();
>>>>>>> wrong
