//! exercise: 4.2
//! test: loom_scheduler::a_spawn_from_another_thread_ends_the_sleep
//! verdict: wrong
//! message: deadlock
//! rule: The last look and the announcement of the sleep are one step.
//!
//! Both are done under the lock, each in its turn. A push can come between them: after the look, so
//! it is not seen, and before the announcement, so nobody is unparked. The scheduler sleeps beside
//! a task that is due.

let is_empty = self.lock().0.inject.is_empty();
if is_empty {
    self.lock().0.is_parked = true;
}
is_empty
