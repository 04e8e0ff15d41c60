//! exercise: 9.8
//! test: interval::a_tick_is_awaited_again
//! verdict: wrong
//! message: wakes of A and B
//! rule: A tick is not lost with the future that waits for it.
//!
//! Each call makes the sleep that it waits for. It reads well, and it is wrong as soon as a call is
//! dropped: the next one sets a new deadline, and a tick that was due is never seen.

<<<<<<< solution
        ready!(self.delay.as_mut().poll(cx));
        let due = self.delay.deadline();
=======
        if !self.delay.is_elapsed() {
            let again = Instant::now().saturating_add(self.period);
            self.delay.as_mut().reset(again);
        }
        ready!(self.delay.as_mut().poll(cx));
        let due = self.delay.deadline();
>>>>>>> wrong
