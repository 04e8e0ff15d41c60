//! exercise: 3.8
//! test: loom_state::two_give_up_the_last_references
//! verdict: wrong
//! message: Causality violation
//! rule: The thread that gives up the last reference sees all that was done through the others.
//!
//! Giving a reference up is a release: it says *I am done with it*. The thread that gives up the last one also frees the
//! task, and for that it needs the other half: it has to see what all the others were done with.

<<<<<<< solution
        let before = self.word.fetch_sub(refs, AcqRel) & COUNT;
=======
        let before = self.word.fetch_sub(refs, Release) & COUNT;
>>>>>>> wrong
