//! exercise: 5.6
//! test: loom_leave::both_ends_go_and_one_frees
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The free comes after all that the other end did.
//!
//! Whoever goes gives away what it did: Release. Whoever goes last frees, and has to take that over
//! first. The load does, but it may be too early, and then the `fetch_or` is what tells us that the
//! other end is gone. `Arc` puts a fence there, on the way to the free, and `fetch_sub` alone is
//! Release; what is copied here is one half of it.

use std::sync::atomic::Ordering::Release;

let (ours, theirs) = match end {
    End::Sender => (TX_GONE, RX_GONE),
    End::Receiver => (RX_GONE, TX_GONE),
};
if self.word.load(Acquire) & theirs != 0 {
    return true;
}
let before = self.word.fetch_or(ours, Release);
before & theirs != 0
