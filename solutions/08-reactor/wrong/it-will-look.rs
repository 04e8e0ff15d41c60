//! exercise: 8.7
//! test: register::the_first_source_comes_while_the_owner_sleeps
//! verdict: wrong
//! message: unparks of what is below
//! rule: Sources Are Watched: an owner that sleeps below is woken for the first source.
//!
//! The owner waits for events, and the source is in the event queue now. But an owner that had no source did
//! not wait for events. It sleeps as a thread sleeps, and the event queue has an event that no thread asks
//! for.

<<<<<<< solution
        if self.shared.sleep.add_source() == Asleep::Below {
            self.shared.below.unpark();
        }
=======
        let _ = self.shared.sleep.add_source();
>>>>>>> wrong
