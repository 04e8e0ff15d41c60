//! exercise: 6.10
//! test: loom_set_once::one_sets_and_one_waits
//! verdict: wrong
//! message: deadlock
//! rule: A task that waits is woken when the value is set, and gets it.
//!
//! There is no value, so the task asks to be told. But between the look and the asking another thread
//! sets the value and tells all that have asked. This task is not among them, and the value is set
//! only once. It waits for ever.

<<<<<<< solution
            // First the claim to be woken, then the look (Value, Then Wake).
            let set = self.set.notified();
            if let Some(value) = self.get() {
                return value;
            }
            set.await;
=======
            if let Some(value) = self.get() {
                return value;
            }
            self.set.notified().await;
>>>>>>> wrong
