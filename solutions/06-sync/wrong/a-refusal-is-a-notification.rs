//! exercise: 6.2
//! test: join_queue::a_refusal_takes_the_permit_too
//! verdict: wrong
//! message: two futures have taken one permit
//! rule: A permit that is there is taken by the first who polls, and by nobody else.
//!
//! If QUEUED cannot be set, a notification has come, so the answer is `Ready`. It is, but the
//! notification may be a permit, and a permit is there until somebody takes it. The next one who comes
//! finds it and is told of the same thing.

if self.take_notification(notify) {
    return Poll::Ready(());
}
let waker = waker.cloned();
let mut lists = notify.lock();
if !self.set_queued(notify) {
    self.stage = Stage::Done;
    return Poll::Ready(());
}
// SAFETY: the waiter is in no list, and pinned with the future, whose `drop` takes it out.
unsafe { lists.waiting.push(&self.waiter, waker) };
self.stage = Stage::Queued;
Poll::Pending
