//! exercise: 3.3
//! test: poll::a_task_that_nobody_can_wake_is_freed
//! verdict: wrong
//! message: The waker of a poll is lent and costs no reference
//! rule: The waker of a poll is lent and costs no reference, and `OkDealloc` is passed on.
//!
//! A waker that is cloned is safe to lend, whatever happens to the task meanwhile. And then it is
//! forgotten as the lent one is, since dropping a lent waker gives up a reference that it does not
//! have. This one has: each poll leaks one, and the task is never freed.

<<<<<<< solution
        let task = self.borrow();
=======
        let task = ManuallyDrop::new(RawTask::clone(&self.borrow()));
>>>>>>> wrong
