//! exercise: 8.1
//! test: clear::an_end_stays
//! verdict: wrong
//! message: what is known: Ready
//! rule: The End Stays: neither a closed end nor a shutdown is cleared.
//!
//! What was seen is cleared, and *closed* was seen. But the other side closes once, and the system reports it
//! once. A second reader of this source, or the same one a moment later, would wait for a report that has
//! been.

<<<<<<< solution
        let facts = u64::from((facts - Ready::CLOSED).as_bits());
=======
        let facts = u64::from(facts.as_bits());
>>>>>>> wrong
