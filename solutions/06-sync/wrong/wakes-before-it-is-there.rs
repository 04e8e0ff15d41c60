//! exercise: 6.7
//! test: fill::the_value_is_there_when_the_receiver_is_woken
//! verdict: wrong
//! message: what the waker saw: None, but expected Some(7)
//! rule: When the receiver is woken the value is there.
//!
//! Whoever waits is told first, so that it can get ready while we finish. It may be quicker than we
//! are: it looks, finds nothing, and leaves its waker again. The swap then sees AWAITED, if we look
//! at what it returns; here we have done our waking already.

let slot = self.queue.slot(&claim);
// SAFETY: the claim is ours, and this is all that is done with it.
unsafe { slot.write(value) };
if slot.state.load(Acquire) == AWAITED {
    self.receiver.wake();
}
match slot.state.swap(READY, AcqRel) {
    // SAFETY: published over ABANDONED the value is ours.
    ABANDONED => Err(unsafe { slot.read() }),
    _ => Ok(()),
}
