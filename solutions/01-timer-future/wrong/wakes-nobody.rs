//! exercise: 1.4
//! test: block_on::the_waker_unparks_the_thread_of_block_on
//! verdict: wrong
//! message: was not unparked
//! rule: The waker that `block_on` polls with unparks the thread it waits on.
//!
//! A poll needs a waker, this loop never parks, and the standard library has a waker that does
//! nothing. But the future does not know about the loop. It may keep the waker, hand it to a thread
//! that can reach it only by this waker, or wait for its own wake, and then nothing ever comes. And
//! one core is busy until the output is there.

<<<<<<< solution
    let thread_waker = Arc::new(ThreadWaker::for_current_thread());
    let waker = Waker::from(Arc::clone(&thread_waker));
    let mut cx = Context::from_waker(&waker);
=======
    let mut cx = Context::from_waker(Waker::noop());
>>>>>>> wrong

<<<<<<< solution
        // A wake that came since the poll began is in the flag, and then we do not park. An unpark
        // that is not a wake leaves the flag unset, and then we park again.
        while !thread_waker.take_wake() {
            thread::park();
        }
=======
        thread::yield_now();
>>>>>>> wrong
