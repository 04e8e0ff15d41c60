//! exercise: 8.15
//! test: turns::a_waker_that_goes_with_its_source
//! verdict: hangs
//! message: deadlock
//! rule: A waker is called with no lock held.
//!
//! A source goes in one step: the system forgets it, the maps forget it, and its wakers go along. But the drop of a waker may be the
//! end of a task, and with it of all that the task owns. It may well own another socket of this driver.

<<<<<<< solution
        io.forget_latest();
        let mut state = self.shared.lock();
        let Some(poller) = state.poller.clone() else {
=======
        let mut state = self.shared.lock();
        io.forget_latest();
        let Some(poller) = state.poller.clone() else {
>>>>>>> wrong
