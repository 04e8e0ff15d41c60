//! exercise: 4.6
//! test: deferred::a_waker_that_panics
//! verdict: wrong
//! message: its panic came out of `wake_deferred`
//! rule: A waker that panics keeps no other from being woken.
//!
//! This answer takes the batch and wakes each waker in order, with nothing borrowed. One of them is
//! foreign code that panics. The rest of the batch is dropped on the way out, and a wake that is
//! dropped is lost; and the panic comes out of a `block_on` that has nothing to do with it.

<<<<<<< solution
        // Foreign code, so nothing is borrowed. What it defers waits for the next batch.
        wake_all(&mut batch.wakers);
=======
        for waker in batch.wakers.drain(..) {
            waker.wake();
        }
>>>>>>> wrong
