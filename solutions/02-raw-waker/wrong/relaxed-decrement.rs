//! exercise: 2.1
//! test: loom_references::the_last_reference_frees_after_every_use_of_the_others
//! verdict: wrong
//! message: Causality violation
//! rule: What was done through a reference happens before the task is freed.
//!
//! Counting up is Relaxed, so counting down is made Relaxed as well, and on x86 every run passes. But
//! counting down is a message: *I am done with it*. A Relaxed message does not include what was done
//! before it. As far as the memory model cares, one thread may free the task while another still
//! reads it.

<<<<<<< solution
        // ORDERING: Release, so that the thread that takes the count to zero (the Acquire fence
        // below) sees everything done through this reference.
        if self.header().refs.fetch_sub(1, Release) != 1 {
=======
        // The count is atomic, which is all that a count needs.
        if self.header().refs.fetch_sub(1, Relaxed) != 1 {
>>>>>>> wrong

<<<<<<< solution
        // ORDERING: Acquire, pairs with the Release of every decrement before ours: what was done
        // through the other references happened before we free what they pointed to.
        fence(Acquire);
=======
>>>>>>> wrong
