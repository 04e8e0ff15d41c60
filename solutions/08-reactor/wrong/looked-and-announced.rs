//! exercise: 8.6
//! test: loom_begin_below::the_first_source_comes
//! verdict: wrong
//! message: where the owner is woken
//! rule: Sources Are Watched: the owner finds the first source, or is woken where it sleeps.
//!
//! There is no unpark and no source, so the sleep is announced. Between the two a source is registered. It
//! finds an owner that is awake, and wakes nothing. The owner sleeps where no event of that source can reach
//! it.

<<<<<<< solution
            match self
                .word
                .compare_exchange(word, word | BELOW, AcqRel, Relaxed)
            {
                Ok(_) => return Ok(true),
                Err(present) => word = present,
            }
=======
            word = self.word.fetch_or(BELOW, AcqRel);
            if word & NOTIFIED == 0 {
                return Ok(true);
            }
>>>>>>> wrong
