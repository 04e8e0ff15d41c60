//! exercise: 5.6
//! test: loom_leave::both_ends_go_and_one_frees
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The free comes after all that the other end did.
//! source: asyncband #111: orderings of a oneshot's transitions
//!
//! Only the bits count, and a read-modify-write never loses one. So exactly one end frees. But
//! nothing says that it does so after what the other end did in the channel. A write of the end
//! that went first may still be on its way when the memory is given back.

<<<<<<< solution
        // ORDERING: the same, and Release, so that what we did comes before the free of the other
        // end.
        let before = self.word.fetch_or(ours, AcqRel);
        debug_assert_eq!(before & ours, 0, "The Last One Frees: gone twice");
=======
        let before = self.word.fetch_or(ours, Relaxed);
>>>>>>> wrong
