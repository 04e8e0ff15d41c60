//! exercise: 1.4
//! test: block_on::a_wake_is_kept_when_its_token_is_taken
//! verdict: hangs
//! message: the wake got lost
//! rule: A wake that comes before the park is not lost.
//!
//! Park once after each poll, since the token remembers a wake that came early. It does, until
//! something else parks on this thread in between. Then the token is taken, and the wake is gone with
//! it. Many a `block_on` on the web looks like this.

<<<<<<< solution
    let waker = Waker::from(Arc::clone(&thread_waker));
=======
    let waker = Waker::from(thread_waker);
>>>>>>> wrong

<<<<<<< solution
        // A wake that came since the poll began is in the flag, and then we do not park. An unpark
        // that is not a wake leaves the flag unset, and then we park again.
        while !thread_waker.take_wake() {
            thread::park();
        }
=======
        thread::park();
>>>>>>> wrong
