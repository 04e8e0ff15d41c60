//! exercise: 4.5
//! test: rest::a_task_was_pushed_since_the_last_look
//! verdict: wrong
//! message: sleeps: 1, but expected 0
//! rule: The scheduler parks only after it has said so, and looked once more.
//!
//! An unpark is kept, so a wake that comes while we fall asleep is not lost, and we may call the
//! park directly. But other threads unpark only a scheduler that has said that it sleeps. The
//! unpark that would have been kept never comes.

<<<<<<< solution
            self.sleep(root);
=======
            self.park.park();
            self.polls = 0;
>>>>>>> wrong
