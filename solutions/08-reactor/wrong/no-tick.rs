//! exercise: 8.1
//! test: clear::a_report_in_between
//! verdict: wrong
//! message: what is known: Ready { is_readable: false
//! rule: Clear What Was Seen: a clear takes away nothing that was reported since the look.
//!
//! The read said *would block*, so the source is not readable. That was true when the read was made. Between
//! the read and this line five bytes came, and the driver reported them. Now the report is gone, and the
//! system will not repeat it.

<<<<<<< solution
        let facts = u64::from((facts - Ready::CLOSED).as_bits());
        self.update(|word| {
            let is_unchanged = word / TICK == seen.0 / TICK;
            is_unchanged.then_some(word & !facts)
        });
=======
        let _ = seen;
        let facts = u64::from((facts - Ready::CLOSED).as_bits());
        self.update(|word| Some(word & !facts));
>>>>>>> wrong
