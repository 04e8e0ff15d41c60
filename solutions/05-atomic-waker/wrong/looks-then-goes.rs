//! exercise: 5.6
//! test: loom_leave::both_ends_go_and_one_frees
//! verdict: wrong
//! message: ends that free: 0
//! rule: Of the two ends, the last one to go is told to free, and no other.
//!
//! If the other end is not gone yet, it will see that we are. But suppose that both ends look at the
//! same moment. Each finds the other one there, and each leaves the channel to the other. It is never
//! freed.

<<<<<<< solution
        // ORDERING: the same, and Release, so that what we did comes before the free of the other
        // end.
        let before = self.word.fetch_or(ours, AcqRel);
        debug_assert_eq!(before & ours, 0, "The Last One Frees: gone twice");
        before & theirs != 0
=======
        self.word.fetch_or(ours, AcqRel);
        false
>>>>>>> wrong
