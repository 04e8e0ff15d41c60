//! exercise: 4.1
//! test: inbox::a_few_are_taken_at_once
//! verdict: wrong
//! message: the length: 3, but expected 0
//! rule: Each step leaves the length that the list then has.
//!
//! Nothing is left, so there is an early way out, and the length is written at the end only, past
//! it. It says for ever that there is something. No task is lost, and the layer without a lock is
//! gone: every look at the empty queue locks it again.

<<<<<<< solution
        let mut batch = TaskQueue::new();
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
=======
        if synced.queue.len() <= max {
            return std::mem::take(&mut synced.queue);
        }
        let mut batch = TaskQueue::new();
        for _ in 0..max {
            batch.push_back(
                synced
                    .queue
                    .pop_front()
                    .expect("more than `max` are queued"),
            );
>>>>>>> wrong
