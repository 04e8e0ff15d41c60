//! exercise: 8.5
//! test: loom_notify::what_was_done_before_the_unpark
//! verdict: wrong
//! message: work that the owner sees
//! rule: An owner that was unparked sees what was done before the unpark.
//!
//! The word is one word, and each change of it is one step: what can go wrong? The owner sees the bit. It
//! does not see what was written before the bit, since nothing says that the one comes with the other. It
//! was woken for work that it cannot find.

<<<<<<< solution
        let word = self.word.fetch_or(NOTIFIED, AcqRel);
=======
        let word = self.word.fetch_or(NOTIFIED, Relaxed);
>>>>>>> wrong
