//! exercise: 8.5
//! test: loom_notify::an_unpark_after_an_unpark
//! verdict: wrong
//! message: where the owner is woken
//! rule: An owner that was unparked sees what was done before the unpark.
//!
//! If an unpark is there already, a second one would change nothing, and a look costs less than a write. But
//! the look may show an unpark that the owner has just used up. And even if it is there: what *this* thread
//! did before is handed over by its own write, and by no other.

<<<<<<< solution
        let word = self.word.fetch_or(NOTIFIED, AcqRel);
        if word & NOTIFIED != 0 {
=======
        if self.word.load(Relaxed) & NOTIFIED != 0 {
            return Asleep::Nowhere;
        }
        let word = self.word.fetch_or(NOTIFIED, AcqRel);
        if word & NOTIFIED != 0 {
>>>>>>> wrong
