//! exercise: 5.5
//! test: loom_complete::a_send_and_a_waker
//! verdict: wrong
//! message: loom found an interleaving
//! rule: A receiver that leaves its waker is woken, or sees that the channel is complete.
//! source: asyncband #111: orderings of a oneshot's transitions
//!
//! A send publishes a value, so Release it is. It also takes over a waker, which the receiver wrote
//! before it set RX_WAKER. Without Acquire the sender may see the bit and not the waker.

use std::sync::atomic::Ordering::Release;

let mut current = self.word.load(Relaxed);
loop {
    if current & CLOSED != 0 {
        return ToComplete::Closed;
    }
    let (next, outcome) = match current & RX_WAKER {
        0 => (current | COMPLETE | TX_GONE, ToComplete::Gone),
        _ => (current | COMPLETE, ToComplete::Wake),
    };
    match self
        .word
        .compare_exchange_weak(current, next, Release, Relaxed)
    {
        Ok(_) => return outcome,
        Err(actual) => current = actual,
    }
}
