//! exercise: 4.1
//! test: inbox::one_is_pushed_while_we_wait_for_the_lock
//! verdict: wrong
//! message: expected [Id(1), Id(2)]
//! rule: What is read without the lock is a hint: what is taken is decided under the lock.
//!
//! The length has just been read, so there is no need to count the list again. But between the read
//! and the lock is a wait, as long as another thread likes. If it pushes, more than `max` are taken
//! in one go. If it is another consumer, there are fewer than we thought, and the `expect` panics
//! under the lock.

let len = self.len();
if len == 0 {
    return TaskQueue::new();
}
let mut guard = lock.lock();
let synced = guard.as_mut();
let mut batch = TaskQueue::new();
if len <= max {
    batch.append(&mut synced.queue);
} else {
    for _ in 0..max {
        batch.push_back(synced.queue.pop_front().expect("there are more"));
    }
}
self.set_len(synced);
batch
