//! exercise: 3.3
//! test: poll::a_task_that_nobody_can_wake_is_freed
//! verdict: wrong
//! message: The waker of a poll is lent and costs no reference
//! rule: The waker of a poll is lent and costs no reference, and `OkDealloc` is passed on.
//!
//! A cloned waker is safe to lend, even if the task is freed meanwhile. Then this answer forgets it
//! as we forget the lent one, because dropping a lent waker gives up a reference that it does not
//! have. But the clone does have one: each poll leaks a reference, and the task is never freed.

<<<<<<< solution
        let task = self.borrow();
=======
        let task = ManuallyDrop::new(RawTask::clone(&self.borrow()));
>>>>>>> wrong
