//! exercise: 3.10
//! test: crawler::one_page_is_fetched
//! verdict: hangs
//! message: the program has not come to its end
//! rule: A task is polled with no lock held.
//!
//! One line less, and it reads the same. But the guard is a temporary value of the `while let`, and lives to the end of its body: the queue is
//! locked while the task is polled. The task wakes itself, `schedule` wants the lock, and this thread has it.

<<<<<<< solution
        while let Some(notified) = self.next() {
=======
        while let Some(notified) = self.queue().pop_front() {
>>>>>>> wrong
