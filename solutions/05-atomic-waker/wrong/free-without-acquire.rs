//! exercise: 5.6
//! test: loom_leave::both_ends_go_and_one_frees
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The free comes after all that the other end did.
//!
//! An end that goes gives away what it did: Release. The end that goes last frees, and has to take that
//! over first. The load does, but it may come too early, and then the `fetch_or` tells us that the
//! other end is gone. In `Arc`, `fetch_sub` alone is Release, and a fence on the way to the free
//! acquires. This copies only one half of it.

<<<<<<< solution
        let (ours, theirs) = match end {
=======
        use std::sync::atomic::Ordering::Release;

        let (ours, theirs) = match end {
>>>>>>> wrong

<<<<<<< solution
        // ORDERING: the same, and Release, so that what we did comes before the free of the other
        // end.
        let before = self.word.fetch_or(ours, AcqRel);
        debug_assert_eq!(before & ours, 0, "The Last One Frees: gone twice");
=======
        let before = self.word.fetch_or(ours, Release);
>>>>>>> wrong
