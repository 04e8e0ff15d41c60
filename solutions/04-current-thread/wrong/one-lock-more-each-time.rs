//! exercise: 4.1
//! test: inbox::a_look_at_an_empty_queue_does_not_lock
//! verdict: wrong
//! message: locked for nothing
//! rule: A look at an empty queue takes no lock.
//!
//! The lock is what makes the answer true, so it is taken first. But the scheduler looks every few
//! polls, for as long as it runs, and most of the time there is nothing. Each look takes the lock
//! that every other thread needs in order to wake a task.

let mut guard = lock.lock();
let synced = guard.as_mut();
let mut batch = TaskQueue::new();
if synced.queue.len() <= max {
    batch.append(&mut synced.queue);
} else {
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
batch
