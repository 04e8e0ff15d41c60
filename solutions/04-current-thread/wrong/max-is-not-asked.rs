//! exercise: 4.1
//! test: inbox::no_more_than_asked_for
//! verdict: wrong
//! message: the batch: [Id(1), Id(2), Id(3), Id(4), Id(5)]
//! rule: A batch has the tasks that waited for longest, in order, and no more than asked for.
//!
//! The whole list goes out in one step, however long it is, so the lock is held for a moment only:
//! what is `max` good for? It is whoever takes the batch that has to look at each task in it, and
//! nothing else is polled meanwhile. One thread that pushes without end then decides how long that
//! is.

if self.is_empty() {
    return TaskQueue::new();
}
let mut guard = lock.lock();
let synced = guard.as_mut();
let mut batch = TaskQueue::new();
while batch.len() < max && !synced.queue.is_empty() {
    batch.append(&mut synced.queue);
}
self.set_len(synced);
batch
