//! exercise: 4.8
//! test: the_end::a_deferred_waker_panics
//! verdict: wrong
//! message: the panic of a waker came out of the runtime's drop
//! rule: A deferred wake may be for another task: none is lost.
//!
//! Wakes that are deferred by now belong to other code, so these are wakers, and there is a
//! function that takes them. One of them panics: the others are lost, and the panic comes out of a
//! `drop`. If that runs during another panic, the process is aborted. And a task that has yielded
//! has left a ticket, which is not taken.

<<<<<<< solution
    context.wake_all_deferred();
=======
    let wakers = context.core().defer.take_deferred();
    for waker in wakers {
        waker.wake();
    }
>>>>>>> wrong
