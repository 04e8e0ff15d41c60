//! exercise: 4.1
//! test: inbox::one_is_pushed_while_we_wait_for_the_lock
//! verdict: wrong
//! message: expected [Id(1), Id(2)]
//! rule: What is read without the lock is a hint: what is taken is decided under the lock.
//!
//! The length has just been read, so there is no need to count the list again. But between the read
//! and the lock we may wait for another thread, for any time. If that thread pushes, we take more
//! than `max` in one go. If it takes tasks, there are fewer than we thought, and the `expect`
//! panics under the lock.

<<<<<<< solution
        if self.is_empty() {
=======
        let len = self.len();
        if len == 0 {
>>>>>>> wrong

<<<<<<< solution
        if synced.queue.len() <= max {
=======
        if len <= max {
>>>>>>> wrong

<<<<<<< solution
                batch.push_back(
                    synced
                        .queue
                        .pop_front()
                        .expect("more than `max` are queued"),
                );
=======
                batch.push_back(synced.queue.pop_front().expect("there are more"));
>>>>>>> wrong
