//! exercise: 3.6
//! test: complete::whoever_awaits_is_woken_when_the_output_is_there
//! verdict: wrong
//! message: Whoever awaits the task is woken once, when the output is there.
//! rule: Whoever awaits the task is woken once, when the output is there.
//!
//! The output is in its place, so wake, and then say that the task is complete. Whoever is woken may
//! be quicker: it looks at the state, does not find COMPLETE, and leaves a new waker in a place that
//! nobody will look at again.

let refs = 1 + self.release();
if self.state().load().is_join_waker_set() {
    // SAFETY: the task has ended, and JOIN_WAKER is set.
    if let Some(waker) = unsafe { self.trailer().replace_waker(None) } {
        wake_join(waker);
    }
}
let is_last = match self.state().transition_to_complete(refs) {
    ToComplete::Done => false,
    ToComplete::WakeJoin => self.state().ref_dec(refs),
    ToComplete::Detached => {
        // SAFETY: we have RUNNING.
        unsafe { self.drop_output() };
        self.state().transition_to_complete_detached(refs)
    }
};
if is_last {
    // SAFETY: we have taken the count to zero.
    unsafe { self.dealloc() };
}
