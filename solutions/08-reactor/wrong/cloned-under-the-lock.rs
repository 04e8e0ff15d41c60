//! exercise: 8.10
//! test: duplex::a_byte_that_comes_with_the_clone
//! verdict: hangs
//! message: stuck inside clone() of reader
//! rule: A waker is cloned with no lock held.
//!
//! A clone is spared when there is something to read, so it is made after the look, with the lock held. But a waker is
//! foreign code: what it does when it is cloned may lead back to this very stream. Here it writes a byte, and the thread
//! waits for a lock that it holds.

<<<<<<< solution
        let mut ours = Some(cx.waker().clone());
        let mut both = self.lock();
        let done = step(&mut both[direction]);
=======
        let mut ours = None;
        let mut both = self.lock();
        let done = step(&mut both[direction]);
        if done.is_none() {
            ours = Some(cx.waker().clone());
        }
>>>>>>> wrong
