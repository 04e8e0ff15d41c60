//! exercise: 3.6
//! test: complete::a_detached_task_is_freed_at_its_end
//! verdict: wrong
//! message: A task that is done gives up the ticket's reference and the list's.
//! rule: A task that is done gives up the ticket's reference and the list's.
//!
//! The ticket is used up, so its reference goes. The list has another reference, and the list does
//! not know that the task is done unless we tell it. Every task that ever ran stays in memory until
//! the shutdown.

<<<<<<< solution
        // The list's reference is given up together with ours.
        let refs = 1 + self.release();
=======
        let refs = 1;
>>>>>>> wrong
