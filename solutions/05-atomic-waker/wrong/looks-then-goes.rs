//! exercise: 5.6
//! test: loom_leave::both_ends_go_and_one_frees
//! verdict: wrong
//! message: ends that free: 0
//! rule: Of the two ends, the last one to go is told to free, and no other.
//!
//! If the other end is not gone yet, it will see that we are. Both ends look at the same moment,
//! each finds the other one there, and each leaves it to the other. The channel is never freed.

let (ours, theirs) = match end {
    End::Sender => (TX_GONE, RX_GONE),
    End::Receiver => (RX_GONE, TX_GONE),
};
if self.word.load(Acquire) & theirs != 0 {
    return true;
}
self.word.fetch_or(ours, AcqRel);
false
