//! exercise: 4.6
//! test: deferred::a_waker_that_panics
//! verdict: wrong
//! message: its panic came out of `wake_deferred`
//! rule: A waker that panics keeps no other from being woken.
//!
//! Take the batch, wake each of them in order, with nothing borrowed. One of them is foreign code
//! that panics. The rest of the batch is dropped on the way out, and a wake that is dropped is
//! lost; and the panic comes out of a `block_on` that has nothing to do with it.

let mut batch = {
    let mut core = self.core();
    let mut batch = core.defer.take_batch();
    core.queue.append(&mut batch.tickets);
    batch
};
for waker in batch.wakers.drain(..) {
    waker.wake();
}
self.core().defer.recycle(batch.wakers);
