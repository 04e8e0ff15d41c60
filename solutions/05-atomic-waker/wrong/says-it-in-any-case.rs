//! exercise: 5.6
//! test: leave::whoever_goes_second_writes_nothing
//! verdict: wrong
//! message: the word afterwards
//! rule: An end that finds the other one gone only looks: nobody is left to read what it writes.
//!
//! One step marks this end and tells about the other, and it is right every time. But whoever goes
//! second is the usual case, and for it a load is enough; this is the one read-modify-write that
//! receiving a value would cost.

let (ours, theirs) = match end {
    End::Sender => (TX_GONE, RX_GONE),
    End::Receiver => (RX_GONE, TX_GONE),
};
self.word.fetch_or(ours, AcqRel) & theirs != 0
