//! exercise: 7.1
//! test: loom_fill::a_value_is_sent_while_the_receiver_goes_to_sleep
//! verdict: wrong
//! message: deadlock
//! rule: Publishing and looking whether the receiver waits are one step.
//!
//! First see whether the receiver waits, then say that the value is there: two plain steps, and each is
//! right. But the receiver announces itself between them. We have seen EMPTY, so we do not wake it, and
//! our store wipes its announcement out. It sleeps beside the value.

<<<<<<< solution
        // ORDERING: AcqRel: Release, so that the receiver that finds READY finds the value; Acquire,
        // so that with AWAITED we find its waker.
        match slot.state.swap(READY, AcqRel) {
=======
        let before = slot.state.load(Acquire);
        slot.state.store(READY, std::sync::atomic::Ordering::Release);
        match before {
>>>>>>> wrong
