//! exercise: 3.6
//! test: complete::whoever_awaits_is_woken_when_the_output_is_there
//! verdict: wrong
//! message: A task that awaits the output is woken once, when it is there.
//! rule: A task that awaits the output is woken once, when it is there.
//!
//! The output is in its place, so wake, and then say that the task is complete. The woken task may
//! be quicker: it looks at the state, does not find COMPLETE, and leaves a new waker in a place
//! where no thread will look again.

<<<<<<< solution
        let refs = 1 + self.release();
=======
        let refs = 1 + self.release();
        if self.state().load().is_join_waker_set() {
            // SAFETY: the task has ended, and JOIN_WAKER is set.
            if let Some(waker) = unsafe { self.trailer().replace_waker(None) } {
                wake_join(waker);
            }
        }
>>>>>>> wrong

<<<<<<< solution
            ToComplete::WakeJoin => {
                // SAFETY: the transition has given us the join waker.
                let waker = unsafe { self.trailer().replace_waker(None) };
                wake_join(waker.expect("Join Waker Changes Hands: the bit is set"));
                self.state().ref_dec(refs)
            }
=======
            ToComplete::WakeJoin => self.state().ref_dec(refs),
>>>>>>> wrong
