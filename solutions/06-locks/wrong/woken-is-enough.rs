//! exercise: 6.8
//! test: loom_barrier::a_third_comes_meanwhile
//! verdict: wrong
//! message: three have passed a barrier for two
//! rule: A wake is a reason to look: a task that waits passes with its own round.
//!
//! A task that waits at a barrier is woken when all have arrived, so a task that is woken may pass. The
//! claim to be woken is made under the lock, and nothing is lost. But the leader wakes after it has
//! released the lock, and in between a task may arrive that belongs to the next round. The wake is
//! for all waiting tasks, and does not know of rounds.

<<<<<<< solution
        let generation = {
=======
        let woken = {
>>>>>>> wrong
<<<<<<< solution
            round.generation
        };
        loop {
            // First the claim to be woken, then the look: a generation that ends between the two
            // is seen, and one that ends after them wakes.
            let woken = self.ended.notified();
            if self.lock().generation != generation {
                return BarrierWaitResult(false);
            }
            woken.await;
        }
=======
            self.ended.notified()
        };
        woken.await;
        BarrierWaitResult(false)
>>>>>>> wrong
