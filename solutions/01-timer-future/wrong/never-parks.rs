//! exercise: 1.4
//! test: block_on::no_poll_without_a_wake
//! verdict: wrong
//! message: came without a wake
//! rule: A future is polled once at first, and after that when woken.
//! source: tokio #1296, smol #122: an idle runtime that used a whole core
//!
//! If we poll all the time, no wake can be lost, and giving away the rest of our time slice looks
//! polite. The output is right, and one core is busy until it is there.

<<<<<<< solution
    let thread_waker = Arc::new(ThreadWaker::for_current_thread());
    let waker = Waker::from(Arc::clone(&thread_waker));
=======
    let waker = Waker::from(Arc::new(ThreadWaker::for_current_thread()));
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
