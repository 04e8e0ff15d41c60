//! exercise: 3.6
//! test: complete::a_detached_task_is_freed_at_its_end
//! verdict: wrong
//! message: A task that is done gives up the ticket's reference and the list's.
//! rule: A task that is done gives up the ticket's reference and the list's.
//!
//! The ticket is used up, so its reference goes. The list has another, and the list does not know that
//! the task is done unless somebody tells it. Every task that ever ran stays in memory until
//! shutdown.

let refs = 1;
let is_last = match self.state().transition_to_complete(refs) {
    ToComplete::Done => false,
    ToComplete::WakeJoin => {
        // SAFETY: the transition has given us the join waker.
        let waker = unsafe { self.trailer().replace_waker(None) };
        wake_join(waker.expect("Join Waker Changes Hands: the bit is set"));
        self.state().ref_dec(refs)
    }
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
