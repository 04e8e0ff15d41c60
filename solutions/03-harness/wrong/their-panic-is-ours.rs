//! exercise: 3.6
//! test: complete::a_waker_that_panics_harms_nobody
//! verdict: wrong
//! message: A panic in a foreign waker ends where the waker was called.
//! rule: A panic in a foreign waker ends where the waker was called.
//! source: tokio #3689: a panic in foreign waker code left a primitive in a state it never left
//!
//! A waker is only called; what should go wrong? It is somebody else's code: the waker of another
//! runtime, or of a test. Its panic unwinds through us and through the scheduler, which has done
//! nothing, and on the way the references are not given up.

let refs = 1 + self.release();
let is_last = match self.state().transition_to_complete(refs) {
    ToComplete::Done => false,
    ToComplete::WakeJoin => {
        // SAFETY: the transition has given us the join waker.
        let waker = unsafe { self.trailer().replace_waker(None) };
        waker.expect("Join Waker Changes Hands: the bit is set").wake();
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
