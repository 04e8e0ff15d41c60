//! exercise: 6.3
//! test: notify_unlocked::the_lists_are_unlocked_during_the_wake
//! verdict: wrong
//! message: the waker is being woken, and the lists
//! rule: A waker is foreign code: it is cloned, woken and dropped with no lock held.
//! source: tokio #5429, mended by #5471, #5475, #5578; again by #8529, #8552, #8554, #8558, #8618
//!
//! Three lines, and the guard lives to the end of the function, as guards do. But a waker may poll the
//! task at once, on this very thread. The task waits again for the next notification, and needs the lock.

<<<<<<< solution
        let waker = self.notify_locked(&mut lists, which);
        drop(lists);
        if let Some(waker) = waker {
=======
        if let Some(waker) = self.notify_locked(&mut lists, which) {
>>>>>>> wrong
