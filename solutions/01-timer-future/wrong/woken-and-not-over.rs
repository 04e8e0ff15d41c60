//! exercise: 1.8
//! test: fire::the_time_is_over_before_the_wake
//! verdict: wrong
//! message: was told Pending
//! rule: The wake comes after the news: a task that is woken finds it ready.
//!
//! Both lines are run by the same thread, one right after the other. But the task that is woken may run before the
//! second one, on another thread or within the wake itself. It finds a timer that is not over, and leaves a waker
//! for which no thread will come.

<<<<<<< solution
        self.is_over.store(true, Release);
        let waker = self.replace(None);
        if let Some(waker) = waker {
            waker.wake();
        }
=======
        let waker = self.replace(None);
        if let Some(waker) = waker {
            waker.wake();
        }
        self.is_over.store(true, Release);
>>>>>>> wrong
