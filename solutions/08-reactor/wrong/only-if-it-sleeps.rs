//! exercise: 8.5
//! test: notify::an_unpark_of_an_owner_that_is_awake
//! verdict: wrong
//! message: whether it sleeps all the same
//! rule: An Unpark Is Kept: one that comes while the owner is awake ends its next sleep.
//!
//! An owner that is awake need not be woken. It has looked for work a moment ago, found none, and is on its
//! way to sleep. The work that this unpark speaks of came after that look.

<<<<<<< solution
        let word = self.word.fetch_or(NOTIFIED, AcqRel);
        if word & NOTIFIED != 0 {
            // The thread that left it wakes the owner.
            return Asleep::Nowhere;
        }
        asleep(word)
=======
        let place = asleep(self.word.load(Relaxed));
        if place == Asleep::Nowhere {
            return Asleep::Nowhere;
        }
        let word = self.word.fetch_or(NOTIFIED, AcqRel);
        if word & NOTIFIED != 0 {
            return Asleep::Nowhere;
        }
        place
>>>>>>> wrong
