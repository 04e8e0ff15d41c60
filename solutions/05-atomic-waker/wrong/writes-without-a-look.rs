//! exercise: 5.6
//! test: leave::whoever_goes_second_writes_nothing
//! verdict: wrong
//! message: the word afterwards
//! rule: An end that finds the other one gone only looks: no end is left to read what it writes.
//!
//! One step marks this end and tells about the other, and it is right every time. But in the usual case
//! the caller goes second, and then a load is enough. This is the one read-modify-write that receiving
//! a value would cost.

<<<<<<< solution
        // ORDERING: Acquire, so that what the other end did comes before our free. It is gone, so
        // no thread would read what we wrote here.
        if self.word.load(Acquire) & theirs != 0 {
            return true;
        }
        // ORDERING: the same, and Release, so that what we did comes before the free of the other
        // end.
        let before = self.word.fetch_or(ours, AcqRel);
        debug_assert_eq!(before & ours, 0, "The Last One Frees: gone twice");
        before & theirs != 0
=======
        self.word.fetch_or(ours, AcqRel) & theirs != 0
>>>>>>> wrong
