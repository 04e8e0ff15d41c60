//! exercise: 6.9
//! test: once_cell::the_one_who_makes_it_is_dropped
//! verdict: wrong
//! message: wakes of B and C: [0, 0], but expected [1, 0]
//! rule: If the making ends without a value, the next waiting task makes it instead.
//!
//! The right to make the value is taken for good: its holder makes the value, and gives it to
//! all. So the permit is forgotten at once. But the making is a future, which may be dropped at
//! each `await`, or fail, or panic. Then no task has the right any more, and all waiting tasks wait for
//! ever.

<<<<<<< solution
                let value = init().await?;
                Ok(self.fill(value, permit))
=======
                permit.forget();
                let value = init().await?;
                Ok(self.fill(value))
>>>>>>> wrong
<<<<<<< solution
                self.fill(value, permit);
=======
                permit.forget();
                self.fill(value);
>>>>>>> wrong
<<<<<<< solution
    fn fill(&self, value: T, permit: SemaphorePermit<'_>) -> &T {
=======
    fn fill(&self, value: T) -> &T {
>>>>>>> wrong
<<<<<<< solution
        self.right.close();
        permit.forget();
=======
        self.right.close();
>>>>>>> wrong
