//! exercise: 4.1
//! test: inbox::one_is_pushed_while_we_wait_for_the_lock
//! verdict: wrong
//! message: the length: 0, but expected 1
//! rule: The length is written by the thread that has the lock, from what is in the list.
//!
//! The length was just read, and we know how many we take, so the difference seems to be left. But
//! it was read before we had the lock. A push in between has raised the length, and we write the
//! old one over it. Now there is a task in the list, and a length that says there is none: the
//! scheduler does not find the task, and its last look before the sleep, under the lock, sees one.
//! It turns round and round.

<<<<<<< solution
        if self.is_empty() {
=======
        let len = self.len();
        if len == 0 {
>>>>>>> wrong

<<<<<<< solution
        if synced.queue.len() <= max {
            batch.append(&mut synced.queue);
        } else {
            // The lock is held for as long as this takes, which is why there is a `max`.
            for _ in 0..max {
                batch.push_back(
                    synced
                        .queue
                        .pop_front()
                        .expect("more than `max` are queued"),
                );
            }
        }
        self.set_len(synced);
=======
        for _ in 0..len.min(max) {
            batch.push_back(synced.queue.pop_front().expect("only we take tasks"));
        }
        self.len.store(len - batch.len(), Release);
>>>>>>> wrong
