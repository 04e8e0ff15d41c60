//! exercise: 4.1
//! test: inbox::no_more_than_asked_for
//! verdict: wrong
//! message: the batch: [Id(1), Id(2), Id(3), Id(4), Id(5)]
//! rule: A batch has the tasks that waited for longest, in order, and no more than asked for.
//!
//! The whole list goes out in one step, however long it is, so the lock is held for a moment
//! only, and `max` seems useless. But the code that takes the batch has to look at each task in
//! it, and no task is polled meanwhile. One thread that pushes without end then decides how long
//! that is.

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
=======
        while batch.len() < max && !synced.queue.is_empty() {
            batch.append(&mut synced.queue);
>>>>>>> wrong
