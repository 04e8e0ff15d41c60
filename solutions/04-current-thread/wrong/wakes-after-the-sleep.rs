//! exercise: 4.5
//! test: rest::a_driver_that_defers_a_wake_in_its_sleep
//! verdict: wrong
//! message: wakes of what the driver deferred: 1, but expected 0
//! rule: What is deferred is woken when the driver has been asked, and not after a sleep.
//!
//! The driver was asked to sleep, which is more than a look, so this answer wakes what it has
//! deferred meanwhile, as after a look. But the sleep ended for some reason: a task was woken, and
//! more may be ready. A deferred wake has asked for all of them to go first. Nothing is forgotten:
//! the run queue has its turn, and the next rest finds what is deferred, and looks.

<<<<<<< solution
            self.sleep(root);
=======
            self.sleep(root);
            self.context.wake_deferred();
>>>>>>> wrong
